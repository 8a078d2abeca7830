"""Routes of staff: writing, checking, publishing, correcting; files and the notice for the wall."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Query, Request, UploadFile
from linli_kernel.counted import Counted, counted_by
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, fast_json, file_headers
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from linli_kernel.uploads import LARGEST_FILE_BYTES
from starlette.responses import Response

from linli_supervision.disclosures import proof, repository, schemas, service, views, wall
from linli_supervision.disclosures.errors import DisclosureNotFound, NotAsPublished
from linli_supervision.disclosures.place import Command, Db, Version, linli_of, page_url, profile_of
from linli_supervision.disclosures.workflow import HANGING, Step
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

router = ServiceRouter(prefix="/api/supervision/v1/disclosures", tags=["disclosures"])
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.DISCLOSURE_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.DISCLOSURE_WRITE))]
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "the notice"}}
ANY_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"*/*": {}}, "description": "the file"}}


@router.get("", response_model=schemas.DisclosurePage)
async def list_disclosures(
    viewer: Reader,
    db: Db,
    division: Annotated[schemas.Area | None, Query()] = None,
    state: schemas.StateName | None = None,
    item: Annotated[str | None, Query(max_length=40)] = None,
    category: Annotated[str | None, Query(max_length=40)] = None,
    counted: Annotated[Counted | None, Depends(counted_by("disclosures"))] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Disclosures of your area in every state, newest first; discarded drafts only with `state=discarded`."""
    asked = {"state": state, "item": item, "category": category}
    wanted = {name: value for name, value in asked.items() if value is not None}
    after = Cursor.parse(cursor, UUID)
    rows = await db.fetch_all(repository.listing(viewer, wanted, division, after[0] if after else None, limit, counted))
    kept, following = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [views.brief(row) for row in kept], "next_cursor": following})


@router.get("/catalogue", response_model=schemas.Catalogue)
async def catalogue(request: Request, viewer: Reader) -> Response:
    """What the county publishes by rule, and the templates to write from."""
    return fast_json(views.catalogue(profile_of(request, viewer.tenant)))


@router.post("", status_code=201, response_model=schemas.FullDisclosure)
async def begin(request: Request, order: schemas.NewDisclosure, viewer: Writer, tx: Command) -> Response:
    """Begin a draft for an item and a period. Numbers of people are refused, or masked with `mask`."""
    made = await service.begin(tx, viewer, profile_of(request, viewer.tenant), order)
    return await _in(tx, viewer, made, status=201)


@router.get("/{disclosure_id}", response_model=schemas.FullDisclosure)
async def get_disclosure(disclosure_id: UUID, viewer: Reader, db: Db) -> Response:
    """One disclosure with its tables and files."""
    row = await _visible(db, viewer, disclosure_id)
    attached = await db.fetch_all(repository.files(row["tenant"], disclosure_id))
    return fast_json(views.full(row, attached, viewer), etag=row["version"])


@router.put("/{disclosure_id}", response_model=schemas.FullDisclosure)
async def edit(
    request: Request,
    disclosure_id: UUID,
    said: schemas.DisclosureContent,
    viewer: Writer,
    version: Version,
    tx: Command,
) -> Response:
    """Write a draft anew: title, text and tables."""
    await service.edit(tx, viewer, profile_of(request, viewer.tenant), disclosure_id, version, said)
    return await _in(tx, viewer, disclosure_id)


def _step(step: Step, words: str) -> None:
    """One route per step of `workflow.TRANSITIONS`; whose post may take it is `views.PERMISSIONS`."""
    allowed = Annotated[Viewer, Depends(require(POLICY, views.PERMISSIONS[step]))]

    async def take(
        request: Request,
        disclosure_id: UUID,
        said: schemas.StepReason,
        viewer: allowed,
        version: Version,
        tx: Command,
    ) -> Response:
        profile = profile_of(request, viewer.tenant)
        following = await service.move(tx, viewer, profile, disclosure_id, version, step, said.reason)
        return await _in(tx, viewer, following)

    take.__name__ = f"{step.value}_disclosure"
    take.__doc__ = words
    add: Callable[[Callable[..., Awaitable[Response]]], Any] = router.post(
        f"/{{disclosure_id}}/{step.value}", response_model=schemas.FullDisclosure
    )
    add(take)


for _one, _words in {
    Step.SUBMIT: "Bring a draft before the supervision committee.",
    Step.RETURN: "The supervision committee gives it back, saying why.",
    Step.CHECK: "The supervision committee has checked it; nobody checks what they wrote themselves.",
    Step.PUBLISH: "Publish what was checked. From now on it is never changed; the digest goes into the county's log.",
    Step.WITHDRAW: "Withdraw it, saying why: the heading and the reason stay public.",
    Step.CORRECT: "Begin the next edition, saying why; the answer is its draft. The old one stays until that is published.",
    Step.DISCARD: "Discard a draft.",
}.items():
    _step(_one, _words)


@router.post("/{disclosure_id}/files", status_code=201, response_model=schemas.FullDisclosure)
async def attach(
    request: Request,
    disclosure_id: UUID,
    file: Annotated[UploadFile, File(description="PDF or picture, at most 10 MB")],
    viewer: Writer,
    tx: Command,
) -> Response:
    """Attach a file to a draft. What it shows everybody will see: the supervision committee looks at it."""
    body = await file.read(LARGEST_FILE_BYTES + 1)
    profile = profile_of(request, viewer.tenant)
    await service.attach(tx, viewer, profile, disclosure_id, file.filename or "", body)
    return await _in(tx, viewer, disclosure_id, status=201)


@router.delete("/{disclosure_id}/files/{file_id}", response_model=schemas.FullDisclosure)
async def detach(disclosure_id: UUID, file_id: UUID, viewer: Writer, tx: Command) -> Response:
    """Take a file off a draft."""
    await service.detach(tx, viewer, disclosure_id, file_id)
    return await _in(tx, viewer, disclosure_id)


@router.get("/{disclosure_id}/files/{file_id}", response_class=Response, responses=ANY_FILE)
async def get_file(disclosure_id: UUID, file_id: UUID, viewer: Reader, db: Db) -> Response:
    """A file, also of a draft."""
    row = await _visible(db, viewer, disclosure_id)
    return as_file(await db.fetch_one(repository.file(row["tenant"], disclosure_id, file_id)))


@router.get("/{disclosure_id}/notice", response_class=Response, responses=PDF)
async def wall_notice(
    request: Request, disclosure_id: UUID, viewer: Reader, db: Db, size: wall.Size = "a4"
) -> Response:
    """The notice for the wall, once it is published; not of what was withdrawn."""
    return await notice_of(request, db, await _visible(db, viewer, disclosure_id), size)


async def notice_of(request: Request, db: Db, row: Row, size: wall.Size) -> Response:
    """The PDF of a published disclosure; a corrected edition says so on its face.

    What was changed behind the log's back is not put on paper under the number of what was published.
    """
    if row["state"] not in HANGING:
        raise DisclosureNotFound
    proven = await proof.prove(db, row)
    if proven["unchanged"] is False or proven["sha256"] != row["sha256"]:
        raise NotAsPublished
    profile = profile_of(request, row["tenant"])
    rules = profile.supervision.disclosure
    names = {one.code: one.name.zh for one in rules.categories}
    paper = wall.notice(
        row,
        size=size,
        village=await linli_of(request).extra["registry"].name_of(row["division"]),
        category=names.get(row["category"], row["category"]),
        files=[one["name"] for one in await db.fetch_all(repository.files(row["tenant"], row["id"]))],
        url=page_url(request, row["id"]),
        answer=rules.objection_answer.as_limit().zh,
    )
    body = await wall.pdf(paper, linli_of(request).settings.font_dir)
    return Response(body, media_type="application/pdf", headers=file_headers(f"{row['id']}-{size}.pdf"))


def as_file(row: Row | None) -> Response:
    """The bytes of a file under its name."""
    if row is None:
        raise NotFound
    return Response(bytes(row["content"]), media_type=row["media_type"], headers=file_headers(row["name"]))


async def _visible(db: Db, viewer: Viewer, disclosure_id: UUID) -> Row:
    row = await db.fetch_one(repository.one(viewer, disclosure_id))
    if row is None:
        raise DisclosureNotFound
    return row


async def _in(tx: Command, viewer: Viewer, disclosure_id: UUID, *, status: int = 200) -> Response:
    """The disclosure after a command, read in its own transaction."""
    row = await tx.one(repository.one(viewer, disclosure_id))
    if row is None:
        raise DisclosureNotFound
    attached = await tx.all(repository.files(tx.tenant, disclosure_id))
    return fast_json(views.full(row, attached, viewer), status=status, etag=row["version"])
