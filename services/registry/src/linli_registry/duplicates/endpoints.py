"""Duplicate routes: scans, the review queue, merges and their undoing, the same person in another county."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_tx, fast_json, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.jobs import accepted, enqueue
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require

from linli_registry.context import Ctx, Db
from linli_registry.duplicates import merging, repository, reviewing
from linli_registry.duplicates.errors import PairDecided
from linli_registry.duplicates.scanning import SCAN, in_divisions
from linli_registry.duplicates.schemas import (
    CompareRequest,
    Comparison,
    Dismissal,
    ElsewhereList,
    JobAccepted,
    MergePage,
    MergeRequest,
    MergeView,
    Pair,
    PairPage,
    PairState,
    ScanRequest,
    Undoing,
)
from linli_registry.policy import POLICY, Permission

PREFIX = "/api/registry/v1"
router = ServiceRouter(prefix=f"{PREFIX}/duplicates", tags=["duplicates"])
residents = ServiceRouter(prefix=f"{PREFIX}/residents", tags=["duplicates"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reviewer = Annotated[Viewer, Depends(require(POLICY, Permission.DUPLICATE_READ))]
Decider = Annotated[Viewer, Depends(require(POLICY, Permission.DUPLICATE_DECIDE))]
DivisionQuery = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix")]


@router.post("/scans", response_model=JobAccepted, status_code=202)
async def scan_for_duplicates(body: ScanRequest, context: Ctx, tx: CurrentTx, viewer: Decider) -> Response:
    """Look for likely duplicates in your area as a job. New records are looked at by themselves when they are made."""
    areas = reviewing.areas(context, viewer, body.division)
    job = await enqueue(tx, SCAN, in_divisions(areas))
    tx.record(Act(action="duplicates.scan", object_kind="job", object_id=job, division=areas[0]))
    return accepted(PREFIX, job)


@router.get("", response_model=PairPage)
async def list_duplicates(
    request: Request,
    context: Ctx,
    db: Db,
    viewer: Reviewer,
    state: PairState = "open",
    division: DivisionQuery = None,
    resident_id: UUID | None = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The review queue, or what it has of one person, likeliest first: pairs of which both people are in your area."""
    after = Cursor.parse(cursor, int, UUID)
    position = (after[0], after[1]) if after else None
    rows = await repository.queue(db, viewer, state, position, limit + 1, context.codes(division), resident_id)
    kept, following = page(rows, limit, lambda row: (row["score"], row["id"]))
    shown, seen = await reviewing.pairs(db, context, viewer, kept)
    act = Act(action="duplicates.read", object_kind="duplicates", object_id="", people=seen)
    await read_audit(request, viewer, act)
    waiting = await repository.waiting(db, viewer)
    return fast_json({"items": shown, "next_cursor": following, "waiting": waiting})


@router.post("/compare", response_model=Comparison)
@reads
async def compare_people(request: Request, body: CompareRequest, context: Ctx, db: Db, viewer: Reviewer) -> Response:
    """Any two people of your area side by side, also when the queue does not have them."""
    shown = await reviewing.compare(db, context, viewer, body.a, body.b, None)
    act = Act(action="duplicates.compare", object_kind="resident", object_id=body.a, people=[body.a, body.b])
    await read_audit(request, viewer, act)
    return fast_json(shown)


@router.post("/merges", response_model=MergeView, status_code=201)
async def merge_people(body: MergeRequest, context: Ctx, tx: CurrentTx, viewer: Decider) -> Response:
    """Make one record of two. Nothing is lost: the absorbed record stays readable and names the kept one, stays and
    kinship move along, cases and papers follow, and `undo` takes it back also after later edits."""
    key = await merging.merge(tx, context, viewer, body)
    shown = await reviewing.merge_in(tx, context, viewer, key)
    return fast_json(shown, status=201, headers={"Location": f"{PREFIX}/duplicates/merges/{key}"})


@router.get("/merges", response_model=MergePage)
async def list_merges(
    request: Request,
    context: Ctx,
    db: Db,
    viewer: Reviewer,
    resident_id: UUID | None = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Merges of your area or of one person, newest first."""
    after = Cursor.parse(cursor, UUID)
    rows = await repository.merges(db, viewer, resident_id, after[0] if after else None, limit + 1)
    kept, following = page(rows, limit, lambda row: (row["id"],))
    people = sorted({row[side] for row in kept for side in ("kept", "absorbed")})
    await read_audit(request, viewer, Act(action="merges.read", object_kind="merge", object_id="", people=people))
    return fast_json({"items": await reviewing.merges(db, context, viewer, kept), "next_cursor": following})


@router.get("/merges/{merge_id}", response_model=MergeView)
async def get_merge(request: Request, merge_id: UUID, context: Ctx, db: Db, viewer: Reviewer) -> Response:
    """One merge with both records."""
    shown, people = await reviewing.merge(db, context, viewer, merge_id)
    act = Act(action="merge.read", object_kind="merge", object_id=merge_id, people=people)
    await read_audit(request, viewer, act)
    return fast_json(shown)


@router.post("/merges/{merge_id}/undo", response_model=MergeView)
async def undo_merge(merge_id: UUID, body: Undoing, context: Ctx, tx: CurrentTx, viewer: Decider) -> Response:
    """Take a merge back. A field or stay that was edited since keeps the edit in the record where it was made; all else
    is as it was before the merge."""
    await merging.undo(tx, context, viewer, merge_id, body.reason)
    return fast_json(await reviewing.merge_in(tx, context, viewer, merge_id))


@router.get("/{pair_id}", response_model=Comparison)
async def get_pair(request: Request, pair_id: UUID, context: Ctx, db: Db, viewer: Reviewer) -> Response:
    """One pair side by side with what differs."""
    row = await repository.pair(db, viewer, pair_id)
    shown = await reviewing.compare(db, context, viewer, row["a"], row["b"], row)
    people = [row["a"], row["b"]]
    act = Act(action="duplicates.compare", object_kind="duplicate_pair", object_id=pair_id, people=people)
    await read_audit(request, viewer, act)
    return fast_json(shown, etag=row["version"])


@router.post("/{pair_id}/dismiss", response_model=Pair)
async def dismiss_pair(pair_id: UUID, body: Dismissal, context: Ctx, tx: CurrentTx, viewer: Decider) -> Response:
    """These are two people. The reason is kept, and no later scan asks again."""
    row = await repository.lock_pair(tx, viewer, pair_id)
    if row["state"] != "open":
        raise PairDecided
    await repository.decide_pair(tx, viewer, pair_id, "dismissed", body.reason)
    people = [row["a"], row["b"]]
    tx.record(Act(action="duplicates.dismiss", object_kind="duplicate_pair", object_id=pair_id, people=people))
    shown = await reviewing.pair_in(tx, context, viewer, pair_id)
    return fast_json(shown, etag=row["version"] + 1)


@residents.get("/{resident_id}/elsewhere", response_model=ElsewhereList)
async def registered_elsewhere(
    request: Request,
    resident_id: UUID,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_READ))],
    part: InPart,
) -> Response:
    """Whether the same identity number is registered in another county of the prefecture: which county, and whether the
    person lives there or has the hukou there. The other record itself is not shown."""
    found = await reviewing.elsewhere(db, context, viewer, resident_id)
    act = Act(action="resident.elsewhere", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    return fast_json(part.of(found))
