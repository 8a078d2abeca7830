"""Reads of figures: counts where they are fresh, the residents themselves where a village changed since.

One statement is one moment: a change is in its village's count or its village is counted from the residents.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from linli_kernel.database import Database, HotQuery
from linli_kernel.scope import division_range
from sqlalchemy import Date, Integer, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from linli_registry.metadata import Bytewise, Row
from linli_registry.statistics.counting import AHEAD, MONTHLY, PEOPLE, SUMS, first_month

_IN_AREA = "EXISTS (SELECT FROM unnest(:lows, :highs) AS area (low, high) WHERE {0} >= area.low AND {0} < area.high)"
# The villages that must be counted as they are read.
_WITH_STALE = (  # constants only
    "WITH stale AS MATERIALIZED (SELECT tenant, division FROM population_mark"  # noqa: S608
    f" WHERE tenant = ANY(:tenants) AND {_IN_AREA.format('division')}"
    " UNION SELECT tenant, division FROM population_village"
    f" WHERE tenant = ANY(:tenants) AND (day > :today OR day < :today - {AHEAD}) AND {_IN_AREA.format('division')}), "
    "fresh AS MATERIALIZED (SELECT v.tenant, v.division, v.households FROM population_village v"
    f" WHERE v.tenant = ANY(:tenants) AND {_IN_AREA.format('v.division')}"
    " AND NOT EXISTS (SELECT FROM stale s WHERE s.tenant = v.tenant AND s.division = v.division)) "
)
_TOTALS = (
    _WITH_STALE + f"SELECT left(division, :digits) AS part, presence, sex, {SUMS} AS people FROM ("  # noqa: S608 - constants only
    " SELECT c.division, c.presence, c.sex, c.people FROM population_count c"
    " JOIN fresh f ON f.tenant = c.tenant AND f.division = c.division"
    " WHERE c.tenant = ANY(:tenants) AND c.day <= :today"
    " UNION ALL SELECT s.division, live.* FROM stale s CROSS JOIN LATERAL ("
    + PEOPLE.format(tenant="s.tenant", division="s.division")
    + ") live) counted GROUP BY 1, 2, 3"
)
_HOMES = (
    _WITH_STALE + "SELECT left(division, :digits) AS part, sum(households)::bigint AS households FROM ("  # noqa: S608
    " SELECT division, households FROM fresh"
    " UNION ALL SELECT s.division, live.homes FROM stale s CROSS JOIN LATERAL (SELECT count(*) AS homes"
    " FROM household h WHERE h.tenant = s.tenant AND h.division = s.division AND h.closed_on IS NULL) live"
    ") counted GROUP BY 1"
)
_MONTHS = (
    _WITH_STALE + "SELECT month, sum(births)::bigint AS births, sum(deaths)::bigint AS deaths FROM ("  # noqa: S608
    " SELECT m.month, m.births, m.deaths FROM population_month m"
    " JOIN fresh f ON f.tenant = m.tenant AND f.division = m.division WHERE m.tenant = ANY(:tenants)"
    " UNION ALL SELECT live.* FROM stale s CROSS JOIN LATERAL ("
    + MONTHLY.format(tenant="s.tenant", division="s.division")
    + ") live) counted WHERE month >= :first GROUP BY 1"
)
# Who came and went by a life event that still counts, by the day on which it took place.
_MOVES = (
    "SELECT date_trunc('month', moved.date)::date AS month, moved.kind, count(*) AS people FROM ("  # noqa: S608
    " SELECT DISTINCT e.tenant, e.id, e.date, CASE WHEN effect->>'new' = 'moved_out' THEN 'departure' ELSE 'arrival' END"
    " AS kind, coalesce(effect->>'resident', effect->'membership'->>'resident') AS who"
    " FROM life_event e CROSS JOIN LATERAL jsonb_array_elements(e.effects) AS effect"
    " WHERE e.tenant = ANY(:tenants) AND e.date >= :first AND e.date <= :today"
    f" AND {_IN_AREA.format('e.division')}"
    " AND (e.kind IN ('move_in', 'marriage_in', 'transfer_in', 'return') AND effect->>'type' = 'enter'"
    # Those whom the newcomer left behind may have got another relation in their own household.
    " AND effect->'membership'->>'household' = e.household::text"
    " OR effect->>'fact' = 'presence' AND effect->>'new' = 'moved_out' AND e.kind <> 'correction')"
    " AND NOT EXISTS (SELECT FROM life_event undone WHERE undone.tenant = e.tenant AND undone.corrects = e.id)"
    ") moved GROUP BY 1, 2"
)


_TYPES: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(("tenants", "lows", "highs"), ARRAY(Bytewise)),
    **dict.fromkeys(("today", "first"), Date()),
    "digits": Integer(),
}


def _ready(sql: str) -> HotQuery:
    named = [bindparam(name, type_=kind) for name, kind in _TYPES.items() if f":{name}" in sql]
    return HotQuery(text(sql).bindparams(*named))


TOTALS, HOMES, MONTHS, MOVES = (_ready(sql) for sql in (_TOTALS, _HOMES, _MONTHS, _MOVES))


class Place:
    """Whose figures are asked for: the counties and the code ranges."""

    def __init__(self, tenants: Sequence[str], prefixes: Sequence[str], today: date) -> None:
        ranges = [division_range(prefix) for prefix in prefixes]
        self.prefixes = tuple(prefixes)
        self.values: dict[str, Any] = {"tenants": list(tenants), "today": today}
        self.values |= {"lows": [low for low, _ in ranges], "highs": [high for _, high in ranges]}

    @property
    def digits(self) -> int:
        """Digits of the divisions one level below, 12 at the village."""
        longest = max((len(prefix) for prefix in self.prefixes), default=12)
        return {2: 4, 4: 6, 6: 9}.get(longest, 12)


async def totals(db: Database, place: Place) -> list[Row]:
    """Living people by the division one level below, presence and sex, for each class of age: one pass over the counts."""
    return list(await db.fetch_all(TOTALS, place.values | {"digits": place.digits}))


async def homes(db: Database, place: Place) -> list[Row]:
    """Open households by the division one level below."""
    return list(await db.fetch_all(HOMES, place.values | {"digits": place.digits}))


async def months(db: Database, place: Place, first: date) -> tuple[list[Row], list[Row]]:
    """Births and deaths by month, and moves by month and direction."""
    first = max(first, first_month(place.values["today"]))
    values = place.values | {"first": first}
    return list(await db.fetch_all(MONTHS, values)), list(await db.fetch_all(MOVES, values))
