"""Bodies and answers of inquiries and of the committee."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from linli_kernel.profile.base import Text
from linli_kernel.words import readable
from pydantic import AfterValidator, Field, StringConstraints

from linli_supervision.inquiries.workflow import State, Step
from linli_supervision.ledger.schemas import Actor

Village = Annotated[str, StringConstraints(pattern="^[0-9]{12}$")]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000), AfterValidator(readable)
]
Origin = Literal["planned", "random", "complaint"]
ComplaintKind = Literal["objection", "appeal", "whistle", "rating"]


class Draw(ApiModel):
    """How many entries of the last `days` to look into."""

    count: int = Field(ge=1, le=50, strict=True)
    days: int = Field(ge=1, le=366, strict=True)


class ComplaintName(ApiModel):
    """`id` of the question about a disclosure, of the whistle, or of the case that was rated badly."""

    kind: ComplaintKind
    id: UUID


class Complaint(ComplaintName):
    """What somebody complained of: the question's words, the whistle's category, the rating's level; never who."""

    zh: str
    en: str
    at: datetime
    disclosure_id: UUID | None


class Complaints(ApiModel):
    items: list[Complaint]


class NewInquiry(ApiModel):
    """`question`: which of the place's inquiries, from 1. One at random says what to draw. `complaint`: what opened it, if it is
    in the system; spoken words are not."""

    division: Village
    question: int = Field(ge=1, le=20, strict=True)
    origin: Origin
    group: Annotated[str, StringConstraints(max_length=40)] = ""
    subject: Words
    draw: Draw | None = None
    complaint: ComplaintName | None = None


class Drawn(ApiModel):
    """Entries of the ledger from `since` that were drawn: the `count` whose SHA-256 of `<seed>:<index>` is smallest.

    `seed` is the root of the first checkpoint that was signed after the inquiry had been planned, `size` that checkpoint's; the
    pool are the entries below it. Until it is signed, `seed` is empty, `size` null and nothing is drawn.
    """

    seed: str
    since: datetime
    until: datetime
    count: int
    size: int | None
    pool: int
    entries: list[int]


class InquiryStep(ApiModel):
    step: str
    state: State
    note: str
    by: str
    at: datetime


class InquiryBrief(ApiModel):
    """`steps` are those that you may take now."""

    id: UUID
    division: str
    question: int
    title: Text
    origin: Origin
    complaint: Complaint | None
    group: Text | None
    subject: str
    state: State
    due: date | None
    overdue: bool
    created_at: datetime
    steps: list[Step]
    version: int


class InquiryPage(ApiModel):
    items: list[InquiryBrief]
    next_cursor: str | None


class Inquiry(InquiryBrief):
    draw: Drawn | None
    history: list[InquiryStep]


class InquiryNote(ApiModel):
    note: Words


class Coded(ApiModel):
    code: str
    name: Text


class Check(Coded):
    """One of the things that a committee has to have. `shown_by`: what shows it; nobody says so by hand then."""

    shown_by: Literal["", "activity"]
    met: bool
    note: str
    by: str | None
    at: datetime | None


class Meeting(ApiModel):
    """`recorded_at`: when it was written down; null for one of before that was kept."""

    id: UUID
    day: date
    present: int
    topics: str
    decisions: str
    by: str
    recorded_at: datetime | None


class MeetingOfArea(Meeting):
    division: str


class MeetingPage(ApiModel):
    items: list[MeetingOfArea]
    next_cursor: str | None


class Committee(ApiModel):
    """`score`: how many of the things it has; `quarters`: meetings in each quarter of the year."""

    division: str
    year: int
    questions: list[Text]
    groups: list[Coded]
    members: tuple[int, int]
    checks: list[Check]
    score: int
    quarters: tuple[int, int, int, int]
    meetings: list[Meeting]


class Activity(ApiModel):
    """Something that the committee did, by its entry of the log; `of` and `object_id` lead to what it was about."""

    entry: int
    at: datetime
    action: str
    actor: Actor | None
    of: Literal["seal-use", "disclosure", "inquiry", "deliberation"] | None
    object_id: str | None
    item: str | None = Field(description="which item of the catalogue or of the check list")


class ActivityPage(ApiModel):
    items: list[Activity]
    next_cursor: str | None


class NewMeeting(ApiModel):
    division: Village
    day: GivenDay
    present: int = Field(ge=1, le=50, strict=True)
    topics: Words
    decisions: Words


class NewCheck(ApiModel):
    division: Village
    met: bool
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
