"""Household routes: one household, its life events, a new household."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.app import Linli
from linli_kernel.database import Database, Tx
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.hot import hot
from linli_kernel.http import ServiceRouter, current_tx, fast_json, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_registry.context import Context, Ctx, Db
from linli_registry.history.service import kinship_on
from linli_registry.households import evidence, repository, service
from linli_registry.households.schemas import (
    EventPage,
    HouseholdView,
    KinshipView,
    LifeEvent,
    LifeEventDone,
    NewHousehold,
)
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1/households", tags=["households"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_WRITE))]


@router.get("/{household_id}", response_model=HouseholdView)
@hot
async def get_household(request: Request, household_id: UUID, context: Ctx, db: Db, viewer: Reader) -> Response:
    """A household with its present members, masked. `ETag` is the version for life events."""
    shown, members = await service.show(db, context, viewer, household_id)
    act = Act(
        action="household.read",
        object_kind="household",
        object_id=household_id,
        people=members,
        division=shown["division"],
    )
    await read_audit(request, viewer, act)
    return fast_json(shown, etag=shown["version"])


@router.get("/{household_id}/kinship", response_model=KinshipView)
async def household_kinship(
    request: Request,
    household_id: UUID,
    context: Ctx,
    db: Db,
    viewer: Reader,
    on: Annotated[GivenDay | None, Query(description="a past day; else today")] = None,
) -> Response:
    """Parent and spouse links of the members, with relatives of your area who live elsewhere."""
    if on is None:
        shown, members = await service.show(db, context, viewer, household_id)
        rows, links = await repository.relatives(db, viewer, members)
        people = [context.display(viewer).brief(row) for row in rows]
    else:
        shown, members, people, links = await kinship_on(db, context, viewer, household_id, on)
    act = Act(
        action="household.kinship",
        object_kind="household",
        object_id=household_id,
        people=[*members, *(UUID(one["id"]) for one in people)],
        division=shown["division"],
        detail={} if on is None else {"as_of": on.isoformat()},
    )
    await read_audit(request, viewer, act)
    told = [{name: link[name] for name in ("kind", "a", "b")} for link in links]
    return fast_json({"relatives": people, "links": told})


@router.post("", response_model=HouseholdView, status_code=201)
async def open_household(body: NewHousehold, context: Ctx, tx: CurrentTx, viewer: Writer) -> Response:
    """Open a household for registered people who belong to none."""
    key = await service.found(tx, context, viewer, body)
    shown = await service.show_in(tx, context, viewer, key)
    location = {"Location": f"/api/registry/v1/households/{key}"}
    return fast_json(shown, status=201, etag=shown["version"], headers=location)


@router.post("/{household_id}/events", response_model=LifeEventDone, status_code=201)
async def record_life_event(
    request: Request,
    household_id: UUID,
    body: LifeEvent,
    context: Ctx,
    tx: CurrentTx,
    version: Annotated[int, Depends(match_version)],
    viewer: Writer,
) -> Response:
    """Register a life event; the household is in a consistent state before and after, or nothing happens.

    A wrong event is undone by a `correction` while nothing later rests on it. A transfer that waits for somebody who dies
    or leaves is taken back, and the other county is told why.
    """
    linli: Linli = request.app.state.linli
    tx.after_commit(linli.extra["transfers"].poke)
    event, other, registered = await service.record(tx, context, viewer, household_id, version, body)
    shown = await service.show_in(tx, context, viewer, household_id)
    done = {
        "event_id": str(event),
        "household": shown,
        "other_household_id": None if other is None else str(other),
        "resident_id": None if registered is None else str(registered),
    }
    return fast_json(done, status=201, etag=shown["version"])


@router.get("/{household_id}/events", response_model=EventPage)
async def household_events(
    request: Request,
    household_id: UUID,
    context: Ctx,
    db: Db,
    viewer: Reader,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The life events of a household, newest first."""
    shown, members = await service.show(db, context, viewer, household_id)
    events = await page_of_events(context, db, viewer, evidence.Owner("household", household_id), cursor, limit)
    act = Act(
        action="household.events",
        object_kind="household",
        object_id=household_id,
        people=members,
        division=shown["division"],
    )
    await read_audit(request, viewer, act)
    return fast_json(events)


async def page_of_events(
    context: Context, db: Database, viewer: Viewer, owner: evidence.Owner, cursor: str | None, limit: int
) -> dict[str, Any]:
    """Life events of a household or of a person, newest first, as their readers see them."""
    after = Cursor.parse(cursor, datetime.fromisoformat, UUID)
    rows = await repository.events_of(db, viewer, owner, (after[0], after[1]) if after else None, limit + 1)
    kept, following = page(rows, limit, lambda row: (row["recorded_at"].isoformat(), row["id"]))
    display = context.display(viewer)
    files = await evidence.of_events(db, context.keyring, display, kept)
    items = [
        {
            "id": row["id"],
            "files": files[row["id"]],
            "household_id": row["household"],
            "other_household_id": row["other_household"],
            **{name: row[name] for name in ("kind", "reason", "evidence", "source", "actor", "corrects", "corrected")},
            "date": display.event_date(row["concerns"], row["date"]),
            "year": row["date"].year,
            "recorded_at": row["recorded_at"],
        }
        for row in kept
    ]
    return {"items": items, "next_cursor": following}
