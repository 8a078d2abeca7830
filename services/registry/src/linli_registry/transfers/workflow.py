"""The states of a transfer on both sides, and which step comes next.

A person is never without a county and never closed at the origin before the destination accepted. An acceptance is a fact:
the origin closes whatever happened there meanwhile, and what the destination could not know it takes over. Every step is one
transaction in one county and may be repeated: what the step leads to is read from the rows, not remembered.
"""

from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"  # origin: not yet at the destination as it is here now
    WAITING = "waiting"  # both: the destination decides
    ACCEPTED = "accepted"  # destination: entered here, not yet closed there
    CANCELLING = "cancelling"  # origin: wants it back
    BLOCKED = "blocked"  # origin: accepted there, and closing failed here for a reason no rule foresees
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Step(StrEnum):
    DELIVER = "deliver"
    RENEW = "renew"
    CLOSE = "close"
    MARK_DONE = "mark_done"
    TAKE_REFUSAL = "take_refusal"
    WITHDRAW = "withdraw"
    MARK_CANCELLED = "mark_cancelled"


S = State
# (origin, destination) → the next step; a pair that is absent is at rest.
NEXT: dict[tuple[State, State | None], Step] = {
    (S.REQUESTED, None): Step.DELIVER,
    (S.REQUESTED, S.WAITING): Step.RENEW,
    (S.REQUESTED, S.ACCEPTED): Step.CLOSE,
    (S.REQUESTED, S.REFUSED): Step.TAKE_REFUSAL,
    (S.WAITING, S.ACCEPTED): Step.CLOSE,
    (S.WAITING, S.REFUSED): Step.TAKE_REFUSAL,
    # The withdrawal also leaves a row where none was delivered, so that a late delivery meets it.
    (S.CANCELLING, None): Step.WITHDRAW,
    (S.CANCELLING, S.WAITING): Step.WITHDRAW,
    (S.CANCELLING, S.CANCELLED): Step.MARK_CANCELLED,
    (S.CANCELLING, S.REFUSED): Step.TAKE_REFUSAL,
    # Who accepted first has it.
    (S.CANCELLING, S.ACCEPTED): Step.CLOSE,
    (S.DONE, S.ACCEPTED): Step.MARK_DONE,
}

# What a person may do on a side: command → the states it is allowed in.
ALLOWED: dict[str, frozenset[State]] = {
    "accept": frozenset({S.WAITING}),
    "refuse": frozenset({S.WAITING}),
    "cancel": frozenset({S.REQUESTED, S.WAITING}),
    "close": frozenset({S.BLOCKED}),
}
SIDE_OF = {"accept": "destination", "refuse": "destination", "cancel": "origin", "close": "origin"}
OVER = frozenset({S.DONE, S.REFUSED, S.CANCELLED})


def next_step(origin: str, destination: str | None) -> Step | None:
    return NEXT.get((State(origin), State(destination) if destination is not None else None))
