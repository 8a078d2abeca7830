"""Bodies and answers of the resident routes."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from linli_kernel.pagination import MAXIMUM_LIMIT
from pydantic import Field, StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]  # as `values.LONGEST_NAME`
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_]{1,30}$")]
DivisionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{11}$")]
DivisionPrefix = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{1,11}$")]
Words = Annotated[str, StringConstraints(max_length=200)]
Number = Annotated[str, StringConstraints(max_length=40)]
Presence = Literal["registered_here", "registered_away", "unregistered_here", "short_stay"]
DocumentKind = Literal["resident_id", "hmt_residence_permit", "foreign_permanent_residence", "passport", "none"]
Source = Literal["window", "visit", "import", "exchange"]
Revealed = Literal["identity_number", "phone", "bank_account", "address", "other_phones"]


class Search(ApiModel):
    """One `q` that is recognised, or named fields: a tail goes with a name, every other field stands alone."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    name: Name | None = None
    pinyin: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    identity_number: Number | None = None
    identity_tail: Number | None = None
    phone: Number | None = None
    address: Words | None = None
    division: DivisionPrefix | None = None
    limit: Annotated[int, Field(ge=1, le=MAXIMUM_LIMIT)] = 20
    cursor: Annotated[str, StringConstraints(max_length=1024)] | None = None


class ResidentBrief(ApiModel):
    """A resident in a list. `masked` tells that name and birth date are hidden from the viewer."""

    id: UUID
    name: str
    sex: str
    birth_date: date | None
    age: int | None
    identity_masked: str | None
    phone_masked: str | None
    division: str
    division_name: str | None
    grid_name: str | None
    household_id: UUID | None
    relation: str | None
    relation_name: str | None
    presence: str
    address: str | None
    alive: bool
    masked: bool


class ResidentPage(ApiModel):
    items: list[ResidentBrief]
    next_cursor: str | None
    recognised_as: str


class Warned(ApiModel):
    """Something strange that was accepted."""

    code: str
    detail: str


class Resident(ResidentBrief):
    """One person. A record that was merged into another stays readable; `merged_into` names the one that counts."""

    ethnic_group: str | None
    ethnic_group_name: str | None
    education: str | None
    education_name: str | None
    marriage: str | None
    marriage_name: str | None
    political_status: str | None
    political_status_name: str | None
    document_kind: str
    bank_account_masked: str | None
    hukou_division: str | None
    hukou_division_name: str | None
    household_number: str | None
    grid_id: UUID | None
    member_since: date | None
    death_date: date | None
    confirmed_at: datetime
    confirmed_by: UUID | None
    version: int
    merged_into: UUID | None = None
    warnings: list[Warned] = Field(default_factory=list)


class ResidentFields(ApiModel):
    """What can be edited; whom an event concerns (division, death, household) changes by life events only."""

    name: Name | None = None
    document_kind: DocumentKind | None = None
    identity_number: Number | None = None
    phone: Number | None = None
    bank_account: Number | None = None
    sex: Literal["0", "1", "2", "9"] | None = None
    birth_date: GivenDay | None = None
    ethnic_group: Code | None = None
    education: Code | None = None
    marriage: Code | None = None
    political_status: Code | None = None
    hukou_division: DivisionCode | None = None
    presence: Presence | None = None


class NewResident(ResidentFields):
    """Sex and birth date come from the identity number when it has them.

    A `document_kind` needs its `identity_number`; `none` says that there are no papers yet.
    """

    name: Name
    division: DivisionCode
    grid_id: UUID | None = None
    presence: Presence = "registered_here"
    reason: Words = ""
    source: Source = "window"


class ResidentPatch(ResidentFields):
    """Fields that are present change; `null` clears phone, bank account and coded fields.

    Sending nothing but a reason confirms the record as it is. `effective_on` is the day from which the change holds,
    today when it is left out.
    """

    reason: Words = ""
    source: Source = "window"
    effective_on: GivenDay | None = None


CONFIRMABLE = (
    "name", "document_kind", "identity_number", "phone", "bank_account", "sex", "birth_date", "ethnic_group",
    "education", "marriage", "political_status", "hukou_division", "presence", "address",
)  # fmt: skip


class RevealRequest(ApiModel):
    fields: Annotated[list[Revealed], Field(min_length=1, max_length=5)]
    purpose: Code
    purpose_text: Words = ""
    case_id: UUID | None = None


class RevealedValues(ApiModel):
    values: dict[str, str | None]
    expires_in: int


PREFILL_FIELDS = (
    "name", "sex", "birth_date", "age", "identity_number", "phone", "address", "division", "division_name",
    "hukou_division_name", "household_number", "head_name", "relation_name", "ethnic_group", "bank_account",
    "guardian_name", "members",
)  # fmt: skip


class PrefillRequest(ApiModel):
    fields: Annotated[list[Code], Field(min_length=1, max_length=40)]
    matter_code: Annotated[str, StringConstraints(max_length=64)] = ""
    case_id: UUID | None = None


class PrefillValues(ApiModel):
    """Whole values for a form; a field that the registry does not know is null. `version` is the resident's."""

    values: dict[str, Any]
    version: int
    confirmed_at: datetime


class ByPhone(ApiModel):
    """Whose phone; with `identity_tail` only those whose document number ends so."""

    phone: Number
    identity_tail: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{4}$")] | None = None
    tenant: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{2,20}$")] | None = None


class PhoneOwner(ApiModel):
    """One record. `person` is the same for the records that one person has in several counties, and says nothing else."""

    tenant: str
    person: str
    resident: UUID
    division: str


class PhoneOwners(ApiModel):
    items: list[PhoneOwner]
