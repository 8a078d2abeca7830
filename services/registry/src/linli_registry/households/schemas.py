"""Bodies and answers of the household routes."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_registry.residents.schemas import (
    DivisionCode,
    Name,
    Presence,
    ResidentBrief,
    ResidentFields,
    Source,
    Words,
)

Relation = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
HouseholdNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{4,30}$")]
Address = Annotated[str, StringConstraints(min_length=2, max_length=120)]
Members = Annotated[list[UUID], Field(max_length=60)]
Kind = Literal[
    "birth",
    "adoption",
    "death",
    "move_in",
    "move_out",
    "return",
    "split",
    "join",
    "change_of_head",
    "marriage_in",
    "divorce",
    "correction",
]
PersonKind = Literal["death", "move_out", "divorce", "correction"]


class Member(ResidentBrief):
    """`since` is hidden with the birth date, which it may be."""

    since: date | None


class HouseholdView(ApiModel):
    """A household with its present members. `needs_guardian`: all members are under 16."""

    id: UUID
    household_number: str
    division: str
    division_name: str | None
    grid_id: UUID | None
    grid_name: str | None
    address: str | None
    opened_on: date
    closed_on: date | None
    head: Member | None
    members: list[Member]
    needs_guardian: bool
    version: int


class NewHousehold(ApiModel):
    """A first household of people who are registered and in no other; the number is given when it is left out.

    `files` are what was brought to the head's own `…/evidence` before.
    """

    division: DivisionCode
    head_id: UUID
    members: Members = Field(default_factory=list)
    relations: dict[UUID, Relation] = Field(default_factory=dict)
    date: GivenDay
    grid_id: UUID | None = None
    dwelling_id: UUID | None = None
    address: Address | None = None
    household_number: HouseholdNumber | None = None
    reason: Words = ""
    source: Source = "window"
    evidence: Annotated[list[Words], Field(max_length=10, default_factory=list)]
    files: Annotated[list[UUID], Field(max_length=10, default_factory=list)]


class NewPerson(ResidentFields):
    """A person whom the registry does not know yet."""

    name: Name


class LifeEvent(ApiModel):
    """One event, from one consistent state to the next. `evidence` are references in words, `files` what was brought
    to `…/evidence` before.

    | kind | needs | may have |
    |---|---|---|
    | birth | `resident` (the child) or `resident_id`, `parents` | `relation` |
    | adoption | `resident` or `resident_id`, `parents` (adopters, members) | `new_head_there_id`, `relation` |
    | death | `resident_id` | `new_head_id` |
    | move_in | `resident` or `members` | `presence`, `relations`, `relation` |
    | move_out | `members` | `new_head_id` |
    | return | `resident_id` | `presence` |
    | split | `members`, `new_head_id` of the new household | `remaining_head_id`, `household_number`, `address` |
    | join | `other_household_id`, which closes | `relations` |
    | change_of_head | `new_head_id` | `relations` |
    | marriage_in | `resident` or `resident_id`, `spouse_id` (a member) | `presence`, `new_head_there_id` |
    | divorce | `resident_id`, a member | |
    | correction | `corrects`, the event that was wrong | |
    """

    kind: Kind
    date: GivenDay
    reason: Words = ""
    source: Source = "window"
    evidence: Annotated[list[Words], Field(max_length=10, default_factory=list)]
    files: Annotated[list[UUID], Field(max_length=10, default_factory=list)]
    resident: NewPerson | None = None
    resident_id: UUID | None = None
    members: Members = Field(default_factory=list)
    parents: Annotated[list[UUID], Field(max_length=2, default_factory=list)]
    spouse_id: UUID | None = None
    new_head_id: UUID | None = None
    remaining_head_id: UUID | None = None
    new_head_there_id: UUID | None = None
    other_household_id: UUID | None = None
    relation: Relation | None = None
    relations: dict[UUID, Relation] = Field(default_factory=dict)
    presence: Presence = "registered_here"
    household_number: HouseholdNumber | None = None
    dwelling_id: UUID | None = None
    address: Address | None = None
    corrects: UUID | None = None


class PersonEvent(ApiModel):
    """One event of somebody who is in no household; `corrects` names the one that a `correction` undoes."""

    kind: PersonKind
    date: GivenDay
    reason: Words = ""
    source: Source = "window"
    evidence: Annotated[list[Words], Field(max_length=10, default_factory=list)]
    files: Annotated[list[UUID], Field(max_length=10, default_factory=list)]
    corrects: UUID | None = None


class PersonEventDone(ApiModel):
    event_id: UUID


class LifeEventDone(ApiModel):
    """What the event led to; `resident_id` is set when it registered somebody."""

    event_id: UUID
    household: HouseholdView
    other_household_id: UUID | None
    resident_id: UUID | None


class EvidenceFile(ApiModel):
    id: UUID
    name: str
    media_type: str
    size: int


class RecordedEvent(ApiModel):
    """One event. Of a birth `date` is null where it would tell a hidden birth date; `year` is always told."""

    id: UUID
    household_id: UUID | None
    other_household_id: UUID | None
    kind: str
    date: date | None
    year: int
    reason: str
    evidence: list[Any]
    files: list[EvidenceFile]
    source: str
    actor: UUID
    recorded_at: datetime
    corrects: UUID | None
    corrected: bool


class EventPage(ApiModel):
    items: list[RecordedEvent]
    next_cursor: str | None


class KinshipLink(ApiModel):
    """`parent`: a is a parent of b; `spouse`: a and b are married."""

    kind: Literal["parent", "spouse"]
    a: UUID
    b: UUID


class KinshipView(ApiModel):
    """Kinship of a household's members, which reaches beyond it: `relatives` live elsewhere in your area, or died."""

    relatives: list[ResidentBrief]
    links: list[KinshipLink]
