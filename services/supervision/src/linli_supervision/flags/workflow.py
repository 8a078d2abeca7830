"""The way of a flag: open, taken over by a person or given to one, explained, confirmed or dismissed with a reason, closed with a finding.

Whoever the flag is about never takes a step and is never given it; only its owner goes on with it.
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
    ASSIGN = "assign"


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
    (State.OPEN, Step.ASSIGN): State.OPEN,
    (State.EXPLAINED, Step.ASSIGN): State.EXPLAINED,
    (State.CONFIRMED, Step.ASSIGN): State.CONFIRMED,
    (State.DISMISSED, Step.ASSIGN): State.DISMISSED,
}
WHILE_NOBODYS = frozenset({Step.TAKE, Step.ASSIGN})


def after(state: State, step: Step, *, by: UUID, owner: UUID | None, subjects: list[UUID]) -> State:
    """Return the state after a step; raises OwnFlag, FlagOfAnother, WrongFlagState."""
    if by in subjects:
        raise OwnFlag
    target = TRANSITIONS.get((state, step))
    if target is None or (step is Step.TAKE and owner == by):
        raise WrongFlagState
    if step is not Step.TAKE and owner != by and not (step is Step.ASSIGN and owner is None):
        raise FlagOfAnother
    return target


def possible(state: State, *, by: UUID, owner: UUID | None, subjects: list[UUID]) -> list[Step]:
    """The steps that somebody may take now."""
    if by in subjects:
        return []
    if owner != by:
        allowed = WHILE_NOBODYS if owner is None else {Step.TAKE}
        return [step for (of, step) in TRANSITIONS if of is state and step in allowed]
    return [step for (of, step) in TRANSITIONS if of is state and step is not Step.TAKE]
