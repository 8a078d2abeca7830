"""What each paper says: one struct per kind, complete, so that a paper is set from its struct alone.

Names and numbers arrive as they are to be printed: masked by the caller on receipts, in full on a certificate.
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class DocumentKind(StrEnum):
    """The papers of the desk; the value is stored and shown in the API."""

    RECEIPT = "receipt"
    RECEIPT_SLIP = "receipt_slip"
    ACCEPTANCE_NOTICE = "acceptance_notice"
    SUPPLEMENT_NOTICE = "supplement_notice"
    NOT_ACCEPTED_NOTICE = "not_accepted_notice"
    DECISION = "decision"
    RESIDENCE_CERTIFICATE = "residence_certificate"
    CERTIFICATE = "certificate"
    REFUSAL_NOTE = "refusal_note"


class MaterialState(StrEnum):
    """How a material stands on a receipt."""

    ORIGINAL_CHECKED = "original_checked"
    UPLOADED = "uploaded"
    REUSED = "reused"
    DEFERRED = "deferred"
    MISSING = "missing"


class SealState(StrEnum):
    """What is drawn at the signature.

    PLACE is an outline to be stamped by hand; IMPRINT is the seal itself and belongs only on the version that the
    custodians sign; DRAFT marks a preview that binds nobody.
    """

    PLACE = "place"
    IMPRINT = "imprint"
    DRAFT = "draft"


class Issuer(Struct, frozen=True, kw_only=True):
    """Who hands the paper out. `body` is the full name on the seal (咸宁市咸安区…花坪村村民委员会)."""

    body: str
    place: str
    window: str
    clerk: str
    address: str = ""
    hours: str = ""
    phone: str = ""
    complaint_phone: str = ""


class Seal(Struct, frozen=True, kw_only=True):
    """The round seal at the signature: name round the circle, a star, and a line under the star (often none)."""

    name: str
    state: SealState = SealState.PLACE
    line: str = ""


class Paper(Struct, frozen=True, kw_only=True):
    """What every paper has. `number` is the paper's own (花坪受〔2026〕0012号), `verify_url` what its QR code opens, `note`
    what the county words itself."""

    issuer: Issuer
    number: str
    verify_url: str
    issued_at: datetime
    seal: Seal | None = None
    note: str = ""


class Worded(Paper, frozen=True, kw_only=True):
    """A paper around whose facts the place puts its own sentences (`wording.worded`)."""

    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


class Applicant(Struct, frozen=True, kw_only=True):
    """The person served, as printed, and the agent who came for them."""

    name: str
    identity: str = ""
    phone: str = ""
    agent: str = ""


class MaterialLine(Struct, frozen=True, kw_only=True):
    """One material. `promised` is the day a deferred one is to be brought."""

    name: str
    state: MaterialState
    copies: int = 1
    note: str = ""
    promised: date | None = None


class Receipt(Paper, frozen=True, kw_only=True):
    """收件/受理回执, as A4 and as an 80 mm slip. `deadline` is the whole phrase (承诺10个工作日，12月4日前办结)."""

    case_number: str
    matter: str
    matter_code: str = ""
    applicant: Applicant
    received_at: datetime
    materials: tuple[MaterialLine, ...] = ()
    deadline: str
    deadline_provisional: bool = False
    result: str = ""
    fee: str = "不收费"


class AcceptanceNotice(Worded, frozen=True, kw_only=True):
    """受理通知书."""

    case_number: str
    matter: str
    applicant: Applicant
    applied_on: date
    accepted_on: date
    deadline: str
    due_on: date | None = None
    deadline_provisional: bool = False
    deferred: tuple[MaterialLine, ...] = ()
    legal_basis: str = ""


class SupplementItem(Struct, frozen=True, kw_only=True):
    """One thing to bring or correct, why, and how it can be provided."""

    name: str
    reason: str
    how: str = ""


class SupplementNotice(Worded, frozen=True, kw_only=True):
    """一次性告知书. `repeated_reason` is the officer's reason when it is not the first one."""

    case_number: str
    matter: str
    applicant: Applicant
    applied_on: date
    items: tuple[SupplementItem, ...]
    answer_by: date | None = None
    repeated_reason: str = ""


class NotAcceptedNotice(Worded, frozen=True, kw_only=True):
    """不予受理通知书."""

    case_number: str
    matter: str
    applicant: Applicant
    applied_on: date
    reasons: tuple[str, ...]
    legal_basis: str
    remedy: str = ""


class Decision(Worded, frozen=True, kw_only=True):
    """办理决定书. `approved` chooses 准予 or 不予; `facts` and `content` are paragraphs."""

    case_number: str
    matter: str
    applicant: Applicant
    applied_on: date
    approved: bool
    facts: str
    legal_basis: str
    content: tuple[str, ...]
    effective_on: date | None = None
    remedy: str = ""


class ResidenceCertificate(Paper, frozen=True, kw_only=True):
    """居住情况证明, sealed by the custodians. Names and number in full: the holder shows it to a third party.

    `verified_how` goes on after 上述情况 (经本村入户核实).
    """

    case_number: str
    name: str
    sex: str
    birth_date: date
    identity_kind: str = "公民身份号码"
    identity_number: str
    hukou_place: str = ""
    address: str
    since: date | None = None
    purpose: str
    recipient: str = ""
    valid_until: date
    verified_how: str = ""
    signatures_required: int = 3


class Certificate(Paper, frozen=True, kw_only=True):
    """A certificate whose words are the place's own, sealed by the custodians; `paragraphs` are filled in."""

    case_number: str
    title: str
    recipient: str = ""
    paragraphs: tuple[str, ...]
    signatures_required: int = 3


class RefusalNote(Worded, frozen=True, kw_only=True):
    """不予出具证明告知单: a certificate the village must not issue, and whom to ask instead."""

    certificate: str
    applicant: Applicant
    asked_on: date
    competent_issuer: str
    legal_basis: str
    how: str = ""
    remedy: str = ""
