"""The league table's counters, moved in the transaction of the act they count.

They belong to the month in which the department was called, so a rate never mixes two months. A missed limit is counted once per
department and clock, when the clock runs out or when the late act comes, whichever is first. At any moment the county's counters
are the sums of its townships': a county's table reads a row per month and department, however much is stored.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_area
from sqlalchemy import BigInteger, ColumnElement, Insert, Select, Table, cast, func, select
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk.schema import Row
from linli_services_desk.whistles.tables import COUNTERS, whistle_county_tally, whistle_tally

Steps = Mapping[str, int]
Place = tuple[date, str, str]
"""Month, township and department."""


async def count(tx: Tx, counted: Mapping[str, Steps], duties: Mapping[str, Row]) -> None:
    """Move the counters of some departments; once in a transaction."""
    moved = {_place(duties[department]): dict(steps) for department, steps in counted.items() if any(steps.values())}
    for statement in additions(tx.tenant, moved) if moved else ():
        await tx.execute(statement)


def additions(tenant: str, moved: Mapping[Place, Steps]) -> tuple[Insert, Insert]:
    """Add to the counters of places of one township.

    Townships' rows first, then the county's, each by month and department: so no two writers wait for each other.
    """
    of_county = [
        {"tenant": tenant, "month": month, "department": department, **_all(moved[month, township, department])}
        for month, township, department in sorted(moved)
    ]
    townships = [{"township": township, **row} for (_, township, _), row in zip(sorted(moved), of_county, strict=True)]
    return _adding(whistle_tally, townships), _adding(whistle_county_tally, of_county)


def league(viewer: Viewer, first: date, last: date, township: str | None) -> Select[Any]:
    """Sum the counters of each department over whole months in the viewer's area."""
    conditions: list[ColumnElement[bool]] = []
    table = whistle_tally
    if township is not None:
        conditions.append(table.c.township == township)
    if not _sees_all(viewer):
        conditions.append(in_area(viewer, table.c.township))
    if not conditions:
        table = whistle_county_tally
    # A sum of bigint is a numeric, which costs the driver more to read than the server to add up.
    sums = [cast(func.sum(table.c[name]), BigInteger).label(name) for name in COUNTERS]
    return (
        select(table.c.department, *sums)
        .where(table.c.tenant == viewer.tenant, table.c.month >= first, table.c.month <= last, *conditions)
        .group_by(table.c.department)
    )


def line(row: Row) -> dict[str, Any]:
    """One department of the league table; a rate is null while nothing has been measured."""
    numbers = {name: int(row[name]) for name in COUNTERS}
    return {
        "department": row["department"],
        **{name: numbers[name] for name in ("assigned", "declined", "sent_back", "escalated", "ratings")},
        "reported": numbers["reported"],
        "solved": numbers["solved"],
        "response_rate": _share(numbers["reported_on_time"], numbers["reported_on_time"] + numbers["report_missed"]),
        "solution_rate": _share(numbers["solved_on_time"], numbers["solved_on_time"] + numbers["solution_missed"]),
        "satisfaction_rate": _share(numbers["satisfied"], numbers["ratings"]),
        "mean_report_minutes": _mean(numbers["report_minutes"], numbers["reported"]),
        "mean_solution_minutes": _mean(numbers["solution_minutes"], numbers["solved"]),
        "mean_level": round(numbers["levels"] / numbers["ratings"], 2) if numbers["ratings"] else None,
    }


def order(item: Mapping[str, Any]) -> tuple[float, float, float, str]:
    """Best first; what has not been measured stands at the end."""
    rates = [item[name] for name in ("response_rate", "solution_rate", "satisfaction_rate")]
    first, second, third = (-rate if rate is not None else 1.0 for rate in rates)
    return first, second, third, str(item["department"])


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(total: int, number: int) -> int | None:
    return round(total / number) if number else None


def _sees_all(viewer: Viewer) -> bool:
    return any(viewer.tenant.startswith(prefix) for prefix in viewer.divisions)


def _place(duty: Row) -> Place:
    month = duty["assigned_at"].astimezone(SHANGHAI).date().replace(day=1)
    return month, duty["division"][:9], duty["department"]


def _all(steps: Steps) -> dict[str, int]:
    return {name: steps.get(name, 0) for name in COUNTERS}


def _adding(table: Table, rows: Sequence[Mapping[str, Any]]) -> Insert:
    added = insert(table).values(rows)
    moved = {name: table.c[name] + added.excluded[name] for name in COUNTERS}
    return added.on_conflict_do_update(index_elements=table.primary_key.columns.keys(), set_=moved)
