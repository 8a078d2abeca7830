"""Import routes: upload, mapping, check, repair, commit. Long steps answer 202 with their job."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.errors import TooLarge
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_tx, fast_json, file_headers, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.jobs import accepted
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require
from linli_kernel.problems import language
from linli_kernel.spreadsheet import XLSX

from linli_registry.context import Db
from linli_registry.imports import repairing, repository, service
from linli_registry.imports.errors import FileGone, NotYourFile
from linli_registry.imports.reading import LARGEST_FILE_BYTES
from linli_registry.imports.schemas import (
    Commit,
    Edit,
    Groups,
    Import,
    ImportPage,
    JobStarted,
    Mapping,
    RowPage,
    RowShown,
)
from linli_registry.imports.template import template
from linli_registry.policy import POLICY, Permission

PREFIX = "/api/registry/v1"
router = ServiceRouter(prefix=f"{PREFIX}/imports", tags=["imports"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.IMPORT_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.IMPORT_WRITE))]
RowNumber = Annotated[int, Path(ge=1, le=2_000_000)]


def current_linli(request: Request) -> Linli:
    linli: Linli = request.app.state.linli
    return linli


Part = Annotated[Linli, Depends(current_linli)]


@router.get("/template", response_class=Response, responses={200: {"content": {XLSX: {}}}})
async def get_template(viewer: Writer) -> Response:
    """The empty workbook with the known columns."""
    return Response(template(), media_type=XLSX, headers=file_headers("邻里人口导入模板.xlsx", download=True))


@router.get("", response_model=ImportPage)
async def list_imports(viewer: Reader, db: Db, limit: Limit = 50, cursor: CursorParam = None) -> Response:
    """Imports into your area, newest first."""
    after = Cursor.parse(cursor, UUID)
    found = await repository.newest(db, viewer, after[0] if after else None, limit + 1)
    kept, following = page(found, limit, lambda row: [row["id"]])
    return fast_json({"items": [service.brief(row, viewer) for row in kept], "next_cursor": following})


@router.post("", response_model=Import, status_code=201)
async def upload_file(
    viewer: Writer,
    linli: Part,
    tx: CurrentTx,
    file: Annotated[UploadFile, File(description="XLSX, XLS, ODS or CSV (UTF-8 or GBK), at most 19 MB")],
    division: Annotated[str, Form(pattern=r"^[1-9][0-9]{1,11}$", description="the village the people belong to")],
    former: Annotated[UUID | None, Form(description="your open import that this repaired copy replaces")] = None,
) -> Response:
    """Upload a list. The answer proposes which column is which; nothing is stored in the register yet."""
    content = await file.read(LARGEST_FILE_BYTES + 1)
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge
    key = await service.upload(tx, linli, viewer, content, file.filename or "", division, former)
    made = await repository.locked(tx, viewer, key)
    location = {"Location": f"{PREFIX}/imports/{key}"}
    return fast_json(service.shown(made, viewer), status=201, etag=made["version"], headers=location)


@router.get("/{import_id}", response_model=Import)
async def get_import(viewer: Reader, db: Db, import_id: UUID) -> Response:
    """Where an import stands. `ETag` is the version for the mapping."""
    row = await repository.find(db, viewer, import_id)
    return fast_json(service.shown(row, viewer), etag=row["version"])


@router.put("/{import_id}/mapping", response_model=Import)
async def set_mapping(
    viewer: Writer,
    linli: Part,
    tx: CurrentTx,
    import_id: UUID,
    body: Mapping,
    version: Annotated[int, Depends(match_version)],
) -> Response:
    """Correct which column is which; remembered in the county for lists with the same headers."""
    await service.remap(tx, linli, viewer, import_id, version, body)
    row = await repository.locked(tx, viewer, import_id)
    return fast_json(service.shown(row, viewer), etag=row["version"])


@router.post("/{import_id}/check", response_model=JobStarted, status_code=202)
async def check_import(viewer: Writer, tx: CurrentTx, import_id: UUID) -> Response:
    """Try the import without storing anything: every row is held against the rules and the register."""
    return accepted(PREFIX, await service.start_check(tx, viewer, import_id))


@router.post("/{import_id}/commit", response_model=JobStarted, status_code=202)
async def commit_import(viewer: Writer, tx: CurrentTx, import_id: UUID, body: Commit) -> Response:
    """Store what was checked: all of it in one transaction, or nothing when it is cancelled or fails."""
    return accepted(PREFIX, await service.start_commit(tx, viewer, import_id, body.without_faulty))


@router.post("/{import_id}/resume", response_model=Import)
async def resume_import(viewer: Writer, tx: CurrentTx, import_id: UUID) -> Response:
    """After a cancelled or failed job: back to the step before it."""
    await service.reopen(tx, viewer, import_id)
    row = await repository.locked(tx, viewer, import_id)
    return fast_json(service.shown(row, viewer), etag=row["version"])


@router.post("/{import_id}/annotated", response_model=JobStarted, status_code=202)
async def annotate_import(viewer: Writer, tx: CurrentTx, import_id: UUID) -> Response:
    """Prepare a copy of the file with every wrong cell marked; the job's result has its `href`."""
    return accepted(PREFIX, await service.start_annotating(tx, viewer, import_id))


@router.get(
    "/{import_id}/annotated/{file_id}", response_class=StreamingResponse, responses={200: {"content": {XLSX: {}}}}
)
async def get_annotated(
    request: Request, viewer: Writer, linli: Part, db: Db, import_id: UUID, file_id: UUID
) -> Response:
    """The annotated copy, for a day, for whoever uploaded the file."""
    row = await repository.find(db, viewer, import_id)
    if row["created_by"] != viewer.subject:
        raise NotYourFile
    parts = repository.file_parts(db, viewer.tenant, file_id, linli.keyring, linli.clock.now())
    try:
        first = await anext(parts)
    except StopAsyncIteration:
        raise FileGone from None
    await read_audit(request, viewer, Act(action="import.fetch", object_kind="import", object_id=import_id))

    async def stream() -> Any:
        yield first
        async for part in parts:
            yield part

    name = row["file_name"].rsplit(".", 1)[0] + "-检查结果.xlsx"
    return StreamingResponse(stream(), media_type=XLSX, headers=file_headers(name, download=True))


@router.get("/{import_id}/findings", response_model=Groups)
async def list_findings(request: Request, viewer: Reader, db: Db, import_id: UUID, part: InPart) -> Response:
    """What the check found, by kind."""
    return fast_json(part.of(await repairing.groups(db, viewer, import_id, language(request))))


@router.get("/{import_id}/rows", response_model=RowPage)
async def list_rows(
    request: Request,
    viewer: Reader,
    linli: Part,
    db: Db,
    import_id: UUID,
    code: Annotated[str | None, Query(max_length=60, description="only rows with this finding")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Rows with findings, in the order of the file."""
    after = Cursor.parse(cursor, int)
    found = await repairing.rows(
        db,
        linli,
        viewer,
        import_id,
        lang=language(request),
        code=code,
        after=after[0] if after else 0,
        limit=limit + 1,
    )
    kept, following = page(found, limit, lambda row: [row["row"]])
    if any(row["cells"] for row in kept):
        act = Act(action="import.read", object_kind="import", object_id=import_id, detail={"rows": len(kept)})
        await read_audit(request, viewer, act)
    return fast_json({"items": list(kept), "next_cursor": following}, headers={"Cache-Control": "no-store"})


@router.patch("/{import_id}/rows/{row}", response_model=RowShown)
async def edit_row(
    request: Request, viewer: Writer, linli: Part, tx: CurrentTx, import_id: UUID, row: RowNumber, body: Edit
) -> Response:
    """Repair cells in place; the answer is what the row says now."""
    # The answer quotes cells: it is never kept for a retry.
    tx.before_first_statement = None
    shown = await repairing.edit(tx, linli, viewer, import_id, row, body, language(request))
    return fast_json(shown, headers={"Cache-Control": "no-store"})


@router.delete("/{import_id}", status_code=204)
async def discard_import(viewer: Writer, tx: CurrentTx, import_id: UUID) -> Response:
    """Give an import up: its file and staged rows are deleted, that it was is kept."""
    await service.discard(tx, viewer, import_id)
    return Response(status_code=204)
