"""Figures from counts: bands, the pyramid, the balance by month, and what of it may be public.

In public a small count could name a person. It is left out, and with it as many further cells as are needed so that no
row, column or total gives it back; the cells that stay are rounded, so that neither does the difference of two places.
"""

from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MALE, FEMALE = "1", "2"
AGE_BANDS = ((0, 14), (14, 18), (18, 35), (35, 60), (60, 80), (80, None))
"""[from, to) in years."""
STEP, OLDEST = 5, 100
UNKNOWN_AGE = -1
ROUNDED_TO = 5
"""As official statistics do it: a figure of a cell says no more than five people exactly."""


@dataclass(frozen=True)
class Turn:
    """Who was born on `birth` enters the class with this place (from 1) on `day`."""

    birth: date
    day: date
    place: int


@dataclass(frozen=True)
class Count:
    """People of one presence, sex and age (completed years, or the first of a class; -1 when unknown)."""

    presence: str
    sex: str
    age: int
    people: int


def pyramid_bands() -> list[tuple[int, int | None]]:
    return [(low, low + STEP) for low in range(0, OLDEST, STEP)] + [(OLDEST, None)]


CLASSES = tuple(sorted({low for low, _ in (*AGE_BANDS, *pyramid_bands())}))
"""Where classes of age begin, in years: each lies inside one band of every kind. After them comes the unknown age."""


def births_turning(day: date, years: int) -> list[date]:
    """Return the birth dates of those who complete so many years on this day; of 29 February, on 1 March."""
    year = day.year - years
    found = [] if (day.month, day.day) == (2, 29) and not isleap(year) else [day.replace(year=year)]
    if (day.month, day.day) == (3, 1) and isleap(year) and not isleap(day.year):
        found.append(date(year, 2, 29))
    return found


def turns(after: date, days: int) -> list[Turn]:
    """Return the birthdays in the days after a day on which somebody enters the next class."""
    coming = [after + timedelta(days=number) for number in range(1, days + 1)]
    return [
        Turn(birth, day, place)
        for day in coming
        for place, years in enumerate(CLASSES, start=1)
        for birth in (births_turning(day, years) if years else ())
    ]


def of_classes(presence: str, sex: str, people: Sequence[int]) -> list[Count]:
    """Return the counts of one row of the read model."""
    ages = (*CLASSES, UNKNOWN_AGE)
    return [Count(presence, sex, age, number) for age, number in zip(ages, people, strict=True) if number]


def bands(counts: Iterable[Count], limits: Sequence[tuple[int, int | None]]) -> list[dict[str, int | None]]:
    """Count by band and sex; people of unknown age stand in a last band without limits, if there are any."""
    rows: list[dict[str, Any]] = [
        {"from_age": low, "to_age": high, "male": 0, "female": 0, "other": 0} for low, high in limits
    ]
    unknown: dict[str, Any] = {"from_age": None, "to_age": None, "male": 0, "female": 0, "other": 0}
    for count in counts:
        row = unknown
        if count.age != UNKNOWN_AGE:
            row = next(
                r for r in rows if r["from_age"] <= count.age and (r["to_age"] is None or count.age < r["to_age"])
            )
        row[{MALE: "male", FEMALE: "female"}.get(count.sex, "other")] += count.people
    return rows + ([unknown] if unknown["male"] + unknown["female"] + unknown["other"] else [])


def by_presence(counts: Iterable[Count], kinds: Iterable[str]) -> dict[str, int]:
    found = dict.fromkeys(kinds, 0)
    for count in counts:
        found[count.presence] = found.get(count.presence, 0) + count.people
    return found


def months_back(today: date, number: int) -> list[date]:
    """The first days of the last `number` months, oldest first, this month included."""
    last = today.year * 12 + today.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(last - number + 1, last + 1)]


def balance(now: int, months: Sequence[date], changes: Mapping[date, Mapping[str, int]]) -> list[dict[str, Any]]:
    """Return the people at the end of each month by the balance of births, deaths and moves, as known today.

    The last month ends today. What was recorded late counts in the month in which it happened.
    """
    rows: list[dict[str, Any]] = []
    people = now
    for month in reversed(months):
        change = {name: changes.get(month, {}).get(name, 0) for name in ("births", "deaths", "arrivals", "departures")}
        rows.append({"month": month.isoformat()[:7], "residents": people, **change})
        people -= change["births"] - change["deaths"] + change["arrivals"] - change["departures"]
    return rows[::-1]


Table = list[list[int | None]]


def public_table(cells: Sequence[Sequence[int]], least: int) -> Table:
    """Return the cells that may be public: no count from 1 to `least` - 1, none that a sum gives back, all rounded."""
    shown: Table = [[None if 0 < cell < least else cell for cell in row] for row in cells]
    while _hide_one_more(shown, cells):
        pass
    return [[None if cell is None else _rounded(cell) for cell in row] for row in shown]


def public_total(people: int, least: int) -> int | None:
    """Return a whole that may be public: exact ones of a township and its other villages would give a small one back."""
    return None if 0 < people < least else _rounded(people)


def _rounded(people: int) -> int:
    return (people + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _hide_one_more(shown: Table, cells: Sequence[Sequence[int]]) -> bool:
    """A single gap of a row or column is its sum less the others: a second cell goes, the smallest that says something."""
    height, width = len(shown), len(shown[0]) if shown else 0
    lines = [[(r, c) for c in range(width)] for r in range(height)]
    lines += [[(r, c) for r in range(height)] for c in range(width)]
    for line in lines:
        gaps = [place for place in line if shown[place[0]][place[1]] is None]
        rest = [(cells[r][c], r, c) for r, c in line if shown[r][c] is not None]
        if len(gaps) != 1 or not rest:
            continue
        _, r, c = min((one for one in rest if one[0] > 0), default=min(rest))
        shown[r][c] = None
        return True
    return False
