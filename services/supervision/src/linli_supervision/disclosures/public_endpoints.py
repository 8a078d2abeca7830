"""What everybody reads without signing in: lists and archive, one disclosure with its files, notice and proof, what is missing."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public
from starlette.responses import Response

from linli_supervision.disclosures import feed, overview, proof, repository, schemas, showing, views, wall
from linli_supervision.disclosures.duty_endpoints import Year
from linli_supervision.disclosures.endpoints import ANY_FILE, PDF, as_file, notice_of
from linli_supervision.disclosures.errors import DisclosureNotFound
from linli_supervision.disclosures.place import (
    Db,
    codes,
    counties,
    county,
    linli_of,
    moment,
    page_url,
    profile_of,
    today,
)
from linli_supervision.policy import POLICY, Permission
from linli_supervision.questions import repository as questions
from linli_supervision.questions.views import public as public_question
from linli_supervision.rows import Row

router = ServiceRouter(
    prefix="/api/public/v1/disclosures",
    tags=["public disclosures"],
    dependencies=[Depends(public(POLICY, Permission.DISCLOSURE_PUBLIC))],
)
MOST_ANSWERS = 200
MOST_EDITIONS = 50


@router.get("", response_model=schemas.PublicDisclosurePage)
async def list_disclosures(
    request: Request,
    db: Db,
    division: schemas.Area,
    category: Annotated[str | None, Query(max_length=40)] = None,
    item: Annotated[str | None, Query(max_length=40)] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="published in this year")] = None,
    q: Annotated[str | None, Query(min_length=1, max_length=40, description="in heading and text")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What has been published in an area, newest first."""
    after = Cursor.parse(cursor, moment, UUID)
    query = repository.public_listing(
        counties(request, division),
        codes(request, division),
        category=category,
        item=item,
        year=year,
        q=q,
        before=(after[0], after[1]) if after else None,
        limit=limit,
    )
    kept, following = page(await db.fetch_all(query), limit, lambda row: [row["published_at"].isoformat(), row["id"]])
    return fast_json({"items": [views.public(row) for row in kept], "next_cursor": following})


@router.get("/feed", response_class=Response, responses={200: {"content": {feed.MEDIA_TYPE: {}}}})
async def atom_feed(request: Request, db: Db, division: schemas.Village) -> Response:
    """What a village published last, as an Atom feed; it needs no sign-in and no address."""
    query = repository.public_listing(
        counties(request, division),
        codes(request, division),
        category=None,
        item=None,
        year=None,
        q=None,
        before=None,
        limit=feed.ENTRIES,
    )
    rows = (await db.fetch_all(query))[: feed.ENTRIES]
    linli = linli_of(request)
    body = feed.atom(
        await linli.extra["registry"].name_of(division),
        f"{linli.settings.public_url}/disclosures?division={division}",
        [(row, page_url(request, row["id"])) for row in rows],
        linli.clock.now(),
    )
    return Response(body, media_type=feed.MEDIA_TYPE)


@router.get("/years", response_model=schemas.ArchiveYears)
async def archive(request: Request, db: Db, division: schemas.Area) -> Response:
    """How much was published in which year."""
    rows = await db.fetch_all(repository.public_years(counties(request, division), codes(request, division)))
    return fast_json({"items": [{"year": int(row["year"]), "disclosures": row["disclosures"]} for row in rows]})


@router.get("/catalogue", response_model=schemas.Catalogue)
async def catalogue(request: Request, division: schemas.Area) -> Response:
    """What the county publishes by rule."""
    return fast_json(views.catalogue(profile_of(request, county(request, division))))


@router.get("/duties", response_model=schemas.PublicDuties)
async def duties(request: Request, db: Db, division: schemas.Village, year: Year = None) -> Response:
    """What a village owes and what is missing, where the county shows it."""
    tenant = county(request, division)
    profile, day = profile_of(request, tenant), today(request)
    shown = (await showing.shown(db, tenant, profile)).missing
    wanted = year or day.year
    found = await overview.owed(db, tenant, profile, division, wanted, day) if shown else {}
    said = views.owed(division, wanted, found.get(division))
    # What is being written is the village's own affair until it is published.
    for item in said["items"]:
        if item["state"] not in ("done", "late"):
            item |= {"disclosure_id": None, "writing": None}
    return fast_json({**said, "open": shown})


@router.get("/{disclosure_id}", response_model=schemas.FullPublicDisclosure)
async def get_disclosure(request: Request, disclosure_id: UUID, db: Db) -> Response:
    """One disclosure with its tables, files and the answers to questions about it and its earlier editions."""
    row = await published(request, db, disclosure_id)
    tenant, editions = row["tenant"], await _editions(db, row)
    waiting = await db.fetch_one(questions.open_of(tenant, editions, today(request)))
    answered = await db.fetch_all(questions.answered(tenant, editions, MOST_ANSWERS))
    more = {
        "answers": [public_question(one) for one in answered],
        "waiting": waiting["waiting"] if waiting else 0,
        "overdue": waiting["overdue"] if waiting else 0,
    }
    attached = await db.fetch_all(repository.files(tenant, disclosure_id))
    return fast_json(views.public_full(row, profile_of(request, tenant), attached, more))


@router.get("/{disclosure_id}/files/{file_id}", response_class=Response, responses=ANY_FILE)
async def get_file(request: Request, disclosure_id: UUID, file_id: UUID, db: Db) -> Response:
    """A file of a published disclosure."""
    return as_file(await db.fetch_one(repository.public_file(counties(request), disclosure_id, file_id)))


@router.get("/{disclosure_id}/notice", response_class=Response, responses=PDF)
async def wall_notice(request: Request, disclosure_id: UUID, db: Db, size: wall.Size = "a4") -> Response:
    """The notice for the wall; not of what was withdrawn."""
    return await notice_of(request, db, await published(request, db, disclosure_id), size)


@router.get("/{disclosure_id}/proof", response_model=schemas.Proof)
async def prove(request: Request, disclosure_id: UUID, db: Db) -> Response:
    """Whether it still says what was published: its digest now beside the one in the county's log."""
    return fast_json(await proof.prove(db, await published(request, db, disclosure_id)))


async def published(request: Request, db: Db, disclosure_id: UUID) -> Row:
    """Whatever was published once."""
    row = await db.fetch_one(repository.public_one(counties(request), disclosure_id))
    if row is None:
        raise DisclosureNotFound
    return row


async def _editions(db: Db, row: Row) -> list[UUID]:
    """This edition and those before it: a question about an earlier one stays to be read."""
    found: list[UUID] = [row["id"]]
    before = row["replaces"]
    while before is not None and len(found) < MOST_EDITIONS:
        found.append(before)
        earlier = await db.fetch_one(repository.public_one([row["tenant"]], before))
        before = earlier["replaces"] if earlier else None
    return found
