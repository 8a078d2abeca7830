"""The league table's counters, moved in the transaction of the act they count.

They belong to the month in which the department was called, so a rate never mixes two months. A missed limit is counted once per
department and clock, when the clock runs out or when the late act comes, whichever is first.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_area
from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk.schema import Row
from linli_services_desk.whistles.tables import COUNTERS, whistle_tally

Steps = Mapping[str, int]


async def count(tx: Tx, counted: Mapping[str, Steps], duties: Mapping[str, Row]) -> None:
    """Move the counters of some departments; in the order of their names, so two transactions never wait for each other."""
    for department in sorted(counted):
        steps = {name: by for name, by in counted[department].items() if by}
        if not steps:
            continue
        duty = duties[department]
        month = duty["assigned_at"].astimezone(SHANGHAI).date().replace(day=1)
        added = insert(whistle_tally).values(
            tenant=tx.tenant, month=month, township=duty["division"][:9], department=department, **steps
        )
        moved = {name: whistle_tally.c[name] + added.excluded[name] for name in steps}
        await tx.execute(
            added.on_conflict_do_update(index_elements=["tenant", "month", "township", "department"], set_=moved)
        )


def league(viewer: Viewer, first: date, last: date, township: str | None) -> Select[Any]:
    """Sum the counters of each department over whole months in the viewer's area."""
    # A sum of bigint is a numeric, which costs the driver more to read than the server to add up.
    sums = [cast(func.sum(whistle_tally.c[name]), BigInteger).label(name) for name in COUNTERS]
    statement = select(whistle_tally.c.department, *sums).where(
        whistle_tally.c.tenant == viewer.tenant,
        in_area(viewer, whistle_tally.c.township),
        whistle_tally.c.month >= first,
        whistle_tally.c.month <= last,
    )
    if township is not None:
        statement = statement.where(whistle_tally.c.township == township)
    return statement.group_by(whistle_tally.c.department)


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
