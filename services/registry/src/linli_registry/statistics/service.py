"""Whose figures a viewer sees, and how they are put together."""

from collections import defaultdict
from datetime import date
from typing import Any

from linli_kernel.database import Database
from linli_kernel.identity import Viewer
from linli_kernel.reach import counties_within
from linli_kernel.scope import in_scope
from sqlalchemy import and_, func, or_, select

from linli_registry.context import Context
from linli_registry.history.repository import division_names
from linli_registry.households.tables import household
from linli_registry.metadata import Row
from linli_registry.residents.tables import resident
from linli_registry.statistics import repository
from linli_registry.statistics.domain import (
    AGE_BANDS,
    UNKNOWN_AGE,
    Count,
    balance,
    bands,
    by_presence,
    months_back,
    of_classes,
    public_table,
    public_total,
    pyramid_bands,
)
from linli_registry.statistics.repository import Place

_COUNTY_DIGITS, _VILLAGE_DIGITS = 6, 12


def _counts(rows: list[Row]) -> list[Count]:
    return [count for row in rows for count in of_classes(row["presence"], row["sex"], row["people"])]


async def population(db: Database, context: Context, viewer: Viewer, division: str | None) -> dict[str, Any]:
    rules = context.profile(viewer).registry.presence
    prefixes = context.area(viewer, division).prefixes
    place = Place(counties_within(context.profiles, viewer, prefixes), prefixes, context.today)
    if viewer.grids:
        counts, households = await _in_grids(db, viewer, prefixes, context.today)
        people, homes = [], []
    else:
        people, homes = await repository.totals(db, place), await repository.homes(db, place)
        counts, households = _counts(people), sum(int(row["households"]) for row in homes)
    presence = by_presence(counts, [rule.code for rule in rules])
    actual: set[str] = {rule.code for rule in rules if rule.counts}
    return {
        "division": division,
        "residents": sum(count.people for count in counts),
        "actual": sum(presence[code] for code in actual),
        "households": households,
        "by_presence": presence,
        "by_age": bands(counts, AGE_BANDS),
        "pyramid": bands(counts, pyramid_bands()),
        "below": await _parts(db, people, homes, actual) if people else [],
    }


async def _in_grids(db: Database, viewer: Viewer, prefixes: tuple[str, ...], today: date) -> tuple[list[Count], int]:
    """A post bound to grids: some hundred people, counted as they are."""
    r, h = resident.c, household.c
    near = or_(*(func.starts_with(r.division, prefix) for prefix in prefixes)) if prefixes else r.id.is_(None)
    age = func.coalesce(func.date_part("year", func.age(today, r.birth_date)), UNKNOWN_AGE)
    living = and_(r.death_date.is_(None), r.presence.not_in(("void", "moved_out")), near)
    here = in_scope(viewer, r.tenant, r.division, r.grid)
    shown = (r.presence, r.sex, age.label("age"), func.count().label("people"))
    rows = await db.fetch_all(select(*shown).where(here, living).group_by(r.presence, r.sex, age))
    homes = and_(in_scope(viewer, h.tenant, h.division, h.grid), h.closed_on.is_(None))
    households = await db.fetch_value(select(func.count()).where(homes)) if prefixes else 0
    return [Count(r["presence"], r["sex"], int(r["age"]), r["people"]) for r in rows], households


async def _parts(db: Database, people: list[Row], homes: list[Row], actual: set[str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"residents": 0, "actual": 0, "households": 0})
    for row in homes:
        found[row["part"]]["households"] += int(row["households"])
    for row in people:
        part = found[row["part"]]
        here = sum(row["people"])
        part["residents"] += here
        part["actual"] += here if row["presence"] in actual else 0
    codes = {code: code.ljust(12, "0") for code in found}
    by_code = await division_names(db, list(codes.values()))
    return [
        {"division": code, "division_name": by_code.get(codes[code]), **found[code]}
        for code in sorted(found)
        if any(found[code].values())
    ]


async def changes(
    db: Database, context: Context, viewer: Viewer, division: str | None, number: int
) -> list[dict[str, Any]]:
    prefixes = context.area(viewer, division).prefixes
    place = Place(counties_within(context.profiles, viewer, prefixes), prefixes, context.today)
    months = months_back(context.today, number)
    now = sum(count.people for count in _counts(await repository.totals(db, place)))
    lived, moved = await repository.months(db, place, months[0])
    by_month: dict[date, dict[str, int]] = defaultdict(dict)
    for row in lived:
        by_month[row["month"]] |= {"births": int(row["births"]), "deaths": int(row["deaths"])}
    for row in moved:
        by_month[row["month"]][f"{row['kind']}s"] = int(row["people"])
    return balance(now, months, by_month)


def _public_tenants(context: Context, prefix: str) -> list[str]:
    """The counties of this system that a public figure of this division is about."""
    short = len(prefix) < _COUNTY_DIGITS
    counties = ((tenant.key, tenant.division[:_COUNTY_DIGITS]) for tenant in context.profiles.tenants())
    return [key for key, county in counties if (county.startswith(prefix) if short else prefix.startswith(county))]


async def public_population(db: Database, context: Context, prefix: str) -> dict[str, Any] | None:
    """Return the public figures of a division that some county of this system has, or None."""
    tenants = _public_tenants(context, prefix)
    code = prefix.ljust(12, "0")
    names = await division_names(db, [code])
    if not tenants or not names:
        return None
    rules = context.profiles.for_tenant(tenants[0]).registry
    least = rules.suppress_counts_below
    place = Place(tenants, context.succession.widened([prefix]), context.today)
    people, homes = await repository.totals(db, place), await repository.homes(db, place)
    counts, households = _counts(people), sum(int(row["households"]) for row in homes)
    ages = bands((count for count in counts if count.age != UNKNOWN_AGE), AGE_BANDS)
    cells = public_table([[int(row["male"] or 0), int(row["female"] or 0)] for row in ages], least)
    presence = by_presence(counts, [rule.code for rule in rules.presence])
    shown = public_table([list(presence.values())], least)[0]
    return {
        "division": prefix,
        "division_name": names[code],
        "residents": public_total(sum(count.people for count in counts), least),
        "households": public_total(households, least),
        "by_presence": dict(zip(presence, shown, strict=True)),
        "by_age": [
            {"from_age": row["from_age"], "to_age": row["to_age"], "male": cell[0], "female": cell[1]}
            for row, cell in zip(ages, cells, strict=True)
        ],
        "below": await _public_parts(db, people, homes, least) if len(prefix) < _VILLAGE_DIGITS else [],
        "suppressed_below": least,
    }


async def _public_parts(db: Database, people: list[Row], homes: list[Row], least: int) -> list[dict[str, Any]]:
    """The divisions below: their counts are the cells of a column each, of which the total is known."""
    parts = await _parts(db, people, homes, set())
    columns = [public_table([[part[name]] for part in parts], least) for name in ("residents", "households")]
    return [
        {"division": part["division"], "division_name": part["division_name"], "residents": r[0], "households": h[0]}
        for part, r, h in zip(parts, *columns, strict=True)
    ]
