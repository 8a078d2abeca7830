"""What goes in and out about questions."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import StringConstraints

QuestionStateName = Literal["asked", "answered", "appealed", "decided"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]


class NewQuestion(ApiModel):
    kind: Literal["question", "objection"] = "question"
    text: Words


class QuestionReceived(ApiModel):
    """The token follows the question; `due` is the last day to answer."""

    token: str
    due: date


class QuestionAppeal(ApiModel):
    text: Words


class QuestionReply(ApiModel):
    """`mask`: have numbers of people masked instead of being refused for them."""

    text: Words
    mask: bool = False


class PublicQuestion(ApiModel):
    """A question with its answer, as everybody reads it once it is answered. Nobody is named who asked."""

    kind: Literal["question", "objection"]
    state: QuestionStateName
    text: str
    asked_at: datetime
    due: date
    answer: str
    answered_by: str
    answered_at: datetime | None
    appeal: str
    appealed_at: datetime | None
    decision: str
    decided_by: str
    decided_at: datetime | None


class InquiryAfter(ApiModel):
    """The supervision committee's inquiry after a question; `outcome` once it is closed."""

    id: UUID
    since: datetime
    outcome: Literal["nothing_wrong", "put_right"] | None


class FollowedQuestion(PublicQuestion):
    """`may_appeal`: answered, or late. `inquiries`: what the supervision committee did about it."""

    id: UUID
    disclosure_id: UUID
    title: str
    division: str
    may_appeal: bool
    inquiries: list[InquiryAfter]


class Question(PublicQuestion):
    """`steps` are what you may do with it now; `days_left` is negative when it is late."""

    id: UUID
    disclosure_id: UUID
    title: str
    division: str
    days_left: int
    overdue: bool
    steps: list[str]
    inquiries: list[InquiryAfter]
    version: int


class QuestionPage(ApiModel):
    items: list[Question]
    next_cursor: str | None
