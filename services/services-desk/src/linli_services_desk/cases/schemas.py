"""What the API says about cases. Sensitive form values are masked in every answer but that of `reveal`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_services_desk.matters.schemas import MaterialFacts

Note = Annotated[str, Field(max_length=500)]
Reason = Annotated[str, Field(min_length=2, max_length=500)]
Values = Annotated[dict[str, Any], Field(max_length=100)]


class Applicant(ApiModel):
    """An applicant entered by hand, when the registry does not know them or cannot be reached."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    identity_number: Annotated[str | None, Field(max_length=20, pattern="^[0-9A-Z]{5,20}$")] = None
    phone: Annotated[str | None, Field(max_length=20, pattern="^[0-9-]{5,20}$")] = None
    sex: Literal["0", "1", "2", "9"] | None = None
    birth_date: GivenDay | None = None
    address: Annotated[str | None, Field(max_length=200)] = None


class Agent(ApiModel):
    """Who applies on the applicant's behalf."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    relation: Annotated[str, Field(max_length=50)] = ""
    identity_number: Annotated[str | None, Field(max_length=20, pattern="^[0-9A-Z]{5,20}$")] = None
    phone: Annotated[str | None, Field(max_length=20, pattern="^[0-9-]{5,20}$")] = None


class OpenCase(ApiModel):
    """`applicant_id` is a resident of the registry; `applicant` is used when there is none or the registry is away."""

    matter_id: UUID
    applicant_id: UUID | None = None
    applicant: Applicant | None = None
    division: Annotated[str | None, Field(pattern="^[0-9]{12}$", description="village; default: the viewer's own")] = (
        None
    )
    form: Values = Field(default_factory=dict)
    agent: Agent | None = None
    channel: Literal["window", "telephone", "letter", "visit", "online"] = "window"
    ticket_id: UUID | None = None
    green: Annotated[bool, Field(description="一路绿灯: the matter's shortened limit and its fee waiver")] = False


class EditCase(ApiModel):
    """Only the form fields that change; null clears a field. `green` until the clock runs."""

    form: Values = Field(default_factory=dict)
    agent: Agent | None = None
    green: bool | None = None


class LinkCase(ApiModel):
    """The registry's resident; needed only where the case was opened by hand."""

    applicant_id: UUID | None = None


class SetMaterial(ApiModel):
    """How a material is there. A deferred one (容缺) needs the day on which it was promised."""

    state: Literal["missing", "original_checked", "uploaded", "reused", "deferred"]
    promise_date: GivenDay | None = None
    promise_note: Annotated[str | None, Field(max_length=200)] = None


class Accept(ApiModel):
    note: Note = ""


class WithReason(ApiModel):
    reason: Reason


class WithNote(ApiModel):
    note: Note = ""


class NoticeItem(ApiModel):
    """One thing to bring or correct: a material or a form field, with what is wrong."""

    material_id: Annotated[str | None, Field(max_length=60)] = None
    field: Annotated[str | None, Field(max_length=60)] = None
    text: Annotated[str, Field(min_length=1, max_length=300)]


class Supplement(ApiModel):
    """Everything at once. Without `items` the notice names whatever is missing now."""

    items: list[NoticeItem] = Field(default_factory=list, max_length=50)
    reason: Annotated[str, Field(max_length=500, description="asked for from the second notice on; names nobody")] = ""
    reason_code: Annotated[str | None, Field(max_length=40, description="one of `repeat_reasons` of the case")] = None


class CompleteStep(ApiModel):
    outcome: Literal["pass", "concern"] = "pass"
    comment: Note = ""


class Return(ApiModel):
    """Back to an earlier step, or to the window when `to_step` is absent."""

    to_step: Annotated[str | None, Field(max_length=60)] = None
    reason: Reason


class Decide(ApiModel):
    outcome: Literal["approved", "refused"]
    comment: Note = ""


class NotIssue(ApiModel):
    """Why a certificate is not issued after all, and by which rule; both stand on the decision that the applicant is given."""

    reason: Reason
    basis: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class Deliver(ApiModel):
    channel: Literal["window", "post", "home", "online"] = "window"
    note: Note = ""


class RevealForm(ApiModel):
    purpose: Reason


class Clock(ApiModel):
    """`state` is never told by colour alone: `text` says it in words."""

    state: Literal["green", "amber", "red", "overdue", "paused", "done"]
    due: date | None
    due_at: datetime | None = None
    days_left: int
    days_total: int | None = None
    text: str
    text_en: str
    provisional: bool


class CaseBrief(ApiModel):
    id: UUID
    number: str | None
    matter_id: UUID
    matter_name: str
    applicant_name: str
    resident_id: UUID | None
    division: str
    state: str
    state_name: str
    step: str | None
    step_name: str | None
    clock: Clock | None
    link: Literal["linked", "unlinked", "by_hand"]
    applicant_flag: Literal["deceased", "merged"] | None = Field(
        None, description="what the registry told since the case was opened"
    )
    outcome: str | None
    opened_at: datetime
    version: int


class CaseList(ApiModel):
    items: list[CaseBrief]
    next_cursor: str | None


class CaseStep(ApiModel):
    key: str
    name: str
    name_en: str
    kind: str
    role: str
    department: str = ""
    level: str
    state: Literal["waiting", "ready", "done"]
    outcome: str | None = None
    comment: str | None = None
    completed_by: str | None = None
    completed_at: datetime | None = None


class CaseMaterial(MaterialFacts):
    """A material of the case. `on_file` is a valid paper that can be reused, good until `on_file_until` where it ends."""

    state: Literal["missing", "original_checked", "uploaded", "reused", "deferred"]
    promise_date: date | None = None
    attachment_id: UUID | None = None
    on_file: bool = False
    on_file_until: date | None = None


class HistoryEntry(ApiModel):
    version: int
    command: str
    from_state: str | None
    to_state: str
    step: str | None
    note: str
    actor: UUID
    actor_name: str
    actor_role: str
    at: datetime


class NoticeView(ApiModel):
    id: UUID
    number: int
    items: list[dict[str, Any]]
    reason: str
    asked_at: datetime
    answered_at: datetime | None


class RepeatReason(ApiModel):
    """A kind of reason for asking again; given once the next notice needs one."""

    code: str
    zh: str
    en: str


class DocumentBrief(ApiModel):
    id: UUID
    kind: str
    number: str
    title: str
    state: Literal["issued", "awaiting_seal", "sealed", "stamped", "void"]
    token: str
    created_at: datetime
    sealed_at: datetime | None = None
    href: str


class DocumentList(ApiModel):
    items: list[DocumentBrief]
    next_cursor: str | None = None


class CaseLimit(ApiModel):
    """The limit that the case runs under; `green`: the shortened one of 一路绿灯.

    `due` is the last day if it were accepted now; null once the clock says it.
    """

    number: int
    unit: str
    green: bool
    due: date | None


class CaseFee(ApiModel):
    """`amount_fen` is before the waiver; `waived_fen` is what this case does not pay, `waivable_fen` what 一路绿灯 takes off."""

    charged: bool
    basis: str
    amount_fen: int | None
    waivable_fen: int
    waived_fen: int
    exemption_basis: str


class Case(CaseBrief):
    """A case with all that its screen shows; `commands` is what its state allows, whoever may do it."""

    matter_version: int
    limit: CaseLimit
    fee: CaseFee
    shortened_for: Annotated[str | None, Field(description="whom 一路绿灯 is for; null where the matter has none")]
    department: str
    channel: str
    applicant: dict[str, Any]
    agent: dict[str, Any] | None
    form: dict[str, Any]
    masked: list[str]
    form_schema: dict[str, Any]
    form_order: list[str]
    steps: list[CaseStep]
    materials: list[CaseMaterial]
    missing: list[str]
    supplements: list[NoticeView]
    repeat_reasons: list[RepeatReason]
    documents: list[DocumentBrief]
    history: list[HistoryEntry]
    evaluation: int | None
    receipt_token: str | None
    commands: list[str]
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None


class CaseMoved(ApiModel):
    """The answer to a command: where the case stands now and which papers it brought."""

    id: UUID
    number: str | None
    state: str
    state_name: str
    clock: Clock | None
    link: str
    receipt_token: str | None
    documents: list[DocumentBrief]
    version: int


class FormValues(ApiModel):
    """Unmasked values, for a purpose that was recorded; forget them after `expires_in` seconds."""

    values: dict[str, Any]
    expires_in: int
