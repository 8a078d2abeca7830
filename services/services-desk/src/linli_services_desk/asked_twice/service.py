"""Notes what was asked twice in the transaction of the act that asked; the ledger hears of it from the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.events import Act
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk.asked_twice.domain import Repetition
from linli_services_desk.asked_twice.tables import asked_twice
from linli_services_desk.cases.hand import viewer_in
from linli_services_desk.materials.tables import paper


def valid_paper(tx: Tx, resident: UUID) -> ColumnElement[bool]:
    """A paper of this person that is still good today."""
    unexpired = or_(paper.c.valid_until.is_(None), paper.c.valid_until >= tx.now.date())
    return and_(paper.c.tenant == tx.tenant, paper.c.resident_id == resident, unexpired)


async def was_on_file(tx: Tx, row: Mapping[str, Any], kind: str | None) -> bool:
    """Whether a valid paper of this kind was there before this case brought one."""
    if not kind or row["resident_id"] is None:
        return False
    there = and_(valid_paper(tx, row["resident_id"]), paper.c.kind == kind, paper.c.case_id != row["id"])
    return bool(await tx.scalar(select(exists().where(there))))


async def note(tx: Tx, row: Mapping[str, Any], act: str, found: Sequence[Repetition]) -> None:
    """Keep each repetition once. `act` is the command on the case that asked."""
    if not found:
        return
    rows = [
        {
            **{name: row[name] for name in ("tenant", "division", "department", "matter_id", "matter_name")},
            "case_id": row["id"],
            "kind": one.kind.value,
            "subject": one.subject,
            "notice": one.notice,
            "name": one.name,
            "act": act,
            "asked_by": viewer_in(tx).subject,
            "asked_at": tx.now,
        }
        for one in found
    ]
    stored = insert(asked_twice).values(rows).on_conflict_do_nothing()
    fresh = await tx.all(stored.returning(asked_twice.c.kind, asked_twice.c.subject))
    if fresh:
        tx.record(
            Act(
                action="case.asked-twice",
                object_kind="case",
                object_id=row["id"],
                people=[row["resident_id"]] if row["resident_id"] else [],
                division=row["division"],
                case_id=row["id"],
                detail={"during": act, "things": [f"{one['kind']}:{one['subject']}" for one in fresh]},
            )
        )
