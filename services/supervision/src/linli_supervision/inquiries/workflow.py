"""The way of an inquiry: planned, under way, put right with a clock, checked again, closed.

A problem is never closed before somebody other than the village checked that it was put right. What is drawn at random follows from a
seed that nobody chooses, so everybody who has the pool can draw it again.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256

from linli_supervision.inquiries.errors import WrongInquiryState


class State(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    RECTIFYING = "rectifying"
    RECTIFIED = "rectified"
    CLOSED = "closed"


class Step(StrEnum):
    BEGIN = "begin"
    CLEAR = "clear"
    OBJECT = "object"
    RECTIFY = "rectify"
    REJECT = "reject"
    ACCEPT = "accept"


LOOKS_AGAIN = frozenset({Step.REJECT, Step.ACCEPT})
"""Never by whoever put it right, under whichever post or account."""
TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.PLANNED, Step.BEGIN): State.UNDER_WAY,
    (State.UNDER_WAY, Step.CLEAR): State.CLOSED,
    (State.UNDER_WAY, Step.OBJECT): State.RECTIFYING,
    (State.RECTIFYING, Step.RECTIFY): State.RECTIFIED,
    (State.RECTIFIED, Step.REJECT): State.RECTIFYING,
    (State.RECTIFIED, Step.ACCEPT): State.CLOSED,
}


def after(state: State, step: Step) -> State:
    """Return the state after a step; raises WrongInquiryState."""
    target = TRANSITIONS.get((state, step))
    if target is None:
        raise WrongInquiryState
    return target


def drawn(seed: str, pool: Sequence[int], count: int) -> list[int]:
    """Draw `count` of a pool: those whose SHA-256 of `<seed>:<number>` is smallest."""
    order = sorted(pool, key=lambda number: sha256(f"{seed}:{number}".encode()).digest())
    return sorted(order[:count])
