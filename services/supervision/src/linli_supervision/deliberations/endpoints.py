"""Routes of staff: opening, steps in their order, papers, publication."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, File, Query, Request, UploadFile
from linli_kernel.counted import Counted, counted_by
from linli_kernel.http import ServiceRouter, fast_json, file_headers
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from linli_kernel.uploads import LARGEST_FILE_BYTES
from starlette.responses import Response

from linli_supervision.deliberations import paper, repository, schemas, service, views
from linli_supervision.deliberations.errors import DeliberationNotFound
from linli_supervision.disclosures.endpoints import ANY_FILE, PDF, as_file
from linli_supervision.disclosures.place import Command, Db, Version, linli_of, profile_of, today
from linli_supervision.disclosures.schemas import Area
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

router = ServiceRouter(prefix="/api/supervision/v1/deliberations", tags=["deliberations"])
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.DELIBERATION_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.DELIBERATION_WRITE))]
Leader = Annotated[Viewer, Depends(require(POLICY, Permission.DELIBERATION_LEAD))]
Withdrawer = Annotated[Viewer, Depends(require(POLICY, Permission.DELIBERATION_WITHDRAW))]


@router.get("", response_model=schemas.DeliberationPage)
async def list_deliberations(
    request: Request,
    viewer: Reader,
    db: Db,
    division: Annotated[Area | None, Query()] = None,
    state: schemas.StateName | None = None,
    procedure: Annotated[str | None, Query(max_length=60)] = None,
    overdue: Annotated[bool, Query(description="only those with a milestone past its day")] = False,
    counted: Annotated[Counted | None, Depends(counted_by(*repository.FIGURES))] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Deliberations of your area, newest first."""
    asked = {"state": state, "procedure": procedure}
    wanted = {name: value for name, value in asked.items() if value is not None}
    after = Cursor.parse(cursor, UUID)
    day = today(request) if overdue else None
    groups = profile_of(request, viewer.tenant).supervision.group_procedures
    behind = after[0] if after else None
    rows = await db.fetch_all(repository.listing(viewer, wanted, division, behind, limit, day, counted, groups))
    kept, following = page(rows, limit, lambda row: [row["id"]])
    says = counted is not None and counted.figure in repository.MET
    items = [views.brief(row, today(request)) | {"met": row["met"] if says else None} for row in kept]
    return fast_json({"items": items, "next_cursor": following})


@router.get("/procedures", response_model=schemas.Procedures)
async def procedures(request: Request, viewer: Reader) -> Response:
    """The ways in which the place deliberates, with their steps, quorums, majorities and days of publicity."""
    rules = profile_of(request, viewer.tenant).supervision
    return fast_json({"items": [views.procedure(one) for one in rules.deliberations]})


@router.post("", status_code=201, response_model=schemas.FullDeliberation)
async def begin(request: Request, order: schemas.NewDeliberation, viewer: Writer, tx: Command) -> Response:
    """Open a deliberation on a matter. Its procedure stays what it is today, whatever the profile says later."""
    made = await service.begin(tx, viewer, profile_of(request, viewer.tenant), order)
    return await answer(request, tx, viewer, made, status=201)


@router.get("/{deliberation_id}", response_model=schemas.FullDeliberation)
async def get_deliberation(request: Request, deliberation_id: UUID, viewer: Reader, db: Db) -> Response:
    """One deliberation with its steps, and what is due now."""
    row = await visible(db, viewer, deliberation_id)
    return fast_json(await views.full(db.fetch_all, row, viewer, today(request)), etag=row["version"])


@router.post("/{deliberation_id}/record", response_model=schemas.FullDeliberation)
async def record(
    request: Request,
    deliberation_id: UUID,
    said: schemas.StepRecord,
    viewer: Writer,
    version: Version,
    tx: Command,
) -> Response:
    """Record a step that is held without a vote. Refused ends the deliberation."""
    await service.record(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/drafts", status_code=201, response_model=schemas.DisclosureDrafted)
async def draft(
    request: Request, deliberation_id: UUID, order: schemas.DisclosureOrder, viewer: Writer, tx: Command
) -> Response:
    """Begin the disclosure by which this step is published; it then goes the way of every disclosure."""
    profile = profile_of(request, viewer.tenant)
    made = await service.draft_disclosure(tx, viewer, profile, deliberation_id, order.item)
    return fast_json({"disclosure_id": made}, status=201)


@router.post("/{deliberation_id}/publish", response_model=schemas.FullDeliberation)
async def publish(
    request: Request,
    deliberation_id: UUID,
    said: schemas.Publicity,
    viewer: Leader,
    version: Version,
    tx: Command,
) -> Response:
    """Begin the days of publicity with disclosures that were published after the step before, under all its categories."""
    await service.publish(tx, viewer, deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/conclude", response_model=schemas.FullDeliberation)
async def conclude(request: Request, deliberation_id: UUID, viewer: Leader, version: Version, tx: Command) -> Response:
    """End the publicity once its days are over."""
    await service.conclude(tx, viewer, deliberation_id, version)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/withdraw", response_model=schemas.FullDeliberation)
async def withdraw(
    request: Request,
    deliberation_id: UUID,
    said: schemas.WhyWithdrawn,
    viewer: Withdrawer,
    version: Version,
    tx: Command,
) -> Response:
    """Give the matter up, saying why; what was done stays on record."""
    profile = profile_of(request, viewer.tenant)
    await service.withdraw(tx, viewer, deliberation_id, version, said.reason, profile)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/files", status_code=201, response_model=schemas.FullDeliberation)
async def attach(
    request: Request,
    deliberation_id: UUID,
    file: Annotated[UploadFile, File(description="PDF or picture, at most 10 MB")],
    viewer: Writer,
    tx: Command,
    kind: Annotated[
        Literal["paper", "photograph", "proxy"],
        Query(description="photograph: of the ballots or the work; proxy: written"),
    ] = "paper",
) -> Response:
    """Attach a paper to the step that is due now. Papers of a step that is done are fixed."""
    body = await file.read(LARGEST_FILE_BYTES + 1)
    profile = profile_of(request, viewer.tenant)
    await service.attach(tx, viewer, profile, deliberation_id, kind, file.filename or "", body)
    return await answer(request, tx, viewer, deliberation_id, status=201)


@router.delete("/{deliberation_id}/files/{file_id}", response_model=schemas.FullDeliberation)
async def detach(request: Request, deliberation_id: UUID, file_id: UUID, viewer: Writer, tx: Command) -> Response:
    """Take a paper off the step that is due now."""
    await service.detach(tx, viewer, deliberation_id, file_id)
    return await answer(request, tx, viewer, deliberation_id)


@router.get("/{deliberation_id}/files/{file_id}", response_class=Response, responses=ANY_FILE)
async def get_file(deliberation_id: UUID, file_id: UUID, viewer: Reader, db: Db) -> Response:
    """A paper of a step."""
    row = await visible(db, viewer, deliberation_id)
    return as_file(await db.fetch_one(repository.file(row["tenant"], deliberation_id, file_id)))


@router.get("/{deliberation_id}/resolution", response_class=Response, responses=PDF)
async def resolution(request: Request, deliberation_id: UUID, viewer: Reader, db: Db) -> Response:
    """The resolution with the minutes of its steps as a PDF; before it is passed the minutes alone."""
    row = await visible(db, viewer, deliberation_id)
    linli = linli_of(request)
    made = paper.resolution(
        row,
        await db.fetch_all(repository.steps(row["tenant"], deliberation_id)),
        await db.fetch_all(repository.rolls(row["tenant"], deliberation_id)),
        village=await linli.extra["registry"].name_of(row["division"]),
        public_url=linli.settings.public_url,
    )
    body = await paper.pdf(made, linli.settings.font_dir)
    return Response(body, media_type="application/pdf", headers=file_headers(f"{deliberation_id}.pdf"))


async def visible(db: Db, viewer: Viewer, deliberation_id: UUID) -> Row:
    row = await db.fetch_one(repository.one(viewer, deliberation_id))
    if row is None:
        raise DeliberationNotFound
    return row


async def answer(
    request: Request, tx: Command, viewer: Viewer, deliberation_id: UUID, *, status: int = 200
) -> Response:
    """The deliberation after a command, read in its own transaction."""
    row: Any = await tx.one(repository.one(viewer, deliberation_id))
    if row is None:
        raise DeliberationNotFound
    shown = await views.full(tx.all, row, viewer, today(request))
    return fast_json(shown, status=status, etag=row["version"])
