"""History routes: a record as of a day, its changes, and the confirmation of fields."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, current_tx, fast_json, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require
from linli_kernel.problems import language

from linli_registry.context import Ctx, Db
from linli_registry.history import service, taking_back
from linli_registry.history.schemas import (
    ChangePage,
    Confirm,
    Confirmations,
    HouseholdOn,
    RecordChanges,
    ResidentOn,
    TakeBack,
)
from linli_registry.households import service as households
from linli_registry.policy import POLICY, Permission
from linli_registry.residents import service as residents
from linli_registry.residents.display import warned
from linli_registry.residents.schemas import Resident

router = ServiceRouter(prefix="/api/registry/v1", tags=["history"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Historian = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_HISTORY))]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_WRITE))]
Confirmer = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_CONFIRM))]


@router.get("/residents/{resident_id}/history", response_model=ChangePage)
async def resident_history(
    request: Request,
    resident_id: UUID,
    context: Ctx,
    db: Db,
    viewer: Historian,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Every change of a record, newest first: who, when, why, from which source, and from which day it holds."""
    after = Cursor.parse(cursor, int, UUID)
    shown = await service.lines(db, context, viewer, resident_id, (after[0], after[1]) if after else None, limit + 1)
    kept, following = page(shown, limit, lambda row: (row["version"], row["id"]))
    act = Act(action="resident.history", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    return fast_json({"items": kept, "next_cursor": following})


@router.post("/residents/{resident_id}/history/{line_id}/take-back", response_model=Resident)
async def take_change_back(
    request: Request,
    resident_id: UUID,
    line_id: UUID,
    body: TakeBack,
    context: Ctx,
    tx: CurrentTx,
    version: Annotated[int, Depends(match_version)],
    viewer: Writer,
) -> Response:
    """Undo one change of a record: the values before it hold again, from the day on which it was said to hold."""
    warnings = await taking_back.take_back(tx, context, viewer, resident_id, line_id, version, body.reason)
    shown = await residents.show_in(tx, context, viewer, resident_id)
    shown["warnings"] = warned(warnings, language(request))
    return fast_json(shown, etag=shown["version"])


@router.get("/residents/{resident_id}/on/{day}", response_model=ResidentOn)
async def resident_on_a_day(
    request: Request, resident_id: UUID, day: GivenDay, context: Ctx, db: Db, viewer: Historian
) -> Response:
    """A person as of a past day, masked, with the household and the address of that day."""
    shown = await service.resident_on(db, context, viewer, resident_id, day)
    detail = {"as_of": day.isoformat()}
    act = Act(
        action="resident.read", object_kind="resident", object_id=resident_id, people=[resident_id], detail=detail
    )
    await read_audit(request, viewer, act)
    return fast_json(shown)


@router.get("/residents/{resident_id}/confirmations", response_model=Confirmations)
async def field_confirmations(
    request: Request, resident_id: UUID, context: Ctx, db: Db, viewer: Historian, part: InPart
) -> Response:
    """When each field was last confirmed, by whom and from which source."""
    items = await service.confirmations(db, context, viewer, resident_id)
    act = Act(action="resident.history", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    return fast_json(part.of(items))


@router.post("/residents/{resident_id}/confirm", response_model=Confirmations)
async def confirm_fields(
    resident_id: UUID,
    body: Confirm,
    context: Ctx,
    tx: CurrentTx,
    version: Annotated[int, Depends(match_version)],
    viewer: Confirmer,
) -> Response:
    """Confirm fields as they stand in the version that was looked at. The record itself does not change."""
    return fast_json({"items": await service.confirm(tx, context, viewer, resident_id, version, body)})


@router.get("/households/{household_id}/on/{day}", response_model=HouseholdOn)
async def household_on_a_day(
    request: Request, household_id: UUID, day: GivenDay, context: Ctx, db: Db, viewer: Reader
) -> Response:
    """A household as of a past day: the members, their relations and the address of that day."""
    shown, members = await service.household_on(db, context, viewer, household_id, day)
    act = Act(
        action="household.read",
        object_kind="household",
        object_id=household_id,
        people=members,
        division=shown["division"],
        detail={"as_of": day.isoformat()},
    )
    await read_audit(request, viewer, act)
    return fast_json(shown)


@router.get("/households/{household_id}/history", response_model=RecordChanges)
async def household_history(
    request: Request, household_id: UUID, context: Ctx, db: Db, viewer: Reader, part: InPart
) -> Response:
    """Changes of number, grid and dwelling; who came and went are the household's events."""
    shown, members = await households.show(db, context, viewer, household_id)
    act = Act(
        action="household.history",
        object_kind="household",
        object_id=household_id,
        people=members,
        division=shown["division"],
    )
    await read_audit(request, viewer, act)
    return fast_json(part.of(await service.record_lines(db, viewer, household_id)))
