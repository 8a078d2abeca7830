"""Routes of a vote: the roll, the meeting, attendance and ballots; and what a resident does in it by herself."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from starlette.responses import Response

from linli_supervision.deliberations import conflicts, repository, rolls, schemas, service, sitting, views
from linli_supervision.deliberations.eligible import Eligible
from linli_supervision.deliberations.endpoints import Leader, Writer, answer, visible
from linli_supervision.deliberations.errors import DeliberationNotFound
from linli_supervision.deliberations.workflow import TRANSITIONS, Kind, State, kind_of
from linli_supervision.deliberations.workflow import Command as Step
from linli_supervision.disclosures.place import Command, Db, Version, linli_of, profile_of, today
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1/deliberations", tags=["deliberations"])
own = ServiceRouter(prefix="/api/supervision/v1/ballots", tags=["ballots"])
RollReader = Annotated[Viewer, Depends(reading(POLICY, Permission.DELIBERATION_ROLL))]
Voter = Annotated[Viewer, Depends(require(POLICY, Permission.DELIBERATION_BALLOT))]
Position = Annotated[int | None, Query(ge=0, le=50, description="of which step; left out: the present one")]
MOST_OWN = 50


@router.post("/{deliberation_id}/enrol", response_model=schemas.FullDeliberation)
async def enrol(
    request: Request,
    deliberation_id: UUID,
    said: schemas.Enrolment,
    viewer: Writer,
    version: Version,
    db: Db,
    tx: Command,
) -> Response:
    """Freeze the roll of this vote from the registry as it is today: ids, their count, and the SHA-256 of them sorted; of a meeting
    without a vote whom it invites."""
    row = await visible(db, viewer, deliberation_id)
    standing = service.standing_of(row, None)
    found: dict[str, list[Eligible]] = {}
    kin: dict[str, Any] | None = None
    # The transaction begins with the first statement of `tx`, after the registry has answered. Out of turn the registry is not
    # asked, and the rules refuse below, where a repeated call gets the answer that was kept for its key.
    kind = kind_of(standing.step)
    if standing.state is State.OPEN and (kind, standing.phase, Step.ENROL) in TRANSITIONS:
        linli = linli_of(request)
        found = await rolls.asked(linli.extra["registry"], row, standing.step, said.listed, said.grids, today(request))
        if kind is Kind.VOTE:
            kin = await conflicts.at_freezing(linli.extra["registry"], row, found, linli.clock.now())
    await rolls.freeze(tx, viewer, deliberation_id, version, found, kin)
    return await answer(request, tx, viewer, deliberation_id)


@router.get("/{deliberation_id}/roll", response_model=schemas.VoterPage)
async def roll(
    request: Request,
    deliberation_id: UUID,
    viewer: RollReader,
    db: Db,
    body: Annotated[str, Query(max_length=40)],
    position: Position = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Who is on a roll, by id: whether they came and have voted. Names are the registry's to show. Those of one household
    follow each other."""
    row = await visible(db, viewer, deliberation_id)
    at = row["position"] if position is None else position
    after = Cursor.parse(cursor, UUID, UUID)
    found = await db.fetch_all(repository.voters(row["tenant"], deliberation_id, at, body, after, limit))
    kept, following = page(found, limit, lambda one: [one["household"] or one["resident"], one["resident"]])
    act = Act(
        action="deliberation.roll-read",
        object_kind="deliberation",
        object_id=deliberation_id,
        division=row["division"],
        people=[one["resident"] for one in kept],
    )
    await read_audit(request, viewer, act)
    return fast_json({"items": [views.voter(one) for one in kept], "next_cursor": following})


@router.get("/{deliberation_id}/conflicts", response_model=schemas.Conflicts)
async def kinship_conflicts(
    request: Request, deliberation_id: UUID, viewer: RollReader, db: Db, position: Position = None
) -> Response:
    """Who on the roll is close kin of somebody whom the matter concerns, with the path between them. Names are the registry's
    and as it masks them for you; while it is away the path is shown as it was when the roll was frozen, without names."""
    row = await visible(db, viewer, deliberation_id)
    at = row["position"] if position is None else position
    registry = linli_of(request).extra["registry"]
    found = await conflicts.found(db.fetch_all, registry, row, at, request.headers["authorization"])
    people = [one["resident"] for one in found["people"]]
    act = Act(
        action="deliberation.conflicts",
        object_kind="deliberation",
        object_id=deliberation_id,
        division=row["division"],
        people=people,
    )
    await read_audit(request, viewer, act)
    return fast_json(found)


@router.post("/{deliberation_id}/call", response_model=schemas.FullDeliberation)
async def call(
    request: Request,
    deliberation_id: UUID,
    said: schemas.MeetingCall,
    viewer: Writer,
    version: Version,
    tx: Command,
) -> Response:
    """Call the meeting for a day that leaves the days of notice, or move it. Those on the roll, or invited, are told of it."""
    await sitting.call(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/call-off", response_model=schemas.FullDeliberation)
async def call_off(
    request: Request,
    deliberation_id: UUID,
    said: schemas.WhyCalledOff,
    viewer: Writer,
    version: Version,
    tx: Command,
) -> Response:
    """Call a meeting off before it is held, saying why. Those on the roll are told; another may be called for the same people."""
    await sitting.call_off(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/sit", response_model=schemas.FullDeliberation)
async def sit(request: Request, deliberation_id: UUID, viewer: Writer, version: Version, tx: Command) -> Response:
    """Open the meeting on its day: people come in and vote."""
    await sitting.sit(tx, viewer, deliberation_id, version)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/attendance", response_model=schemas.FullDeliberation)
async def attendance(
    request: Request, deliberation_id: UUID, said: schemas.Attendance, viewer: Writer, tx: Command
) -> Response:
    """Note by list who has come, or who is spoken for by whom."""
    await sitting.attend(tx, viewer, deliberation_id, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/recusals", response_model=schemas.FullDeliberation)
async def recuse(
    request: Request, deliberation_id: UUID, said: schemas.Recusal, viewer: Writer, tx: Command
) -> Response:
    """Somebody whom the matter concerns steps aside: neither counted nor voting."""
    await sitting.recuse(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/votes", response_model=schemas.FullDeliberation)
async def votes(
    request: Request, deliberation_id: UUID, said: schemas.HandVotes, viewer: Writer, tx: Command
) -> Response:
    """Note how people present voted; in a secret vote only who took a ballot paper. Nobody votes twice."""
    await sitting.hand_votes(tx, viewer, deliberation_id, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/tally", response_model=schemas.FullDeliberation)
async def tally(
    request: Request, deliberation_id: UUID, said: schemas.PaperTally, viewer: Writer, tx: Command
) -> Response:
    """Enter the ballot papers of a secret vote as they were counted aloud."""
    await sitting.tally(tx, viewer, deliberation_id, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/close", response_model=schemas.FullDeliberation)
async def close(
    request: Request, deliberation_id: UUID, said: schemas.Minutes, viewer: Leader, version: Version, tx: Command
) -> Response:
    """Close the meeting with its minutes: paper and on-line votes are counted together against quorum and majority."""
    await sitting.close(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@own.get("", response_model=schemas.OwnBallots)
async def own_ballots(request: Request, viewer: Voter, db: Db) -> Response:
    """The votes now under way of which you are on the roll."""
    if viewer.resident is None:
        raise DeliberationNotFound
    rows = await db.fetch_all(repository.own_ballots(viewer.tenant, viewer.resident, MOST_OWN))
    act = Act(action="ballots.read", object_kind="resident", object_id=viewer.resident, people=[viewer.resident])
    await read_audit(request, viewer, act)
    return fast_json({"items": [views.own_ballot(row) for row in rows]})


@own.post("/{deliberation_id}/check-in", status_code=204)
async def check_in(deliberation_id: UUID, said: schemas.CheckIn, viewer: Voter, tx: Command) -> Response:
    """You are at the door of the meeting and have read its code."""
    await sitting.check_in(tx, viewer, deliberation_id, said.code)
    return Response(status_code=204)


@own.put("/{deliberation_id}", status_code=204)
async def cast(request: Request, deliberation_id: UUID, said: schemas.Ballot, viewer: Voter, tx: Command) -> Response:
    """Vote on line, once. Send no Idempotency-Key: what it keeps would join you to your choice."""
    if "idempotency-key" in request.headers:
        fault = FieldError("/Idempotency-Key", "ballot.key", "投票不使用重试标记", "a ballot takes no Idempotency-Key")
        raise Invalid(errors=[fault])
    await sitting.cast(tx, viewer, deliberation_id, said)
    return Response(status_code=204)
