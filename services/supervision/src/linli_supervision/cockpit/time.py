"""The time that figures are about: a year, one of its months, or a week."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MONTHS_OF_TREND = 12


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` up to `after`, counted by rows of a `kind`."""

    kind: Literal["month", "week"]
    first: date
    after: date

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)


def of_year(year: int) -> Span:
    return Span("month", date(year, 1, 1), date(year + 1, 1, 1))


def of_month(year: int, month: int) -> Span:
    return Span("month", date(year, month, 1), _following(date(year, month, 1)))


def of_week(day: date) -> Span:
    """The week from Monday to Sunday that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return Span("week", monday, monday + timedelta(days=7))


def months_back(last: date, number: int) -> list[date]:
    """Return the first days of so many months, the last one that of `last`."""
    end = last.year * 12 + last.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(end - number + 1, end + 1)]


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
