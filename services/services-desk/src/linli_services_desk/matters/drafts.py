"""Drafts of matters: written by one, reviewed and published by another; and the versions that came of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, match_version
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require
from linli_kernel.profile import Profile

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.matters import editing, repository
from linli_services_desk.matters.checking import unready
from linli_services_desk.matters.comparison import compare
from linli_services_desk.matters.domain import registry_fields, shared_materials
from linli_services_desk.matters.draft_schemas import (
    BeginDraft,
    Draft,
    DraftList,
    DraftOrder,
    MatterComparison,
    MatterSettings,
    MatterVersion,
    SaveDraft,
    VersionList,
)
from linli_services_desk.matters.drafting import NAMES, OPEN, DraftCommand, DraftState, offered
from linli_services_desk.matters.plan import plan_of, step_facts
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.schema import Row

router = ServiceRouter(prefix="/api/desk/v1", tags=["matters"])
Db = Annotated[Database, Depends(current_db)]
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.MATTER_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.MATTER_WRITE))]
Reviewer = Annotated[Viewer, Depends(require(POLICY, Permission.MATTER_REVIEW))]
Expected = Annotated[int, Depends(match_version)]
Number = Annotated[int, Path(ge=1, le=100_000)]
Version = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/matter-settings", response_model=MatterSettings)
async def read_settings(viewer: Writer, desk: CurrentDesk) -> Response:
    """What a matter is written with: the place's categories, departments and step sets, registry fields, known materials."""
    profile = desk.profile(viewer.tenant)
    sets = profile.desk.step_sets
    return fast_json(
        {
            "categories": _categories(profile),
            "departments": sorted({*profile.desk.whistle.departments, *filter(None, [viewer.department])}),
            "step_sets": [
                {"code": code, "name": one.name.zh, "name_en": one.name.en, "steps": _steps(profile, code)}
                for code, one in sets.items()
            ],
            "prefill": registry_fields(),
            "materials": shared_materials(),
        }
    )


@router.get("/matter-drafts", response_model=DraftList)
async def list_drafts(
    viewer: Writer,
    database: Db,
    state: Annotated[DraftState | None, Query(description="default: those that are open")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Drafts of the county, the newest first; a department sees its own."""
    after = Cursor.parse(cursor, UUID)
    states = (state.value,) if state else tuple(one.value for one in OPEN)
    rows = await database.fetch_all(repository.drafts(viewer, states, after[0] if after else None, limit))
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [_brief(row) for row in kept], "next_cursor": next_cursor})


@router.post("/matter-drafts", status_code=201, response_model=Draft)
async def begin_draft(order: BeginDraft, viewer: Writer, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Begin the next version of a matter, or a new matter."""
    draft_id = await editing.begin(tx, viewer, desk.profile(tx.tenant), order)
    return await _answer(tx, desk, viewer, draft_id, status=201)


@router.get("/matter-drafts/{draft_id}", response_model=Draft)
async def read_draft(draft_id: UUID, viewer: Writer, database: Db, desk: CurrentDesk) -> Response:
    """The whole draft, what it still lacks, and what this viewer may do with it."""
    row = await database.fetch_one(repository.draft(viewer, draft_id))
    if row is None:
        raise NotFound
    matter = (
        await database.fetch_one(repository.ONE, {"tenant": viewer.tenant, "matter_id": row["matter_id"]})
        if row["matter_id"]
        else None
    )
    return _draft(desk, viewer, row, matter["published_version"] if matter else None)


@router.put("/matter-drafts/{draft_id}", response_model=Draft)
async def save_draft(
    draft_id: UUID, order: SaveDraft, viewer: Writer, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Store what was written. It may be incomplete, never malformed."""
    await editing.save(tx, viewer, await _row(tx, viewer, draft_id), expected, order)
    return await _answer(tx, desk, viewer, draft_id)


@router.post("/matter-drafts/{draft_id}/{command}", response_model=Draft)
async def take_command(
    draft_id: UUID,
    command: DraftCommand,
    order: DraftOrder,
    viewer: Reviewer,
    expected: Expected,
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Submit for review, send back with a reason, publish, or give up. Who wrote a draft does not review it."""
    row = await _row(tx, viewer, draft_id)
    await editing.take(tx, viewer, desk.profile(tx.tenant), row, expected, command, order.note)
    return await _answer(tx, desk, viewer, draft_id)


@router.get("/matter-drafts/{draft_id}/comparison", response_model=MatterComparison)
async def compare_draft(draft_id: UUID, viewer: Writer, database: Db, desk: CurrentDesk) -> Response:
    """The draft beside the version that is published now."""
    row = await database.fetch_one(repository.draft(viewer, draft_id))
    if row is None:
        raise NotFound
    found = None
    if row["matter_id"] is not None:
        found = await database.fetch_one(repository.ONE, {"tenant": viewer.tenant, "matter_id": row["matter_id"]})
    profile = desk.profile(viewer.tenant)
    before = (found["published_version"], editing.content_of(profile, found["definition"])) if found else None
    return _comparison(before, (None, editing.content_of(profile, row["definition"])))


@router.get("/matters/{matter_id}/versions", response_model=VersionList)
async def list_versions(matter_id: UUID, viewer: Reader, database: Db, part: InPart) -> Response:
    """The published versions, the newest first: who wrote and who published each, and what was new."""
    rows = await database.fetch_all(repository.versions(viewer.tenant, matter_id))
    if not rows:
        raise NotFound
    return fast_json(part.of([_version(row) for row in rows]))


@router.get("/matters/{matter_id}/versions/{number}", response_model=MatterVersion)
async def read_version(matter_id: UUID, number: Number, viewer: Reader, database: Db, desk: CurrentDesk) -> Response:
    """One published version whole, as cases opened under it see it."""
    row = await database.fetch_one(repository.whole_versions(viewer.tenant, matter_id, (number,)))
    if row is None:
        raise NotFound
    return fast_json({**_version(row), "content": editing.content_of(desk.profile(viewer.tenant), row["definition"])})


@router.get("/matters/{matter_id}/comparison", response_model=MatterComparison)
async def compare_versions(
    matter_id: UUID, viewer: Reader, database: Db, desk: CurrentDesk, before: Version, after: Version
) -> Response:
    """Two published versions side by side."""
    rows = await database.fetch_all(repository.whole_versions(viewer.tenant, matter_id, (before, after)))
    profile = desk.profile(viewer.tenant)
    found = {row["number"]: (row["number"], editing.content_of(profile, row["definition"])) for row in rows}
    if before not in found or after not in found:
        raise NotFound
    return _comparison(found[before], found[after])


async def _row(tx: Tx, viewer: Viewer, draft_id: UUID) -> dict[str, Any]:
    row = await tx.one(repository.draft(viewer, draft_id))
    if row is None:
        raise NotFound
    return dict(row)


async def _answer(tx: Tx, desk: Desk, viewer: Viewer, draft_id: UUID, *, status: int = 200) -> Response:
    row = await _row(tx, viewer, draft_id)
    matter = None
    if row["matter_id"] is not None:
        matter = await tx.one(repository.ONE_STATEMENT, {"tenant": tx.tenant, "matter_id": row["matter_id"]})
    return _draft(desk, viewer, row, matter["published_version"] if matter else None, status)


def _draft(desk: Desk, viewer: Viewer, row: Row, published: int | None, status: int = 200) -> Response:
    state, profile = DraftState(row["state"]), desk.profile(viewer.tenant)
    lacks = unready(row["definition"], profile.desk.papers.certificates) if state in OPEN else []
    shown = {
        **_brief(row),
        "content": editing.content_of(profile, row["definition"]),
        "lacks": [{"pointer": lack.pointer, "zh": lack.zh, "en": lack.en} for lack in lacks],
        "commands": [command.value for command in offered(state, viewer.subject in row["authors"])],
        "editable": state is DraftState.DRAFT,
        "published_version": published,
    }
    return fast_json(shown, status=status, etag=row["version"])


def _brief(row: Row) -> dict[str, Any]:
    same = ("id", "matter_id", "code", "name", "department", "state", "note", "answer", "closed_name", "updated_at")
    facts = {name: row[name] for name in (*same, "version")}
    return {**facts, "state_name": NAMES[DraftState(row["state"])][0], "authors": row["author_names"]}


def _version(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("number", "published_at", "published_name", "written_name", "note")}


def _comparison(before: tuple[int | None, dict[str, Any]] | None, after: tuple[int | None, dict[str, Any]]) -> Response:
    changes = compare(before[1], after[1]) if before else []
    return fast_json(
        {
            "before_number": before[0] if before else None,
            "after_number": after[0],
            "before": before[1] if before else None,
            "after": after[1],
            "changes": changes,
        }
    )


def _categories(profile: Profile) -> list[dict[str, str]]:
    return [{"code": one.code, "name": one.name.zh, "name_en": one.name.en} for one in profile.desk.categories]


def _steps(profile: Profile, step_set: str) -> list[dict[str, Any]]:
    facts = {"step_set": step_set, "result": {}, "type": "", "name": ""}
    return [step_facts(step) for step in plan_of(profile, facts)]
