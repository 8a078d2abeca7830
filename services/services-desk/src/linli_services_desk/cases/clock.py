"""The clock of a case: started by acceptance, standing still while the applicant or a special procedure holds it.

The rules of counting are the kernel's calendar; here is only which moments of a case they are applied to.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from linli_kernel.calendar import ClockState, Deadline, Limit, Pause, Thresholds, Unit, WorkCalendar, clock_state

from linli_services_desk.cases.workflow import FINISHED, UNDECIDED, State
from linli_services_desk.matters.errors import NoShortenedLimit
from linli_services_desk.schema import Row

PAUSE_NAMES = {
    State.SUPPLEMENT.value: ("补正中", "Waiting for supplements"),
    State.SUSPENDED.value: ("中止", "Suspended"),
}
# Decided on the spot: an immediate matter without a limit of its own is due on the day itself.
SAME_DAY = Limit(0, Unit.WORKING_DAY)


def promised_limit(definition: Mapping[str, Any], *, green: bool = False) -> Limit:
    """The promised limit binds the office; the statutory one holds where nothing is promised.

    `green` (一路绿灯) takes the matter's shortened limit. Raises NoShortenedLimit where it has none.
    """
    limits = definition.get("limits") or {}
    if green and not limits.get("shortened"):
        raise NoShortenedLimit(name=definition["name"])
    chosen = limits["shortened"] if green else limits.get("promised") or limits.get("statutory")
    return Limit(int(chosen["number"]), Unit(chosen["unit"])) if chosen else SAME_DAY


def limit_facts(definition: Mapping[str, Any], *, green: bool) -> dict[str, Any]:
    """The limit in the form in which a case keeps it."""
    limit = promised_limit(definition, green=green)
    return {"number": limit.number, "unit": limit.unit.value, **({"green": True} if green else {})}


def pauses_of(stored: Sequence[Mapping[str, str | None]]) -> list[Pause]:
    return [Pause(datetime.fromisoformat(str(item["began_at"])), _moment(item.get("ended_at"))) for item in stored]


def due(
    calendar: WorkCalendar, accepted_at: datetime, limit: Limit, pauses: Sequence[Mapping[str, str | None]]
) -> Deadline:
    return calendar.deadline(accepted_at, limit, pauses_of(pauses))


def state_of(calendar: WorkCalendar, thresholds: Thresholds, row: Row, now: datetime) -> ClockState | None:
    """Return what the clock shows; None while nothing runs, and for a case that ended without having been decided."""
    if row["accepted_at"] is None or row["state"] in UNDECIDED:
        return None
    limit = Limit(row["time_limit"]["number"], Unit(row["time_limit"]["unit"]))
    finished = (row["decided_at"] or row["updated_at"]) if row["state"] in FINISHED else None
    return clock_state(
        calendar,
        now=now,
        received=row["accepted_at"],
        limit=limit,
        thresholds=thresholds,
        pauses=pauses_of(row["pauses"]),
        finished=finished,
        pause_name=PAUSE_NAMES.get(row["state"], PAUSE_NAMES[State.SUPPLEMENT.value]),
    )


def colour_bounds(calendar: WorkCalendar, thresholds: Thresholds, today: date) -> tuple[date, date]:
    """Return the last due days that still show red and amber today, for filtering rows without reading them all."""
    red = calendar.add_working_days(today, thresholds.red_days).day
    return red, calendar.add_working_days(today, thresholds.amber_days).day


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
