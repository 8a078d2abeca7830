"""Routes about what is owed: a village's year, the roll-up of an area, what happened, and what the county decides."""

from typing import Annotated

from fastapi import Depends, Query, Request
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.permissions import reading, require
from sqlalchemy import insert
from starlette.responses import Response

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.disclosures import overview, schemas, service, showing, views
from linli_supervision.disclosures.errors import fault
from linli_supervision.disclosures.personal import fit
from linli_supervision.disclosures.place import Command, Db, Version, linli_of, profile_of, today
from linli_supervision.disclosures.tables import disclosure_occasion
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1", tags=["disclosures"])
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.DISCLOSURE_READ))]
Setter = Annotated[Viewer, Depends(require(POLICY, Permission.DISCLOSURE_SETTING))]
Year = Annotated[int | None, Query(ge=2000, le=2100, description="this year unless another one is named")]


def covered(viewer: Viewer, division: str) -> str:
    """The division, if it lies in the viewer's area."""
    if not viewer.covers(division):
        raise NotFound
    return division


@router.get("/disclosure-duties", response_model=schemas.Duties)
async def village_duties(
    request: Request, viewer: Reader, db: Db, division: schemas.Village, year: Year = None
) -> Response:
    """What a village owes for a year, newest first: done, late, due or missing. The year that is running also names what is
    still open of the year before."""
    day = today(request)
    wanted = year or day.year
    profile = profile_of(request, viewer.tenant)
    found = await overview.owed(db, viewer.tenant, profile, covered(viewer, division), wanted, day)
    return fast_json(views.owed(division, wanted, found.get(division)))


@router.get("/disclosure-duties/overview", response_model=schemas.Overview)
async def area_overview(
    request: Request, viewer: Reader, db: Db, division: schemas.WideArea, year: Year = None
) -> Response:
    """An area and what lies directly below it: what is done, due and missing, and the questions that wait."""
    day = today(request)
    profile = profile_of(request, viewer.tenant)
    wanted = covered(viewer, division)
    return fast_json(await overview.rolled_up(db, viewer.tenant, profile, wanted, year or day.year, day))


@router.post("/disclosure-occasions", status_code=201, response_model=schemas.Occasion)
async def note_occasion(
    request: Request,
    order: schemas.NewOccasion,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.DISCLOSURE_OCCASION))],
    tx: Command,
) -> Response:
    """Note that something happened which is to be published at once; from its day the clock runs."""
    covered(viewer, order.division)
    item = profile_of(request, viewer.tenant).supervision.disclosure.item(order.item)
    if item is None or item.frequency != "at_once":
        raise fault("/item", "supervision.disclosure_item", "不是即时公开的事项", "Not an item published at once")
    if order.day > today(request):
        raise fault("/day", "supervision.disclosure_day", "日期不能晚于今天", "Not after today")
    # What is missing may be shown to everybody by this title.
    said = order.model_dump() | fit(profile_of(request, viewer.tenant), title=order.title)
    row = {"tenant": tx.tenant, "id": new_id(), **said}
    await tx.execute(insert(disclosure_occasion).values(row))
    await service.start_villages(tx, [order.division], order.day)
    tx.record(
        Act(
            action="disclosure.occasion",
            object_kind="disclosure-occasion",
            object_id=row["id"],
            division=order.division,
            detail={"item": order.item, "day": order.day.isoformat()},
        )
    )
    return fast_json({"id": row["id"], **said}, status=201)


@router.post("/disclosure-villages", response_model=schemas.StartedVillages)
async def start_villages(request: Request, order: schemas.StartOfVillages, viewer: Setter, tx: Command) -> Response:
    """From a day on the villages of an area owe what the catalogue says; those that did already are left alone."""
    area = covered(viewer, order.division)
    if order.since > today(request):
        raise fault("/since", "supervision.disclosure_day", "日期不能晚于今天", "Not after today")
    registry: RegistryClient = linli_of(request).extra["registry"]
    villages = await registry.villages(area)
    started = await service.start_villages(tx, villages, order.since)
    detail = {"started": started, "since": order.since.isoformat()}
    act = Act(action="disclosure.start", object_kind="disclosure-area", object_id=area, division=area, detail=detail)
    tx.record(act)
    return fast_json({"started": started, "villages": len(villages)})


@router.get("/disclosure-settings", response_model=schemas.DisclosureSettings)
async def read_settings(request: Request, viewer: Reader, db: Db) -> Response:
    """What the county decided; until then the profile's default."""
    return _settings(await showing.shown(db, viewer.tenant, profile_of(request, viewer.tenant)))


@router.put("/disclosure-settings", response_model=schemas.DisclosureSettings)
async def set_settings(
    request: Request, order: schemas.NewDisclosureSettings, viewer: Setter, version: Version, tx: Command
) -> Response:
    """Decide whether everybody sees what is missing, and what of red flags: one step further at a time."""
    profile = profile_of(request, viewer.tenant)
    kept = await showing.decide(tx, profile, version, order.missing_public, order.flags_public)
    detail = {"missing_public": kept.missing, "flags_public": kept.flags.value}
    tx.record(Act(action="disclosure.setting", object_kind="county", object_id=tx.tenant, detail=detail))
    return _settings(kept)


def _settings(kept: showing.Shown) -> Response:
    return fast_json({"missing_public": kept.missing, "flags_public": kept.flags.value}, etag=kept.version)
