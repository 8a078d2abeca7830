"""The life of a whistle as one page of data.

A whistle is in exactly one state, each of its departments in exactly one of its own; a command that the tables do not name is
refused. The lead answers for the whole: it is solved last. Only the whistler closes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from linli_kernel.identity import Role

from linli_services_desk.whistles.errors import (
    AlreadyAssigned,
    CommandNotAllowed,
    DutyNotAllowed,
    LeadIsLast,
    NoDuty,
    OneLead,
)


class WhistleState(StrEnum):
    REPORTED = "reported"
    CALLED = "called"
    WHISTLED = "whistled"
    HANDLING = "handling"
    SOLVED = "solved"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    JOINED = "joined"


class DutyState(StrEnum):
    PENDING = "pending"
    WORKING = "working"
    SOLVED = "solved"
    DECLINED = "declined"


class Part(StrEnum):
    LEAD = "lead"
    ASSIST = "assist"


class Command(StrEnum):
    CALL = "call"
    DISMISS = "dismiss"
    JOIN = "join"
    WHISTLE = "whistle"
    ASSIGN = "assign"
    REPORT_IN = "report-in"
    DECLINE = "decline"
    SOLVE = "solve"
    CLOSE = "close"
    SEND_BACK = "send-back"
    TAKE_OVER = "take-over"


S, D, C = WhistleState, DutyState, Command
HALL = frozenset({Role.CLERK, Role.VILLAGE_OFFICIAL})
TOWNSHIP = frozenset({Role.TOWNSHIP_OFFICER})
DEPARTMENT = frozenset({Role.DEPARTMENT_OFFICER})


@dataclass(frozen=True, slots=True)
class Move:
    """Where a command leads, and whose it is."""

    to: WhistleState
    roles: frozenset[Role]
    whistler_only: bool = False


TRANSITIONS: dict[tuple[WhistleState, Command], Move] = {
    (S.REPORTED, C.CALL): Move(S.CALLED, HALL),
    (S.REPORTED, C.DISMISS): Move(S.DISMISSED, HALL),
    (S.REPORTED, C.JOIN): Move(S.JOINED, HALL),
    (S.CALLED, C.JOIN): Move(S.JOINED, TOWNSHIP),
    (S.CALLED, C.DISMISS): Move(S.DISMISSED, TOWNSHIP),
    (S.CALLED, C.WHISTLE): Move(S.WHISTLED, TOWNSHIP),
    (S.WHISTLED, C.ASSIGN): Move(S.WHISTLED, TOWNSHIP, whistler_only=True),
    (S.WHISTLED, C.REPORT_IN): Move(S.HANDLING, DEPARTMENT),
    (S.WHISTLED, C.DECLINE): Move(S.WHISTLED, DEPARTMENT),
    (S.WHISTLED, C.TAKE_OVER): Move(S.WHISTLED, TOWNSHIP),
    (S.HANDLING, C.ASSIGN): Move(S.HANDLING, TOWNSHIP, whistler_only=True),
    (S.HANDLING, C.REPORT_IN): Move(S.HANDLING, DEPARTMENT),
    (S.HANDLING, C.DECLINE): Move(S.HANDLING, DEPARTMENT),
    # Solved is reached with the lead's answer, which is the last one: see `after`.
    (S.HANDLING, C.SOLVE): Move(S.HANDLING, DEPARTMENT),
    (S.HANDLING, C.TAKE_OVER): Move(S.HANDLING, TOWNSHIP),
    (S.SOLVED, C.CLOSE): Move(S.CLOSED, TOWNSHIP, whistler_only=True),
    (S.SOLVED, C.SEND_BACK): Move(S.HANDLING, TOWNSHIP, whistler_only=True),
    (S.SOLVED, C.TAKE_OVER): Move(S.SOLVED, TOWNSHIP),
}
DUTY_TRANSITIONS: dict[tuple[DutyState, Command], DutyState] = {
    (D.PENDING, C.REPORT_IN): D.WORKING,
    (D.PENDING, C.DECLINE): D.DECLINED,
    (D.WORKING, C.SOLVE): D.SOLVED,
    (D.SOLVED, C.SEND_BACK): D.WORKING,
    (D.DECLINED, C.ASSIGN): D.PENDING,
}
RUNNING = frozenset({S.WHISTLED, S.HANDLING})
OPEN = frozenset({S.REPORTED, S.CALLED, S.WHISTLED, S.HANDLING, S.SOLVED})
NAMES: dict[WhistleState, tuple[str, str]] = {
    S.REPORTED: ("待村（社区）核实", "Waiting for the village's check"),
    S.CALLED: ("待乡镇（街道）吹哨", "Waiting for the township's whistle"),
    S.WHISTLED: ("已吹哨，待报到", "Whistled, waiting for report-in"),
    S.HANDLING: ("部门办理中", "Departments at work"),
    S.SOLVED: ("待吹哨人销哨", "Solved, waiting for the whistler"),
    S.CLOSED: ("已销哨", "Closed"),
    S.DISMISSED: ("不予吹哨", "Not taken up"),
    S.JOINED: ("已并案", "Joined to another"),
}
DUTY_NAMES: dict[DutyState, tuple[str, str]] = {
    D.PENDING: ("待报到", "To report in"),
    D.WORKING: ("已报到，办理中", "Reported in, at work"),
    D.SOLVED: ("已办结", "Solved"),
    D.DECLINED: ("已退单", "Declined"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One department's share."""

    department: str
    part: Part
    state: DutyState


Duties = Mapping[str, Duty]


def allowed(state: WhistleState, role: Role, *, whistler: bool) -> list[Command]:
    """Return the commands that the state leaves to this role."""
    return [
        command
        for (origin, command), move in TRANSITIONS.items()
        if origin is state
        and role in move.roles
        and (whistler or not move.whistler_only)
        and not (whistler and command is C.TAKE_OVER)
    ]


def step(state: WhistleState, command: Command) -> Move:
    """Return the move of a command; raises CommandNotAllowed where the state has none."""
    found = TRANSITIONS.get((state, command))
    if found is None:
        raise CommandNotAllowed(state=NAMES[state][0], state_en=NAMES[state][1], command=command.value)
    return found


def move_duty(duties: Duties, department: str, command: Command) -> Duty:
    """Return one department's share after its command."""
    duty = duties.get(department)
    if duty is None:
        raise NoDuty(department=department)
    target = DUTY_TRANSITIONS.get((duty.state, command))
    if target is None:
        zh, en = DUTY_NAMES[duty.state]
        raise DutyNotAllowed(department=department, state=zh, state_en=en)
    if command is C.SOLVE and duty.part is Part.LEAD:
        waiting = [one.department for one in live(duties) if one is not duty and one.state is not D.SOLVED]
        if waiting:
            raise LeadIsLast(departments="、".join(waiting))
    return replace(duty, state=target)


def live(duties: Duties) -> list[Duty]:
    return [duty for duty in duties.values() if duty.state is not D.DECLINED]


def assign(duties: Duties, wanted: Iterable[tuple[str, Part]]) -> dict[str, Duty]:
    """Return the new shares; exactly one department leads, one that declined may be asked again, and one that assists may lead
    from now on: it answers for the whole, so what it had solved of its own is at work again."""
    added: dict[str, Duty] = {}
    for department, part in wanted:
        known = duties.get(department)
        if department in added or (known is not None and known.state is not D.DECLINED and not _leads(known, part)):
            raise AlreadyAssigned(department=department)
        if known is not None and _leads(known, part):
            added[department] = replace(known, part=part, state=D.WORKING if known.state is D.SOLVED else known.state)
        else:
            added[department] = Duty(department, part, D.PENDING)
    others = [duty for duty in live(duties) if duty.department not in added]
    leads = [duty for duty in [*others, *added.values()] if duty.part is Part.LEAD]
    if len(leads) != 1:
        raise OneLead
    return added


def _leads(known: Duty, part: Part) -> bool:
    return part is Part.LEAD and known.part is Part.ASSIST and known.state is not D.DECLINED


def after(move: Move, duties: Duties) -> WhistleState:
    """Return the state of the whole: solved as soon as every department that stayed has solved its share."""
    shares = live(duties)
    if move.to is S.HANDLING and shares and all(duty.state is D.SOLVED for duty in shares):
        return S.SOLVED if any(duty.part is Part.LEAD for duty in shares) else S.HANDLING
    return move.to
