"""What the API says about subscriptions. A phone is only ever shown masked, and only to its owner."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_services_desk.whistles.schemas import Code, Village

Mobile = Annotated[
    str, Field(pattern=r"^1[3-9]\d{9}$", description="the own registered phone; without one it is told in the app only")
]


class Follow(ApiModel):
    """A village, or some categories of what it publishes. Sent again it replaces what was wished before."""

    division: Village
    categories: Annotated[list[Code], Field(default_factory=list, max_length=20)]
    phone: Mobile | None = None


class FollowQuestion(ApiModel):
    """`token`: what was given for the question when it was asked."""

    token: Annotated[str, Field(max_length=60)]
    phone: Mobile | None = None


class Subscription(ApiModel):
    """`disclosure_id`: it waits for the answer to an own question about this disclosure."""

    id: UUID
    division: str
    categories: list[str]
    disclosure_id: UUID | None
    phone_masked: str | None
    created_at: datetime


class Subscriptions(ApiModel):
    items: list[Subscription]
    next_cursor: str | None = None


class SubscriptionNews(ApiModel):
    """`link` is an address of the screens, empty when there is nothing more to open."""

    id: UUID
    topic: Literal["meeting", "disclosure", "case"]
    urgent: bool
    title: str
    title_en: str
    body: str
    body_en: str
    link: str
    division: str
    created_at: datetime
    read: bool


class UnreadNews(ApiModel):
    """Stops at 100."""

    count: int


class NewsPage(ApiModel):
    items: list[SubscriptionNews]
    next_cursor: str | None


class Followed(ApiModel):
    """What a link in a message ends."""

    division: str
    categories: list[str]
    question: bool


class Subscribers(ApiModel):
    division: str
    subscribers: int
