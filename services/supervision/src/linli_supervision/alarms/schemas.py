"""Answers about sources and alarms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_supervision.alarms.domain import AlarmKind
from linli_supervision.ledger.schemas import Actor


class SourceShown(ApiModel):
    """One part that writes acts: how far the log has them."""

    source: str
    recorded: int = Field(description="the newest number that the log has")
    told: int = Field(description="the newest number that the source says it has given")
    told_at: datetime | None
    last_entry_at: datetime | None
    state: Literal["well", "silent", "behind", "regressed"]


class SourceList(ApiModel):
    items: list[SourceShown]
    next_cursor: str | None = None
    open_alarms: int


class AlarmShown(ApiModel):
    """`facts` hold numbers, sources, witnesses and signed checkpoints, never people."""

    id: UUID
    kind: AlarmKind
    place: str
    facts: dict[str, Any]
    raised_at: datetime
    state: Literal["open", "answered"]
    note: str | None
    answered_by: Actor | None
    answered_at: datetime | None


class AlarmPage(ApiModel):
    items: list[AlarmShown]
    next_cursor: str | None


class NewAlarmAnswer(ApiModel):
    """What was found out."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class AlarmAnswer(NewAlarmAnswer):
    answered_by: UUID
    answered_at: datetime
