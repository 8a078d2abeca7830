"""What the API says about ratings and their rectification."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

Reason = Annotated[str, Field(min_length=2, max_length=500)]
RectificationState = Literal["open", "called", "appealed", "done", "upheld"]


class StaffRating(ApiModel):
    """`source`: `code` is the applicant's own and counts; `receipt` does not. `excluded`: taken out by an appeal.

    `bulk`: one device gave too many that day; it was reported to supervision.
    """

    case_id: UUID
    number: str | None
    matter_name: str
    department: str
    division: str
    level: int
    comment: str | None
    given_at: datetime
    source: Literal["code", "receipt"]
    excluded: Literal["appeal"] | None
    rectification: RectificationState | None
    bulk: bool


class RatingList(ApiModel):
    items: list[StaffRating]
    next_cursor: str | None


class Counted(ApiModel):
    decided: int
    rated: int
    unrated: int
    satisfied: int
    bad: int
    by_receipt: int


class Figure(Counted):
    """`key` is empty for what belongs to no window. `mean` is of the counted ratings."""

    key: str
    name: str
    mean: float | None


class Figures(ApiModel):
    since: date
    until: date
    items: list[Figure]
    total: Counted


class Rectification(ApiModel):
    """`days_left`: working days, negative when overdue, null once it is over."""

    case_id: UUID
    number: str | None
    matter_name: str
    department: str
    division: str
    level: int
    state: RectificationState
    state_name: str
    state_name_en: str
    due: date
    provisional: bool
    days_left: int | None
    opened_at: datetime
    called_back_at: datetime | None
    call_outcome: Literal["reached", "unreachable"] | None
    measures: str | None
    completed_at: datetime | None
    appeal: str | None
    appealed_at: datetime | None
    appeal_outcome: Literal["upheld", "rejected"] | None
    appeal_answer: str | None
    version: int


class RectificationList(ApiModel):
    items: list[Rectification]
    next_cursor: str | None


class CallBack(ApiModel):
    outcome: Literal["reached", "unreachable"]


class Complete(ApiModel):
    measures: Reason


class Appeal(ApiModel):
    reason: Reason


class DecideAppeal(ApiModel):
    outcome: Literal["upheld", "rejected"]
    answer: Reason
