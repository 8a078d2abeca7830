"""Reads and writes of residents; every read names the viewer's tenant and area."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import grid
from linli_registry.households.tables import household
from linli_registry.metadata import Bytewise, Id, Row
from linli_registry.residents import search
from linli_registry.residents.errors import IdentityNumberTaken
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.recognise import Look
from linli_registry.residents.search import NOT_VOID, Area, Position
from linli_registry.residents.tables import resident, reveal

_r = resident.c
_hukou = division.alias("hukou")
_DETAILS = (
    _r.bank_account,
    _r.ethnic_group,
    _r.education,
    _r.marriage,
    _r.political_status,
    _r.hukou_division,
    _hukou.c.search_name.label("hukou_division_name"),
    household.c.number.label("household_number"),
    _r.grid,
    _r.confirmed_at,
    _r.confirmed_by,
    _r.version,
)


def _one_query(prefixes: int, grids: bool) -> HotQuery:
    briefs = search.brief_columns()
    joined = briefs.get_final_froms()[0].outerjoin(_hukou, _hukou.c.code == _r.hukou_division)
    statement = briefs.add_columns(*_DETAILS).select_from(joined)
    area = search.inside(_r.division, "wide", prefixes)
    return HotQuery(
        statement.where(
            _r.tenant == bindparam("tenant", type_=Bytewise),
            _r.id == bindparam("id", type_=Id),
            area,
            search.in_grids(_r.grid, grids),
        )
    )


_ONE: dict[tuple[int, bool], HotQuery] = {}


async def find_one(db: Database, area: Area, key: UUID) -> Row | None:
    """Read one resident with household, grid and division, or None when absent or out of the area."""
    shape = (len(area.prefixes), bool(area.grids))
    if not area.prefixes:
        return None
    query = _ONE.get(shape) or _ONE.setdefault(shape, _one_query(*shape))
    return await db.fetch_one(query, area.parameters() | {"id": key})


async def find_one_in(tx: Tx, area: Area, key: UUID) -> Row | None:
    """Like `find_one`, inside a transaction."""
    query = _one_query(len(area.prefixes), bool(area.grids))
    return await tx.one(query.statement, area.parameters() | {"id": key})  # type: ignore[arg-type]


async def find_page(
    db: Database, look: Look, area: Area, keys: ResidentKeys, after: Position, limit: int
) -> tuple[list[Row], Position | None]:
    """Read one page in order and the position after it."""
    shape = (len(area.prefixes), bool(area.grids))
    if look.kind == "identity_number":
        values = area.parameters() | {"index": keys.number_index(look.number)}
        return list(await db.fetch_all(search.number_query(*shape), values)), None
    query, values = search.page_request(look, area, keys, after, limit + 1)
    found = await db.fetch_all(query, values)
    following: Position | None = None
    if len(found) > limit:
        found = found[:limit]
        following = (found[-1]["phase"], found[-1]["key"], found[-1]["id"])
    if not found:
        return [], None
    ids = [row["id"] for row in found]
    rows = await db.fetch_all(search.briefs_query(*shape), area.parameters() | {"ids": ids})
    by_id = {row["id"]: row for row in rows}
    return [by_id[key] for key in ids if key in by_id], following


async def by_ids(db: Database, area: Area, ids: Sequence[UUID]) -> Sequence[Row]:
    """Those of these people who are in the area."""
    if not area.prefixes:
        return []
    query = search.briefs_query(len(area.prefixes), bool(area.grids))
    return list(await db.fetch_all(query, area.parameters() | {"ids": list(ids)}))


async def by_phone(db: Database, index: bytes, tail: bytes | None, tenant: str | None) -> Sequence[Row]:
    """Find living people of any county by phone: for signing in, asked by the gateway only."""
    statement = select(_r.tenant, _r.id, _r.division, _r.number_index).where(
        _r.phone_index == index, _r.death_date.is_(None), NOT_VOID, _r.presence != "moved_out"
    )
    if tail is not None:
        statement = statement.where(_r.tail_index == tail)
    if tenant is not None:
        statement = statement.where(_r.tenant == tenant)
    return list(await db.fetch_all(statement.order_by(_r.tenant, _r.id).limit(20)))


async def locked(tx: Tx, viewer: Viewer, key: UUID) -> RowMapping:
    """Read and lock one resident in the viewer's scope, or raise NotFound."""
    scope = in_scope(viewer, _r.tenant, _r.division, _r.grid)
    row = await tx.one(select(resident).where(scope, _r.id == key, NOT_VOID).with_for_update())
    if row is None:
        raise NotFound
    return row


async def division_is_open(tx: Tx, code: str) -> bool:
    found = select(division.c.code).where(
        division.c.code == code, division.c.level == "village", division.c.valid_to.is_(None)
    )
    return await tx.one(found) is not None


async def grid_is_in(tx: Tx, tenant: str, grid_id: UUID, code: str) -> bool:
    own = (grid.c.tenant == tenant, grid.c.id == grid_id, grid.c.division == code, grid.c.closed_on.is_(None))
    found = select(grid.c.id).where(*own)
    return await tx.one(found) is not None


async def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """Insert a resident, or raise IdentityNumberTaken."""
    connection = await tx.connection()
    try:
        async with connection.begin_nested():
            await tx.execute(insert(resident).values(**values))
    except IntegrityError as error:
        _raise_taken(error)


async def change(tx: Tx, tenant: str, key: UUID, version: int, values: Mapping[str, Any]) -> None:
    """Update a resident that still has `version`; raises StaleVersion or IdentityNumberTaken."""
    statement = (
        update(resident)
        .where(_r.tenant == tenant, _r.id == key, _r.version == version)
        .values(version=version + 1, **values)
    )
    connection = await tx.connection()
    try:
        async with connection.begin_nested():
            result = await tx.execute(statement)
    except IntegrityError as error:
        _raise_taken(error)
    if result.rowcount == 0:
        raise StaleVersion


def _raise_taken(error: IntegrityError) -> None:
    if "resident_number" in str(error.orig):
        raise IdentityNumberTaken from None
    raise error


async def add_reveal(tx: Tx, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(reveal).values(**values))
