"""Areas and communities: load, check, store. Nothing here commits."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid5

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.scope import in_scope
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_registry.areas import repository
from linli_registry.areas.schemas import AreaPatch, CommunityPut, NewArea
from linli_registry.areas.tables import area, area_grid, community
from linli_registry.context import Context
from linli_registry.divisions.tables import division
from linli_registry.grids.tables import grid
from linli_registry.history.recording import Line, record_changed
from linli_registry.history.service import record_lines
from linli_registry.metadata import Row

_a, _g, _c = area.c, area_grid.c, community.c
_AREA = ("id", "name", "kind", "division", "division_name", "ended_on", "version")
_MEMBER = ("id", "name", "code", "division", "division_name", "closed_on", "households", "residents")


_COMMUNITIES = UUID("0199f5a0-0000-7000-8000-000000000001")


def community_id(tenant: str, code: str) -> UUID:
    """Under which id the history of a community stands: it has no other key than its village."""
    return uuid5(_COMMUNITIES, f"{tenant}/{code}")


async def show(db: Database, viewer: Viewer, key: UUID) -> dict[str, Any]:
    """Return an area with its grids and what they hold together."""
    row = await repository.area_of(db, viewer, key)
    grids = await repository.grids_of(db, viewer.tenant, row["grids"] or [])
    figures = {name: sum(int(one[name]) for one in grids) for name in ("households", "residents")}
    return area_view(row) | figures | {"members": [{name: one[name] for name in _MEMBER} for one in grids]}


def area_view(row: Row) -> dict[str, Any]:
    return {**{name: row[name] for name in _AREA}, "grids": row["grids"] or []}


async def _smallest(tx: Tx, viewer: Viewer, grids: list[UUID], members: Collection[UUID] = ()) -> str:
    """Return the lowest division that holds all these grids of the viewer's area; ended ones may only stay."""
    scope = in_scope(viewer, grid.c.tenant, grid.c.division)
    open_or_member = or_(grid.c.closed_on.is_(None), grid.c.id.in_(members))
    rows = await tx.all(select(grid.c.id, grid.c.division).where(scope, grid.c.id.in_(grids), open_or_member))
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
    row = await repository.locked(tx, viewer, key)
    if row["version"] != version:
        raise StaleVersion
    values: dict[str, Any] = patch.model_dump(exclude_unset=True, exclude={"grids"})
    if values.get("name", "") is None:
        raise Invalid(errors=[FieldError("/name", "registry.required", "此项不能为空", "This cannot be empty")])
    changes: dict[str, Any] = {name: [_text(row[name]), _text(new)] for name, new in values.items() if row[name] != new}
    if patch.grids is not None:
        old = await repository.members(tx, viewer.tenant, key)
        values["division"] = await _smallest(tx, viewer, patch.grids, old)
        changes["grids"] = [[str(g) for g in old], sorted({str(g) for g in patch.grids})]
        await _set_grids(tx, viewer.tenant, key, patch.grids)
    own = and_(_a.tenant == viewer.tenant, _a.id == key)
    await tx.execute(update(area).where(own).values(version=version + 1, **values))
    await record_changed(tx, Line(viewer.subject, context.today), "area", key, changes)
    detail = {"fields": sorted(changes)}
    tx.record(Act(action="area.change", object_kind="area", object_id=key, division=row["division"], detail=detail))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


async def community_history(db: Database, viewer: Viewer, code: str) -> list[dict[str, Any]]:
    if not viewer.covers(code):
        raise NotFound
    return await record_lines(db, viewer, community_id(viewer.tenant, code))


async def describe(tx: Tx, context: Context, viewer: Viewer, code: str, put: CommunityPut) -> None:
    """State type and pilot status of a village in the viewer's area."""
    village = select(division.c.code).where(division.c.code == code, division.c.level == "village")
    if not viewer.covers(code) or await tx.one(village) is None:
        raise NotFound
    here = and_(_c.tenant == viewer.tenant, _c.division == code)
    old = await tx.one(select(community).where(here).with_for_update())
    values = put.model_dump()
    before = dict.fromkeys(values) if old is None else {name: old[name] for name in values}
    changes = {name: [_text(before[name]), _text(new)] for name, new in values.items() if before[name] != new}
    if not changes:
        return
    values |= {"changed_at": tx.now, "changed_by": viewer.subject}
    statement = upsert(community).values(tenant=viewer.tenant, division=code, **values)
    changed = {**values, "version": _c.version + 1}
    await tx.execute(statement.on_conflict_do_update(index_elements=["tenant", "division"], set_=changed))
    line = Line(viewer.subject, context.today)
    await record_changed(tx, line, "community", community_id(viewer.tenant, code), changes)
    detail = {"type": put.type or "", "pilot": put.pilot or ""}
    tx.record(Act(action="community.describe", object_kind="division", object_id=code, division=code, detail=detail))
