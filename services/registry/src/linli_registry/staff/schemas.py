"""Bodies and answers of the routes about staff as residents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

MOST_LOOKS = 20_000
Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{2,20}$")]


class StaffLink(ApiModel):
    """`account` is the sign-in, `resident_id` the person who has it."""

    account: UUID
    resident_id: UUID
    division: str
    linked_at: datetime
    linked_by: UUID


class StaffLinkPage(ApiModel):
    items: list[StaffLink]
    next_cursor: str | None


class StaffLinkPut(ApiModel):
    resident_id: UUID


class Look(ApiModel):
    account: UUID
    person: UUID


class NearRequest(ApiModel):
    tenant: Tenant
    looks: Annotated[list[Look], Field(max_length=MOST_LOOKS)]


class Near(Look):
    """`relative`: the account's own person, a close relative or the same household; `neighbour`: the same grid; `path`: the steps
    of kinship (`parent`, `child`, `spouse`), empty for the own person, null when there are none."""

    relative: bool
    neighbour: bool
    path: list[str] | None = None


class NearList(ApiModel):
    items: list[Near]


class SameRequest(ApiModel):
    tenant: Tenant
    resident: UUID


class SameList(ApiModel):
    items: list[UUID]


class AccountsRequest(ApiModel):
    tenant: Tenant
    accounts: Annotated[list[UUID], Field(max_length=500)]


class AccountGroups(ApiModel):
    """Accounts that one person has, two or more in each group; who it is is not said."""

    items: list[list[UUID]]
