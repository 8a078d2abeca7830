"""Opening a rectification and taking it from state to state."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.contracts import desk as contract
from linli_kernel.database import Tx
from linli_kernel.errors import Forbidden, NotFound, StaleVersion
from linli_kernel.events import Act, Event
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk.context import Desk
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.notices.domain import Audience, role_over
from linli_services_desk.notices.service import Telling, tell_staff
from linli_services_desk.rectification import repository
from linli_services_desk.rectification.errors import AppealedOnce, CallBackMissing, OwnAppeal
from linli_services_desk.rectification.tables import rectification
from linli_services_desk.rectification.workflow import Command, State, advance

RESPONSIBLE = "village_official"
DECIDES_APPEALS = "township_officer"
REACHED = "reached"
Row = dict[str, Any]


async def open_for(tx: Tx, desk: Desk, case: Mapping[str, Any], level: int) -> None:
    """Start the clock for a bad rating; a case has one rectification, whichever rating came first."""
    limit = desk.profile(tx.tenant).desk.evaluation.rectification.as_limit()
    deadline = desk.calendar.deadline(tx.now, limit)
    row: Row = {
        "tenant": tx.tenant,
        "case_id": case["id"],
        "division": case["division"],
        "department": case["department"],
        "level": level,
        "state": State.OPEN.value,
        "due": deadline.day,
        "provisional": deadline.provisional,
        "opened_at": tx.now,
        "version": 1,
    }
    fresh = insert(rectification).values(row).on_conflict_do_nothing().returning(rectification.c.version)
    if await tx.scalar(fresh) is None:
        return
    tx.announce(_event(contract.RECTIFICATION_OPENED, row))
    facts = {
        "matter": case["matter_name"],
        "number": case["number"],
        "level": level,
        "due": deadline.day.isoformat(),
    }
    audience = role_over(RESPONSIBLE, case["division"], case["department"])
    tell_staff(tx, Telling(f"rectification:{case['id']}", "rectification.opened", audience, facts, case["id"]))


async def call_back(tx: Tx, case_id: UUID, expected: int, outcome: str) -> Row:
    row = await _load(tx, case_id)
    return await _move(tx, row, Command.CALL_BACK, expected, called_back_at=tx.now, call_outcome=outcome)


async def complete(tx: Tx, desk: Desk, case_id: UUID, expected: int, measures: str) -> Row:
    row = await _load(tx, case_id)
    if desk.profile(tx.tenant).desk.evaluation.call_back and row["call_outcome"] != REACHED:
        advance(State(row["state"]), Command.COMPLETE)
        raise CallBackMissing
    sealed = desk.vault.seal(measures, tx.tenant, "rectification", "measures", case_id)
    return await _move(tx, row, Command.COMPLETE, expected, measures=sealed, completed_at=tx.now)


async def appeal(tx: Tx, desk: Desk, case_id: UUID, expected: int, reason: str) -> Row:
    row = await _load(tx, case_id)
    if row["appealed_at"] is not None:
        raise AppealedOnce
    sealed = desk.vault.seal(reason, tx.tenant, "rectification", "appeal", case_id)
    by = tx.viewer.subject if tx.viewer else None
    moved = await _move(tx, row, Command.APPEAL, expected, appeal=sealed, appealed_by=by, appealed_at=tx.now)
    facts = {"matter": row["matter_name"], "number": row["number"]}
    audience = Audience(row["division"], role=DECIDES_APPEALS)
    tell_staff(tx, Telling(f"appeal:{case_id}", "appeal.made", audience, facts, case_id))
    return moved


async def decide_appeal(tx: Tx, desk: Desk, case_id: UUID, expected: int, upheld: bool, answer: str) -> Row:
    """Uphold it, and the rating no longer counts; or reject it, and it is to be put right after all."""
    row = await _load(tx, case_id)
    if tx.viewer is None:
        raise Forbidden
    if row["appealed_by"] == tx.viewer.subject:
        raise OwnAppeal
    sealed = desk.vault.seal(answer, tx.tenant, "rectification", "appeal_answer", case_id)
    command = Command.UPHOLD if upheld else Command.REJECT
    outcome = "upheld" if upheld else "rejected"
    moved = await _move(
        tx, row, command, expected, appeal_outcome=outcome, appeal_answer=sealed, appeal_decided_at=tx.now
    )
    if upheld:
        out = update(evaluation).where(evaluation.c.tenant == tx.tenant, evaluation.c.case_id == case_id)
        await tx.execute(out.values(excluded="appeal"))
    return moved


async def _load(tx: Tx, case_id: UUID) -> Row:
    if tx.viewer is None:
        raise Forbidden
    found = await tx.one(repository.one(tx.viewer, case_id))
    if found is None:
        raise NotFound
    return dict(found)


async def _move(tx: Tx, row: Row, command: Command, expected: int, **values: Any) -> Row:
    after = advance(State(row["state"]), command)
    values["state"] = after.value
    changed = await tx.scalar(
        update(rectification)
        .where(
            rectification.c.tenant == tx.tenant,
            rectification.c.case_id == row["case_id"],
            rectification.c.version == expected,
        )
        .values(**values, version=expected + 1)
        .returning(rectification.c.version)
    )
    if changed is None:
        raise StaleVersion
    row.update(values, version=changed)
    tx.announce(_event(contract.RECTIFICATION_MOVED, row))
    tx.record(
        Act(
            action=f"rectification.{command.value}",
            object_kind="case",
            object_id=row["case_id"],
            people=[row["resident_id"]] if row["resident_id"] else [],
            division=row["division"],
            case_id=row["case_id"],
            detail={"state": after.value, "level": row["level"]},
        )
    )
    return row


def _event(kind: str, row: Row) -> Event:
    data = contract.Rectification(
        case_id=str(row["case_id"]),
        division=row["division"],
        department=row["department"],
        level=row["level"],
        state=row["state"],
        due=row["due"].isoformat(),
    )
    return Event(type=kind, subject=str(row["case_id"]), data=data)
