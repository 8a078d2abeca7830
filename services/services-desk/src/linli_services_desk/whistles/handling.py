"""The township's and the departments' acts: whistle, assign, report in, decline, solve, close, send back, take over.

Each department has two clocks of its own. Closing is the whistler's alone; another officer of the township may take the whistle over,
which everybody sees.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from linli_kernel.contracts import whistles as contract
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.ids import new_id
from linli_kernel.profile.whistle import WhistleLimit
from sqlalchemy import insert

from linli_services_desk.context import Desk
from linli_services_desk.whistles import tally
from linli_services_desk.whistles.hand import (
    InHand,
    begin,
    change,
    change_duty,
    limits_of,
    line,
    next_escalation,
    viewer_in,
)
from linli_services_desk.whistles.schemas import CallDepartments, DepartmentShare, SendWhistleBack
from linli_services_desk.whistles.tables import whistle_duty
from linli_services_desk.whistles.telling import tell
from linli_services_desk.whistles.workflow import Command, Duty, DutyState, Part, after, assign, live, move_duty

MINUTE_SECONDS = 60


async def call_township(tx: Tx, desk: Desk, hand: InHand, expected: int, note: str) -> None:
    """The village checked a resident's report and calls the township."""
    await _simple(tx, desk, hand, expected, Command.CALL, contract.CALLED, note)


async def dismiss(tx: Tx, desk: Desk, hand: InHand, expected: int, reason: str) -> None:
    """Not a matter for departments: said with the reason, which the resident reads."""
    await _simple(tx, desk, hand, expected, Command.DISMISS, contract.DISMISSED, reason)


async def take_over(tx: Tx, desk: Desk, hand: InHand, expected: int, reason: str) -> None:
    """Another officer of the township becomes the whistler."""
    viewer = viewer_in(tx)
    await _simple(
        tx, desk, hand, expected, Command.TAKE_OVER, contract.TAKEN_OVER, reason,
        whistler=viewer.subject, whistler_name=viewer.name,
    )  # fmt: skip


async def whistle(tx: Tx, desk: Desk, hand: InHand, expected: int, order: CallDepartments) -> None:
    """The township whistles: from this moment the departments' clocks run."""
    move, before, viewer = begin(tx, hand, Command.WHISTLE), hand.state, viewer_in(tx)
    hand.row["urgency"] = order.urgency or hand.row["urgency"]
    called = await _call_departments(tx, hand, order.departments)
    await change(
        tx, hand, expected, move.to,
        urgency=hand.row["urgency"], whistler=viewer.subject, whistler_name=viewer.name, rounds=1,
    )  # fmt: skip
    await line(tx, desk, hand, Command.WHISTLE, note=order.note)
    await tell(tx, desk, hand, contract.WHISTLED, before, named=called)


async def assign_more(tx: Tx, desk: Desk, hand: InHand, expected: int, departments: list[DepartmentShare]) -> None:
    """Call further departments, or a new lead after the first one declined."""
    move, before = begin(tx, hand, Command.ASSIGN), hand.state
    called = await _call_departments(tx, hand, departments)
    await change(tx, hand, expected, move.to)
    for share in departments:
        await line(tx, desk, hand, Command.ASSIGN, department=share.department)
    await tell(tx, desk, hand, contract.ASSIGNED, before, named=called)


async def report_in(tx: Tx, desk: Desk, hand: InHand, expected: int, note: str) -> None:
    """The department has come: its first clock ends, the second one runs on."""
    move, before, department = begin(tx, hand, Command.REPORT_IN), hand.state, _own(tx)
    share = move_duty(hand.shares, department, Command.REPORT_IN)
    duty = hand.duties[department]
    late = tx.now > duty["report_due"]
    steps = {
        "reported": 1,
        "reported_on_time": int(not late and not duty["report_missed"]),
        "report_missed": int(late and not duty["report_missed"]),
        "report_minutes": _minutes(hand, duty["assigned_at"], tx.now),
    }
    await tally.count(tx, {department: steps}, hand.duties)
    await change_duty(
        tx, duty,
        state=share.state.value, reported_at=tx.now, report_missed=duty["report_missed"] or late, escalated=0,
        escalate_at=next_escalation(hand, duty["solution_due"], 0),
    )  # fmt: skip
    await change(tx, hand, expected, move.to, escalation=_escalation(hand))
    await line(tx, desk, hand, Command.REPORT_IN, note=note, department=department)
    await tell(tx, desk, hand, contract.REPORTED_IN, before, department=department)


async def decline(tx: Tx, desk: Desk, hand: InHand, expected: int, reason: str) -> None:
    """Not this department's task: the township reads the reason and calls another."""
    move, before, department = begin(tx, hand, Command.DECLINE), hand.state, _own(tx)
    share = move_duty(hand.shares, department, Command.DECLINE)
    duty = hand.duties[department]
    await tally.count(tx, {department: {"declined": 1}}, hand.duties)
    await change_duty(tx, duty, state=share.state.value, escalated=0, escalate_at=None)
    await change(tx, hand, expected, after(move, hand.shares), escalation=_escalation(hand))
    await line(tx, desk, hand, Command.DECLINE, note=reason, department=department)
    await tell(tx, desk, hand, contract.DECLINED, before, department=department)


async def solve(tx: Tx, desk: Desk, hand: InHand, expected: int, answer: str) -> None:
    """The department's answer; with the lead's the whole is solved and waits for the whistler."""
    move, before, department = begin(tx, hand, Command.SOLVE), hand.state, _own(tx)
    share = move_duty(hand.shares, department, Command.SOLVE)
    duty = hand.duties[department]
    missed = tx.now > duty["solution_due"] and not duty["solution_missed"]
    await tally.count(tx, {department: {"solution_missed": int(missed)}}, hand.duties)
    await change_duty(
        tx, duty,
        state=share.state.value, solved_at=tx.now, solution_missed=duty["solution_missed"] or missed, escalated=0,
        escalate_at=None, answer=desk.vault.seal(answer, tx.tenant, "whistle_duty", "answer", duty["id"]),
    )  # fmt: skip
    await change(tx, hand, expected, after(move, hand.shares), escalation=_escalation(hand))
    await line(tx, desk, hand, Command.SOLVE, note=answer, department=department)
    await tell(tx, desk, hand, contract.SOLVED, before, department=department)


async def close(tx: Tx, desk: Desk, hand: InHand, expected: int, note: str) -> None:
    """销哨. Only now does a solution count as one."""
    move, before = begin(tx, hand, Command.CLOSE), hand.state
    counted = {}
    for share in live(hand.shares):
        duty = hand.duties[share.department]
        counted[share.department] = {
            "solved": 1,
            "solved_on_time": int(not duty["solution_missed"]),
            "solution_minutes": _minutes(hand, duty["assigned_at"], duty["solved_at"]),
        }
    await tally.count(tx, counted, hand.duties)
    await change(tx, hand, expected, move.to, closed_at=tx.now, escalation=0)
    await line(tx, desk, hand, Command.CLOSE, note=note)
    await tell(tx, desk, hand, contract.CLOSED, before)


async def send_back(tx: Tx, desk: Desk, hand: InHand, expected: int, order: SendWhistleBack) -> None:
    """Not solved: the named departments, by default the lead, work again under the place's limit for that."""
    move, before = begin(tx, hand, Command.SEND_BACK), hand.state
    lead = next(share.department for share in live(hand.shares) if share.part is Part.LEAD)
    # The lead answers for the whole, so it answers again whoever else has to work.
    named = sorted({lead, *order.departments})
    limit = hand.rules.rework
    for department in named:
        share = move_duty(hand.shares, department, Command.SEND_BACK)
        duty = hand.duties[department]
        due = hand.office.deadline(tx.now, limit)
        await change_duty(
            tx, duty,
            state=share.state.value, solved_at=None, solution_from=tx.now, solution_due=due,
            limits={**duty["limits"], "solution": limit.model_dump()}, escalate_at=next_escalation(hand, due, 0),
        )  # fmt: skip
    await tally.count(tx, {name: {"sent_back": 1} for name in named}, hand.duties)
    await change(tx, hand, expected, move.to, rounds=hand.row["rounds"] + 1)
    await line(tx, desk, hand, Command.SEND_BACK, note=order.reason)
    await tell(tx, desk, hand, contract.SENT_BACK, before, named=named)


async def _simple(
    tx: Tx, desk: Desk, hand: InHand, expected: int, command: Command, kind: str, note: str, **values: Any
) -> None:
    move, before = begin(tx, hand, command), hand.state
    await change(tx, hand, expected, move.to, **values)
    await line(tx, desk, hand, command, note=note)
    await tell(tx, desk, hand, kind, before)


async def _call_departments(tx: Tx, hand: InHand, wanted: Iterable[DepartmentShare]) -> list[str]:
    """Return the departments that were not called before, or are called again."""
    shares = [(share.department, Part(share.part)) for share in wanted]
    unknown = [name for name, _ in shares if name not in hand.rules.departments]
    if unknown:
        raise Invalid(
            errors=[
                FieldError(
                    "/departments", "desk.whistle_department", f"没有这个部门：{unknown[0]}", "No such department"
                )
            ]
        )
    added = assign(hand.shares, shares)
    reporting, solving = limits_of(hand.rules, hand.row["urgency"])
    raised = {name: share for name, share in added.items() if hand.shares.get(name) in live(hand.shares)}
    for department, share in raised.items():
        await _lead_from_now_on(tx, hand, department, share, solving)
    for department, share in added.items():
        if department in raised:
            continue
        report_due, solution_due = hand.office.deadline(tx.now, reporting), hand.office.deadline(tx.now, solving)
        values = {
            "part": share.part.value,
            "state": share.state.value,
            "limits": {"report_in": reporting.model_dump(), "solution": solving.model_dump()},
            "assigned_at": tx.now,
            "report_due": report_due,
            "solution_from": tx.now,
            "solution_due": solution_due,
            "report_missed": False,
            "solution_missed": False,
            "escalated": 0,
            "escalate_at": next_escalation(hand, report_due, 0),
        }
        known = hand.duties.get(department)
        if known is not None:
            await change_duty(tx, known, **values)
            continue
        row = {
            "tenant": tx.tenant, "id": new_id(), "whistle_id": hand.id, "division": hand.row["division"],
            "department": department, "reported_at": None, "solved_at": None, "answer": None, **values,
        }  # fmt: skip
        await tx.execute(insert(whistle_duty).values(row))
        hand.duties[department] = row
    await tally.count(tx, {name: {"assigned": 1} for name in added if name not in raised}, hand.duties)
    return sorted(added)


async def _lead_from_now_on(tx: Tx, hand: InHand, department: str, share: Duty, solving: WhistleLimit) -> None:
    """Its clocks run on; one that had solved its own share gets the time of a solution for the whole."""
    duty = hand.duties[department]
    values: dict[str, Any] = {"part": share.part.value, "state": share.state.value}
    if duty["state"] == DutyState.SOLVED.value:
        due = hand.office.deadline(tx.now, solving)
        values |= {"solved_at": None, "solution_from": tx.now, "solution_due": due, "escalated": 0}
        values |= {"limits": {**duty["limits"], "solution": solving.model_dump()}}
        values |= {"escalate_at": next_escalation(hand, due, 0)}
    await change_duty(tx, duty, **values)


def _own(tx: Tx) -> str:
    return viewer_in(tx).department or ""


def _minutes(hand: InHand, start: datetime, end: datetime) -> int:
    return int(hand.office.between(start, end).total_seconds() // MINUTE_SECONDS)


def _escalation(hand: InHand) -> int:
    states = (DutyState.PENDING, DutyState.WORKING)
    return max((duty["escalated"] for duty in hand.duties.values() if duty["state"] in states), default=0)
