"""Cases: open, edit, list, show, and the materials and papers of one."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile
from linli_kernel.counted import Counted, counted_by
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.hot import hot
from linli_kernel.http import (
    ServiceRouter,
    current_db,
    current_tx,
    fast_json,
    file_headers,
    match_version,
    match_version_if_sent,
    read_audit,
    reads,
)
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading as read_in
from linli_kernel.permissions import require
from linli_kernel.succession import codes_within
from linli_kernel.uploads import LARGEST_FILE_BYTES

from linli_services_desk.cases import auditing, opening, reading, repository, views
from linli_services_desk.cases.hand import act, load
from linli_services_desk.cases.masking import sensitive_fields
from linli_services_desk.cases.schemas import (
    Case,
    CaseList,
    EditCase,
    FormValues,
    LinkCase,
    OpenCase,
    RevealForm,
    SetMaterial,
)
from linli_services_desk.cases.workflow import State
from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.materials import service as materials
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1", tags=["cases"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]
Expected = Annotated[int, Depends(match_version)]
Known = Annotated[int | None, Depends(match_version_if_sent)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_READ))]
Follower = Annotated[Viewer, Depends(read_in(POLICY, Permission.CASE_FOLLOW))]
Editor = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_EDIT))]
# Shown values are forgotten by the screen after this time.
REVEAL_SECONDS = 60


@router.post("/cases", status_code=201, response_model=Case)
@hot
async def open_case(
    request: Request,
    order: OpenCase,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CASE_OPEN))],
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Open a draft on a matter. The form is filled from the registry; without it the case is `unlinked`."""
    version, definition = await opening.find_matter(tx, desk, order.matter_id)
    case_id = new_id()
    prefill = await opening.ask_registry(desk, request.headers["authorization"], definition, order, case_id)
    opened = await opening.open_case(tx, desk, order, version, definition, prefill, case_id)
    view = reading.just_opened(tx, desk, opened, definition)
    return fast_json(view, status=201, etag=1, headers={"Location": f"/api/desk/v1/cases/{case_id}"})


@router.get("/cases", response_model=CaseList)
async def list_cases(
    request: Request,
    viewer: Follower,
    database: CurrentDb,
    desk: CurrentDesk,
    state: Annotated[list[State] | None, Query(description="one or several states")] = None,
    clock: Annotated[Literal["green", "amber", "red", "overdue", "paused", "done"] | None, Query()] = None,
    mine: Annotated[bool, Query(description="only what waits for me")] = False,
    q: Annotated[str | None, Query(max_length=60, description="a whole case number")] = None,
    matter_id: UUID | None = None,
    resident_id: UUID | None = None,
    division: Annotated[str | None, Query(pattern="^[1-9][0-9]{1,11}$", description="code or prefix")] = None,
    counted: Annotated[Counted | None, Depends(counted_by(*reading.FIGURES))] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The viewer's cases, newest first. Names are searched by `POST cases/search`."""
    conditions = reading.filters(
        desk,
        database,
        viewer,
        states=[one.value for one in state or []],
        clock=clock,
        mine=mine,
        # A name in an address would stand in every log on the way.
        number=q,
        matter_id=matter_id,
        resident_id=resident_id,
        codes=codes_within(request.app.state.linli, division),
        counted=counted,
    )
    after = Cursor.parse(cursor, UUID)
    before = after[0] if after else None
    rows = await database.fetch_all(repository.listing(viewer, *conditions, before=before, limit=limit))
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    people = sorted({row["resident_id"] for row in kept if row["resident_id"]})
    await read_audit(request, viewer, Act(action="case.list", object_kind="case", object_id="list", people=people))
    now = database.clock.now()
    items = [auditing.brief(viewer, views.brief(desk, row, now)) for row in kept]
    return fast_json({"items": items, "next_cursor": next_cursor})


@router.get("/cases/{case_id}", response_model=Case)
@hot
async def get_case(
    request: Request, case_id: UUID, viewer: Follower, database: CurrentDb, desk: CurrentDesk
) -> Response:
    """One case with steps, materials, clock, papers and history; sensitive values masked, for an auditor all of its people."""
    row, view = await reading.full(database, desk, viewer, case_id)
    await read_audit(request, viewer, act("case.read", row))
    return fast_json(auditing.full(viewer, view), etag=row["version"])


@router.patch("/cases/{case_id}", response_model=Case)
async def edit_case(
    case_id: UUID, change: EditCase, viewer: Editor, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Change form fields before acceptance. A field sent back in its masked form stays as it was."""
    case = await load(tx, desk, case_id)
    await opening.edit_case(tx, desk, case, change, expected)
    return await _whole(tx, desk, viewer, case_id)


@router.post("/cases/{case_id}/link", response_model=Case)
async def link_case(
    request: Request,
    case_id: UUID,
    order: LinkCase,
    viewer: Editor,
    expected: Expected,
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Reconcile a case that was opened without the registry, under the clerk's own token."""
    case = await load(tx, desk, case_id)
    await opening.link_case(tx, desk, case, order.applicant_id, request.headers["authorization"], expected)
    return await _whole(tx, desk, viewer, case_id)


@router.post("/cases/{case_id}/reveal", response_model=FormValues)
@reads
async def reveal_form(
    request: Request,
    case_id: UUID,
    order: RevealForm,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CASE_REVEAL))],
    database: CurrentDb,
    desk: CurrentDesk,
) -> Response:
    """The masked values whole, for a purpose that is recorded without the values."""
    row = await reading.row_of(database, viewer, case_id)
    definition = await reading.definition_of(database, desk, row)
    form = desk.vault.open(row["form"], row["tenant"], "desk_case", "form", row["id"])
    names = sorted(set(sensitive_fields(definition)) & set(form))
    await read_audit(request, viewer, act("case.reveal", row, purpose=order.purpose, fields=names))
    return fast_json({"values": {name: form[name] for name in names}, "expires_in": REVEAL_SECONDS})


@router.put("/cases/{case_id}/materials/{material_id}", response_model=Case)
async def set_material(
    case_id: UUID,
    material_id: str,
    order: SetMaterial,
    viewer: Editor,
    known: Known,
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Tick a material as checked, reuse it from file, or defer it (容缺) with a promised day."""
    # Locked: nothing is taken away from a case in the moment in which it is accepted.
    case = await load(tx, desk, case_id, lock=True)
    if known is not None and known != case.row["version"]:
        raise StaleVersion
    await materials.set_state(tx, desk, case, material_id, order)
    return await _whole(tx, desk, viewer, case_id)


@router.post("/cases/{case_id}/materials", status_code=201, response_model=Case)
async def upload_material(
    case_id: UUID,
    material_id: Annotated[str, Form(max_length=60)],
    file: Annotated[UploadFile, File(description="PDF or photograph, at most 10 MB")],
    viewer: Editor,
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Upload or photograph a material; it is kept on file for the next time where the matter allows it."""
    content = await file.read(LARGEST_FILE_BYTES + 1)
    case = await load(tx, desk, case_id, lock=True)
    await materials.upload(tx, desk, case, material_id, file.filename or "", content)
    return await _whole(tx, desk, viewer, case_id, status=201)


@router.post("/cases/{case_id}/materials/{material_id}/message", status_code=202, response_class=Response)
async def ask_for_material(
    case_id: UUID, material_id: str, viewer: Editor, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Send the applicant a short message that a material is still wanted; at most one a day for each."""
    await materials.ask_by_message(tx, await load(tx, desk, case_id), material_id)
    return Response(status_code=202)


@router.get(
    "/cases/{case_id}/attachments/{attachment_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the file"}},
)
async def get_attachment(
    request: Request, case_id: UUID, attachment_id: UUID, viewer: Reader, database: CurrentDb, desk: CurrentDesk
) -> Response:
    """The file behind a material, for those who may see the case; the look is recorded."""
    row = await database.fetch_one(materials.file_of(viewer, case_id, attachment_id))
    if row is None:
        raise NotFound
    look = Act(
        action="attachment.read",
        object_kind="attachment",
        object_id=attachment_id,
        people=[row["resident_id"]] if row["resident_id"] else [],
        division=row["division"],
        case_id=case_id,
        detail={"material": row["material_id"]},
    )
    await read_audit(request, viewer, look)
    content = desk.vault.open_file(row["content"], row["tenant"], "attachment", "content", attachment_id)
    return Response(content, media_type=row["media_type"], headers=file_headers(str(attachment_id)))


async def _whole(tx: Tx, desk: Desk, viewer: Viewer, case_id: UUID, *, status: int = 200) -> Response:
    """The case as it will be after the commit: a screen that edits shows what it now is."""
    row, view = await reading.full(reading.InTransaction(tx), desk, viewer, case_id)
    return fast_json(view, status=status, etag=row["version"])
