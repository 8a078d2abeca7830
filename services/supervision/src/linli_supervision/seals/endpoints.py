"""Routes of seals: custodians and their keys, requesting a use, reading uses."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.app import Linli
from linli_kernel.database import Database, Tx
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, file_headers, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from linli_kernel.profile import SealRules
from starlette.responses import Response

from linli_supervision.policy import POLICY, Permission
from linli_supervision.seals import custodians, repository, service, takeover, views
from linli_supervision.seals.errors import DocumentNotFound, SealNotFound, SealUseNotFound
from linli_supervision.seals.schemas import (
    KeyCertificate,
    KeyRegistration,
    SealBrief,
    SealList,
    SealUse,
    SealUsePage,
    UseRequest,
    UseState,
)
from linli_supervision.seals.tables import seal_use

router = ServiceRouter(prefix="/api/supervision/v1", tags=["seals"])
Db = Annotated[Database, Depends(current_db)]
Command = Annotated[Tx, Depends(current_tx)]
SealReader = Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_READ))]
PDF_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


def linli_of(request: Request) -> Linli:
    linli: Linli = request.app.state.linli
    return linli


def rules_of(request: Request, viewer: Viewer) -> SealRules:
    """The seal rules of the viewer's place."""
    try:
        return linli_of(request).profiles.for_tenant(viewer.tenant).supervision.seal
    except KeyError as error:
        raise SealNotFound() from error


@router.get("/seals", response_model=SealList)
async def list_seals(
    viewer: SealReader, database: Db, limit: Limit = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Response:
    """The seals of your area; for a custodian, those it holds a piece of."""
    after = Cursor.parse(cursor, str, str, UUID)
    found = await database.fetch_all(
        repository.seals(viewer, (after[0], after[1], after[2]) if after else None, limit + 1)
    )
    rows, following = page(found, limit, lambda row: [row["division"], row["name"], row["id"]])
    return fast_json({"items": await views.seals_view(database, viewer, rows), "next_cursor": following})


@router.get("/seals/{seal_id}", response_model=SealBrief)
async def get_seal(viewer: SealReader, database: Db, seal_id: UUID) -> Response:
    """One seal, its custodians and the state of their keys."""
    row = await database.fetch_one(repository.one_seal(viewer, seal_id))
    if row is None:
        raise SealNotFound()
    view = (await views.seals_view(database, viewer, [row]))[0]
    return fast_json(view, etag=row["version"])


@router.post("/seals/{seal_id}/custodians/me/key", status_code=201, response_model=KeyCertificate)
async def register_key(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_KEY))],
    seal_id: UUID,
    body: KeyRegistration,
    database: Db,
    tx: Command,
) -> Response:
    """Certify the public key that was made in your browser; the private key stays there."""
    linli = linli_of(request)
    heard = await takeover.heard_of_custodian(linli.extra["gateway"], database, viewer, seal_id)
    answer = await custodians.register_key(tx, viewer, linli.keyring, seal_id, body, heard)
    return fast_json(answer, status=201)


@router.post("/seals/{seal_id}/uses", status_code=201, response_model=SealUse)
async def request_use(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_REQUEST))],
    seal_id: UUID,
    body: UseRequest,
    database: Db,
    tx: Command,
) -> Response:
    """Ask for a document of a case to be sealed."""
    if await database.fetch_one(repository.one_seal(viewer, seal_id)) is None:
        raise SealNotFound()
    # Fetched before the transaction begins, so that no lock waits for a neighbour.
    document = (
        await linli_of(request)
        .extra["desk"]
        .document_to_seal(viewer.tenant, body.case_id, body.document_id, request.headers["authorization"])
    )
    rules = rules_of(request, viewer)
    use_id = await service.request_use(tx, viewer, linli_of(request).keyring, rules, seal_id, body, document)
    return await answer_in(tx, request, viewer, use_id, status=201)


@router.get("/seals/{seal_id}/uses", response_model=SealUsePage)
async def list_uses_of_seal(
    request: Request,
    viewer: SealReader,
    database: Db,
    seal_id: UUID,
    state: Annotated[UseState | None, Query()] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The uses of one seal, newest first."""
    if await database.fetch_one(repository.one_seal(viewer, seal_id)) is None:
        raise SealNotFound()
    return await _page(request, viewer, database, {"seal_id": seal_id, "state": state}, limit, cursor)


@router.get("/uses", response_model=SealUsePage)
async def list_uses(
    request: Request,
    viewer: SealReader,
    database: Db,
    state: Annotated[UseState | None, Query()] = None,
    case_id: Annotated[UUID | None, Query()] = None,
    document_id: Annotated[UUID | None, Query()] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Seal uses of your area, newest first; for a custodian, those addressed to it."""
    wanted = {"state": state, "case_id": case_id, "document_id": document_id}
    return await _page(request, viewer, database, wanted, limit, cursor)


async def _page(
    request: Request, viewer: Viewer, database: Database, wanted: dict[str, Any], limit: int, cursor: str | None
) -> Response:
    query = repository.uses(viewer)
    for name, value in wanted.items():
        if name == "case_id" and value is not None:
            query = query.where(repository.of_case(viewer, value))
        elif name == "document_id" and value is not None:
            query = query.where(repository.of_document(viewer, value))
        elif value is not None:
            query = query.where(seal_use.c[name] == value)
    after = Cursor.parse(cursor, UUID)
    if after is not None:
        query = query.where(seal_use.c.id < after[0])
    rows = await database.fetch_all(query.order_by(seal_use.c.id.desc()).limit(limit + 1))
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    rules = rules_of(request, viewer)
    items = await views.uses_view(database, viewer, rules, kept, database.clock.now())
    return fast_json({"items": items, "next_cursor": next_cursor})


async def answer(database: Database, request: Request, viewer: Viewer, use_id: UUID) -> Response:
    """One use as the viewer sees it."""
    row = await database.fetch_one(repository.one_use(viewer, use_id))
    if row is None:
        raise SealUseNotFound()
    rules = rules_of(request, viewer)
    view = (await views.uses_view(database, viewer, rules, [row], database.clock.now()))[0]
    return fast_json(view, etag=row["version"])


async def answer_in(tx: Tx, request: Request, viewer: Viewer, use_id: UUID, *, status: int = 200) -> Response:
    """The use after a command, read in its own transaction."""
    row = await tx.one(repository.one_use(viewer, use_id))
    if row is None:
        raise SealUseNotFound()
    view = (await views.uses_view(views.Within(tx), viewer, rules_of(request, viewer), [row], tx.now))[0]
    return fast_json(view, status=status, etag=row["version"])


async def document(request: Request, viewer: Viewer, database: Database, use_id: UUID) -> Response:
    """The PDF: sealed once it is, as requested before."""
    row = await database.fetch_one(repository.document_of(viewer, use_id))
    if row is None:
        raise DocumentNotFound()
    column = "sealed_document" if row["sealed_document"] is not None else "document"
    place = service.place_of(row["tenant"], use_id, column)
    content = linli_of(request).keyring.decrypt_bytes(bytes(row[column]), **place)
    act = Act(action="seal-use.read-document", object_kind="seal-use", object_id=use_id, division=row["division"])
    await read_audit(request, viewer, act)
    return Response(content, media_type="application/pdf", headers=file_headers(f"{use_id}.pdf"))
