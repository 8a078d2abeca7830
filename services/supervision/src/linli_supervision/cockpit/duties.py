"""What villages owe in a year, counted without walking through every duty of every village.

The same as `disclosures.duties` village by village: a property test holds the two against each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.profile.supervision import DisclosureItem

from linli_supervision.disclosures.duties import periods
from linli_supervision.rows import Row


@dataclass(frozen=True, slots=True)
class Term:
    """One item of one period, owed by every village that takes part by its end, and its last day."""

    item: str
    start: date
    end: date
    due: date


def last_day(item: DisclosureItem, end: date, calendar: WorkCalendar) -> date:
    return calendar.deadline(datetime.combine(end, time(12), SHANGHAI), item.within.as_limit()).day


def terms(items: Iterable[DisclosureItem], year: int, today: date, calendar: WorkCalendar) -> list[Term]:
    """Return what a year asks for by today."""
    return [
        Term(item.code, period.start, period.end, last_day(item, period.end, calendar))
        for item in items
        for period in periods(item, year)
        if period.end < today
    ]


def counted(
    begun: Sequence[Row],
    met: Mapping[str, Row],
    occasions: Sequence[Row],
    owed: Sequence[Term],
    items: Mapping[str, DisclosureItem],
    today: date,
) -> dict[str, dict[str, int]]:
    """Return by part of the area what is done, late (among the done), due and missing.

    `begun`: how many villages owe from which day on; `met`: what they published of it; `occasions`: what happened there, by
    item, day and day of publication.
    """
    asked = {since: _asked(owed, since, today) for since in {row["since"] for row in begun}}
    found: dict[str, dict[str, int]] = {}
    for row in begun:
        running, passed = asked[row["since"]]
        line = found.setdefault(row["part"], dict.fromkeys(_COUNTED, 0))
        line["villages"] += row["villages"]
        line["duties_due"] += running * row["villages"]
        line["duties_missing"] += passed * row["villages"]
    for part, done in met.items():
        # Nobody publishes without owing; only whoever began between the two statements is missing here.
        line = found.setdefault(part, dict.fromkeys(_COUNTED, 0))
        line["duties_done"] += done["in_time"] + done["late"]
        line["duties_late"] += done["late"]
        line["duties_due"] -= done["running"]
        line["duties_missing"] -= done["passed"]
    _count_occasions(found, occasions, items, today)
    return found


_COUNTED = ("villages", "duties_done", "duties_late", "duties_due", "duties_missing")


def _asked(owed: Sequence[Term], since: date, today: date) -> tuple[int, int]:
    dues = [term.due for term in owed if term.end >= since]
    running = sum(due >= today for due in dues)
    return running, len(dues) - running


def _count_occasions(
    found: Mapping[str, dict[str, int]], occasions: Sequence[Row], items: Mapping[str, DisclosureItem], today: date
) -> None:
    calendar, last = WorkCalendar.official(), dict[tuple[str, date], date]()
    for row in occasions:
        line, item = found.get(row["part"]), items.get(row["item"])
        if line is None or item is None:
            continue
        due = last.setdefault((item.code, row["day"]), date.min)
        if due == date.min:
            due = last[item.code, row["day"]] = last_day(item, row["day"], calendar)
        if row["published"] is None:
            line["duties_due" if today <= due else "duties_missing"] += row["occasions"]
        else:
            line["duties_done"] += row["occasions"]
            line["duties_late"] += row["occasions"] * (row["published"] > due)
