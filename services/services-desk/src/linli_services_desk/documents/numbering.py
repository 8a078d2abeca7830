"""Gapless numbers per county, kind, village and year, in the pattern of the place.

The counter rows are locked until the commit, so a number is neither skipped by a failure nor given twice.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from linli_kernel.database import HotQuery, Tx
from linli_kernel.profile import Profile
from sqlalchemy import text

# Sorted: two transactions that draw the same kinds lock them in the same order.
_DRAW = HotQuery(
    text(
        "INSERT INTO number_counter (tenant, kind, division, period, last) "
        "SELECT CAST(:tenant AS text), kind, CAST(:division AS text), CAST(:period AS integer), 1 "
        "FROM unnest(CAST(:kinds AS text[])) AS kind ORDER BY kind "
        "ON CONFLICT (tenant, kind, division, period) DO UPDATE SET last = number_counter.last + 1 RETURNING kind, last"
    )
)


async def next_numbers(tx: Tx, division: str, period: int, kinds: Iterable[str]) -> dict[str, int]:
    """Draw the next number of each kind in one statement."""
    values = {"tenant": tx.tenant, "division": division, "period": period, "kinds": list(kinds)}
    return {row["kind"]: row["last"] for row in await tx.quick(_DRAW, values)}


def written(profile: Profile, kind: str, seq: int, place: Mapping[str, Any], tenant: str, day: date) -> str:
    """Return the number as the place writes it; `place` has the hall's names and the village's code."""
    division = str(place["division"])
    return profile.desk.numbering.render(
        kind,
        seq=seq,
        facts={
            "year": day.year,
            "month": day.month,
            "day": day.day,
            "tenant": tenant,
            "county_code": division[:6],
            "township_code": division[:9],
            "village_code": division,
            "county": place.get("hall_county_name") or division[:6],
            "township": place.get("hall_township_name") or division[:9],
            "village": place.get("hall_village_name") or division,
        },
    )
