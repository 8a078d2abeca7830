"""Routes of the life events of people who are in no household."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_tx, fast_json, file_headers, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import CursorParam, Limit
from linli_kernel.permissions import require
from linli_kernel.uploads import LARGEST_FILE_BYTES

from linli_registry.context import Ctx, Db
from linli_registry.households import evidence, persons
from linli_registry.households.endpoints import page_of_events
from linli_registry.households.evidence_endpoints import KeptFile
from linli_registry.households.schemas import EventPage, PersonEvent, PersonEventDone
from linli_registry.policy import POLICY, Permission
from linli_registry.residents import repository as residents
from linli_registry.residents import service

router = ServiceRouter(prefix="/api/registry/v1/residents", tags=["residents"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_WRITE))]


@router.post("/{resident_id}/events", response_model=PersonEventDone, status_code=201)
async def record_person_event(
    request: Request,
    resident_id: UUID,
    body: PersonEvent,
    context: Ctx,
    tx: CurrentTx,
    version: Annotated[int, Depends(match_version)],
    viewer: Writer,
) -> Response:
    """Register a death, a departure or a divorce of somebody who is in no household, or correct one of these.

    A member's events are those of the household.
    """
    linli: Linli = request.app.state.linli
    tx.after_commit(linli.extra["transfers"].poke)
    event = await persons.record(tx, context, viewer, resident_id, version, body)
    return fast_json({"event_id": event}, status=201)


@router.get("/{resident_id}/events", response_model=EventPage)
async def person_events(
    request: Request,
    resident_id: UUID,
    context: Ctx,
    db: Db,
    viewer: Reader,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The life events that a person had in no household, newest first."""
    row = await service.found(db, viewer, resident_id)
    events = await page_of_events(context, db, viewer, evidence.Owner("resident", resident_id), cursor, limit)
    who = {"object_kind": "resident", "object_id": resident_id, "people": [resident_id], "division": row["division"]}
    await read_audit(request, viewer, Act(action="resident.events", **who))
    return fast_json(events)


@router.post("/{resident_id}/evidence", response_model=KeptFile, status_code=201)
async def keep_person_evidence(
    resident_id: UUID,
    context: Ctx,
    tx: CurrentTx,
    viewer: Writer,
    file: Annotated[UploadFile, File(description="PDF or photograph, at most 10 MB")],
) -> Response:
    """Bring a file for a life event of somebody who is in no household."""
    row = await residents.locked(tx, viewer, resident_id)
    content = await file.read(LARGEST_FILE_BYTES + 1)
    owner = evidence.Owner("resident", resident_id)
    name = file.filename or ""
    kept = await evidence.keep(tx, context.keyring, viewer, owner, row["division"], name, content)
    return fast_json(kept, status=201)


@router.get(
    "/{resident_id}/evidence/{file_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the file"}},
)
async def read_person_evidence(
    request: Request, resident_id: UUID, file_id: UUID, context: Ctx, db: Db, viewer: Reader
) -> Response:
    """A file of a life event of a person; the look is recorded."""
    shown = await service.found(db, viewer, resident_id)
    owner = evidence.Owner("resident", resident_id)
    row, content = await evidence.read(db, context.keyring, context.display(viewer), owner, file_id)
    who = {"object_kind": "resident", "object_id": resident_id, "people": [resident_id], "division": shown["division"]}
    await read_audit(request, viewer, Act(action="resident.evidence", **who, detail={"file": str(file_id)}))
    return Response(content, media_type=row["media_type"], headers=file_headers(str(file_id)))
