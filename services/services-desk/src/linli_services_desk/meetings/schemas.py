"""What the API says of calls to meetings."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from linli_kernel.http import ApiModel


class CallToMeeting(ApiModel):
    """A meeting was `called`, `changed` or called `off`. `people` are those on the roll whom it is told; `told_at` is null while
    messages are still being written. `sent`: taken by the provider; `waiting`: also for the end of the quiet hours; `failed`: could
    not be delivered; `outdated`: a later call came first."""

    id: UUID
    position: int
    number: int
    state: Literal["called", "changed", "off"]
    at: datetime
    created_at: datetime
    told_at: datetime | None
    people: int
    sent: int
    waiting: int
    no_phone: int
    declined: int
    failed: int
    outdated: int


class CallsToMeetings(ApiModel):
    items: list[CallToMeeting]


class Untold(ApiModel):
    """Somebody whom no message reaches and who has to be told in person."""

    resident: UUID
    reason: Literal["no_phone", "declined", "failed"]


class UntoldList(ApiModel):
    items: list[Untold]
    next_cursor: str | None
