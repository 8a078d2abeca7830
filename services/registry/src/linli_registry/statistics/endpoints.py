"""Figures of the population: counts only, for the viewer's area."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from linli_kernel.http import ApiModel, ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from linli_kernel.scope import in_scope
from sqlalchemy import and_, case, func, select

from linli_registry.context import Ctx, Db, as_prefix
from linli_registry.households.tables import household
from linli_registry.policy import POLICY, Permission
from linli_registry.residents.tables import resident

router = ServiceRouter(prefix="/api/registry/v1/statistics", tags=["statistics"])
AGE_BANDS = ((0, 14), (14, 18), (18, 35), (35, 60), (60, 80), (80, 200))
"""[from, to) in years."""


class AgeBand(ApiModel):
    """`to_age` is not included; null for the last band and for unknown birth dates."""

    from_age: int | None
    to_age: int | None
    male: int
    female: int
    other: int


class Population(ApiModel):
    """Living residents of the area. `actual` counts the kinds of presence that the place counts as living here."""

    division: str | None
    residents: int
    actual: int
    households: int
    by_presence: dict[str, int]
    by_age: list[AgeBand]


@router.get("/population", response_model=Population)
async def population(
    db: Db,
    context: Ctx,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.STATISTICS_READ))],
    division: Annotated[str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix")] = None,
) -> Response:
    """People and households by presence, age and sex."""
    rules = context.profile(viewer).registry.presence
    r, h = resident.c, household.c
    here = in_scope(viewer, r.tenant, r.division, r.grid)
    homes = and_(in_scope(viewer, h.tenant, h.division, h.grid), h.closed_on.is_(None))
    if division is not None:
        code = as_prefix(division)
        here = and_(here, func.starts_with(r.division, code))
        homes = and_(homes, func.starts_with(h.division, code))
    years = func.date_part("year", func.age(context.today, r.birth_date))
    band = case(*((years < upper, n) for n, (_, upper) in enumerate(AGE_BANDS)), else_=-1).label("band")
    counted = func.count().label("people")
    living = and_(here, r.death_date.is_(None), r.presence.in_([rule.code for rule in rules]))
    statement = select(r.presence, r.sex, band, counted).where(living).group_by(r.presence, r.sex, band)
    rows = await db.fetch_all(statement)
    households = await db.fetch_value(select(func.count()).where(homes))
    by_presence = {rule.code: sum(row["people"] for row in rows if row["presence"] == rule.code) for rule in rules}
    figures = {
        "division": division,
        "residents": sum(by_presence.values()),
        "actual": sum(by_presence[rule.code] for rule in rules if rule.counts),
        "households": households,
        "by_presence": by_presence,
        "by_age": _bands(rows),
    }
    return fast_json(figures)


def _bands(rows: list[Any]) -> list[dict[str, int | None]]:
    bands = []
    for number in (*range(len(AGE_BANDS)), -1):
        inside = [row for row in rows if row["band"] == number]
        if number == -1 and not inside:
            continue
        low, high = AGE_BANDS[number] if number >= 0 else (None, None)
        sexes = {
            name: sum(row["people"] for row in inside if row["sex"] == code)
            for name, code in (("male", "1"), ("female", "2"))
        }
        other = sum(row["people"] for row in inside) - sum(sexes.values())
        bands.append(
            {"from_age": low, "to_age": None if number == len(AGE_BANDS) - 1 else high, **sexes, "other": other}
        )
    return bands
