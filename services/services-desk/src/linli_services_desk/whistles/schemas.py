"""What the API says about whistles. Reporters are masked in every answer but that of `reveal`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_services_desk.cases.schemas import Clock

Village = Annotated[str, Field(pattern="^[0-9]{12}$")]
Code = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
Department = Annotated[str, Field(min_length=2, max_length=60)]
Wording = Annotated[str, Field(min_length=5, max_length=2000)]
Place = Annotated[str, Field(min_length=2, max_length=200)]
Reason = Annotated[str, Field(min_length=2, max_length=1000)]
Phone = Annotated[str, Field(pattern="^1[0-9]{10}$", description="mobile number, for the answer only")]
Name = Annotated[str, Field(min_length=1, max_length=50)]


class Position(ApiModel):
    """WGS 84 in degrees, as the phone gives it."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Reporter(ApiModel):
    name: Name
    phone: Phone | None = None


class WhistleFacts(ApiModel):
    """What is wrong, and where."""

    division: Village
    category: Code
    urgency: Literal["ordinary", "urgent"] = "ordinary"
    description: Wording
    place: Place
    position: Position | None = None


class StartWhistle(WhistleFacts):
    """The village calls the township, for itself or for a resident who came or telephoned."""

    reporter: Reporter | None = None


class PublicReport(WhistleFacts):
    """`join_id`: one of the whistles that `similar` offered; the report is then told of and rates that one."""

    urgency: Literal["ordinary"] = "ordinary"
    reporter: Reporter
    join_id: UUID | None = None


class SimilarQuery(ApiModel):
    division: Village
    category: Code
    description: Annotated[str, Field(min_length=2, max_length=2000)]
    position: Position | None = None


class JoinInto(ApiModel):
    into_id: UUID


class DepartmentShare(ApiModel):
    department: Department
    part: Literal["lead", "assist"]


class CallDepartments(ApiModel):
    """Which departments: exactly one leads. `urgency` may be set by the township."""

    departments: Annotated[list[DepartmentShare], Field(min_length=1, max_length=12)]
    urgency: Literal["ordinary", "urgent"] | None = None
    note: Annotated[str, Field(max_length=1000)] = ""


class AssignDepartments(ApiModel):
    departments: Annotated[list[DepartmentShare], Field(min_length=1, max_length=12)]


class DepartmentAnswer(ApiModel):
    """What was done; the resident reads it."""

    answer: Reason


class SendWhistleBack(ApiModel):
    """Departments whose share is not done; without any it is the lead's."""

    reason: Reason
    departments: Annotated[list[Department], Field(max_length=12)] = Field(default_factory=list)


class RevealReporters(ApiModel):
    purpose: Annotated[str, Field(min_length=2, max_length=200)]


class WhistleRating(ApiModel):
    """`level` 5 = 非常满意 … 1 = 非常不满意."""

    level: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Annotated[str, Field(max_length=500)] = ""


class DutyView(ApiModel):
    department: str
    part: Literal["lead", "assist"]
    state: str
    state_name: str
    state_name_en: str
    report_in: Clock
    solution: Clock | None
    reported_at: datetime | None
    solved_at: datetime | None
    answer: str | None
    escalated: int


class WhistleBrief(ApiModel):
    """`clock` is the department clock that ends first; `escalation` 1: township leader, 2: county leader."""

    id: UUID
    number: str
    division: str
    category: str
    category_name: str
    category_name_en: str
    urgency: str
    source: str
    state: str
    state_name: str
    state_name_en: str
    summary: str
    place: str
    reports: int
    escalation: int
    departments: list[str]
    clock: Clock | None
    clock_of: str | None
    clock_what: str | None
    created_at: datetime
    version: int


class WhistleList(ApiModel):
    items: list[WhistleBrief]
    next_cursor: str | None


class StateCount(ApiModel):
    state: str
    state_name: str
    state_name_en: str
    count: int
    overdue: int


class WhistleCounts(ApiModel):
    items: list[StateCount]


class ReportView(ApiModel):
    name: str | None
    phone: str | None
    joined: bool
    at: datetime
    level: int | None
    comment: str | None


class LineView(ApiModel):
    at: datetime
    command: str
    to_state: str
    department: str | None
    note: str | None
    actor_name: str
    actor_role: str


class PhotoView(ApiModel):
    id: UUID
    department: str | None
    media_type: str
    size: int
    created_at: datetime


class Whistle(WhistleBrief):
    """`commands` are those of the viewer in this state; the server decides again when one comes."""

    description: str
    position: Position | None
    whistler_name: str | None
    is_whistler: bool
    rounds: int
    joined_into: UUID | None
    closed_at: datetime | None
    duties: list[DutyView]
    people: list[ReportView]
    timeline: list[LineView]
    photos: list[PhotoView]
    commands: list[str]


class SimilarWhistle(ApiModel):
    whistle: WhistleBrief
    likeness: float
    metres: int | None


class SimilarList(ApiModel):
    items: list[SimilarWhistle]


class RevealedPerson(ApiModel):
    name: str | None
    phone: str | None


class RevealedReporters(ApiModel):
    people: list[RevealedPerson]
    expires_in: int


class WhistleCategory(ApiModel):
    code: str
    name: str
    name_en: str
    departments: list[str]


class WhistleLimit(ApiModel):
    number: int
    unit: str


class WhistleSettings(ApiModel):
    """The place's categories, departments and pledges."""

    categories: list[WhistleCategory]
    departments: list[str]
    limits: dict[str, dict[str, WhistleLimit]]


class LeagueLine(ApiModel):
    """Rates from 0 to 1 of what has been measured; minutes are office minutes."""

    department: str
    assigned: int
    declined: int
    reported: int
    solved: int
    sent_back: int
    escalated: int
    ratings: int
    response_rate: float | None
    solution_rate: float | None
    satisfaction_rate: float | None
    mean_report_minutes: int | None
    mean_solution_minutes: int | None
    mean_level: float | None


class League(ApiModel):
    first: date
    last: date
    items: list[LeagueLine]


class PublicCategory(ApiModel):
    code: str
    name: str
    name_en: str


class PublicWhistleSettings(ApiModel):
    categories: list[PublicCategory]
    photos: int
    largest_photo_bytes: int
    similar_days: int


class PublicSimilar(ApiModel):
    """Nothing of what others wrote: only that something like it is known, where it stands and how many speak of it."""

    id: UUID
    category_name: str
    category_name_en: str
    state_name: str
    state_name_en: str
    reported_on: date
    reports: int
    metres: int | None


class PublicSimilarList(ApiModel):
    items: list[PublicSimilar]


class ReportReceived(ApiModel):
    """`token` follows and rates this report without sign-in."""

    token: str
    number: str
    joined: bool


class PhotoTaken(ApiModel):
    id: UUID
    photos: int


class PublicDuty(ApiModel):
    department: str
    part: str
    state_name: str
    state_name_en: str
    answer: str | None


class PublicLine(ApiModel):
    at: datetime
    to_state: str
    state_name: str
    state_name_en: str
    department: str | None
    reason: str | None


class FollowedWhistle(ApiModel):
    number: str
    category_name: str
    category_name_en: str
    description: str
    place: str
    state: str
    state_name: str
    state_name_en: str
    joined: bool
    reports: int
    duties: list[PublicDuty]
    timeline: list[PublicLine]
    photos: int
    rating_open: bool
    rated: bool
    levels: list[dict[str, Any]]


class WhistleRated(ApiModel):
    level: int
    given_at: datetime
