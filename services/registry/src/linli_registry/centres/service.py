"""Where the parts of an area lie, and what a county states about it: load, derive, check, store. Nothing here commits."""

from collections import defaultdict
from typing import Any

from linli_kernel.codes.division import prefix as prefix_of
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.reach import counties_within
from linli_kernel.succession import as_prefix
from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_registry.areas.service import community_id
from linli_registry.centres import domain, repository
from linli_registry.centres.domain import Centre, Known, Point
from linli_registry.centres.schemas import CentrePut
from linli_registry.centres.tables import division_centre
from linli_registry.context import Context
from linli_registry.history.recording import Line, record_changed
from linli_registry.metadata import Row

_COUNTY_DIGITS = 6
FARTHEST_KILOMETRES = 300
"""From a county's centre: the largest counties reach that far, a mistyped degree is farther off."""
_c = division_centre.c


async def below(db: Database, context: Context, viewer: Viewer, division: str | None) -> dict[str, Any]:
    """Return where an area of the viewer's and each division right below it lies."""
    prefix = as_prefix(division) if division else next(iter(viewer.divisions), "")
    if not prefix or not viewer.covers(prefix):
        raise NotFound
    names, known = await _known(db, context, viewer, prefix)
    area = prefix.ljust(12, "0")
    inside = known.below.get(area, ())
    digits = len(prefix_of(inside[0])) if inside else 0
    own, parts = known.centre(area), domain.centres_below(area, known, digits)
    return {
        "division": prefix,
        "own": _view(area, names, own) if own else None,
        "below": [_view(code, names, centre) for code, centre in parts.items()],
    }


async def _known(db: Database, context: Context, viewer: Viewer, prefix: str) -> tuple[dict[str, str], Known]:
    codes = context.area(viewer, prefix).prefixes
    tenants = counties_within(context.profiles, viewer, codes)
    names, inside = dict[str, str](), defaultdict[str, list[str]](list)
    for row in await repository.divisions(db, prefix):
        names[row["code"]] = row["search_name"]
        inside[row["parent"]].append(row["code"])
    stated = {row["division"]: _point(row) for row in await repository.stated(db, tenants, codes)}
    # Records keep their codes: what became part of a village lies in it.
    by_village = defaultdict[str, list[Point]](list)
    for row in await repository.counted(db, tenants, codes):
        by_village[context.succession.today(row["division"])].append(_point(row))
    return names, Known(stated, {code: domain.mean(points) for code, points in by_village.items()}, dict(inside))


def _point(row: Row) -> Point:
    return row["longitude"], row["latitude"]


def _view(code: str, names: dict[str, str], centre: Centre) -> dict[str, Any]:
    longitude, latitude = centre.point
    place = {"longitude": round(longitude, 6), "latitude": round(latitude, 6), "source": centre.source}
    return {"division": prefix_of(code), "name": names.get(code, code), **place}


async def state(tx: Tx, context: Context, viewer: Viewer, code: str, put: CentrePut) -> None:
    """State where a division of the viewer's county lies, or take it back."""
    if not viewer.covers(code) or not await repository.is_of_today(tx, code):
        raise NotFound
    values = {"longitude": put.longitude, "latitude": put.latitude}
    faults = [name for name, value in values.items() if value is None]
    if len(faults) == 1:
        fault = "经度和纬度要么都填，要么都不填", "Longitude and latitude: both or neither"
        raise Invalid(errors=[FieldError(f"/{faults[0]}", "registry.centre_incomplete", *fault)])
    if put.longitude is not None and put.latitude is not None:
        await _plausible(tx.database, context, viewer, code, (put.longitude, put.latitude))
    here = and_(_c.tenant == viewer.tenant, _c.division == code)
    old = await tx.one(select(division_centre).where(here).with_for_update())
    before = {name: None if old is None else old[name] for name in values}
    if before == values:
        return
    row = values | {"changed_at": tx.now, "changed_by": viewer.subject}
    statement = upsert(division_centre).values(tenant=viewer.tenant, division=code, **row)
    changed = {**row, "version": _c.version + 1}
    await tx.execute(statement.on_conflict_do_update(index_elements=["tenant", "division"], set_=changed))
    line = Line(viewer.subject, context.today)
    told = [_text(before), _text(values)]
    # A division's history is that of its community: what the county says of it.
    await record_changed(tx, line, "community", community_id(viewer.tenant, code), {"centre": told})
    tx.record(Act(action="centre.state", object_kind="division", object_id=code, division=code))


def _text(place: dict[str, float | None]) -> str | None:
    return None if place["longitude"] is None else f"{place['longitude']}, {place['latitude']}"


async def _plausible(db: Database, context: Context, viewer: Viewer, code: str, point: Point) -> None:
    """Refuse a point far from the rest of its county: what is being stated now does not speak for itself."""
    county = viewer.tenant[:_COUNTY_DIGITS]
    _, known = await _known(db, context, viewer, county)
    stated = {other: place for other, place in known.stated.items() if other != code}
    around = Known(stated, known.counted, known.below).centre(county.ljust(12, "0"))
    if around is None:
        return
    away = round(domain.kilometres(point, around.point))
    if away > FARTHEST_KILOMETRES:
        fault = (
            f"离本县（市、区）中心 {away} 公里，请核对经度和纬度",
            f"{away} km from the county's centre: please check both numbers",
        )
        raise Invalid(errors=[FieldError("/longitude", "registry.centre_far_off", *fault)])
