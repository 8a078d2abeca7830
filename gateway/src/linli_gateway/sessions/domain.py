"""Rotation of refresh tokens.

Each refresh token works once. A second use means that two parties hold it, and nobody can tell which is the thief: the
whole family ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    ROTATE = "rotate"
    REUSED = "reused"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RefreshState:
    """One presented token and its family as stored."""

    used_at: datetime | None
    expires_at: datetime
    session_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a refresh token may lie idle, and how long a family may live in all."""

    idle: timedelta
    absolute: timedelta


# A working day at the window, so that a forgotten browser is signed out overnight; a phone is kept a month.
WEB = Lifetimes(idle=timedelta(hours=10), absolute=timedelta(hours=16))
MOBILE = Lifetimes(idle=timedelta(days=14), absolute=timedelta(days=30))


def judge(state: RefreshState, now: datetime) -> Verdict:
    """Decide what a presented refresh token brings about.

    Reuse is judged before expiry: an old token that turns up again is a theft even when it is too old to be useful.
    """
    if state.session_ended_at is not None:
        return Verdict.ENDED
    if state.used_at is not None:
        return Verdict.REUSED
    if state.expires_at <= now:
        return Verdict.EXPIRED
    return Verdict.ROTATE


def expiry(*, started_at: datetime, now: datetime, lifetimes: Lifetimes) -> datetime:
    """Return when a refresh token issued now ends; never later than the family's own end."""
    return min(now + lifetimes.idle, started_at + lifetimes.absolute)
