"""The people of an area in the order of villages and households, read in a stream; and the record of every export."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import NotFound
from linli_kernel.identity import Role, Viewer
from sqlalchemy import bindparam, insert, select, update

from linli_registry.divisions.tables import division
from linli_registry.exports.tables import export
from linli_registry.households.tables import household
from linli_registry.metadata import Bytewise, Row
from linli_registry.residents.search import NOT_VOID, Area, brief_columns, in_grids, inside
from linli_registry.residents.tables import resident

BATCH = 4_000
_r, _e = resident.c, export.c
_hukou = division.alias("hukou")


def people_query(area: Area) -> HotQuery:
    """Everybody of the area with household, grid and village; the dead and the departed are left out."""
    briefs = brief_columns()
    joined = briefs.get_final_froms()[0].outerjoin(_hukou, _hukou.c.code == _r.hukou_division)
    condition = (
        _r.tenant == bindparam("tenant", type_=Bytewise),
        inside(_r.division, area.width, len(area.prefixes)),
        in_grids(_r.grid, bool(area.grids)),
        NOT_VOID,
        _r.presence != "moved_out",
        _r.death_date.is_(None),
    )
    return HotQuery(
        briefs.add_columns(
            _r.bank_account, _r.ethnic_group, _r.education, _r.marriage, _r.political_status,
            household.c.number.label("household_number"),
        )
        .select_from(joined)
        .where(*condition)
        .order_by(_r.division, household.c.number, brief_columns().selected_columns.relation, _r.id)
    )  # fmt: skip


async def people(database: Database, area: Area) -> AsyncIterator[Sequence[Row]]:
    """Yield batches of rows from a cursor: memory holds one batch."""
    query = people_query(area)
    async with database.pool.acquire() as connection, connection.transaction(readonly=True):
        # A county is read as a whole: the plan for its size, not one that fits any area.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        cursor = await connection.cursor(query.sql, *query.arguments(area.parameters()))
        while rows := await cursor.fetch(BATCH):
            yield rows


async def add(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(insert(export).values(**values))


async def change(tx: Tx, tenant: str, key: UUID, **values: Any) -> None:
    await tx.execute(update(export).where(_e.tenant == tenant, _e.id == key).values(**values))


async def newest(db: Database, viewer: Viewer, after: UUID | None, limit: int) -> Sequence[Row]:
    """One's own exports; a county administrator and an auditor see everybody's."""
    statement = select(export).where(_e.tenant == viewer.tenant).order_by(_e.id.desc()).limit(limit)
    if viewer.role not in (Role.COUNTY_ADMIN, Role.AUDITOR):
        statement = statement.where(_e.created_by == viewer.subject)
    return list(await db.fetch_all(statement if after is None else statement.where(_e.id < after)))


async def own(db: Database, viewer: Viewer, key: UUID) -> Row:
    """The file of an export is for whoever made it."""
    row = await db.fetch_one(
        select(export).where(_e.tenant == viewer.tenant, _e.id == key, _e.created_by == viewer.subject)
    )
    if row is None:
        raise NotFound
    return row
