"""Which items a village owes and since when: the rules of the catalogue turned into periods with a last day.

A duty is computed, never stored: it is met by a published disclosure of the same item and period, and missing once its last
day has passed without one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.profile.supervision import DisclosureItem


class DutyState(StrEnum):
    DONE = "done"
    LATE = "late"
    DUE = "due"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a disclosure tells of, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened and is to be published at once."""

    id: UUID
    item: str
    title: str
    day: date


@dataclass(frozen=True, slots=True)
class Known:
    """A disclosure as far as a duty needs it: `published` is the day it was first published, None while it is written."""

    id: UUID
    item: str
    start: date | None
    occasion: UUID | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    item: str
    category: str
    period: Period
    due: date
    provisional: bool
    state: DutyState
    days_left: int
    disclosure: UUID | None = None
    occasion: Occasion | None = None

    @property
    def open(self) -> bool:
        """Whether it still is to be published."""
        return self.state in (DutyState.DUE, DutyState.MISSING)


_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


def _months(item: DisclosureItem, year: int) -> Iterator[Period]:
    length = _MONTHS[item.frequency]
    for first in range(1, 13, length):
        following = first + length
        after = date(year + (following > 12), (following - 1) % 12 + 1, 1)
        yield Period(date(year, first, 1), after - timedelta(days=1))


def _days(item: DisclosureItem, year: int) -> Iterator[Period]:
    for day in item.days:
        at = date.fromisoformat(f"{year}-{day}")
        yield Period(at, at)


def _never(item: DisclosureItem, year: int) -> Iterator[Period]:
    return iter(())


_PERIODS: Mapping[str, Callable[[DisclosureItem, int], Iterator[Period]]] = {
    **dict.fromkeys(_MONTHS, _months),
    "calendar": _days,
    "at_once": _never,
}


def periods(item: DisclosureItem, year: int) -> list[Period]:
    """Return the periods of an item that begin in a year; what happens at once has none."""
    return list(_PERIODS[item.frequency](item, year))


def duties(
    items: Iterable[DisclosureItem],
    *,
    year: int,
    since: date,
    today: date,
    known: Collection[Known],
    occasions: Collection[Occasion],
    calendar: WorkCalendar,
) -> list[Duty]:
    """Return what a village owes for a year, newest first: periods that have ended since it takes part."""
    catalogue = {item.code: item for item in items}
    by_period = {(one.item, one.start): one for one in _first_published_last(known) if one.occasion is None}
    by_occasion = {one.occasion: one for one in _first_published_last(known) if one.occasion is not None}
    found = [
        _duty(item, period, by_period.get((item.code, period.start)), today, calendar)
        for item in catalogue.values()
        for period in periods(item, year)
        if since <= period.end < today
    ]
    found += [
        _duty(catalogue[one.item], Period(one.day, one.day), by_occasion.get(one.id), today, calendar, one)
        for one in occasions
        if one.item in catalogue and one.day.year == year and one.day <= today
    ]
    return sorted(found, key=lambda duty: (duty.period.end, duty.item), reverse=True)


def _first_published_last(known: Iterable[Known]) -> list[Known]:
    """A draft gives way to what is published, a later publication to the first one."""
    return sorted(known, key=lambda one: (one.published is not None, -(one.published or date.min).toordinal()))


def _duty(
    item: DisclosureItem,
    period: Period,
    met: Known | None,
    today: date,
    calendar: WorkCalendar,
    occasion: Occasion | None = None,
) -> Duty:
    limit = item.within.as_limit()
    deadline = calendar.deadline(datetime.combine(period.end, time(12), SHANGHAI), limit)
    published = met.published if met else None
    if published is not None:
        state = DutyState.DONE if published <= deadline.day else DutyState.LATE
    else:
        state = DutyState.DUE if today <= deadline.day else DutyState.MISSING
    return Duty(
        item=item.code,
        category=item.category,
        period=period,
        due=deadline.day,
        provisional=deadline.provisional,
        state=state,
        days_left=(deadline.day - today).days,
        disclosure=met.id if met else None,
        occasion=occasion,
    )
