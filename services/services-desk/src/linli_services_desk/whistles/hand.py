"""A whistle in hand: loaded under a lock with its departments, moved by one command, and written with its line, event and act.

Locks are taken in one order, the whistle before its departments, so an officer's act and the watch for missed limits wait for
each other instead of failing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Forbidden, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile.whistle import WhistleLimit, WhistleRules
from sqlalchemy import RowMapping, insert, update

from linli_services_desk.context import Desk
from linli_services_desk.whistles import repository
from linli_services_desk.whistles.clock import Office
from linli_services_desk.whistles.errors import NotTheWhistler
from linli_services_desk.whistles.tables import whistle, whistle_duty, whistle_event
from linli_services_desk.whistles.workflow import Command, Duty, DutyState, Move, Part, WhistleState, step

SYSTEM = "system"
PUBLIC = "public"


@dataclass(slots=True)
class InHand:
    row: dict[str, Any]
    duties: dict[str, dict[str, Any]]
    rules: WhistleRules
    office: Office

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found

    @property
    def state(self) -> WhistleState:
        return WhistleState(self.row["state"])

    @property
    def shares(self) -> dict[str, Duty]:
        return {name: Duty(name, Part(duty["part"]), DutyState(duty["state"])) for name, duty in self.duties.items()}


def office_of(desk: Desk, tenant: str) -> Office:
    return Office(desk.calendar, desk.profile(tenant).desk.whistle.office_hours)


def rules_of(desk: Desk, tenant: str) -> WhistleRules:
    return desk.profile(tenant).desk.whistle


def viewer_in(tx: Tx) -> Viewer:
    if tx.viewer is None:
        raise Forbidden
    return tx.viewer


async def load(tx: Tx, desk: Desk, whistle_id: UUID) -> InHand:
    """Lock a whistle that the viewer may see; NotFound otherwise."""
    return await take(tx, desk, await tx.one(repository.one(viewer_in(tx), whistle_id, lock=True)))


async def take(tx: Tx, desk: Desk, row: RowMapping | None) -> InHand:
    if row is None:
        raise NotFound
    found = await tx.all(repository.duties(tx.tenant, [row["id"]]))
    duties = {duty["department"]: dict(duty) for duty in found}
    return InHand({**row}, duties, rules_of(desk, tx.tenant), office_of(desk, tx.tenant))


def begin(tx: Tx, hand: InHand, command: Command) -> Move:
    """Check that the state has the command and that it is this viewer's; a refusal changes nothing."""
    viewer = viewer_in(tx)
    move = step(hand.state, command)
    if viewer.role not in move.roles:
        raise Forbidden
    if move.whistler_only and hand.row["whistler"] != viewer.subject:
        raise NotTheWhistler
    return move


async def change(tx: Tx, hand: InHand, expected: int, to: WhistleState, **values: Any) -> None:
    """Store the new state with the clock that now ends first."""
    if hand.row["version"] != expected:
        raise StaleVersion
    hand.row.update(values, state=to.value, **first_clock(hand.duties), updated_at=tx.now, version=expected + 1)
    names = (*values, "state", "clock", "due_at", "updated_at", "version")
    await tx.execute(
        update(whistle)
        .where(whistle.c.tenant == tx.tenant, whistle.c.id == hand.id)
        .values({name: hand.row[name] for name in names})
    )


async def change_duty(tx: Tx, duty: dict[str, Any], **values: Any) -> None:
    duty.update(values)
    await tx.execute(
        update(whistle_duty).where(whistle_duty.c.tenant == tx.tenant, whistle_duty.c.id == duty["id"]).values(values)
    )


def running(duty: Mapping[str, Any]) -> dict[str, Any] | None:
    """The clock that runs for a department now, in the form that is stored with the whistle."""
    match duty["state"]:
        case DutyState.PENDING:
            what, started, due = "report_in", duty["assigned_at"], duty["report_due"]
        case DutyState.WORKING:
            what, started, due = "solution", duty["solution_from"], duty["solution_due"]
        case _:
            return None
    return {
        "what": what,
        "department": duty["department"],
        "started": started.isoformat(),
        "due": due.isoformat(),
        "limit": duty["limits"][what],
    }


def first_clock(duties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    clocks = [clock for duty in duties.values() if (clock := running(duty)) is not None]
    first = min(clocks, key=lambda clock: datetime.fromisoformat(clock["due"]), default=None)
    return {"clock": first, "due_at": datetime.fromisoformat(first["due"]) if first else None}


def next_escalation(hand: InHand, due: datetime, level: int) -> datetime | None:
    """When a missed limit goes one step further up; None at the top."""
    if level >= len(hand.rules.escalation):
        return None
    hours = hand.rules.escalation[level].after_working_hours
    return due if hours == 0 else hand.office.add(due, timedelta(hours=hours))


def limits_of(rules: WhistleRules, urgency: str) -> tuple[WhistleLimit, WhistleLimit]:
    limits = rules.limits["urgent" if urgency == "urgent" else "ordinary"]
    return limits.report_in, limits.solution


async def line(
    tx: Tx, desk: Desk, hand: InHand, command: str, *, note: str = "", department: str | None = None
) -> None:
    """Add to the time line: who did what, and why."""
    viewer, event_id = tx.viewer, new_id()
    sealed = desk.vault.seal(note, tx.tenant, "whistle_event", "note", event_id) if note else None
    await tx.execute(
        insert(whistle_event).values(
            tenant=tx.tenant,
            id=event_id,
            whistle_id=hand.id,
            at=tx.now,
            command=command,
            to_state=hand.row["state"],
            department=department,
            note=sealed,
            actor=viewer.subject if viewer else None,
            actor_name=viewer.name if viewer else "",
            actor_role=viewer.role.value if viewer else SYSTEM if command == "escalate" else PUBLIC,
        )
    )


def act(action: str, row: Mapping[str, Any], *, purpose: str = "", **detail: Any) -> Act:
    return Act(
        action=action,
        object_kind="whistle",
        object_id=row["id"],
        division=row["division"],
        purpose=purpose,
        detail={"number": row["number"], **{key: value for key, value in detail.items() if value is not None}},
    )
