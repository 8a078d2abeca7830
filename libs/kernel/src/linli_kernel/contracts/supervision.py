"""What leaves supervision: facts about seal uses and disclosures as ids, codes, post titles and digests.

No name, number, phone or free text of a resident is ever in an event. Additive changes only.
"""

from msgspec import Struct

PREFIX = "cn.linli.supervision."
SEAL_USE_REQUESTED = "cn.linli.supervision.seal-use.requested.v1"
SEAL_USE_APPROVED = "cn.linli.supervision.seal-use.approved.v1"
SEAL_USE_OPENED = "cn.linli.supervision.seal-use.opened.v1"
SEAL_USE_SIGNED = "cn.linli.supervision.seal-use.signed.v1"
SEAL_USE_SEALED = "cn.linli.supervision.seal-use.sealed.v1"
SEAL_USE_REFUSED = "cn.linli.supervision.seal-use.refused.v1"
SEAL_USE_CANCELLED = "cn.linli.supervision.seal-use.cancelled.v1"
SEAL_USE_LAPSED = "cn.linli.supervision.seal-use.lapsed.v1"
SEAL_USE_UNSEALED = "cn.linli.supervision.seal-use.unsealed.v1"
SEAL_USE_RECLOSED = "cn.linli.supervision.seal-use.reclosed.v1"
SEAL_USE_ENCLOSED = "cn.linli.supervision.seal-use.enclosed.v1"
SEAL_INCIDENT = "cn.linli.supervision.seal-incident.raised.v1"
DISCLOSURE_SUBMITTED = "cn.linli.supervision.disclosure.submitted.v1"
DISCLOSURE_RETURNED = "cn.linli.supervision.disclosure.returned.v1"
DISCLOSURE_CHECKED = "cn.linli.supervision.disclosure.checked.v1"
DISCLOSURE_PUBLISHED = "cn.linli.supervision.disclosure.published.v1"
DISCLOSURE_WITHDRAWN = "cn.linli.supervision.disclosure.withdrawn.v1"
DISCLOSURE_DUTY_REMINDED = "cn.linli.supervision.disclosure-duty.reminded.v1"
DISCLOSURE_QUESTION_MOVED = "cn.linli.supervision.disclosure-question.moved.v1"
OVERSIGHT_REMINDED = "cn.linli.supervision.oversight.reminded.v1"
MEETING_MOVED = "cn.linli.supervision.meeting.moved.v1"
FLAG_RAISED = "cn.linli.supervision.flag.raised.v1"
FLAG_MOVED = "cn.linli.supervision.flag.moved.v1"
INQUIRY_MOVED = "cn.linli.supervision.inquiry.moved.v1"


class SealUseMoved(Struct, kw_only=True, omit_defaults=True):
    """Payload of every `seal-use.*` event but `sealed` and `enclosed`. `position` is the piece of the custodian who acted,
    from 1; a use of the seal of rubber may concern no case, and its `document_id` is the id of its own record: the papers
    of cases that it is asked for are in `documents`."""

    use_id: str
    seal_id: str
    case_id: str | None = None
    document_id: str
    division: str
    state: str
    round: int
    actor: str | None = None
    role: str | None = None
    position: int | None = None
    documents: list[str] = []


class StampedPaper(Struct, kw_only=True):
    """A paper of a case that lay under the seal of rubber, and how often it was stamped; 0 when it was not after all."""

    document_id: str
    case_id: str
    copies: int
    impressions: int


class Signer(Struct, kw_only=True):
    """One signature in the PDF: the custodian's post title, the certificate's serial (hexadecimal), the time."""

    position: int
    title: str
    serial: str
    signed_at: str


class SealUseSealed(Struct, kw_only=True, omit_defaults=True):
    """The document bears all signatures; `sha256` (hexadecimal) is of the sealed PDF. `enclosed` says the same of the record
    of an envelope's opening: the seal of rubber lies in its next envelope, and `stamped` are the papers of cases."""

    use_id: str
    seal_id: str
    seal_name: str
    case_id: str | None = None
    document_id: str
    division: str
    sha256: str
    sealed_at: str
    signers: list[Signer]
    stamped: list[StampedPaper] = []


class SealIncident(Struct, kw_only=True):
    """Something about a seal of rubber was not as it must be; `sequence` counts its envelopes, from 1."""

    incident_id: str
    seal_id: str
    use_id: str
    division: str
    kind: str
    sequence: int


class DisclosureMoved(Struct, kw_only=True, omit_defaults=True):
    """Payload of every `disclosure.*` event; `sha256` is of what was published, `author` the account that wrote it."""

    disclosure_id: str
    division: str
    category: str
    item: str
    edition: int
    version: int
    author: str | None = None
    sha256: str | None = None


class QuestionMoved(Struct, kw_only=True):
    """A question about a disclosure was asked, answered, appealed or decided; its words are never in an event."""

    question_id: str
    disclosure_id: str
    division: str
    kind: str
    state: str


class DutyReminded(Struct, kw_only=True):
    """Something a village owes is due within days, or has not been published; `days` are left, negative when it is late.
    `duty` names it within the county: each is told once per `state`."""

    duty: str
    division: str
    item: str
    due: str
    days: int
    state: str


class OversightReminded(Struct, kw_only=True, omit_defaults=True):
    """What is waited for, `what`: a `rectification` by the village, the committee's own `meeting`, the answer to a `question`
    about a disclosure, the decision of an `appeal`.
    `days` are left, negative when it is late; `key` names it within the county, each is told once per `state`."""

    what: str
    key: str
    division: str
    due: str
    days: int
    state: str
    inquiry_id: str = ""


class MeetingMoved(Struct, kw_only=True):
    """A meeting was `called`, its day or place was `changed`, or it was called `off`; `call` counts this for a step, from 1.
    `at` is when it is held, or was to be. Who is on the roll, the topic and the place are asked for, and never in an event."""

    deliberation_id: str
    division: str
    position: int
    call: int
    state: str
    at: str


class FlagMoved(Struct, kw_only=True, omit_defaults=True):
    """A red flag was raised, or somebody took a step with it; whom it is about and what was found is never in an event.
    `owner` is the account that it was given to by `step` `assign`."""

    flag_id: str
    division: str
    rule: str
    severity: str
    state: str
    version: int = 0
    step: str | None = None
    owner: str | None = None


class InquiryMoved(Struct, kw_only=True, omit_defaults=True):
    """The supervision committee planned an inquiry, or a step was taken in it. `complaint` is what opened it (`objection`,
    `appeal`, `whistle`, `rating`) with its id, of a rating that of the case, of an appeal that of the question; `outcome`, once it is closed: `nothing_wrong` or `put_right`."""

    inquiry_id: str
    division: str
    version: int
    step: str
    state: str
    due: str | None = None
    complaint: str | None = None
    complaint_id: str | None = None
    disclosure_id: str | None = None
    outcome: str | None = None
