"""The life of a case as one page of data.

A case is in exactly one state; a command that the table does not name is refused. `Back` returns a paused case to the state
that it was paused in, so a supplement never loses the progress already made.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from linli_services_desk.cases.errors import CommandNotAllowed, NotTheDecidingStep, StepNotWaiting, StepsMissing


class State(StrEnum):
    DRAFT = "draft"
    RECEIVED = "received"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Command(StrEnum):
    RECEIVE = "receive"
    ACCEPT = "accept"
    NOT_ACCEPT = "not-accept"
    SUPPLEMENT = "supplement"
    RESUME = "resume"
    SUSPEND = "suspend"
    COMPLETE_STEP = "complete-step"
    RETURN_TO_STEP = "return-to-step"
    RETURN_TO_WINDOW = "return-to-window"
    DECIDE = "decide"
    NOT_ISSUE = "not-issue"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


Back = Literal["back"]
BACK: Back = "back"
S, C = State, Command

TRANSITIONS: dict[tuple[State, Command], State | Back] = {
    (S.DRAFT, C.RECEIVE): S.RECEIVED,
    (S.DRAFT, C.ACCEPT): S.ACCEPTED,
    (S.DRAFT, C.NOT_ACCEPT): S.NOT_ACCEPTED,
    (S.DRAFT, C.SUPPLEMENT): S.SUPPLEMENT,
    (S.DRAFT, C.WITHDRAW): S.WITHDRAWN,
    (S.RECEIVED, C.ACCEPT): S.ACCEPTED,
    (S.RECEIVED, C.NOT_ACCEPT): S.NOT_ACCEPTED,
    (S.RECEIVED, C.SUPPLEMENT): S.SUPPLEMENT,
    (S.RECEIVED, C.WITHDRAW): S.WITHDRAWN,
    (S.SUPPLEMENT, C.RESUME): BACK,
    (S.SUPPLEMENT, C.WITHDRAW): S.WITHDRAWN,
    (S.ACCEPTED, C.COMPLETE_STEP): S.HANDLING,
    (S.ACCEPTED, C.DECIDE): S.DECIDED,
    (S.ACCEPTED, C.SUPPLEMENT): S.SUPPLEMENT,
    (S.ACCEPTED, C.SUSPEND): S.SUSPENDED,
    (S.ACCEPTED, C.RETURN_TO_WINDOW): S.RECEIVED,
    (S.ACCEPTED, C.WITHDRAW): S.WITHDRAWN,
    (S.HANDLING, C.COMPLETE_STEP): S.HANDLING,
    (S.HANDLING, C.DECIDE): S.DECIDED,
    (S.HANDLING, C.SUPPLEMENT): S.SUPPLEMENT,
    (S.HANDLING, C.SUSPEND): S.SUSPENDED,
    (S.HANDLING, C.RETURN_TO_STEP): S.HANDLING,
    (S.HANDLING, C.RETURN_TO_WINDOW): S.RECEIVED,
    (S.HANDLING, C.WITHDRAW): S.WITHDRAWN,
    (S.SUSPENDED, C.RESUME): BACK,
    (S.SUSPENDED, C.WITHDRAW): S.WITHDRAWN,
    (S.DECIDED, C.DELIVER): S.DELIVERED,
    (S.DECIDED, C.NOT_ISSUE): S.DECIDED,
    (S.DECIDED, C.RETURN_TO_STEP): S.HANDLING,
    (S.DECIDED, C.RETURN_TO_WINDOW): S.RECEIVED,
    (S.DELIVERED, C.CLOSE): S.CLOSED,
    (S.DELIVERED, C.REOPEN): S.HANDLING,
    (S.CLOSED, C.REOPEN): S.HANDLING,
    (S.NOT_ACCEPTED, C.REOPEN): S.RECEIVED,
    (S.WITHDRAWN, C.REOPEN): S.RECEIVED,
}

# What a decided case takes only once its certificate was refused the seal: otherwise a decision stands until it is delivered.
AFTER_REFUSAL = frozenset({Command.NOT_ISSUE, Command.RETURN_TO_STEP, Command.RETURN_TO_WINDOW})
PAUSED = frozenset({State.SUPPLEMENT, State.SUSPENDED})
RUNNING = frozenset({State.ACCEPTED, State.HANDLING})
# Where a deadline runs, once there is one: what came back to the window keeps its own.
TIMED = RUNNING | {State.RECEIVED}
OPEN = frozenset({State.DRAFT, State.RECEIVED, State.DECIDED, State.DELIVERED}) | PAUSED | RUNNING
# What somebody still has to act on: as much in a county's tenth year as in its first.
IN_WORK = OPEN - {State.DELIVERED}
EDITABLE = frozenset({State.DRAFT, State.RECEIVED, State.SUPPLEMENT})
FINISHED = frozenset({State.DECIDED, State.DELIVERED, State.CLOSED, State.NOT_ACCEPTED, State.WITHDRAWN})
UNDECIDED = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN})
RATEABLE = frozenset({State.DECIDED, State.DELIVERED, State.CLOSED})
NAMES: dict[State, tuple[str, str]] = {
    State.DRAFT: ("草稿", "Draft"),
    State.RECEIVED: ("已收件", "Received"),
    State.SUPPLEMENT: ("待补正", "Supplement asked"),
    State.ACCEPTED: ("已受理", "Accepted"),
    State.NOT_ACCEPTED: ("不予受理", "Not accepted"),
    State.HANDLING: ("办理中", "In progress"),
    State.SUSPENDED: ("已中止", "Suspended"),
    State.DECIDED: ("已办结", "Decided"),
    State.DELIVERED: ("已送达", "Delivered"),
    State.CLOSED: ("已归档", "Closed"),
    State.WITHDRAWN: ("已撤回", "Withdrawn"),
}


# Kinds of a place's steps that decide a case; those before them check it, those after them are commands of their own.
DECISIONS = frozenset({"decide", "approve"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of handling, a `check` or the one that `decide`s. `role` may complete it once `after` is complete.

    `department` names another department than the matter's own.
    """

    key: str
    name_zh: str
    name_en: str
    kind: str
    role: str
    level: str
    after: tuple[str, ...] = ()
    department: str = ""

    @property
    def decides(self) -> bool:
        return self.kind == "decide"

    @property
    def post(self) -> str:
        """Whom it waits for: a role, or a role of a named department."""
        return f"{self.role}:{self.department}" if self.department else self.role


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a case stands: its state, the steps completed in this round, and the state that a pause returns to."""

    state: State
    completed: frozenset[str] = frozenset()
    resume_to: State | None = None
    round: int = 1


Plan = tuple[Step, ...]


def allowed(state: State, *, seal_refused: bool = False) -> list[Command]:
    """The commands of a state; `seal_refused`: the certificate that was decided on was refused the seal."""
    barred = AFTER_REFUSAL if state is State.DECIDED and not seal_refused else frozenset[Command]()
    return [command for (origin, command) in TRANSITIONS if origin is state and command not in barred]


def ready(now: Progress, plan: Plan) -> list[Step]:
    """Return the steps that wait for somebody: one in sequence, several where steps run in parallel."""
    if now.state not in RUNNING:
        return []
    return [step for step in plan if step.key not in now.completed and now.completed.issuperset(step.after)]


def advance(now: Progress, command: Command, plan: Plan, *, step: str | None = None) -> Progress:
    """Return the progress after the command.

    `step` names the step to complete, to decide or to return to. Completing never reaches a decision and deciding never
    skips a check, so a case is decided only after every check of its round.
    """
    target = TRANSITIONS.get((now.state, command))
    if target is None:
        raise CommandNotAllowed(state=NAMES[now.state][0], state_en=NAMES[now.state][1], command=command.value)
    if target == BACK:
        return replace(now, state=now.resume_to or State.RECEIVED, resume_to=None)
    if target in PAUSED:
        return replace(now, state=target, resume_to=State.RECEIVED if now.state is State.DRAFT else now.state)
    begins_again = command in (Command.REOPEN, Command.RETURN_TO_WINDOW)
    return Progress(
        state=target,
        completed=_completed_after(now, command, plan, step),
        round=now.round + 1 if begins_again else now.round,
    )


def _completed_after(now: Progress, command: Command, plan: Plan, step: str | None) -> frozenset[str]:
    match command:
        case Command.COMPLETE_STEP:
            current = waiting(now, plan, step)
            if current.decides:
                raise NotTheDecidingStep(step=current.name_zh)
            return now.completed | {current.key}
        case Command.DECIDE:
            return now.completed | {deciding(now, plan).key}
        case Command.RETURN_TO_STEP:
            if step not in now.completed:
                raise StepNotWaiting(step=step or "")
            return now.completed - _from(step, plan)
        case Command.REOPEN | Command.RETURN_TO_WINDOW:
            return frozenset()
        case _:
            return now.completed


def waiting(now: Progress, plan: Plan, step: str | None) -> Step:
    """Return the step that is meant: the named one, or the only one that waits."""
    found = [item for item in ready(now, plan) if step is None or item.key == step]
    if len(found) != 1:
        raise StepNotWaiting(step=step or "")
    return found[0]


def deciding(now: Progress, plan: Plan) -> Step:
    """Return the deciding step if every check is complete."""
    open_checks = [item for item in plan if not item.decides and item.key not in now.completed]
    if open_checks:
        raise StepsMissing(step=open_checks[0].name_zh)
    return next(item for item in plan if item.decides)


def _from(step: str, plan: Plan) -> frozenset[str]:
    """The step itself and everything that comes after it."""
    undone = {step}
    for item in plan:
        if undone.intersection(item.after):
            undone.add(item.key)
    return frozenset(undone)
