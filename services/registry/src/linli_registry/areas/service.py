"""Areas and communities: load, check, store. Nothing here commits."""

from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.scope import in_scope
from sqlalchemy import and_, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_registry.areas.schemas import AreaPatch, CommunityPut, NewArea
from linli_registry.areas.tables import area, area_grid, community
from linli_registry.context import Context
from linli_registry.divisions.tables import division
from linli_registry.grids.tables import grid
from linli_registry.history.recording import Line, record_changed
from linli_registry.metadata import Row

_a, _g, _c = area.c, area_grid.c, community.c


async def areas(
    db: Database, viewer: Viewer, code: str | None, after: tuple[str, UUID] | None, limit: int
) -> list[Row]:
    members = (
        select(func.array_agg(aggregate_order_by(_g.grid, _g.grid)))
        .where(_g.tenant == _a.tenant, _g.area == _a.id)
        .scalar_subquery()
    )
    statement = select(area, members.label("grids")).where(in_scope(viewer, _a.tenant, _a.division))
    if code is not None:
        statement = statement.where(func.starts_with(_a.division, code))
    if after is not None:
        statement = statement.where(tuple_(_a.name, _a.id) > after)
    return list(await db.fetch_all(statement.order_by(_a.name, _a.id).limit(limit)))


async def _smallest(tx: Tx, viewer: Viewer, grids: list[UUID]) -> str:
    """Return the lowest division that holds all these grids of the viewer's area."""
    scope = in_scope(viewer, grid.c.tenant, grid.c.division)
    rows = await tx.all(
        select(grid.c.id, grid.c.division).where(scope, grid.c.id.in_(grids), grid.c.closed_on.is_(None))
    )
    if len(rows) != len(set(grids)):
        fault = "有网格不存在或不在您的辖区", "A grid does not exist or is outside your area"
        raise Invalid(errors=[FieldError("/grids", "registry.grid_unknown", *fault)])
    codes = [str(row["division"]) for row in rows]
    shared = next(n for n in (12, 9, 6, 4, 2) if len({code[:n] for code in codes}) == 1)
    return codes[0][:shared].ljust(12, "0")


async def make(tx: Tx, context: Context, viewer: Viewer, new: NewArea) -> UUID:
    key, within = new_id(), await _smallest(tx, viewer, new.grids)
    if not viewer.covers(within):
        raise NotFound
    row = {"tenant": viewer.tenant, "id": key, "division": within, "kind": new.kind, "name": new.name}
    await tx.execute(insert(area).values(created_at=tx.now, **row))
    await _set_grids(tx, viewer.tenant, key, new.grids)
    line = Line(viewer.subject, context.today)
    await record_changed(tx, line, "area", key, {"grids": [[], sorted(str(g) for g in new.grids)]})
    tx.record(Act(action="area.make", object_kind="area", object_id=key, division=within))
    return key


async def _set_grids(tx: Tx, tenant: str, key: UUID, grids: list[UUID]) -> None:
    await tx.execute(delete(area_grid).where(_g.tenant == tenant, _g.area == key))
    await tx.execute(insert(area_grid), [{"tenant": tenant, "area": key, "grid": one} for one in sorted(set(grids))])


async def change(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, patch: AreaPatch) -> None:
    scope = in_scope(viewer, _a.tenant, _a.division)
    row = await tx.one(select(area).where(scope, _a.id == key).with_for_update())
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    values: dict[str, Any] = patch.model_dump(exclude_unset=True, exclude={"grids"})
    if values.get("name", "") is None:
        raise Invalid(errors=[FieldError("/name", "registry.required", "此项不能为空", "This cannot be empty")])
    changes: dict[str, Any] = {name: [_text(row[name]), _text(new)] for name, new in values.items() if row[name] != new}
    if patch.grids is not None:
        old = await tx.all(select(_g.grid).where(_g.tenant == viewer.tenant, _g.area == key))
        values["division"] = await _smallest(tx, viewer, patch.grids)
        changes["grids"] = [sorted(str(one["grid"]) for one in old), sorted(str(g) for g in patch.grids)]
        await _set_grids(tx, viewer.tenant, key, patch.grids)
    own = and_(_a.tenant == viewer.tenant, _a.id == key)
    await tx.execute(update(area).where(own).values(version=version + 1, **values))
    await record_changed(tx, Line(viewer.subject, context.today), "area", key, changes)
    detail = {"fields": sorted(changes)}
    tx.record(Act(action="area.change", object_kind="area", object_id=key, division=row["division"], detail=detail))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


async def communities(db: Database, viewer: Viewer, code: str | None, after: str | None, limit: int) -> list[Row]:
    joined = community.outerjoin(division, division.c.code == _c.division)
    statement = (
        select(community, division.c.search_name.label("division_name"))
        .select_from(joined)
        .where(in_scope(viewer, _c.tenant, _c.division))
    )
    if code is not None:
        statement = statement.where(func.starts_with(_c.division, code))
    if after is not None:
        statement = statement.where(_c.division > after)
    return list(await db.fetch_all(statement.order_by(_c.division).limit(limit)))


async def describe(tx: Tx, viewer: Viewer, code: str, put: CommunityPut) -> None:
    """State type and pilot status of a village in the viewer's area."""
    village = select(division.c.code).where(division.c.code == code, division.c.level == "village")
    if not viewer.covers(code) or await tx.one(village) is None:
        raise NotFound
    values: dict[str, Any] = {**put.model_dump(), "changed_at": tx.now, "changed_by": viewer.subject}
    statement = upsert(community).values(tenant=viewer.tenant, division=code, **values)
    changed = {**values, "version": _c.version + 1}
    await tx.execute(statement.on_conflict_do_update(index_elements=["tenant", "division"], set_=changed))
    detail = {"type": put.type or "", "pilot": put.pilot or ""}
    tx.record(Act(action="community.describe", object_kind="division", object_id=code, division=code, detail=detail))
