"""Queries over the entries, always within what the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from linli_kernel.database import Database
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Select, and_, or_, select

from linli_supervision.ledger.tables import ledger_entry, ledger_reference, ledger_subject

COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class EntryFilter:
    person: UUID | None = None
    actor: UUID | None = None
    object: str | None = None
    case: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def references(self) -> list[tuple[str, str]]:
        pairs = [("person", self.person), ("actor", self.actor), ("object", self.object), ("case", self.case)]
        return [(kind, str(value)) for kind, value in pairs if value is not None]


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    """In the viewer's area; acts without a place (public pages, the system itself) are the county's to see."""
    visible = in_scope(viewer, ledger_entry.c.tenant, ledger_entry.c.division)
    if any(len(prefix) <= COUNTY_DIGITS for prefix in viewer.divisions):
        visible = or_(visible, and_(ledger_entry.c.tenant == viewer.tenant, ledger_entry.c.division == ""))
    return visible


def _select(viewer: Viewer, tenant: str) -> Select[tuple[object, ...]]:
    # Nobody's area holds the system's own acts; who may read them at all was decided before.
    visible = ledger_entry.c.tenant == ANY_TENANT if tenant == ANY_TENANT else _visible(viewer)
    beside = and_(ledger_subject.c.tenant == ledger_entry.c.tenant, ledger_subject.c.index == ledger_entry.c.index)
    return (
        select(ledger_entry, ledger_subject.c.salt, ledger_subject.c.content)
        .select_from(ledger_entry.outerjoin(ledger_subject, beside))
        .where(visible, ledger_entry.c.tenant == tenant)
    )


async def list_entries(
    database: Database, viewer: Viewer, tenant: str, wanted: EntryFilter, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Return up to `limit + 1` entries, newest first, with index below `before`."""
    query = _select(viewer, tenant)
    order = ledger_entry.c.index
    for kind, value in wanted.references():
        reference = ledger_reference.alias()
        query = query.join(
            reference,
            and_(
                reference.c.tenant == ledger_entry.c.tenant,
                reference.c.index == ledger_entry.c.index,
                reference.c.tenant == tenant,
                reference.c.ref == value,
                reference.c.kind == kind,
            ),
        )
    if wanted.action is not None:
        query = query.where(ledger_entry.c.action == wanted.action)
    if wanted.since is not None:
        query = query.where(ledger_entry.c.time >= wanted.since)
    if wanted.until is not None:
        query = query.where(ledger_entry.c.time < wanted.until)
    if before is not None:
        query = query.where(order < before)
    return await database.fetch_all(query.order_by(order.desc()).limit(limit + 1))


async def entries_at(database: Database, viewer: Viewer, tenant: str, indexes: Sequence[int]) -> list[asyncpg.Record]:
    """Return those of these entries that lie in the viewer's area, in their order."""
    query = _select(viewer, tenant).where(ledger_entry.c.index.in_(list(indexes)))
    return await database.fetch_all(query.order_by(ledger_entry.c.index))


async def find_entry(database: Database, viewer: Viewer, tenant: str, index: int) -> asyncpg.Record | None:
    return await database.fetch_one(_select(viewer, tenant).where(ledger_entry.c.index == index))
