"""Routes of seals of rubber: asking for stamps, photographs, opening and closing envelopes, their chain and incidents."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Form, Request, UploadFile
from linli_kernel.database import Database, Tx
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, file_headers, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from linli_kernel.uploads import LARGEST_FILE_BYTES
from starlette.responses import Response

from linli_supervision.disclosures.endpoints import ANY_FILE
from linli_supervision.policy import POLICY, Permission
from linli_supervision.seals import endpoints, paper, paper_repository, paper_rules, paper_views, repository, views
from linli_supervision.seals.endpoints import linli_of
from linli_supervision.seals.errors import DocumentNotFound, SealNotFound
from linli_supervision.seals.paper_schemas import (
    EnvelopeNumber,
    EnvelopePage,
    IncidentPage,
    PaperRequest,
    Reclosing,
    Unsealing,
)
from linli_supervision.seals.paper_tables import seal_envelope, seal_incident
from linli_supervision.seals.schemas import SealBrief, SealUse

router = ServiceRouter(prefix="/api/supervision/v1", tags=["seals"])
Db = Annotated[Database, Depends(current_db)]
Command = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_READ))]
Custodian = Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_OPEN))]
Photograph = Annotated[UploadFile, File(description="photograph, at most 10 MB")]


def _place(request: Request, viewer: Viewer) -> paper.Place:
    linli = linli_of(request)
    profile = linli.profiles.for_tenant(viewer.tenant)
    return paper.Place(linli.keyring, profile, linli.settings.public_url, linli.settings.font_dir)


@router.post("/seals/{seal_id}/paper-uses", status_code=201, response_model=SealUse)
async def request_stamps(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_REQUEST))],
    seal_id: UUID,
    body: PaperRequest,
    tx: Command,
) -> Response:
    """Ask for documents to be stamped with a seal of rubber: which, how many copies, how many impressions.

    A paper of a case that waits for its seal goes on, too, once it is named by `document_id` and was stamped so.
    """
    cases = {one.case_id for one in body.documents if one.case_id is not None}
    desk, token = linli_of(request).extra["desk"], request.headers["authorization"]
    known: dict[UUID, str] = {}
    for case_id in sorted(cases):
        named = {one.document_id for one in body.documents if one.case_id == case_id and one.document_id}
        known |= await desk.papers_to_stamp(case_id, named, token)
    use_id = await paper.request_use(tx, viewer, _place(request, viewer), seal_id, body, known)
    return await endpoints.answer_in(tx, request, viewer, use_id, status=201)


@router.post("/uses/{use_id}/photographs", status_code=201, response_model=SealUse)
async def add_photograph(request: Request, viewer: Custodian, use_id: UUID, file: Photograph, tx: Command) -> Response:
    """Photograph the envelope: before it is opened while all are present, the new one once the seal lies in it."""
    body = await file.read(LARGEST_FILE_BYTES + 1)
    await paper.photograph(tx, viewer, _place(request, viewer), use_id, file.filename or "", body)
    return await endpoints.answer_in(tx, request, viewer, use_id, status=201)


@router.get("/seal-photographs/{photograph_id}", response_class=Response, responses=ANY_FILE)
async def get_photograph(request: Request, viewer: Reader, photograph_id: UUID, db: Db) -> Response:
    """A photograph of an envelope, without what the camera wrote beside it."""
    row = await db.fetch_one(paper_repository.photograph(viewer, photograph_id))
    if row is None:
        raise DocumentNotFound()
    place = paper.place_of(row["tenant"], photograph_id)
    content = linli_of(request).keyring.decrypt_bytes(bytes(row["content"]), **place)
    act = Act(action="seal.see-photograph", object_kind="seal", object_id=row["seal_id"], division=row["division"])
    await read_audit(request, viewer, act)
    name = f"{photograph_id}.{row['media_type'].removeprefix('image/')}"
    return Response(content, media_type=row["media_type"], headers=file_headers(name))


@router.post("/uses/{use_id}/unseal", response_model=SealUse)
async def unseal(request: Request, viewer: Custodian, use_id: UUID, body: Unsealing, tx: Command) -> Response:
    """Open the envelope, with all custodians present. A broken, missing or other one ends the use and is an incident."""
    await paper.unseal(tx, viewer, use_id, body)
    return await endpoints.answer_in(tx, request, viewer, use_id)


@router.post("/uses/{use_id}/reclose", response_model=SealUse)
async def reclose(request: Request, viewer: Custodian, use_id: UUID, body: Reclosing, tx: Command) -> Response:
    """Close the seal into its next envelope and say what was stamped; then each custodian signs the record in turn."""
    await paper.reclose(tx, viewer, _place(request, viewer), use_id, body)
    return await endpoints.answer_in(tx, request, viewer, use_id)


@router.post("/seals/{seal_id}/envelopes", status_code=201, response_model=SealBrief)
async def close_in(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_ENCLOSE))],
    seal_id: UUID,
    number: Annotated[EnvelopeNumber, Form()],
    file: Photograph,
    tx: Command,
) -> Response:
    """Close a seal of rubber into its first envelope, or anew after an incident; its custodians cannot."""
    body = await file.read(LARGEST_FILE_BYTES + 1)
    await paper.close_in(tx, viewer, _place(request, viewer), seal_id, number, file.filename or "", body)
    row = await tx.one(repository.one_seal(viewer, seal_id))
    if row is None:
        raise SealNotFound()
    view = (await views.seals_view(views.Within(tx), viewer, [row]))[0]
    return fast_json(view, status=201, etag=row["version"])


@router.get("/seals/{seal_id}/envelopes", response_model=EnvelopePage)
async def list_envelopes(
    viewer: Reader, seal_id: UUID, db: Db, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """The chain of a seal's envelopes, newest first, with what each was opened for."""
    await _see_seal(db, viewer, seal_id)
    query = paper_repository.chain(viewer, seal_id)
    if (after := Cursor.parse(cursor, int)) is not None:
        query = query.where(seal_envelope.c.sequence < after[0])
    # One more than is shown: a link is judged by the one before it.
    rows = await db.fetch_all(query.order_by(seal_envelope.c.sequence.desc()).limit(limit + 1))
    shown, following = page(rows, limit, lambda row: [row["sequence"]])
    ended = await db.fetch_all(
        paper_repository.incidents(viewer.tenant, [r["opened_by"] for r in rows if r["opened_by"]])
    )
    broken = paper_rules.breaks(rows[::-1], [one["use_id"] for one in ended])
    return fast_json({"items": paper_views.links(shown, broken), "next_cursor": following})


@router.get("/seals/{seal_id}/incidents", response_model=IncidentPage)
async def list_incidents(
    viewer: Reader,
    seal_id: UUID,
    db: Db,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What was not as it must be with a seal's envelopes, newest first."""
    await _see_seal(db, viewer, seal_id)
    query = paper_repository.incidents_of_seal(viewer, seal_id)
    if (after := Cursor.parse(cursor, UUID)) is not None:
        query = query.where(seal_incident.c.id < after[0])
    rows = await db.fetch_all(query.order_by(seal_incident.c.id.desc()).limit(limit + 1))
    shown, following = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [paper_views.incident(row) for row in shown], "next_cursor": following})


async def _see_seal(db: Database, viewer: Viewer, seal_id: UUID) -> None:
    if await db.fetch_one(repository.one_seal(viewer, seal_id)) is None:
        raise SealNotFound()
