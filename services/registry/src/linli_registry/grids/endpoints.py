"""Grids of the viewer's area."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from linli_kernel.http import ApiModel, ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from linli_kernel.scope import in_scope
from sqlalchemy import func, select, tuple_

from linli_registry.context import Db, as_prefix
from linli_registry.grids.tables import grid
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1/grids", tags=["grids"])


class GridView(ApiModel):
    id: UUID
    division: str
    code: str
    name: str
    version: int


class GridPage(ApiModel):
    items: list[GridView]
    next_cursor: str | None


@router.get("", response_model=GridPage)
async def list_grids(
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.GRID_READ))],
    division: Annotated[str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The grids in your area, by division and code."""
    c = grid.c
    statement = (
        select(c.id, c.division, c.code, c.name, c.version)
        .where(in_scope(viewer, c.tenant, c.division, c.id))
        .order_by(c.division, c.code)
        .limit(limit + 1)
    )
    if division is not None:
        statement = statement.where(func.starts_with(c.division, as_prefix(division)))
    after = Cursor.parse(cursor, str, str)
    if after is not None:
        statement = statement.where(tuple_(c.division, c.code) > (after[0], after[1]))
    rows = await db.fetch_all(statement)
    kept, following = page(rows, limit, lambda row: (row["division"], row["code"]))
    return fast_json({"items": [dict(row) for row in kept], "next_cursor": following})
