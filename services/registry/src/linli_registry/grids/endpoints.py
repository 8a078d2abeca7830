"""Routes of grids, their people, dwellings, the address of a household and the map of a village."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, current_tx, fast_json, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require

from linli_registry.context import Ctx, Db
from linli_registry.grids import dwellings, repository, service
from linli_registry.grids.schemas import (
    Assign,
    Assigned,
    DwellingDetail,
    DwellingPage,
    DwellingPatch,
    EndGridPerson,
    GridDetail,
    GridPage,
    GridPatch,
    NewDwelling,
    NewGrid,
    NewGridPerson,
    RecordOn,
    Rehouse,
    VillageMap,
)
from linli_registry.history.schemas import RecordChanges
from linli_registry.history.service import record_lines
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1", tags=["grids"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Version = Annotated[int, Depends(match_version)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.GRID_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.GRID_WRITE))]
DwellingReader = Annotated[Viewer, Depends(require(POLICY, Permission.DWELLING_READ))]
DwellingWriter = Annotated[Viewer, Depends(require(POLICY, Permission.DWELLING_WRITE))]
Within = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix")]


@router.get("/grids", response_model=GridPage)
async def list_grids(
    context: Ctx, db: Db, viewer: Reader, division: Within = None, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """The grids in your area, by division and code."""
    after = Cursor.parse(cursor, str, str)
    rows = await repository.grids(
        db, viewer, context.codes(division), (after[0], after[1]) if after else None, limit + 1
    )
    kept, following = page(rows, limit, lambda row: (row["division"], row["code"]))
    return fast_json({"items": [service.grid_view(row) for row in kept], "next_cursor": following})


@router.post("/grids", response_model=dict[str, UUID], status_code=201)
async def make_grid(body: NewGrid, context: Ctx, tx: CurrentTx, viewer: Writer) -> Response:
    """Make a grid in a village of your area."""
    return fast_json({"id": await service.make_grid(tx, context, viewer, body)}, status=201)


@router.get("/grids/{grid_id}", response_model=GridDetail)
async def get_grid(grid_id: UUID, context: Ctx, db: Db, viewer: Reader) -> Response:
    """A grid with its people, former ones included, and what it holds today."""
    shown = await service.show_grid(db, context, viewer, grid_id)
    return fast_json(shown, etag=shown["version"])


@router.patch("/grids/{grid_id}", response_model=dict[str, UUID])
async def change_grid(
    grid_id: UUID, body: GridPatch, context: Ctx, tx: CurrentTx, version: Version, viewer: Writer
) -> Response:
    """Rename or end a grid."""
    await service.change_grid(tx, context, viewer, grid_id, version, body)
    return fast_json({"id": grid_id}, etag=version + 1)


@router.get("/grids/{grid_id}/on/{day}", response_model=RecordOn)
async def grid_on_a_day(grid_id: UUID, day: GivenDay, context: Ctx, db: Db, viewer: Reader) -> Response:
    """A grid as of a past day: its name, its code, whether it had ended."""
    return fast_json(await service.grid_on(db, context, viewer, grid_id, day))


@router.post("/grids/{grid_id}/dwellings", response_model=Assigned, status_code=201)
async def assign_dwellings(
    grid_id: UUID, body: Assign, context: Ctx, tx: CurrentTx, viewer: DwellingWriter
) -> Response:
    """Put dwellings into a grid of their village, at most a hundred at a time; who lives there follows."""
    return fast_json({"moved": await dwellings.assign(tx, context, viewer, grid_id, body)}, status=201)


@router.get("/grids/{grid_id}/history", response_model=RecordChanges)
async def grid_history(grid_id: UUID, db: Db, viewer: Reader, part: InPart) -> Response:
    """Changes of a grid, newest first."""
    await repository.grid_of(db, viewer, grid_id)
    return fast_json(part.of(await record_lines(db, viewer, grid_id)))


@router.post("/grids/{grid_id}/people", response_model=dict[str, UUID], status_code=201)
async def appoint_person(grid_id: UUID, body: NewGridPerson, context: Ctx, tx: CurrentTx, viewer: Writer) -> Response:
    """Name a grid worker, building head, street head, police assistant or legal adviser."""
    return fast_json({"id": await service.appoint(tx, context, viewer, grid_id, body)}, status=201)


@router.post("/grids/{grid_id}/people/{person_id}/end", status_code=204)
async def end_person(
    grid_id: UUID, person_id: UUID, body: EndGridPerson, context: Ctx, tx: CurrentTx, viewer: Writer
) -> Response:
    """Say until when somebody looked after the grid."""
    await service.end_person(tx, context, viewer, grid_id, person_id, body.until)
    return Response(status_code=204)


@router.get("/dwellings", response_model=DwellingPage)
async def list_dwellings(
    context: Ctx,
    db: Db,
    viewer: DwellingReader,
    division: Within = None,
    grid: Annotated[UUID | None, Query()] = None,
    closed: Annotated[bool, Query(description="those that ended instead of those that stand")] = False,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Dwellings of your area by address."""
    after = Cursor.parse(cursor, UUID)
    begin = await repository.place_of(db, viewer, after[0]) if after else None
    rows = await repository.dwellings(db, viewer, context.codes(division), grid, begin, limit + 1, closed=closed)
    kept, following = page(rows, limit, lambda row: (row["id"],))
    return fast_json({"items": [dwellings.dwelling_view(row) for row in kept], "next_cursor": following})


@router.post("/dwellings", response_model=dict[str, UUID], status_code=201)
async def make_dwelling(body: NewDwelling, context: Ctx, tx: CurrentTx, viewer: DwellingWriter) -> Response:
    """Enter a dwelling with address, kind and coordinates (WGS 84)."""
    return fast_json({"id": await dwellings.make_dwelling(tx, context, viewer, body)}, status=201)


@router.get("/dwellings/{dwelling_id}", response_model=DwellingDetail)
async def get_dwelling(request: Request, dwelling_id: UUID, db: Db, viewer: DwellingReader) -> Response:
    """A dwelling with the households that live or lived there."""
    shown = await dwellings.show_dwelling(db, viewer, dwelling_id)
    act = Act(action="dwelling.read", object_kind="dwelling", object_id=dwelling_id, division=shown["division"])
    await read_audit(request, viewer, act)
    return fast_json(shown, etag=shown["version"])


@router.patch("/dwellings/{dwelling_id}", response_model=dict[str, UUID])
async def change_dwelling(
    dwelling_id: UUID, body: DwellingPatch, context: Ctx, tx: CurrentTx, version: Version, viewer: DwellingWriter
) -> Response:
    """Change address, kind, coordinates or grid of a dwelling, or say that it stands no more."""
    await dwellings.change_dwelling(tx, context, viewer, dwelling_id, version, body)
    return fast_json({"id": dwelling_id}, etag=version + 1)


@router.get("/dwellings/{dwelling_id}/on/{day}", response_model=RecordOn)
async def dwelling_on_a_day(
    request: Request, dwelling_id: UUID, day: GivenDay, context: Ctx, db: Db, viewer: DwellingReader
) -> Response:
    """A dwelling as of a past day: its address, kind, grid and place."""
    shown = await service.dwelling_on(db, context, viewer, dwelling_id, day)
    detail = {"as_of": day.isoformat()}
    act = Act(
        action="dwelling.read",
        object_kind="dwelling",
        object_id=dwelling_id,
        division=shown["division"],
        detail=detail,
    )
    await read_audit(request, viewer, act)
    return fast_json(shown)


@router.get("/dwellings/{dwelling_id}/history", response_model=RecordChanges)
async def dwelling_history(dwelling_id: UUID, db: Db, viewer: DwellingReader, part: InPart) -> Response:
    """Changes of a dwelling, newest first: its former addresses among them."""
    await repository.dwelling_of(db, viewer, dwelling_id)
    return fast_json(part.of(await record_lines(db, viewer, dwelling_id)))


@router.post("/households/{household_id}/address", response_model=dict[str, UUID])
async def rehouse_household(
    household_id: UUID, body: Rehouse, context: Ctx, tx: CurrentTx, version: Version, viewer: DwellingWriter
) -> Response:
    """Move a household to another dwelling of its village; the members' grid follows."""
    await dwellings.rehouse(tx, context, viewer, household_id, version, body)
    return fast_json({"id": household_id})


@router.get("/villages/{division}/map", response_model=VillageMap)
async def village_map(
    request: Request,
    division: Annotated[str, Path(pattern=r"^[1-9][0-9]{11}$")],
    db: Db,
    viewer: DwellingReader,
) -> Response:
    """Grids and dwellings of a village with their coordinates, for a map drawn without internet."""
    shown = await service.village_map(db, viewer, division)
    await read_audit(
        request, viewer, Act(action="village.map", object_kind="division", object_id=division, division=division)
    )
    return fast_json(shown)
