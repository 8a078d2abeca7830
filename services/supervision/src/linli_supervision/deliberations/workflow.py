"""The way of a deliberation through the steps of its procedure. None is skipped: the only command that leads to the next
step is the one that ends this step, and each is in one table.

A step is plain (it is held and recorded), a gathering (people are invited, called, and it is recorded when it was held; one that
was called otherwise is recorded at once), a vote (roll, call, meeting, count), a publication (shown for its days) or the carrying out
(plan, milestones reached one by one, acceptance by the supervision committee).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from linli_kernel.profile.supervision import DecisionStep

from linli_supervision.deliberations.errors import (
    MeetingNotYet,
    MilestonesOpen,
    NoticeTooShort,
    ReasonMissing,
    StillShown,
    WrongStep,
)


class State(StrEnum):
    OPEN = "open"
    FINISHED = "finished"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    PLAIN = "plain"
    GATHERING = "gathering"
    VOTE = "vote"
    PUBLICATION = "publication"
    EXECUTION = "execution"


class Phase(StrEnum):
    """How far the step is. `DONE` is never kept: the next step is due then."""

    DUE = "due"
    ENROLLED = "enrolled"
    CALLED = "called"
    SITTING = "sitting"
    SHOWN = "shown"
    UNDER_WAY = "under_way"
    COMPLETE = "complete"
    DONE = "done"


class Command(StrEnum):
    RECORD = "record"
    ENROL = "enrol"
    CALL = "call"
    CALL_OFF = "call-off"
    SIT = "sit"
    CLOSE = "close"
    PUBLISH = "publish"
    CONCLUDE = "conclude"
    PLAN = "plan"
    REPORT = "report"
    POSTPONE = "postpone"
    COMPLETE = "complete"
    ACCEPT = "accept"
    SEND_BACK = "send-back"
    WITHDRAW = "withdraw"


class MeetingState(StrEnum):
    """What those on the roll are told of a meeting."""

    CALLED = "called"
    CHANGED = "changed"
    OFF = "off"


class Outcome(StrEnum):
    """What came of a step. `NO_QUORUM`: too few came, the same people are called again."""

    AGREED = "agreed"
    REFUSED = "refused"
    NO_QUORUM = "no_quorum"


TRANSITIONS: Mapping[tuple[Kind, Phase, Command], Phase] = {
    (Kind.PLAIN, Phase.DUE, Command.RECORD): Phase.DONE,
    (Kind.GATHERING, Phase.DUE, Command.ENROL): Phase.ENROLLED,
    (Kind.GATHERING, Phase.DUE, Command.RECORD): Phase.DONE,
    (Kind.GATHERING, Phase.ENROLLED, Command.CALL): Phase.CALLED,
    (Kind.GATHERING, Phase.ENROLLED, Command.RECORD): Phase.DONE,
    (Kind.GATHERING, Phase.CALLED, Command.CALL): Phase.CALLED,
    (Kind.GATHERING, Phase.CALLED, Command.CALL_OFF): Phase.ENROLLED,
    (Kind.GATHERING, Phase.CALLED, Command.RECORD): Phase.DONE,
    (Kind.VOTE, Phase.DUE, Command.ENROL): Phase.ENROLLED,
    (Kind.VOTE, Phase.ENROLLED, Command.CALL): Phase.CALLED,
    (Kind.VOTE, Phase.CALLED, Command.CALL): Phase.CALLED,
    (Kind.VOTE, Phase.CALLED, Command.CALL_OFF): Phase.ENROLLED,
    (Kind.VOTE, Phase.CALLED, Command.SIT): Phase.SITTING,
    (Kind.VOTE, Phase.SITTING, Command.CLOSE): Phase.DONE,
    (Kind.PUBLICATION, Phase.DUE, Command.PUBLISH): Phase.SHOWN,
    # What was shown was withdrawn or shown anew: its days begin again.
    (Kind.PUBLICATION, Phase.SHOWN, Command.PUBLISH): Phase.SHOWN,
    (Kind.PUBLICATION, Phase.SHOWN, Command.CONCLUDE): Phase.DONE,
    (Kind.EXECUTION, Phase.DUE, Command.PLAN): Phase.UNDER_WAY,
    (Kind.EXECUTION, Phase.UNDER_WAY, Command.REPORT): Phase.UNDER_WAY,
    (Kind.EXECUTION, Phase.UNDER_WAY, Command.POSTPONE): Phase.UNDER_WAY,
    (Kind.EXECUTION, Phase.UNDER_WAY, Command.COMPLETE): Phase.COMPLETE,
    (Kind.EXECUTION, Phase.COMPLETE, Command.ACCEPT): Phase.DONE,
    # What the committee found is one more milestone.
    (Kind.EXECUTION, Phase.COMPLETE, Command.SEND_BACK): Phase.UNDER_WAY,
}


# What cannot be done before the day that the meeting was called for.
HELD = frozenset({Command.SIT, Command.RECORD})
# What changes the number of milestones left; what waits for all of them, and what is over once all are reached.
COUNTED = frozenset({Command.PLAN, Command.REPORT, Command.SEND_BACK})
WAITS_FOR_ALL = frozenset({Command.COMPLETE})
OVER_WITH_ALL = frozenset({Command.REPORT, Command.POSTPONE})


def kind_of(step: DecisionStep) -> Kind:
    if step.kind == "publish":
        return Kind.PUBLICATION
    if step.kind == "execute":
        return Kind.EXECUTION
    if step.majority is not None:
        return Kind.VOTE
    return Kind.GATHERING if step.invites is not None else Kind.PLAIN


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know: where it is, the day it was called for, the last day of its publicity, and how many milestones are
    left."""

    steps: Sequence[DecisionStep]
    state: State = State.OPEN
    position: int = 0
    phase: Phase = Phase.DUE
    called_for: date | None = None
    shown_until: date | None = None
    left: int = 0

    @property
    def step(self) -> DecisionStep:
        return self.steps[self.position]


def moved(
    standing: Standing,
    command: Command,
    *,
    today: date,
    outcome: Outcome = Outcome.AGREED,
    day: date | None = None,
    reason: str = "",
    left: int = 0,
) -> Standing:
    """Return where a command leads, or raise why it is not possible.

    `day` is the day called for, the day it was held, or the last day of publicity; `outcome` what a recorded or closed step decided; `left` how many
    milestones are left after a plan or a report.
    """
    if command is Command.WITHDRAW:
        return _withdrawn(standing, reason)
    target = None
    if standing.state is State.OPEN:
        target = TRANSITIONS.get((kind_of(standing.step), standing.phase, command))
    if target is None:
        raise WrongStep(command=command.value, phase=standing.phase.value)
    if command is Command.CALL_OFF and not reason:
        raise ReasonMissing
    _on_time(standing, command, today, day)
    _in_order(standing, command, left)
    if command is Command.CLOSE and outcome is Outcome.NO_QUORUM:
        return replace(standing, phase=Phase.ENROLLED, called_for=None)
    # What was carried out is published however people judge it.
    if target is Phase.DONE and outcome is not Outcome.AGREED and not standing.step.evaluates:
        return replace(standing, state=State.REJECTED)
    if target is Phase.DONE:
        return _next(standing)
    called_for = {Command.CALL: day, Command.CALL_OFF: None}.get(command, standing.called_for)
    shown_until = day if command is Command.PUBLISH else standing.shown_until
    left = left if command in COUNTED else standing.left
    return replace(standing, phase=target, called_for=called_for, shown_until=shown_until, left=left)


def possible(standing: Standing, *, today: date) -> list[Command]:
    """Return the commands that the step leaves now; whose post may give them the policy decides."""
    if standing.state is not State.OPEN:
        return []
    kind = kind_of(standing.step)
    found = [command for (of, phase, command) in TRANSITIONS if of is kind and phase is standing.phase]
    if standing.called_for is not None and today < standing.called_for:
        found = [command for command in found if command not in HELD]
    if Command.CONCLUDE in found and standing.shown_until is not None and today <= standing.shown_until:
        found.remove(Command.CONCLUDE)
    found = [command for command in found if command not in (WAITS_FOR_ALL if standing.left else OVER_WITH_ALL)]
    return [*found, Command.WITHDRAW]


def earliest_meeting(step: DecisionStep, today: date) -> date:
    """The first day a meeting may be called for today."""
    return today + timedelta(days=step.notice_days or 0)


def _on_time(standing: Standing, command: Command, today: date, day: date | None) -> None:
    if command is Command.CALL:
        earliest = earliest_meeting(standing.step, today)
        if day is None or day < earliest:
            raise NoticeTooShort(days=standing.step.notice_days or 0, earliest=earliest.isoformat())
    if command in HELD and standing.called_for is not None and min(today, day or today) < standing.called_for:
        raise MeetingNotYet(day=str(standing.called_for))
    if command is Command.PUBLISH and day is None:
        raise WrongStep(command=command.value, phase=standing.phase.value)
    if command is Command.CONCLUDE and (standing.shown_until is None or today <= standing.shown_until):
        raise StillShown(until=str(standing.shown_until))


def _in_order(standing: Standing, command: Command, left: int) -> None:
    """Milestones are reached one at a time, and all before the committee is asked."""
    closed = WAITS_FOR_ALL if standing.left else OVER_WITH_ALL
    skipped = command is Command.REPORT and left not in (standing.left, standing.left - 1)
    unplanned = command in (Command.PLAN, Command.SEND_BACK) and left < 1
    if command in closed or skipped or unplanned:
        raise MilestonesOpen(count=standing.left)


def _withdrawn(standing: Standing, reason: str) -> Standing:
    if standing.state is not State.OPEN:
        raise WrongStep(command=Command.WITHDRAW.value, phase=standing.state.value)
    if not reason:
        raise ReasonMissing
    return replace(standing, state=State.WITHDRAWN)


def _next(standing: Standing) -> Standing:
    if standing.position + 1 == len(standing.steps):
        return replace(standing, state=State.FINISHED, phase=Phase.DONE)
    return replace(standing, position=standing.position + 1, phase=Phase.DUE, called_for=None, shown_until=None, left=0)
