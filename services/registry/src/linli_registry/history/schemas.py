"""Bodies and answers of the history routes."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_registry.households.schemas import HouseholdView
from linli_registry.residents.schemas import Resident, Source, Words

FieldName = Literal[
    "name",
    "document_kind",
    "identity_number",
    "phone",
    "bank_account",
    "sex",
    "birth_date",
    "ethnic_group",
    "education",
    "marriage",
    "political_status",
    "hukou_division",
    "presence",
    "address",
]


class ResidentOn(Resident):
    """A resident as of a past day. `registered_on`: before it the registry only knows what was entered later; null where
    it would tell a hidden birth date."""

    as_of: date
    registered_on: date | None


class HouseholdOn(HouseholdView):
    """A household as of a past day with the members of that day."""

    as_of: date


class Change(ApiModel):
    """One change: who, when, why, from which source, from which day on.

    `changes` gives [old, new] by field; values of encrypted fields are masked. `undone`: the event was corrected, or
    this is the correction. `day` is null where it would tell a hidden birth date.
    """

    id: UUID
    version: int
    at: datetime
    day: date | None
    actor: UUID
    source: str
    reason: str
    event: UUID | None
    event_kind: str | None
    evidence: list[Any]
    undone: bool
    changes: dict[str, Any]


class ChangePage(ApiModel):
    items: list[Change]
    next_cursor: str | None


class Confirmation(ApiModel):
    """When a field was last confirmed and by whom; nobody confirmed it since registration when `by` is null."""

    field: str
    at: datetime
    by: UUID | None
    source: str


class Confirmations(ApiModel):
    items: list[Confirmation]
    next_cursor: str | None = None


class TakeBack(ApiModel):
    """Why the change was wrong."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Confirm(ApiModel):
    """Fields that were checked and found right as they are."""

    fields: Annotated[list[FieldName], Field(min_length=1, max_length=14)]
    source: Source = "window"
    reason: Words = ""


class RecordChange(ApiModel):
    id: UUID
    day: date
    at: datetime
    actor: UUID
    source: str
    reason: str
    changes: dict[str, Any]


class RecordChanges(ApiModel):
    items: list[RecordChange]
    next_cursor: str | None = None
