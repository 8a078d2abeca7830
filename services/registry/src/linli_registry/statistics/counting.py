"""Marks villages whose figures changed, and counts them again.

Counting a village takes its row first, then removes the marks it sees, then counts: a change committed before is in the
count, a later one has its own mark. A crash in between leaves the marks. A count is good for `AHEAD` days.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import structlog
from linli_kernel.app import Linli
from linli_kernel.database import Database, Tx
from linli_kernel.ids import new_id
from sqlalchemy import Date, Integer, TextClause, bindparam, insert, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from linli_registry.statistics.domain import CLASSES, turns
from linli_registry.statistics.tables import population_mark

log = structlog.get_logger("statistics")
COUNTED = frozenset({"registered", "presence", "division", "birth_date", "death_date", "sex", "household", "confirmed"})
"""Fields of a change that can move a figure; a confirmation may have come with the first birth date."""
PAUSE_SECONDS = 1.0
AT_ONCE = 200
"""Villages counted before looking again: some 10 ms each."""
AHEAD = 8
"""Days for which birthdays stand beside a count. Every village is counted each night; a week without a counter is no harm."""
MONTHS = 36
_PLACES = range(1, len(CLASSES) + 2)
_LIVING = (
    "r.death_date IS NULL AND r.presence IN ('registered_here', 'registered_away', 'unregistered_here', 'short_stay')"
)
_CLASS = (
    f"CASE WHEN r.birth_date IS NULL THEN {_PLACES[-1]} ELSE greatest(1, width_bucket("
    f"date_part('year', age(:today, r.birth_date))::int, ARRAY{list(CLASSES)})) END"
)
PEOPLE = (
    f"SELECT presence, sex, ARRAY[{', '.join(f'count(*) FILTER (WHERE class = {n})' for n in _PLACES)}]::int[] AS people"  # noqa: S608
    f" FROM (SELECT r.presence, r.sex, {_CLASS} AS class FROM resident r"
    f" WHERE r.tenant = {{tenant}} AND r.division = {{division}} AND {_LIVING}) person GROUP BY 1, 2"
)
"""A village's people of today by presence and sex, for each class of age."""
SUMS = f"ARRAY[{', '.join(f'sum(people[{n}])' for n in _PLACES)}]::bigint[]"
_TYPES: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(("today", "first"), Date()),
    **dict.fromkeys(("births", "days"), ARRAY(Date)),
    "places": ARRAY(Integer),
}


def _dated(sql: str) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in _TYPES.items() if f":{name}" in sql))


_MARK = text(
    "INSERT INTO population_mark (tenant, id, division)"
    " SELECT tenant, :id, division FROM resident WHERE tenant = :tenant AND id = :resident"
)
_CLAIM = text(
    "INSERT INTO population_village (tenant, division, day, households) VALUES (:tenant, :division, '0001-01-01', 0)"
    " ON CONFLICT (tenant, division) DO NOTHING"
)
_LOCK = text("SELECT day FROM population_village WHERE tenant = :tenant AND division = :division FOR UPDATE")
_UNMARK = text("DELETE FROM population_mark WHERE tenant = :tenant AND division = :division")
_CLEAR = (
    text("DELETE FROM population_count WHERE tenant = :tenant AND division = :division"),
    text("DELETE FROM population_month WHERE tenant = :tenant AND division = :division"),
)
_COUNT = _dated(
    "INSERT INTO population_count (tenant, division, day, presence, sex, people)"  # noqa: S608 - constants only
    f" SELECT :tenant, :division, :today, live.* FROM ({PEOPLE.format(tenant=':tenant', division=':division')}) live"
)
# Whoever enters a class leaves the one before it.
_MOVED = ", ".join(f"sum((turn.place = {n})::int - (turn.place = {n + 1})::int)" for n in _PLACES)
_BIRTHDAYS = _dated(
    "INSERT INTO population_count (tenant, division, day, presence, sex, people)"  # noqa: S608 - constants only
    f" SELECT :tenant, :division, turn.day, r.presence, r.sex, ARRAY[{_MOVED}]::int[] FROM resident r"
    " JOIN unnest(:births, :days, :places) AS turn (birth, day, place) ON turn.birth = r.birth_date"
    f" WHERE r.tenant = :tenant AND r.division = :division AND {_LIVING} GROUP BY 3, 4, 5"
)
MONTHLY = (
    "SELECT date_trunc('month', happened.day)::date AS month,"
    " count(*) FILTER (WHERE happened.kind = 'birth') AS births,"
    " count(*) FILTER (WHERE happened.kind = 'death') AS deaths FROM resident r"
    " CROSS JOIN LATERAL (VALUES ('birth', r.birth_date), ('death', r.death_date)) AS happened (kind, day)"
    " WHERE r.tenant = {tenant} AND r.division = {division} AND r.presence <> 'void'"
    " AND happened.day >= :first AND happened.day <= :today GROUP BY 1"
)
_MONTHS = _dated(
    "INSERT INTO population_month (tenant, division, month, births, deaths) SELECT :tenant, :division, m.* FROM ("  # noqa: S608
    + MONTHLY.format(tenant=":tenant", division=":division")
    + ") m"
)
_FINISH = _dated(
    "UPDATE population_village SET day = :today, households = (SELECT count(*) FROM household h"
    " WHERE h.tenant = :tenant AND h.division = :division AND h.closed_on IS NULL),"
    " (longitude, latitude) = (SELECT avg(d.longitude), avg(d.latitude) FROM dwelling d"
    " WHERE d.tenant = :tenant AND d.division = :division AND d.closed_on IS NULL"
    " AND d.longitude IS NOT NULL AND d.latitude IS NOT NULL)"
    " WHERE tenant = :tenant AND division = :division"
)
_WAITING = _dated(
    "(SELECT DISTINCT tenant, division FROM population_mark LIMIT :most)"
    " UNION (SELECT tenant, division FROM population_village WHERE day <> :today LIMIT :most)"
)


def first_month(today: date) -> date:
    """The first day of the oldest month that is kept."""
    months = today.year * 12 + today.month - 1 - (MONTHS - 1)
    return date(months // 12, months % 12 + 1, 1)


async def resident_changed(tx: Tx, key: UUID, changes: Mapping[str, Any]) -> None:
    """Mark the village of a resident whose row was just written, and the one it left."""
    if not COUNTED & changes.keys():
        return
    await tx.execute(_MARK, {"tenant": tx.tenant, "id": new_id(), "resident": key})
    left = changes.get("division")
    if isinstance(left, list) and left[0] is not None:
        await touch(tx, {left[0]})


async def touch(tx: Tx, divisions: Iterable[str]) -> None:
    """Mark villages after writes of many residents at once."""
    rows = [{"tenant": tx.tenant, "id": new_id(), "division": code} for code in sorted(set(divisions))]
    if rows:
        await tx.execute(insert(population_mark).values(rows))


async def count_village(tx: Tx, division: str, today: date) -> None:
    """Count a village and remove its marks."""
    place = {"tenant": tx.tenant, "division": division}
    await tx.execute(_CLAIM, place)
    await tx.execute(_LOCK, place)
    await tx.execute(_UNMARK, place)
    for statement in _CLEAR:
        await tx.execute(statement, place)
    await tx.execute(_COUNT, {**place, "today": today})
    await tx.execute(_BIRTHDAYS, {**place, **_coming(today)})
    await tx.execute(_MONTHS, {**place, "today": today, "first": first_month(today)})
    await tx.execute(_FINISH, {**place, "today": today})


@lru_cache(maxsize=2)
def _coming(today: date) -> dict[str, list[Any]]:
    found = turns(today, AHEAD)
    return {"births": [t.birth for t in found], "days": [t.day for t in found], "places": [t.place for t in found]}


async def count_waiting(database: Database, today: date) -> int:
    """Count villages that changed or were counted on an earlier day; returns how many there were."""
    async with database.engine.connect() as connection:
        rows = (await connection.execute(_WAITING, {"today": today, "most": AT_ONCE})).all()
    for tenant, division in rows:
        async with database.transaction(tenant) as tx:
            await count_village(tx, division, today)
    return len(rows)


async def keep_counting(linli: Linli) -> None:
    """The service's loop."""
    while True:
        try:
            counted = await count_waiting(linli.database, linli.clock.today())
        except Exception as error:
            log.warning("counting", kind=type(error).__name__)
            counted = 0
        await asyncio.sleep(0 if counted else PAUSE_SECONDS)
