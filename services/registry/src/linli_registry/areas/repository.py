"""Reads of areas, of the grids in them, and of communities in a viewer's area."""

from collections.abc import Sequence
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_divisions, in_scope
from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from linli_registry.areas.tables import area, area_grid, community
from linli_registry.divisions.tables import division
from linli_registry.grids.tables import grid
from linli_registry.households.tables import household
from linli_registry.metadata import Row
from linli_registry.residents.tables import resident

_a, _m, _c, _g, _h, _r = area.c, area_grid.c, community.c, grid.c, household.c, resident.c


def _areas(viewer: Viewer) -> Select[tuple[object, ...]]:
    members = (
        select(func.array_agg(aggregate_order_by(_m.grid, _m.grid)))
        .where(_m.tenant == _a.tenant, _m.area == _a.id)
        .scalar_subquery()
    )
    named = area.outerjoin(division, division.c.code == _a.division)
    return (
        select(area, division.c.search_name.label("division_name"), members.label("grids"))
        .select_from(named)
        .where(in_scope(viewer, _a.tenant, _a.division))
    )


async def areas(
    db: Database, viewer: Viewer, codes: Sequence[str] | None, after: tuple[str, UUID] | None, limit: int
) -> list[Row]:
    statement = _areas(viewer)
    if codes is not None:
        statement = statement.where(in_divisions(codes, _a.division))
    if after is not None:
        statement = statement.where(tuple_(_a.name, _a.id) > after)
    return list(await db.fetch_all(statement.order_by(_a.name, _a.id).limit(limit)))


async def area_of(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await db.fetch_one(_areas(viewer).where(_a.id == key))
    if row is None:
        raise NotFound
    return row


async def grids_of(db: Database, tenant: str, keys: Sequence[UUID]) -> list[Row]:
    """Grids with their village and what they hold today; by their village, which is what the people's indexes begin with."""
    homes = select(func.count()).where(
        _h.tenant == _g.tenant, _h.division == _g.division, _h.grid == _g.id, _h.closed_on.is_(None)
    )
    here = and_(_r.tenant == _g.tenant, _r.division == _g.division, _r.grid == _g.id)
    people = select(func.count()).where(here, _r.presence.not_in(("void", "moved_out")), _r.death_date.is_(None))
    counts = (homes.scalar_subquery().label("households"), people.scalar_subquery().label("residents"))
    statement = (
        select(grid, division.c.search_name.label("division_name"), *counts)
        .select_from(grid.outerjoin(division, division.c.code == _g.division))
        .where(_g.tenant == tenant, _g.id.in_(keys))
    )
    return list(await db.fetch_all(statement.order_by(_g.division, _g.code)))


async def locked(tx: Tx, viewer: Viewer, key: UUID) -> Row:
    scope = in_scope(viewer, _a.tenant, _a.division)
    row = await tx.one(select(area).where(scope, _a.id == key).with_for_update())
    if row is None:
        raise NotFound
    return row


async def members(tx: Tx, tenant: str, key: UUID) -> list[UUID]:
    rows = await tx.all(select(_m.grid).where(_m.tenant == tenant, _m.area == key))
    return sorted(row["grid"] for row in rows)


async def communities(
    db: Database, viewer: Viewer, codes: Sequence[str] | None, after: str | None, limit: int
) -> list[Row]:
    joined = community.outerjoin(division, division.c.code == _c.division)
    statement = (
        select(community, division.c.search_name.label("division_name"))
        .select_from(joined)
        .where(in_scope(viewer, _c.tenant, _c.division))
    )
    if codes is not None:
        statement = statement.where(in_divisions(codes, _c.division))
    if after is not None:
        statement = statement.where(_c.division > after)
    return list(await db.fetch_all(statement.order_by(_c.division).limit(limit)))
