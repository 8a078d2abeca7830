"""Routes of areas and communities."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, fast_json, match_version
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require

from linli_registry.areas import repository, service
from linli_registry.areas.schemas import AreaDetail, AreaPage, AreaPatch, CommunityPage, CommunityPut, NewArea
from linli_registry.context import Ctx, Db
from linli_registry.history.schemas import RecordChanges
from linli_registry.history.service import record_lines
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1", tags=["areas"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.GRID_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.GRID_WRITE))]
Within = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix")]


@router.get("/areas", response_model=AreaPage)
async def list_areas(
    context: Ctx, db: Db, viewer: Reader, division: Within = None, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """Areas that are no division, by name."""
    after = Cursor.parse(cursor, str, UUID)
    rows = await repository.areas(
        db, viewer, context.codes(division), (after[0], after[1]) if after else None, limit + 1
    )
    kept, following = page(rows, limit, lambda row: (row["name"], row["id"]))
    return fast_json({"items": [service.area_view(row) for row in kept], "next_cursor": following})


@router.post("/areas", response_model=dict[str, UUID], status_code=201)
async def make_area(body: NewArea, context: Ctx, tx: CurrentTx, viewer: Writer) -> Response:
    """Name a set of grids; it belongs to the lowest division that holds all of them."""
    return fast_json({"id": await service.make(tx, context, viewer, body)}, status=201)


@router.get("/areas/{area_id}", response_model=AreaDetail)
async def get_area(area_id: UUID, db: Db, viewer: Reader) -> Response:
    """One area with its grids and how many households and people they hold today."""
    shown = await service.show(db, viewer, area_id)
    return fast_json(shown, etag=shown["version"])


@router.get("/areas/{area_id}/history", response_model=RecordChanges)
async def area_history(area_id: UUID, db: Db, viewer: Reader, part: InPart) -> Response:
    """Changes of an area, newest first: its name, its grids, its end."""
    await repository.area_of(db, viewer, area_id)
    return fast_json(part.of(await record_lines(db, viewer, area_id)))


@router.patch("/areas/{area_id}", response_model=dict[str, UUID])
async def change_area(
    area_id: UUID,
    body: AreaPatch,
    context: Ctx,
    tx: CurrentTx,
    version: Annotated[int, Depends(match_version)],
    viewer: Writer,
) -> Response:
    """Rename an area, replace its grids, or end it."""
    await service.change(tx, context, viewer, area_id, version, body)
    return fast_json({"id": area_id}, etag=version + 1)


@router.get("/communities", response_model=CommunityPage)
async def list_communities(
    context: Ctx, db: Db, viewer: Reader, division: Within = None, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """Villages whose type or pilot status was stated."""
    after = Cursor.parse(cursor, str)
    rows = await repository.communities(db, viewer, context.codes(division), after[0] if after else None, limit + 1)
    kept, following = page(rows, limit, lambda row: (row["division"],))
    names = ("division", "division_name", "type", "pilot", "pilot_since", "version")
    return fast_json({"items": [{name: row[name] for name in names} for row in kept], "next_cursor": following})


@router.put("/communities/{division}", response_model=CommunityPut)
async def describe_community(
    division: Annotated[str, Path(pattern=r"^[1-9][0-9]{11}$")],
    body: CommunityPut,
    context: Ctx,
    tx: CurrentTx,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.COMMUNITY_WRITE))],
) -> Response:
    """State type and pilot status of a village."""
    await service.describe(tx, context, viewer, division, body)
    return fast_json(body.model_dump())


@router.get("/communities/{division}/history", response_model=RecordChanges)
async def community_history(
    division: Annotated[str, Path(pattern=r"^[1-9][0-9]{11}$")], db: Db, viewer: Reader, part: InPart
) -> Response:
    """Changes of a village's type and pilot status, newest first."""
    return fast_json(part.of(await service.community_history(db, viewer, division)))
