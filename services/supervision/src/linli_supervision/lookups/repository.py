"""Reads looks out of the ledger: those at one person, and those of an area in a span of days."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli_kernel.database import Database
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import and_, select

from linli_supervision.ledger.tables import ledger_entry, ledger_reference, ledger_subject
from linli_supervision.lookups.domain import LOOKS, OPENED
from linli_supervision.rows import Row

_e, _r, _s = ledger_entry.c, ledger_reference.c, ledger_subject.c
MOST_LOOKS = 20_000
"""Read for the alerts of a week; a county of 500,000 opens some 2,000 records a day."""


async def at_person(db: Database, tenant: str, person: UUID, before: int | None, limit: int) -> Sequence[Row]:
    """Every look at a person by whoever it was, newest first: the person's right has no area."""
    mine = and_(_r.tenant == _e.tenant, _r.index == _e.index, _r.kind == "person", _r.ref == str(person))
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    statement = (
        select(ledger_entry, ledger_subject.c.salt, ledger_subject.c.content)
        .select_from(ledger_entry.join(ledger_reference, mine).outerjoin(ledger_subject, beside))
        .where(_e.tenant == tenant, _r.tenant == tenant, _e.action.in_(sorted(LOOKS)))
        .order_by(_e.index.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(_e.index < before)
    return list(await db.fetch_all(statement))


async def opened(db: Database, viewer: Viewer, since: datetime) -> Sequence[Row]:
    """Opened records in the viewer's area with their content, newest first."""
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    statement = (
        select(ledger_entry, ledger_subject.c.salt, ledger_subject.c.content)
        .select_from(ledger_entry.join(ledger_subject, beside))
        .where(in_scope(viewer, _e.tenant, _e.division), _e.action.in_(sorted(OPENED)), _e.time >= since)
        .order_by(_e.index.desc())
        .limit(MOST_LOOKS)
    )
    return list(await db.fetch_all(statement))
