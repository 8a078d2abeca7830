"""Reads and writes of transfers, each in one county."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import RowMapping, Select, Text, Update, and_, cast, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from linli_registry.duplicates.repository import standing
from linli_registry.metadata import Row
from linli_registry.residents.search import NOT_VOID
from linli_registry.residents.tables import resident
from linli_registry.transfers.tables import transfer

_t, _r = transfer.c, resident.c
# Written out: behind parameters the planner could not match it with the condition of the index.
UNDER_WAY = text("transfer.state IN ('requested', 'waiting', 'cancelling', 'accepted')")
_FOUND = (_r.id, _r.division, _r.presence, _r.version)
MOVING = ("requested", "waiting", "cancelling", "blocked")


async def add(tx: Tx, values: Mapping[str, Any]) -> bool:
    """Insert a side; False when it is there already."""
    row = {"tenant": tx.tenant, "created_at": tx.now, "changed_at": tx.now, **values}
    return await tx.one(insert(transfer).values(**row).on_conflict_do_nothing().returning(_t.id)) is not None


async def change(tx: Tx, key: UUID, states: Sequence[str], **values: Any) -> bool:
    """Update this county's side if it is still in one of `states`; False when it is not."""
    statement = (
        update(transfer)
        .where(_t.tenant == tx.tenant, _t.id == key, _t.state.in_(states))
        .values(version=_t.version + 1, changed_at=tx.now, **values)
        .returning(_t.id)
    )
    return await tx.one(statement) is not None


async def locked(tx: Tx, viewer: Viewer, key: UUID, version: int) -> RowMapping:
    """Lock this county's side, or raise NotFound or StaleVersion."""
    scope = in_scope(viewer, _t.tenant, _t.division)
    row = await tx.one(select(transfer).where(scope, _t.id == key).with_for_update())
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    return row


async def locked_state(tx: Tx, key: UUID) -> str | None:
    """Lock this county's side and return its state."""
    row = await tx.one(select(_t.state).where(_t.tenant == tx.tenant, _t.id == key).with_for_update())
    return None if row is None else str(row["state"])


async def side(db: Database, tenant: str, key: UUID) -> Row | None:
    return await db.fetch_one(select(transfer).where(_t.tenant == tenant, _t.id == key))


async def find_one(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await db.fetch_one(select(transfer).where(in_scope(viewer, _t.tenant, _t.division), _t.id == key))
    if row is None:
        raise NotFound
    return row


async def find_page(
    db: Database,
    viewer: Viewer,
    side: str | None,
    state: str | None,
    resident_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Row]:
    """Newest first; of one person those that the own side's record is named in."""
    statement = select(transfer).where(in_scope(viewer, _t.tenant, _t.division))
    for column, wanted in ((_t.side, side), (_t.state, state)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if resident_id is not None:
        statement = statement.where(func.jsonb_exists(_t.people, str(resident_id)))
    if after is not None:
        statement = statement.where(_t.id < after)
    return list(await db.fetch_all(statement.order_by(_t.id.desc()).limit(limit)))


async def somebody_moves(tx: Tx, tenant: str, people: Sequence[UUID]) -> bool:
    """Whether one of them is in a transfer that is not over."""
    named = func.jsonb_exists_any(_t.people, cast([str(p) for p in people], ARRAY(Text)))
    own = and_(_t.tenant == tenant, _t.side == "origin", _t.state.in_(MOVING), named)
    return await tx.one(select(_t.id).where(own).limit(1)) is not None


def moving_from(tenant: str, households: Collection[UUID], alone: Collection[UUID]) -> Select[Any]:
    """Select transfers of members of these households, or of people in none, that the other county can still be told to
    forget."""
    asked = (_t.tenant == tenant, UNDER_WAY, _t.side == "origin", _t.state.in_(("requested", "waiting")))
    named = func.jsonb_exists_any(_t.people, cast([str(p) for p in alone], ARRAY(Text)))
    of_these = or_(_t.household.in_(households), and_(_t.household.is_(None), named))
    return select(_t.id, _t.household, _t.people, _t.state).where(*asked, of_these)


def to_renew(tx: Tx, people: Collection[UUID]) -> Update:
    """Give back to delivery what waits for the other county's answer on one of them."""
    own = (_t.tenant == tx.tenant, UNDER_WAY, _t.side == "origin", _t.state.in_(("requested", "waiting")))
    return (
        update(transfer)
        .where(*own, func.jsonb_exists_any(_t.people, cast([str(p) for p in people], ARRAY(Text))))
        .values(state="requested", version=_t.version + 1, changed_at=tx.now)
    )


async def delivered(tx: Tx, key: UUID, version: int) -> bool:
    """Say that the destination has the origin's side as it was in this version; False when it was edited since."""
    own = (_t.tenant == tx.tenant, _t.id == key, _t.state == "requested", _t.version == version)
    values = {"state": "waiting", "version": _t.version + 1, "changed_at": tx.now}
    return await tx.one(update(transfer).where(*own).values(**values).returning(_t.id)) is not None


async def locked_package(tx: Tx, key: UUID) -> bytes | None:
    """Lock the destination's side while it waits, and return what it was shown."""
    own = (_t.tenant == tx.tenant, _t.id == key, _t.state == "waiting")
    row = await tx.one(select(_t.package).where(*own).with_for_update())
    return None if row is None else bytes(row["package"])


async def renew(tx: Tx, key: UUID, package: bytes, problem: str | None) -> None:
    """Show something newer; only what reads otherwise is a new version, which whoever accepts must have seen."""
    values: dict[str, Any] = {"package": package}
    if problem is not None:
        values |= {"problem": problem, "version": _t.version + 1, "changed_at": tx.now}
    await tx.execute(update(transfer).where(_t.tenant == tx.tenant, _t.id == key).values(**values))


async def moving(db: Database, before: datetime) -> list[tuple[str, str, UUID]]:
    """Return (origin, destination, id) of transfers with a next step, of every county: the look that belongs to nobody."""
    other = transfer.alias("other")
    joined = transfer.outerjoin(other, and_(other.c.tenant == _t.other_tenant, other.c.id == _t.id))
    under_way = and_(
        _t.side == "origin",
        _t.state.in_(("requested", "waiting", "cancelling")),
        or_(_t.state != "waiting", other.c.state != "waiting"),
    )
    unfinished = and_(_t.state == "accepted", other.c.state == "done")
    statement = (
        select(_t.tenant, _t.other_tenant, _t.id, _t.side)
        .select_from(joined)
        .where(UNDER_WAY, or_(under_way, unfinished))
        .where(_t.changed_at <= before)
        .limit(100)
    )
    rows = await db.fetch_all(statement)
    pairs = [((r["tenant"], r["other_tenant"])[:: 1 if r["side"] == "origin" else -1], r["id"]) for r in rows]
    return [(origin, destination, key) for (origin, destination), key in pairs]


async def people(tx: Tx, tenant: str, keys: Sequence[UUID]) -> list[RowMapping]:
    statement = select(resident).where(_r.tenant == tenant, _r.id.in_(keys)).order_by(_r.id)
    return list(await tx.all(statement))


async def by_number(tx: Tx, tenant: str, index: bytes) -> RowMapping | None:
    """Find who has a number anywhere in the county."""
    own = and_(_r.tenant == tenant, _r.number_index == index, NOT_VOID)
    return await tx.one(select(*_FOUND).where(own))


async def by_id(tx: Tx, tenant: str, key: UUID) -> RowMapping | None:
    """Find a record of the county that counts: the one itself, or what it was merged into."""
    wanted = await standing(tx, tenant, key) or key
    own = and_(_r.tenant == tenant, _r.id == wanted, NOT_VOID)
    return await tx.one(select(*_FOUND).where(own))
