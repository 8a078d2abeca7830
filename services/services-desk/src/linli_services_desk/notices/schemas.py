"""What the API says about notices and messages."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, model_validator

Mutable = Literal["reminder", "evaluation", "hand_over", "whistle", "disclosure", "meeting"]
MessageState = Literal[
    "queued", "sending", "sent", "delivered", "undelivered", "failed", "no_phone", "declined", "no_adapter", "outdated"
]


class Notice(ApiModel):
    """`link` is an address of the screens; `urgent` asks to be looked at today."""

    id: UUID
    topic: str
    title: str
    title_en: str
    body: str
    body_en: str
    urgent: bool
    link: str
    case_id: UUID | None
    created_at: datetime
    read: bool


class NoticeList(ApiModel):
    items: list[Notice]
    next_cursor: str | None


class Unread(ApiModel):
    """`count` stops at 100: more than that nobody reads one by one."""

    count: int
    latest: list[Notice]


class MarkRead(ApiModel):
    """Either the ids, or everything, the newest first: `more` says that the same order again marks the next ones."""

    ids: list[UUID] = Field(default_factory=list, max_length=200)
    everything: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _one_of_both(self) -> "MarkRead":
        if self.everything == bool(self.ids):
            raise ValueError("请选择通知，或全部已读|Name the notices, or everything")
        return self


class Marked(ApiModel):
    read: int
    more: bool


class Preferences(ApiModel):
    """Topics that shall not call. What was escalated always does."""

    muted: Annotated[list[Mutable], Field(max_length=6)]


class ResidentPreferences(ApiModel):
    """Whether the resident wants messages on the phone, and in which language."""

    sms: Annotated[bool, Field(strict=True)]
    language: Literal["zh", "en"] = "zh"


class Message(ApiModel):
    """A message to an applicant, without phone and words."""

    id: UUID
    template: str
    state: MessageState
    attempts: int
    failure: str | None
    case_id: UUID | None
    number: str
    matter_name: str
    division: str
    created_at: datetime
    finished_at: datetime | None
    delivered_at: datetime | None


class MessageList(ApiModel):
    items: list[Message]
    next_cursor: str | None


class DemoMessage(ApiModel):
    phone_masked: str
    text: str
    case_id: UUID | None
    sent_at: datetime


class DemoMessages(ApiModel):
    items: list[DemoMessage]
