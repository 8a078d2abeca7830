"""Reads what the history rules need: changes, corrected events, the stays and addresses of a past day.

Callers have found the record in the viewer's area before; every statement still names the tenant.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.database import Database
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import Select, and_, func, or_, select, tuple_

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import dwelling, grid
from linli_registry.history.domain import Change, as_of
from linli_registry.history.tables import ENTERED_DWELLING, LEFT_DWELLING, field_confirmation, record_history
from linli_registry.households.tables import household, life_event, membership
from linli_registry.metadata import Row
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.search import NOT_VOID, brief_columns
from linli_registry.residents.tables import resident, resident_history

_l, _c, _r, _m, _h = resident_history.c, record_history.c, resident.c, membership.c, household.c
_d, _e, _f = dwelling.c, life_event.c, field_confirmation.c
_undone = life_event.alias("undone")
CORRECTED = or_(
    _e.corrects.is_not(None),
    select(_undone.c.id).where(_undone.c.tenant == _e.tenant, _undone.c.corrects == _e.id).exists(),
)


async def lines(db: Database, viewer: Viewer, key: UUID, after: tuple[int, UUID] | None, limit: int) -> Sequence[Row]:
    """Read a resident's history, newest first, with the kind of the event and whether it was corrected."""
    joined = resident_history.join(resident, and_(_r.tenant == _l.tenant, _r.id == _l.resident)).outerjoin(
        life_event, and_(_e.tenant == _l.tenant, _e.id == _l.event)
    )
    statement = (
        select(resident_history, _e.kind, _e.evidence, CORRECTED.label("undone"))
        .select_from(joined)
        .where(in_scope(viewer, _r.tenant, _r.division, _r.grid), _l.tenant == viewer.tenant, _l.resident == key)
        .order_by(_l.version.desc(), _l.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(_l.version, _l.id) < after)
    return list(await db.fetch_all(statement))


def fields_of(row: Row, keys: ResidentKeys | None) -> dict[str, tuple[Any, Any]]:
    """Return {field: (old, new)} of a line of history; encrypted fields in the clear when `keys` are given."""
    found = {name: (v[0], v[1]) for name, v in row["changes"].items() if isinstance(v, list) and len(v) == 2}
    if keys is not None and row["sealed"] is not None:
        hidden = msgspec.json.decode(keys.unseal(row["sealed"], row["id"]))
        found |= {name: (old, new) for name, (old, new) in hidden.items()}
    return found


async def changes_of_residents(
    db: Database, tenant: str, people: Collection[UUID], keys: ResidentKeys
) -> dict[UUID, list[Change]]:
    """Read all changes in the order of recording."""
    own = and_(_l.tenant == tenant, _l.resident.in_(people))
    rows = await db.fetch_all(select(resident_history).where(own).order_by(_l.resident, _l.version, _l.id))
    found: dict[UUID, list[Change]] = defaultdict(list)
    for row in rows:
        found[row["resident"]].append(Change(row["day"], fields_of(row, keys), row["event"]))
    return found


async def undone_events(db: Database, tenant: str, changes: Iterable[Change]) -> set[UUID]:
    """Return those events of `changes` that were corrected, and the corrections."""
    named = {change.event for change in changes if change.event is not None}
    if not named:
        return set()
    rows = await db.fetch_all(select(_e.id).where(_e.tenant == tenant, _e.id.in_(named), CORRECTED))
    return {row["id"] for row in rows}


async def records_on(
    db: Database, tenant: str, current: Mapping[UUID, Mapping[str, Any]], day: date
) -> dict[UUID, dict[str, Any]]:
    """Return households, dwellings or grids as they were on `day`."""
    own = and_(_c.tenant == tenant, _c.object.in_(current.keys()))
    rows = await db.fetch_all(select(record_history).where(own).order_by(_c.object, _c.id))
    found: dict[UUID, list[Change]] = defaultdict(list)
    for row in rows:
        fields = {name: (v[0], v[1]) for name, v in row["changes"].items()}
        found[row["object"]].append(Change(row["day"], fields, row["event"]))
    undone = await undone_events(db, tenant, (change for one in found.values() for change in one))
    return {key: as_of(values, found[key], undone, day) for key, values in current.items()}


async def record_lines(db: Database, tenant: str, key: UUID, limit: int = 200) -> Sequence[Row]:
    """Read the history of a household, dwelling, grid or area, newest first."""
    own = and_(_c.tenant == tenant, _c.object == key)
    return list(await db.fetch_all(select(record_history).where(own).order_by(_c.id.desc()).limit(limit)))


def moves_of_dwelling(tenant: str, key: UUID) -> Select[Any]:
    moved = or_(*(end == str(key) for end in (LEFT_DWELLING, ENTERED_DWELLING)))
    own = and_(_c.tenant == tenant, _c.kind == "household", moved)
    return select(record_history).where(own).order_by(_c.object, _c.day, _c.id)


async def dwelling_moves(db: Database, tenant: str, key: UUID) -> list[Row]:
    """Read in which households' histories a dwelling was entered or left, in the order of recording."""
    return list(await db.fetch_all(moves_of_dwelling(tenant, key)))


def _stays(tenant: str, day: date) -> Select[Any]:
    joined = membership.join(household, and_(_h.tenant == _m.tenant, _h.id == _m.household))
    return (
        select(_m.resident, _m.household, _m.relation, _m.since, _h.dwelling, _h.number)
        .select_from(joined)
        .where(_m.tenant == tenant, _m.since <= day, or_(_m.until.is_(None), _m.until > day))
        .order_by(_m.since, _m.resident)
    )


async def stays_of(db: Database, tenant: str, people: Collection[UUID], day: date) -> list[Row]:
    return list(await db.fetch_all(_stays(tenant, day).where(_m.resident.in_(people))))


async def members_on(db: Database, tenant: str, key: UUID, day: date) -> list[Row]:
    return list(await db.fetch_all(_stays(tenant, day).where(_m.household == key)))


async def addresses_on(
    db: Database, tenant: str, homes: Mapping[UUID, UUID | None], day: date
) -> dict[UUID, str | None]:
    """Return the address of each household on `day`, from its present dwelling and all changes since."""
    past = await records_on(db, tenant, {k: {"dwelling": str(d) if d else None} for k, d in homes.items()}, day)
    lived = {key: UUID(values["dwelling"]) for key, values in past.items() if values["dwelling"]}
    rows = await db.fetch_all(select(_d.id, _d.address).where(_d.tenant == tenant, _d.id.in_(set(lived.values()))))
    places = await records_on(db, tenant, {row["id"]: {"address": row["address"]} for row in rows}, day)
    return {key: places[lived[key]]["address"] if lived.get(key) in places else None for key in homes}


async def briefs(db: Database, tenant: str, people: Collection[UUID]) -> list[Row]:
    statement = brief_columns().where(_r.tenant == tenant, _r.id.in_(people), NOT_VOID)
    return list(await db.fetch_all(statement.add_columns(_r.grid)))


async def division_names(db: Database, codes: Collection[str]) -> dict[str, str]:
    rows = await db.fetch_all(select(division.c.code, division.c.search_name).where(division.c.code.in_(codes)))
    return {row["code"]: row["search_name"] for row in rows}


async def grid_names(db: Database, tenant: str, grids: Collection[UUID]) -> dict[UUID, str]:
    rows = await db.fetch_all(select(grid.c.id, grid.c.name).where(grid.c.tenant == tenant, grid.c.id.in_(grids)))
    return {row["id"]: row["name"] for row in rows}


async def registered_at(db: Database, tenant: str, key: UUID) -> Row | None:
    statement = select(_r.created_at, _r.confirmed_at, _r.confirmed_by).where(_r.tenant == tenant, _r.id == key)
    return await db.fetch_one(statement)


async def confirmations(db: Database, tenant: str, key: UUID) -> list[Row]:
    return list(await db.fetch_all(select(field_confirmation).where(_f.tenant == tenant, _f.resident == key)))


async def newest_changes(db: Database, tenant: str, key: UUID) -> list[Row]:
    """Read who last changed what, newest first: a change of a field confirms it as well."""
    own = and_(_l.tenant == tenant, _l.resident == key, func.jsonb_typeof(_l.changes) == "object")
    return list(await db.fetch_all(select(resident_history).where(own).order_by(_l.version.desc(), _l.id.desc())))
