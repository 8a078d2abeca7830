"""Reads looks out of the ledger, those at one person and those of an area on one day; keeps what was answered."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.ledger.tables import ledger_entry, ledger_reference, ledger_subject
from linli_supervision.lookups.domain import LOOKS, OPENED
from linli_supervision.lookups.tables import lookup_answer
from linli_supervision.rows import Row

_e, _r, _s, _a = ledger_entry.c, ledger_reference.c, ledger_subject.c, lookup_answer.c
MOST_LOOKS = 20_000
"""Read for the alerts of one day; a county of 500,000 opens some 2,000 records a day."""


async def at_person(
    db: Database, tenant: str, records: Sequence[UUID], before: int | None, limit: int
) -> Sequence[Row]:
    """Every look at a person (all records of it) by whoever it was, newest first: the person's right has no area."""
    refs = [str(record) for record in records]
    mine = select(_r.index).where(_r.tenant == tenant, _r.kind == "person", _r.ref.in_(refs))
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    statement = (
        select(ledger_entry, ledger_subject.c.salt, ledger_subject.c.content)
        .select_from(ledger_entry.outerjoin(ledger_subject, beside))
        .where(_e.tenant == tenant, _e.index.in_(mine), _e.action.in_(sorted(LOOKS)))
        .order_by(_e.index.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(_e.index < before)
    return list(await db.fetch_all(statement))


async def opened(db: Database, viewer: Viewer, day: date) -> Sequence[Row]:
    """Records opened in the viewer's area on one day with their content, newest first, at most `MOST_LOOKS`."""
    begins = datetime.combine(day, time(), SHANGHAI)
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    statement = (
        select(ledger_entry, ledger_subject.c.salt, ledger_subject.c.content)
        .select_from(ledger_entry.join(ledger_subject, beside))
        .where(in_scope(viewer, _e.tenant, _e.division), _e.action.in_(sorted(OPENED)))
        .where(_e.time >= begins, _e.time < begins + timedelta(days=1))
        .order_by(_e.index.desc())
        .limit(MOST_LOOKS)
    )
    return list(await db.fetch_all(statement))


async def answers(db: Database, viewer: Viewer, day: date) -> dict[tuple[str, str], Row]:
    """What was answered to the alerts of a day, by rule and account."""
    rows = await db.fetch_all(select(lookup_answer).where(_a.tenant == viewer.tenant, _a.day == day))
    return {(row["rule"], str(row["actor"])): row for row in rows}


async def answer(tx: Tx, viewer: Viewer, values: dict[str, Any]) -> bool:
    """Keep an answer; False when the alert has one."""
    made = insert(lookup_answer).values(tenant=viewer.tenant, **values).on_conflict_do_nothing()
    return await tx.scalar(made.returning(_a.rule)) is not None
