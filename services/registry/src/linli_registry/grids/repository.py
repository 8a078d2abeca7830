"""Reads and writes of grids, their people and dwellings in a viewer's area."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.pagination import invalid_cursor
from linli_kernel.scope import in_divisions, in_scope
from sqlalchemy import RowMapping, Select, Table, and_, func, insert, select, tuple_, update

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import dwelling, grid, grid_person
from linli_registry.households.tables import household, membership
from linli_registry.metadata import Row
from linli_registry.residents.tables import resident

_g, _d, _h, _m, _p, _r = grid.c, dwelling.c, household.c, membership.c, grid_person.c, resident.c


async def grids(
    db: Database, viewer: Viewer, codes: Sequence[str] | None, after: tuple[str, str] | None, limit: int
) -> list[Row]:
    statement = select(grid).where(in_scope(viewer, _g.tenant, _g.division, _g.id))
    if codes is not None:
        statement = statement.where(in_divisions(codes, _g.division))
    if after is not None:
        statement = statement.where(tuple_(_g.division, _g.code) > after)
    return list(await db.fetch_all(statement.order_by(_g.division, _g.code).limit(limit)))


async def grid_of(db: Database, viewer: Viewer, key: UUID) -> Row:
    joined = grid.outerjoin(division, division.c.code == _g.division)
    scope = in_scope(viewer, _g.tenant, _g.division, _g.id)
    row = await db.fetch_one(
        select(grid, division.c.search_name.label("division_name")).select_from(joined).where(scope, _g.id == key)
    )
    if row is None:
        raise NotFound
    return row


async def figures(db: Database, tenant: str, code: str, key: UUID) -> dict[str, int]:
    """Count what a grid of the division `code` holds today; by the division, which is what the indexes begin with."""
    present = and_(_r.tenant == tenant, _r.division == code, _r.grid == key, _r.presence.not_in(("void", "moved_out")))
    counts = {
        "dwellings": select(func.count())
        .select_from(dwelling)
        .where(_d.tenant == tenant, _d.division == code, _d.grid == key, _d.closed_on.is_(None)),
        "households": select(func.count())
        .select_from(household)
        .where(_h.tenant == tenant, _h.division == code, _h.grid == key, _h.closed_on.is_(None)),
        "residents": select(func.count()).select_from(resident).where(present, _r.death_date.is_(None)),
    }
    statement = select(*(count.scalar_subquery().label(name) for name, count in counts.items()))
    row = await db.fetch_one(statement)
    return {name: int(row[name]) for name in counts} if row is not None else dict.fromkeys(counts, 0)


async def people_of(db: Database, tenant: str, key: UUID) -> list[Row]:
    own = and_(_p.tenant == tenant, _p.grid == key)
    return list(await db.fetch_all(select(grid_person).where(own).order_by(_p.until.desc(), _p.post, _p.since)))


async def locked(tx: Tx, viewer: Viewer, table: Table, key: UUID, version: int | None = None) -> RowMapping:
    """Lock a grid or dwelling of the viewer's area; raises NotFound or StaleVersion."""
    within = table.c.id if table is grid else table.c.grid
    scope = in_scope(viewer, table.c.tenant, table.c.division, within)
    row = await tx.one(select(table).where(scope, table.c.id == key).with_for_update())
    if row is None:
        raise NotFound
    if version is not None and row["version"] != version:
        raise StaleVersion
    return row


async def add(tx: Tx, table: Table, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(table).values(**values))


async def change(tx: Tx, table: Table, tenant: str, key: UUID, values: Mapping[str, Any]) -> None:
    own = and_(table.c.tenant == tenant, table.c.id == key)
    more = {"version": table.c.version + 1} if "version" in table.c else {}
    await tx.execute(update(table).where(own).values(**more, **values))


async def code_taken(tx: Tx, tenant: str, code: str, wanted: str) -> bool:
    own = and_(_g.tenant == tenant, _g.division == code, _g.code == wanted)
    return await tx.one(select(_g.id).where(own)) is not None


async def in_use(tx: Tx, tenant: str, key: UUID) -> bool:
    homes = select(_h.id).where(_h.tenant == tenant, _h.grid == key, _h.closed_on.is_(None))
    houses = select(_d.id).where(_d.tenant == tenant, _d.grid == key, _d.closed_on.is_(None))
    return await tx.one(homes.limit(1)) is not None or await tx.one(houses.limit(1)) is not None


def _living(tenant: str) -> Any:
    own = and_(_h.tenant == tenant, _h.dwelling == _d.id, _h.closed_on.is_(None))
    return select(func.count()).select_from(household).where(own).scalar_subquery()


def _dwellings(viewer: Viewer) -> Select[Any]:
    joined = dwelling.outerjoin(grid, and_(_g.tenant == _d.tenant, _g.id == _d.grid)).outerjoin(
        division, division.c.code == _d.division
    )
    named = (_g.name.label("grid_name"), division.c.search_name.label("division_name"))
    return (
        select(dwelling, *named, _living(viewer.tenant).label("households"))
        .select_from(joined)
        .where(in_scope(viewer, _d.tenant, _d.division, _d.grid))
    )


async def dwellings(
    db: Database,
    viewer: Viewer,
    codes: Sequence[str] | None,
    in_grid: UUID | None,
    after: tuple[str, UUID] | None,
    limit: int,
    *,
    closed: bool = False,
) -> list[Row]:
    """Read dwellings by address: those that stand, or those that ended."""
    statement = _dwellings(viewer).where(_d.closed_on.is_not(None) if closed else _d.closed_on.is_(None))
    if codes is not None:
        statement = statement.where(in_divisions(codes, _d.division))
    if in_grid is not None:
        statement = statement.where(_d.grid == in_grid)
    if after is not None:
        statement = statement.where(tuple_(_d.address, _d.id) > after)
    return list(await db.fetch_all(statement.order_by(_d.address, _d.id).limit(limit)))


async def place_of(db: Database, viewer: Viewer, key: UUID) -> tuple[str, UUID]:
    """Return where a list by address goes on after a dwelling: a cursor names it by id, for its address is somebody's."""
    scope = in_scope(viewer, _d.tenant, _d.division, _d.grid)
    row = await db.fetch_one(select(_d.address, _d.id).where(scope, _d.id == key))
    if row is None:
        raise invalid_cursor()
    return row["address"], row["id"]


async def dwelling_of(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await db.fetch_one(_dwellings(viewer).where(_d.id == key))
    if row is None:
        raise NotFound
    return row


async def homes_of(db: Database, tenant: str, keys: Sequence[UUID]) -> list[Row]:
    own = and_(_m.tenant == tenant, _m.household == _h.id, _m.until.is_(None))
    members = select(func.count()).select_from(membership).where(own).scalar_subquery()
    statement = select(household, members.label("members")).where(_h.tenant == tenant, _h.id.in_(keys))
    return list(await db.fetch_all(statement))


async def homes_at(db: Database, tenant: str, key: UUID) -> list[Row]:
    return list(await db.fetch_all(select(_h.id).where(_h.tenant == tenant, _h.dwelling == key)))


async def open_homes_at(tx: Tx, tenant: str, key: UUID) -> list[UUID]:
    own = and_(_h.tenant == tenant, _h.dwelling == key, _h.closed_on.is_(None))
    return [row["id"] for row in await tx.all(select(_h.id).where(own).order_by(_h.id))]


async def on_map(db: Database, viewer: Viewer, code: str) -> list[Row]:
    """Read every dwelling of a village that stands, with how many households and people live there."""
    homes = and_(_h.tenant == _d.tenant, _h.dwelling == _d.id, _h.closed_on.is_(None))
    stays = and_(_m.tenant == _h.tenant, _m.household == _h.id, _m.until.is_(None))
    counted = (func.count(_h.id.distinct()).label("households"), func.count(_m.id).label("residents"))
    own = (_d.id, _d.address, _d.kind, _d.grid, _d.longitude, _d.latitude)
    statement = (
        select(*own, *counted)
        .select_from(dwelling.outerjoin(household, homes).outerjoin(membership, stays))
        .where(in_scope(viewer, _d.tenant, _d.division, _d.grid), _d.division == code, _d.closed_on.is_(None))
        .group_by(*own)
        .order_by(_d.address, _d.id)
    )
    return list(await db.fetch_all(statement))
