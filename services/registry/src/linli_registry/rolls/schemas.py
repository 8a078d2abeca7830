"""Bodies and answers about rolls."""

from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field

from linli_registry.staff.schemas import Tenant

MOST_NAMES = 200


class EligibleRequest(ApiModel):
    """`party`: members of the Party among the adults; `heads`: one adult of each household, its head if there is one;
    `non_local`: also adults who live there without hukou; `listed`: of these people only; `grids`: of these groups only."""

    tenant: Tenant
    division: Annotated[str, Field(pattern="^[0-9]{12}$")]
    on: GivenDay
    kind: Literal["adults", "party", "heads"] = "adults"
    non_local: bool = False
    listed: Annotated[list[UUID], Field(max_length=500)] | None = None
    grids: Annotated[list[UUID], Field(min_length=1, max_length=50)] | None = None


class EligiblePerson(ApiModel):
    resident: UUID
    household: UUID | None


class EligibleList(ApiModel):
    items: list[EligiblePerson]


class KinRequest(ApiModel):
    tenant: Tenant
    people: Annotated[list[UUID], Field(max_length=20)]


class KinPerson(ApiModel):
    """`path` leads from one of the people asked about to the person; empty for themselves."""

    concerned: UUID
    person: UUID
    path: list[UUID]
    kinds: list[Literal["parent", "child", "spouse"]]


class KinList(ApiModel):
    items: list[KinPerson]


class ReachRequest(ApiModel):
    """`phones`: whole phones are wanted, for a message that is being sent; otherwise only whether there is one."""

    tenant: Tenant
    people: Annotated[list[UUID], Field(min_length=1, max_length=MOST_NAMES)]
    phones: bool = False
    deliberation_id: UUID


class ReachedPerson(ApiModel):
    """`accounts` are those of staff who are this resident. The dead and records that nobody knows are left out."""

    resident: UUID
    has_phone: bool
    phone: str | None
    accounts: list[UUID]


class ReachList(ApiModel):
    items: list[ReachedPerson]


class NamesRequest(ApiModel):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_NAMES)]


class PersonName(ApiModel):
    """Masked like everywhere for whoever may not see it whole."""

    id: UUID
    name: str
    sex: str
    age: int | None
    grid_name: str | None


class NameList(ApiModel):
    items: list[PersonName]
