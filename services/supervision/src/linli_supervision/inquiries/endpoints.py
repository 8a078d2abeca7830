"""Routes of inquiries and of the supervision committee."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.errors import NotFound
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from linli_kernel.profile.supervision import OversightRules
from linli_kernel.succession import codes_within
from starlette.responses import Response

from linli_supervision.disclosures.place import Command, Db, Version, linli_of, moment, profile_of, today
from linli_supervision.inquiries import activity, complaints, drawing, repository, schemas, service, views
from linli_supervision.inquiries.workflow import LOOKS_AGAIN, State, Step
from linli_supervision.policy import POLICY, Permission

PREFIX = "/api/supervision/v1"
router = ServiceRouter(prefix=f"{PREFIX}/inquiries", tags=["inquiries"])
committee_router = ServiceRouter(prefix=f"{PREFIX}/committee", tags=["inquiries"])
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.INQUIRY_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.INQUIRY_WRITE))]
Village = Annotated[str, Query(pattern="^[0-9]{12}$")]
Part = Annotated[str | None, Query(pattern="^[1-9][0-9]{1,11}$", description="code or prefix")]
Year = Annotated[int | None, Query(ge=2000, le=2150, description="this year unless another one is named")]


def _rules(request: Request, viewer: Viewer) -> OversightRules:
    return profile_of(request, viewer.tenant).supervision.oversight


@router.get("", response_model=schemas.InquiryPage)
async def list_inquiries(
    request: Request,
    viewer: Reader,
    db: Db,
    division: Part = None,
    state: State | None = None,
    open: Annotated[bool, Query(description="only those that are not closed")] = False,  # noqa: A002
    complaint: Annotated[UUID | None, Query(description="only what this complaint led to")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Inquiries of your area or of a part of it, newest first."""
    before, codes = Cursor.parse(cursor, UUID), codes_within(linli_of(request), division)
    states = [one.value for one in ([state] if state else State) if not (open and one is State.CLOSED)]
    rows = await db.fetch_all(
        repository.listing(viewer, codes, states, before[0] if before else None, limit, complaint)
    )
    kept, following = page(rows, limit, lambda row: [row["id"]])
    rules, day = _rules(request, viewer), today(request)
    return fast_json({"items": [views.brief(row, viewer, rules, day) for row in kept], "next_cursor": following})


@router.post("", status_code=201, response_model=schemas.Inquiry)
async def plan_inquiry(request: Request, body: schemas.NewInquiry, viewer: Writer, tx: Command) -> Response:
    """Plan an inquiry: as the committee planned it, after a complaint, or at random with a seed that nobody chose."""
    made = await service.plan(tx, viewer, profile_of(request, viewer.tenant), body)
    return await _answer(request, viewer, made, tx.one, tx.all, status=201)


@router.get("/complaints", response_model=schemas.Complaints)
async def list_complaints(request: Request, viewer: Writer, db: Db, division: Village) -> Response:
    """What people of your village complained of in the last months, newest first: what an inquiry may be opened by."""
    if not viewer.covers(division):
        raise NotFound
    profile, now = profile_of(request, viewer.tenant), linli_of(request).clock.now()
    found = await complaints.known(db.fetch_all, viewer, profile, division, now)
    return fast_json({"items": [one.model_dump() for one in found]})


@router.get("/{inquiry_id}", response_model=schemas.Inquiry)
async def get_inquiry(request: Request, inquiry_id: UUID, viewer: Reader, db: Db) -> Response:
    """One inquiry with what was drawn and done."""
    return await _answer(request, viewer, inquiry_id, db.fetch_one, db.fetch_all)


def _step_route(step: Step) -> Callable[..., Any]:
    allowed = require(POLICY, views.permission_of(step))

    async def take(
        request: Request,
        inquiry_id: UUID,
        body: schemas.InquiryNote,
        version: Version,
        tx: Command,
        viewer: Viewer = Depends(allowed),  # noqa: B008
    ) -> Response:
        profile = profile_of(request, viewer.tenant)
        if step in LOOKS_AGAIN:
            linli = linli_of(request)
            await service.require_anothers_work(linli.database, linli.extra["registry"], viewer, inquiry_id)
        await service.take_step(tx, viewer, profile, inquiry_id, version, step, body.note)
        return await _answer(request, viewer, inquiry_id, tx.one, tx.all)

    take.__name__ = f"{step.value}_inquiry"
    return take


_SAID = {
    Step.BEGIN: "Begin with it.",
    Step.CLEAR: "Nothing was wrong: the finding closes it.",
    Step.OBJECT: "Something is wrong: the village puts it right within its clock.",
    Step.RECTIFY: "The village says what it has put right.",
    Step.REJECT: "Checked again: it is not right yet, and the clock begins anew.",
    Step.ACCEPT: "Checked again: it is right, and closed.",
}
for _step, _words in _SAID.items():
    router.post(f"/{{inquiry_id}}/{_step.value}", response_model=schemas.Inquiry, description=_words)(
        _step_route(_step)
    )


async def _answer(
    request: Request,
    viewer: Viewer,
    inquiry_id: UUID,
    one: Callable[..., Any],
    every: Callable[..., Any],
    status: int = 200,
) -> Response:
    row = await one(repository.one(viewer, inquiry_id))
    if row is None:
        raise NotFound
    history = await every(repository.steps(row["tenant"], inquiry_id))
    drawn = await drawing.draw(every, row)
    told = views.full(row, viewer, _rules(request, viewer), today(request), history, drawn)
    return fast_json(told, etag=row["version"], status=status)


@committee_router.get("", response_model=schemas.Committee)
async def get_committee(
    request: Request,
    viewer: Reader,
    db: Db,
    division: Village,
    year: Year = None,
) -> Response:
    """The committee of a village in a year: its groups, what it has, when it met."""
    if not viewer.covers(division):
        raise NotFound
    asked = year or today(request).year
    checks = await db.fetch_all(repository.checks(viewer, division))
    meetings = await db.fetch_all(repository.meetings(viewer, division, asked))
    acted = await db.fetch_one(activity.last(viewer, division, asked))
    when = acted["time"] if acted else None
    return fast_json(views.committee(division, asked, _rules(request, viewer), checks, meetings, when))


@committee_router.get("/meetings", response_model=schemas.MeetingPage)
async def list_meetings(
    request: Request,
    viewer: Reader,
    db: Db,
    division: Part = None,
    since: Annotated[GivenDay | None, Query(description="first day; this year's without one")] = None,
    until: Annotated[GivenDay | None, Query(description="last day")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Meetings of the committees of your area or of a part of it, newest first."""
    before, codes = Cursor.parse(cursor, date.fromisoformat, UUID), codes_within(linli_of(request), division)
    first = since or today(request).replace(month=1, day=1)
    after = (before[0], before[1]) if before else None
    rows = await db.fetch_all(repository.meetings_of_area(viewer, codes, first, until, after, limit))
    kept, following = page(rows, limit, lambda row: [row["day"].isoformat(), row["id"]])
    items = [{**views.meeting(row), "division": row["division"]} for row in kept]
    return fast_json({"items": items, "next_cursor": following})


@committee_router.get("/activity", response_model=schemas.ActivityPage)
async def list_activity(
    request: Request,
    viewer: Reader,
    db: Db,
    division: Village,
    year: Year = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What the committee of a village did in a year, out of the log and newest first; nobody writes it."""
    if not viewer.covers(division):
        raise NotFound
    before = Cursor.parse(cursor, moment, int)
    asked = year or today(request).year
    lines = await activity.page(db, viewer, division, asked, (before[0], before[1]) if before else None, limit)
    kept, following = page(lines, limit, lambda line: [line["at"].isoformat(), line["entry"]])
    names = await linli_of(request).extra["gateway"].names(activity.actors(kept))
    told = [{**line, "actor": activity.named(line, names)} for line in kept]
    return fast_json({"items": told, "next_cursor": following})


@committee_router.post("/meetings", status_code=201, response_model=schemas.Meeting)
async def keep_meeting(request: Request, body: schemas.NewMeeting, viewer: Writer, tx: Command) -> Response:
    """Record a meeting that took place."""
    row = await service.keep_meeting(tx, viewer, profile_of(request, viewer.tenant), body)
    return fast_json(views.meeting(row), status=201)


@committee_router.put("/checks/{item}", status_code=204)
async def keep_check(request: Request, item: str, body: schemas.NewCheck, viewer: Writer, tx: Command) -> Response:
    """Say whether the committee has one of the things that it has to have."""
    await service.keep_check(tx, viewer, profile_of(request, viewer.tenant), item, body)
    return Response(status_code=204)
