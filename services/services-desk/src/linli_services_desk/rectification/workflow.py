"""The states of a rectification as one table.

An appeal does not stop the clock; one that is rejected leads back to putting it right, one that is upheld takes the rating out
of the figures.
"""

from enum import StrEnum

from linli_services_desk.rectification.errors import RectificationOver


class State(StrEnum):
    OPEN = "open"
    CALLED = "called"
    APPEALED = "appealed"
    DONE = "done"
    UPHELD = "upheld"


class Command(StrEnum):
    CALL_BACK = "call-back"
    COMPLETE = "complete"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REJECT = "reject"


TRANSITIONS: dict[tuple[State, Command], State] = {
    (State.OPEN, Command.CALL_BACK): State.CALLED,
    (State.CALLED, Command.CALL_BACK): State.CALLED,
    (State.OPEN, Command.COMPLETE): State.DONE,
    (State.CALLED, Command.COMPLETE): State.DONE,
    (State.OPEN, Command.APPEAL): State.APPEALED,
    (State.CALLED, Command.APPEAL): State.APPEALED,
    (State.APPEALED, Command.UPHOLD): State.UPHELD,
    (State.APPEALED, Command.REJECT): State.OPEN,
}
UNFINISHED = frozenset({State.OPEN, State.CALLED, State.APPEALED})
NAMES: dict[State, tuple[str, str]] = {
    State.OPEN: ("待整改", "To be put right"),
    State.CALLED: ("已回访", "Called back"),
    State.APPEALED: ("申诉中", "Appealed"),
    State.DONE: ("已整改", "Put right"),
    State.UPHELD: ("申诉成立", "Appeal upheld"),
}


def advance(state: State, command: Command) -> State:
    after = TRANSITIONS.get((state, command))
    if after is None:
        raise RectificationOver(state=NAMES[state][0], state_en=NAMES[state][1])
    return after
