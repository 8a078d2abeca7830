"""Whistles for the staff: list, start, look, likely duplicates, photographs, and the league table of departments."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, File, Query, Request, Response, UploadFile
from linli_kernel.counted import Counted, counted_by
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.given import GivenDay
from linli_kernel.http import (
    ServiceRouter,
    current_db,
    current_tx,
    fast_json,
    file_headers,
    match_version,
    read_audit,
    reads,
)
from linli_kernel.identity import Role, Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from linli_kernel.scope import in_divisions
from linli_kernel.succession import codes_within
from linli_kernel.uploads import LARGEST_FILE_BYTES

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.whistles import photos, reporting, repository, schemas, tally, views
from linli_services_desk.whistles.hand import act, load, office_of, rules_of
from linli_services_desk.whistles.tables import whistle
from linli_services_desk.whistles.workflow import NAMES, OPEN, DutyState, WhistleState

router = ServiceRouter(prefix="/api/desk/v1", tags=["whistles"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]
Expected = Annotated[int, Depends(match_version)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_READ))]
Follower = Annotated[Viewer, Depends(reading(POLICY, Permission.WHISTLE_FOLLOW))]
Starter = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_START))]
Revealer = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_REVEAL))]
Photographer = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_PHOTOGRAPH))]
LeagueReader = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_LEAGUE))]
Month = Annotated[GivenDay | None, Query(description="any day of the month")]
# What a list calls "soon": one office day ahead.
SOON_WORKING_HOURS = 6
LONGEST_LEAGUE_DAYS = 5 * 366


@router.get("/whistle-settings", response_model=schemas.WhistleSettings)
async def whistle_settings(viewer: Follower, desk: CurrentDesk) -> Response:
    """The place's categories, departments and pledged limits."""
    rules = rules_of(desk, viewer.tenant)
    categories = [
        {"code": one.code, "name": one.name.zh, "name_en": one.name.en, "departments": one.departments}
        for one in rules.categories
    ]
    limits = {urgency: limit.model_dump() for urgency, limit in rules.limits.items()}
    return fast_json({"categories": categories, "departments": rules.departments, "limits": limits})


@router.get("/whistles", response_model=schemas.WhistleList)
async def list_whistles(
    request: Request,
    viewer: Follower,
    database: CurrentDb,
    desk: CurrentDesk,
    state: Annotated[WhistleState | None, Query()] = None,
    clock: Annotated[
        Literal["overdue", "soon", "running"] | None, Query(description="of the clock that ends first")
    ] = None,
    department: Annotated[str | None, Query(max_length=60)] = None,
    division: Annotated[str | None, Query(pattern="^[0-9]{6,12}$", description="township or village")] = None,
    escalated: Annotated[bool | None, Query()] = None,
    mine: Annotated[bool, Query(description="only what waits for the viewer")] = False,
    counted: Annotated[Counted | None, Depends(counted_by("whistles", "whistles_open"))] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Whistles of the viewer's area, newest first; a department sees those that called it."""
    now = database.clock.now()
    conditions: list[Any] = []
    if state is not None:
        conditions.append(whistle.c.state == state.value)
    if clock is not None:
        conditions.append(repository.clock_shows(clock, now, _soon(desk, viewer, database)))
    if department is not None:
        conditions.append(repository.called(department))
    codes = codes_within(request.app.state.linli, division)
    if codes is not None:
        conditions.append(in_divisions(codes, whistle.c.division))
    if escalated is not None:
        conditions.append(whistle.c.escalation > 0 if escalated else whistle.c.escalation == 0)
    if mine:
        conditions.append(_waits_for(viewer))
    if counted is not None:
        conditions.append(repository.counts_as(counted))
    after = Cursor.parse(cursor, UUID)
    rows = await database.fetch_all(
        repository.listing(viewer, *conditions, before=after[0] if after else None, limit=limit)
    )
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": await _briefs(database, desk, viewer, kept), "next_cursor": next_cursor})


@router.get("/whistle-counts", response_model=schemas.WhistleCounts)
async def whistle_counts(viewer: Follower, database: CurrentDb) -> Response:
    """How many open whistles stand in each state, and how many of them are late."""
    rows = await database.fetch_all(repository.counts(viewer, database.clock.now()))
    found = {row["state"]: row for row in rows}
    items = [
        {
            "state": state.value,
            "state_name": NAMES[state][0],
            "state_name_en": NAMES[state][1],
            "count": found[state]["count"] if state in found else 0,
            "overdue": found[state]["overdue"] if state in found else 0,
        }
        for state in WhistleState
        if state in OPEN
    ]
    return fast_json({"items": items})


@router.post("/whistles", status_code=201, response_model=schemas.Whistle)
async def start_whistle(order: schemas.StartWhistle, viewer: Starter, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """The village calls the township, for itself or for a resident who came or telephoned."""
    hand = await reporting.start(tx, desk, order)
    return await whole(tx, desk, viewer, hand.id, status=201)


@router.post("/whistles/similar", response_model=schemas.SimilarList)
@reads
async def similar_to_new(
    order: schemas.SimilarQuery, viewer: Starter, database: CurrentDb, desk: CurrentDesk
) -> Response:
    """Open whistles of the village that a new one may repeat."""
    if not viewer.covers(order.division):
        raise NotFound
    return await _similar(database, desk, viewer, order, None)


@router.get("/whistles/{whistle_id}", response_model=schemas.Whistle)
async def get_whistle(
    request: Request, whistle_id: UUID, viewer: Follower, database: CurrentDb, desk: CurrentDesk
) -> Response:
    """One whistle with its departments, clocks, answers and time line; reporters are masked."""
    row = await _found(database, viewer, whistle_id)
    parts = {
        "duties": await database.fetch_all(repository.duties(row["tenant"], [whistle_id])),
        "reports": await database.fetch_all(repository.reports(row["tenant"], whistle_id)),
        "events": await database.fetch_all(repository.events(row["tenant"], whistle_id)),
        "photos": await database.fetch_all(repository.photos(row["tenant"], whistle_id)),
    }
    await read_audit(request, viewer, act("whistle.read", row))
    view = views.detail(desk, viewer, row, parts, database.clock.now())
    return fast_json(view, etag=row["version"])


@router.get("/whistles/{whistle_id}/similar", response_model=schemas.SimilarList)
async def similar_to_known(whistle_id: UUID, viewer: Reader, database: CurrentDb, desk: CurrentDesk) -> Response:
    """Open whistles of the same village that may be the same thing."""
    row = await _found(database, viewer, whistle_id)
    content = views.content_of(desk, row)
    position = None
    if row["latitude"] is not None:
        position = schemas.Position(latitude=row["latitude"], longitude=row["longitude"])
    query = schemas.SimilarQuery(
        division=row["division"], category=row["category"], description=content["description"], position=position
    )
    return await _similar(database, desk, viewer, query, whistle_id)


@router.post("/whistles/{whistle_id}/reveal", response_model=schemas.RevealedReporters)
async def reveal_reporters(
    whistle_id: UUID, order: schemas.RevealReporters, viewer: Revealer, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Whole names and numbers of the reporters, to call them back; recorded with the purpose."""
    hand = await load(tx, desk, whistle_id)
    reports = await tx.all(repository.reports(tx.tenant, whistle_id))
    tx.record(act("whistle.reveal", hand.row, purpose=order.purpose, reports=len(reports)))
    return fast_json({"people": views.people(desk, reports), "expires_in": 60})


@router.post("/whistles/{whistle_id}/photos", status_code=201, response_model=schemas.PhotoTaken)
async def add_photo(
    whistle_id: UUID,
    file: Annotated[UploadFile, File(description="photograph, at most 10 MB")],
    viewer: Photographer,
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Add a photograph: of the trouble, or by a department of what was done."""
    hand = await load(tx, desk, whistle_id)
    department = viewer.department if viewer.role is Role.DEPARTMENT_OFFICER else None
    content = await file.read(LARGEST_FILE_BYTES + 1)
    photo_id, number = await photos.add(tx, desk, hand.row, content, most=photos.MOST_OF_STAFF, department=department)
    return fast_json({"id": photo_id, "photos": number}, status=201)


@router.get(
    "/whistles/{whistle_id}/photos/{photo_id}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}, "description": "the photograph"}},
)
async def get_photo(
    request: Request, whistle_id: UUID, photo_id: UUID, viewer: Reader, database: CurrentDb, desk: CurrentDesk
) -> Response:
    """A photograph, for those who may see the whistle; the look is recorded."""
    row = await _found(database, viewer, whistle_id)
    photo = await database.fetch_one(repository.photo(row["tenant"], whistle_id, photo_id))
    if photo is None:
        raise NotFound
    await read_audit(request, viewer, act("whistle.photo-read", row, photo=str(photo_id)))
    content = desk.vault.open_file(photo["content"], row["tenant"], "whistle_photo", "content", photo_id)
    return Response(content, media_type=photo["media_type"], headers=file_headers(str(photo_id)))


@router.get("/whistle-league", response_model=schemas.League)
async def league(
    viewer: LeagueReader,
    database: CurrentDb,
    first: Month = None,
    last: Month = None,
    township: Annotated[str | None, Query(pattern="^[0-9]{9}$")] = None,
) -> Response:
    """Departments by response, solution and satisfaction, over whole months of the whistle; by default the last twelve."""
    today = database.clock.today()
    until = (last or today).replace(day=1)
    since = (first or until.replace(year=until.year - 1)).replace(day=1)
    if since > until or (until - since).days > LONGEST_LEAGUE_DAYS:
        raise Invalid(
            errors=[FieldError("/first", "desk.league_months", "起止月份有误", "The months are not in order")]
        )
    rows = await database.fetch_all(tally.league(viewer, since, until, township))
    return fast_json({"first": since, "last": until, "items": sorted(map(tally.line, rows), key=tally.order)})


async def whole(tx: Tx, desk: Desk, viewer: Viewer, whistle_id: UUID, status: int = 200) -> Response:
    """The whistle as it stands after a command."""
    row = await tx.one(repository.by_id(tx.tenant, whistle_id))
    if row is None:
        raise NotFound
    parts = {
        "duties": await tx.all(repository.duties(tx.tenant, [whistle_id])),
        "reports": await tx.all(repository.reports(tx.tenant, whistle_id)),
        "events": await tx.all(repository.events(tx.tenant, whistle_id)),
        "photos": await tx.all(repository.photos(tx.tenant, whistle_id)),
    }
    return fast_json(views.detail(desk, viewer, row, parts, tx.now), etag=row["version"], status=status)


async def _found(database: Database, viewer: Viewer, whistle_id: UUID) -> Any:
    row = await database.fetch_one(repository.one(viewer, whistle_id))
    if row is None:
        raise NotFound
    return row


async def _similar(
    database: Database, desk: Desk, viewer: Viewer, query: schemas.SimilarQuery, spared: UUID | None
) -> Response:
    rows = await database.fetch_all(reporting.candidates(desk, viewer.tenant, query.division, database.clock.now()))
    found = reporting.similar(desk, viewer.tenant, rows, query, spared=spared)
    briefs = await _briefs(database, desk, viewer, [row for row, _, _ in found])
    items = [
        {"whistle": one, "likeness": sure, "metres": far} for one, (_, sure, far) in zip(briefs, found, strict=True)
    ]
    return fast_json({"items": items})


async def _briefs(database: Database, desk: Desk, viewer: Viewer, rows: Any) -> list[dict[str, Any]]:
    """One further statement for the departments of the whole page."""
    departments: dict[UUID, list[str]] = {row["id"]: [] for row in rows}
    if departments:
        for duty in await database.fetch_all(repository.duties(viewer.tenant, list(departments))):
            if duty["state"] != DutyState.DECLINED:
                departments[duty["whistle_id"]].append(duty["department"])
    now = database.clock.now()
    return [views.brief(desk, viewer, row, departments[row["id"]], now) for row in rows]


def _soon(desk: Desk, viewer: Viewer, database: Database) -> datetime:
    return office_of(desk, viewer.tenant).add(database.clock.now(), timedelta(hours=SOON_WORKING_HOURS))


def _waits_for(viewer: Viewer) -> Any:
    match viewer.role:
        case Role.DEPARTMENT_OFFICER:
            return repository.called(viewer.department or "", DutyState.PENDING.value, DutyState.WORKING.value)
        case Role.TOWNSHIP_OFFICER:
            return whistle.c.state.in_((WhistleState.CALLED.value, WhistleState.SOLVED.value))
        case Role.COUNTY_ADMIN:
            return whistle.c.escalation > 1
        case _:
            return whistle.c.state == WhistleState.REPORTED.value
