"""What leaves the service desk: facts about cases, documents, evaluations and the queue as ids and codes.

No name, number, phone or free text is ever in an event; a receiver that needs a person asks the owner under its own permission.
Additive changes only.
"""

from msgspec import Struct

PREFIX = "cn.linli.desk."
CASE_OPENED = "cn.linli.desk.case.opened.v1"
CASE_RECEIVED = "cn.linli.desk.case.received.v1"
CASE_ACCEPTED = "cn.linli.desk.case.accepted.v1"
CASE_NOT_ACCEPTED = "cn.linli.desk.case.not-accepted.v1"
CASE_SUPPLEMENT_ASKED = "cn.linli.desk.case.supplement-asked.v1"
CASE_RESUMED = "cn.linli.desk.case.resumed.v1"
CASE_SUSPENDED = "cn.linli.desk.case.suspended.v1"
CASE_STEP_COMPLETED = "cn.linli.desk.case.step-completed.v1"
CASE_RETURNED = "cn.linli.desk.case.returned.v1"
CASE_DECIDED = "cn.linli.desk.case.decided.v1"
CASE_DELIVERED = "cn.linli.desk.case.delivered.v1"
CASE_CLOSED = "cn.linli.desk.case.closed.v1"
CASE_WITHDRAWN = "cn.linli.desk.case.withdrawn.v1"
CASE_HANDED_OVER = "cn.linli.desk.case.handed-over.v1"
CASE_REOPENED = "cn.linli.desk.case.reopened.v1"
DOCUMENT_ISSUED = "cn.linli.desk.document.issued.v1"
DOCUMENT_SEALED = "cn.linli.desk.document.sealed.v1"
DOCUMENT_VOIDED = "cn.linli.desk.document.voided.v1"
DOCUMENT_STAMPED = "cn.linli.desk.document.stamped.v1"
EVALUATION_GIVEN = "cn.linli.desk.evaluation.given.v1"
EVALUATION_BULK = "cn.linli.desk.evaluation.bulk-flagged.v1"
RECTIFICATION_OPENED = "cn.linli.desk.rectification.opened.v1"
RECTIFICATION_MOVED = "cn.linli.desk.rectification.moved.v1"
CASE_ESCALATED = "cn.linli.desk.case.escalated.v1"
MATTER_PUBLISHED = "cn.linli.desk.matter.published.v1"


class CaseMoved(Struct, kw_only=True, omit_defaults=True):
    """Payload of every `case.*` event. `due` is a day; `supplement` counts the notices of the case, from 1.

    `matter_type` is the catalogue's task type (05 is an allowance). `reason_code` says why an applicant is asked again, in an event of a further notice; the place's profile names the codes.
    """

    case_id: str
    division: str
    department: str
    matter_id: str
    matter_version: int
    from_state: str | None
    to_state: str
    round: int
    number: str | None = None
    step: str | None = None
    outcome: str | None = None
    due: str | None = None
    provisional: bool = False
    supplement: int | None = None
    reason_code: str | None = None
    resident_id: str | None = None
    link: str = "linked"
    matter_type: str | None = None


class DocumentIssued(Struct, kw_only=True, omit_defaults=True):
    """`state` is `issued`, `awaiting_seal`, `sealed`, `stamped` (by hand, on paper) or `void`; the digest is of the bytes in that state, once they exist. A note on a
    certificate that is not issued belongs to no case."""

    document_id: str
    case_id: str | None = None
    division: str
    kind: str
    number: str
    state: str
    sha256: str | None = None


class EvaluationGiven(Struct, kw_only=True):
    """`level` 1–5, 5 = 非常满意. `source`: `code` (the applicant's own) or `receipt`. `device` is a keyed hash of what it was given
    on, the same as in the acts of staff; it is told apart from others and leads nowhere. `pad`: on the window's pad, which had
    asked for it."""

    case_id: str
    division: str
    matter_id: str
    department: str
    level: int
    source: str = "receipt"
    device: str | None = None
    pad: bool = False


class BulkRatings(Struct, kw_only=True):
    """One device rated these cases within `minutes`."""

    division: str
    cases: list[str]
    minutes: int


class Rectification(Struct, kw_only=True):
    """A bad rating that is put right. `state`: `open`, `called`, `done`, `appealed`, `upheld` or `rejected`."""

    case_id: str
    division: str
    department: str
    level: int
    state: str
    due: str


class CaseEscalated(Struct, kw_only=True):
    """Overdue by `overdue_days` working days, and brought before `role`. `what`: `case` or `rectification`."""

    case_id: str
    division: str
    department: str
    what: str
    overdue_days: int
    role: str
    due: str


class MatterPublished(Struct, kw_only=True):
    matter_id: str
    code: str
    version: int
