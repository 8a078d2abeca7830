"""The way of a flag: open, taken over by a person, explained, confirmed or dismissed with a reason, closed with a finding.

Whoever the flag is about never takes a step; only its owner goes on with it.
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from linli_supervision.flags.errors import FlagOfAnother, OwnFlag, WrongFlagState


class State(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    CLOSED = "closed"


class Step(StrEnum):
    TAKE = "take"
    EXPLAIN = "explain"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    CLOSE = "close"


TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.OPEN, Step.TAKE): State.OPEN,
    (State.EXPLAINED, Step.TAKE): State.EXPLAINED,
    (State.CONFIRMED, Step.TAKE): State.CONFIRMED,
    (State.DISMISSED, Step.TAKE): State.DISMISSED,
    (State.OPEN, Step.EXPLAIN): State.EXPLAINED,
    (State.OPEN, Step.CONFIRM): State.CONFIRMED,
    (State.OPEN, Step.DISMISS): State.DISMISSED,
    (State.EXPLAINED, Step.CONFIRM): State.CONFIRMED,
    (State.EXPLAINED, Step.DISMISS): State.DISMISSED,
    (State.EXPLAINED, Step.CLOSE): State.CLOSED,
    (State.CONFIRMED, Step.CLOSE): State.CLOSED,
    (State.DISMISSED, Step.CLOSE): State.CLOSED,
}


def after(state: State, step: Step, *, by: UUID, owner: UUID | None, subjects: list[UUID]) -> State:
    """Return the state after a step; raises OwnFlag, FlagOfAnother, WrongFlagState."""
    if by in subjects:
        raise OwnFlag
    target = TRANSITIONS.get((state, step))
    if target is None or (step is Step.TAKE and owner == by):
        raise WrongFlagState
    if step is not Step.TAKE and owner != by:
        raise FlagOfAnother
    return target


def possible(state: State, *, by: UUID, owner: UUID | None, subjects: list[UUID]) -> list[Step]:
    """The steps that somebody may take now."""
    if by in subjects:
        return []
    if owner != by:
        return [Step.TAKE] if (state, Step.TAKE) in TRANSITIONS else []
    return [step for (of, step) in TRANSITIONS if of is state and step is not Step.TAKE]
