"""Bodies and answers of the transfer routes."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field

from linli_registry.households.schemas import Address, EvidenceFile, HouseholdNumber
from linli_registry.residents.schemas import DivisionCode, Words

Side = Literal["origin", "destination"]
TransferState = Literal["requested", "waiting", "accepted", "cancelling", "blocked", "done", "refused", "cancelled"]


class NewTransfer(ApiModel):
    """People of one household who move to a village of another county; `new_head_id` heads those who stay.

    Without a household it is one person who is in none. `files` were brought to `…/evidence` of that household or person
    before, and travel along.
    """

    household_id: UUID | None = None
    people: Annotated[list[UUID], Field(min_length=1, max_length=60)]
    to_division: DivisionCode
    new_head_id: UUID | None = None
    reason: Words = ""
    evidence: Annotated[list[Words], Field(max_length=10, default_factory=list)]
    files: Annotated[list[UUID], Field(max_length=10, default_factory=list)]


class Accept(ApiModel):
    """Where they live from `date` on: an existing household, or a new one at a dwelling or address."""

    date: GivenDay
    household_id: UUID | None = None
    dwelling_id: UUID | None = None
    address: Address | None = None
    grid_id: UUID | None = None
    household_number: HouseholdNumber | None = None


class Refuse(ApiModel):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Close(ApiModel):
    """What the origin needed before it could close."""

    new_head_id: UUID | None = None


class Mover(ApiModel):
    """One of the people: masked; at the destination as the origin describes them until they are registered."""

    id: UUID
    name: str
    sex: str
    birth_date: date | None
    identity_masked: str | None
    relation: str | None
    relation_name: str | None


class TransferView(ApiModel):
    """One side of a transfer. `problem` is the code of the rule that keeps the origin from closing, or of what happened at
    the origin meanwhile: why the request was taken back, or what the destination must still register (a death).
    """

    id: UUID
    side: Side
    state: TransferState
    division: str
    division_name: str | None
    other_tenant: str
    other_division: str
    other_division_name: str | None
    household_id: UUID | None
    people: list[Mover]
    count: int
    reason: str
    evidence: list[str]
    files: list[EvidenceFile]
    answer: str
    moved_on: date | None
    problem: str | None
    created_at: datetime
    changed_at: datetime
    version: int


class TransferPage(ApiModel):
    items: list[TransferView]
    next_cursor: str | None
