"""What the API says about drafts, versions and their comparison."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_services_desk.matters.drafting import DraftCommand, DraftState
from linli_services_desk.matters.schemas import LegalBasis, MaterialFacts

Words = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=3000)]
Key = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
Department = Annotated[str, Field(max_length=60)]
Fen = Annotated[int, Field(ge=0, le=100_000_000)]


class LimitFacts(ApiModel):
    number: Annotated[int, Field(ge=0, le=1000)]
    unit: Literal["working_day", "calendar_day", "hour", "minute", "month"]


class Limits(ApiModel):
    """`shortened` is the limit of 一路绿灯, for those named in `shortened_for`."""

    statutory: LimitFacts | None = None
    promised: LimitFacts | None = None
    shortened: LimitFacts | None = None
    shortened_for: Words = ""


class Fee(ApiModel):
    """`waived_fen` is what those with the exemption do not pay."""

    charged: bool = False
    basis: Words = ""
    amount_fen: Fen | None = None
    exemption_basis: Words = ""
    waived_fen: Fen | None = None


class Result(ApiModel):
    kind: Literal["approval", "certificate", "licence", "registration", "payment", "other"]
    name: Words = ""
    name_en: Words = ""
    seal: bool = False
    template: Annotated[str | None, Field(max_length=60)] = None
    valid_days: Annotated[int | None, Field(ge=1, le=36_500)] = None


class EditedMaterial(MaterialFacts):
    id: Key
    name: Annotated[str, Field(min_length=1, max_length=100)]
    name_en: Words = ""
    source: Annotated[str, Field(max_length=40)] = "applicant"
    copies: Annotated[int, Field(ge=1, le=20)] = 1
    paper: Key | None = None
    sample: Words = ""


class EditedStep(ApiModel):
    """`after`: keys of earlier steps; two steps after the same one run in parallel. `department`: another than the matter's."""

    key: Key
    name: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Words = ""
    kind: Literal["check", "decide"]
    role: Literal["clerk", "village_official", "township_officer", "department_officer", "county_admin"]
    level: Literal["village", "township", "county"]
    department: Department = ""
    after: Annotated[list[Key], Field(max_length=20)] = Field(default_factory=list)


class MatterContent(ApiModel):
    """Everything that may be written about a matter. `form_schema` is the part of JSON Schema 2020-12 that screens can draw."""

    name: Annotated[str, Field(min_length=2, max_length=200)]
    name_en: Words = ""
    category: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
    type: Annotated[str, Field(pattern="^[0-9]{2}$")]
    department: Department
    level: Literal["village", "township", "county"]
    service_object: Words = ""
    handling: Literal["immediate", "promised"]
    legal_basis: Annotated[list[LegalBasis], Field(max_length=20)] = Field(default_factory=list)
    limits: Limits
    conditions: Text = ""
    procedure: Text = ""
    visits: Annotated[int | None, Field(ge=0, le=20)] = None
    fee: Fee
    place: Words = ""
    hours: Words = ""
    result: Result
    cross_area: Annotated[str | None, Field(max_length=20)] = None
    online_depth: Annotated[int | None, Field(ge=0, le=4)] = None
    entrusted: Annotated[list[str], Field(max_length=5)] = Field(default_factory=list)
    form_schema: dict[str, Any]
    form_order: Annotated[list[Key], Field(max_length=80)]
    materials: Annotated[list[EditedMaterial], Field(max_length=50)] = Field(default_factory=list)
    steps: Annotated[list[EditedStep], Field(max_length=20)] = Field(default_factory=list)


class BeginDraft(ApiModel):
    """From a published matter, or a new one by its name."""

    matter_id: UUID | None = None
    name: Annotated[str | None, Field(min_length=2, max_length=100)] = None


class SaveDraft(ApiModel):
    content: MatterContent
    note: Annotated[str, Field(max_length=500, description="what is new, for the reviewer")] = ""


class DraftOrder(ApiModel):
    """`note`: for `send-back` what has to be changed."""

    note: Annotated[str, Field(max_length=500)] = ""


class DraftBrief(ApiModel):
    id: UUID
    matter_id: UUID | None
    code: str
    name: str
    department: str
    state: DraftState
    state_name: str
    authors: list[str]
    note: str
    answer: str
    closed_name: str
    updated_at: datetime
    version: int


class DraftList(ApiModel):
    items: list[DraftBrief]
    next_cursor: str | None


class Lack(ApiModel):
    pointer: str
    zh: str
    en: str


class Draft(DraftBrief):
    """`lacks`: what keeps it from review. `commands`: what this viewer may do now."""

    content: MatterContent
    lacks: list[Lack]
    commands: list[DraftCommand]
    editable: bool
    published_version: int | None


class VersionBrief(ApiModel):
    number: int
    published_at: datetime
    published_name: str
    written_name: str
    note: str


class VersionList(ApiModel):
    items: list[VersionBrief]
    next_cursor: str | None = None


class MatterVersion(VersionBrief):
    content: MatterContent


class ChangeFacts(ApiModel):
    part: Literal["facts", "limits", "fee", "form", "materials", "steps"]
    key: str
    kind: Literal["added", "removed", "changed", "moved"]
    title: str
    before: Any
    after: Any


class MatterComparison(ApiModel):
    """Two versions side by side. `before` is null for the first version of a matter."""

    before_number: int | None
    after_number: int | None
    before: MatterContent | None
    after: MatterContent
    changes: list[ChangeFacts]


class NamedCode(ApiModel):
    code: str
    name: str
    name_en: str


class StepSetFacts(ApiModel):
    code: str
    name: str
    name_en: str
    steps: list[EditedStep]


class MatterSettings(ApiModel):
    """What an editor chooses from: the place's categories, departments, step sets, registry fields and known materials."""

    categories: list[NamedCode]
    departments: list[str]
    step_sets: list[StepSetFacts]
    prefill: list[str]
    materials: list[MaterialFacts]
