"""Working days with 调休, limits, deadlines that pause, and the state of a clock in words.

The day of receipt never counts. A deadline that runs into a year whose holidays are not published is computed on
weekends only and marked provisional. Time is always an argument. Sources: FACTS §4 and §5.
"""

from __future__ import annotations

import importlib
from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from linli_kernel.clock import SHANGHAI

ONE_DAY = timedelta(days=1)
REMEMBERED = 2_000


class Unit(StrEnum):
    """Units of limits; ``from_code`` reads the digits of the national matter catalogue."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MINUTE = "minute"
    MONTH = "month"

    @classmethod
    def from_code(cls, code: str) -> Unit:
        return list(cls)[int(code) - 1]

    @property
    def zh(self) -> str:
        return ("个工作日", "天", "小时", "分钟", "个月")[list(Unit).index(self)]

    def en(self, number: int) -> str:
        word = self.value.replace("_", " ")
        return word if number == 1 else f"{word}s"

    @property
    def is_exact(self) -> bool:
        """Whether the limit ends at a minute instead of at the end of a day."""
        return self in (Unit.HOUR, Unit.MINUTE)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take."""

    number: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("a limit cannot be negative")

    @property
    def zh(self) -> str:
        return f"{self.number} {self.unit.zh}"

    @property
    def en(self) -> str:
        return f"{self.number} {self.unit.en(self.number)}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day (a ``date``), or for hours and minutes the last moment (a ``datetime``)."""

    due: date | datetime
    provisional: bool

    @property
    def day(self) -> date:
        return _day(self.due)


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which the clock stands still; ``end`` is ``None`` while it lasts.

    In days a pause takes out the days after its first up to and including its last: the day of the request was the
    office's own, the day of return is not counted, like the day of receipt.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a pause cannot end before it starts")


class WorkCalendar:
    """Which days are worked. ``published`` holds the years whose official calendar is known."""

    def __init__(self, *, workdays: Collection[date], holidays: Collection[date], published: Collection[int]) -> None:
        self._workdays = frozenset(workdays)
        self._holidays = frozenset(holidays)
        self._published = frozenset(published)
        # Everything received on one day with one limit ends on the same day: a process asks for it again and again.
        self._worked = lru_cache(maxsize=REMEMBERED)(self._after_working_days)
        self._between = lru_cache(maxsize=REMEMBERED)(self._count_between)

    @staticmethod
    def official() -> WorkCalendar:
        """Return the calendar of the State Council's yearly notices, as the library ``chinesecalendar`` carries it."""
        return _official()

    def is_published(self, year: int) -> bool:
        return year in self._published

    def is_working_day(self, day: date) -> bool:
        if day in self._workdays:
            return True
        return day.weekday() < 5 and day not in self._holidays

    def add_working_days(self, start: date, days: int, *, skipping: Collection[date] = frozenset()) -> Deadline:
        """Return the last of so many working days after ``start``; 0 days end on the day itself."""
        return self._worked(start, days, frozenset(skipping))

    def _after_working_days(self, start: date, days: int, skipping: frozenset[date]) -> Deadline:
        day, left = start, days
        while left > 0:
            day += ONE_DAY
            if day not in skipping and self.is_working_day(day):
                left -= 1
        return self._deadline(start, day)

    def working_days_between(self, after: date, upto: date, *, skipping: Collection[date] = frozenset()) -> int:
        """Count the working days after the first day up to and including the last; negative when they are swapped."""
        if upto < after:
            return -self.working_days_between(upto, after, skipping=skipping)
        return self._between(after, upto, frozenset(skipping))

    def _count_between(self, after: date, upto: date, skipping: frozenset[date]) -> int:
        return sum(1 for day in _days(after, upto) if day not in skipping and self.is_working_day(day))

    def deadline(self, received: datetime, limit: Limit, pauses: Sequence[Pause] = ()) -> Deadline:
        """Return the last day or moment for something received at ``received``.

        Overlapping pauses count once; a last calendar day that is a day off is not moved. A pause that still lasts is
        left out: what is due then is not known yet, so ask ``clock_state`` for what to show.
        """
        ended = [pause for pause in pauses if pause.end is not None]
        if limit.unit.is_exact:
            length = timedelta(hours=limit.number) if limit.unit is Unit.HOUR else timedelta(minutes=limit.number)
            due = _after_pauses(_in_china(received) + length, _in_china(received), ended)
            return Deadline(due, provisional=False)
        start = _day(received)
        paused = _paused_days(ended)
        if limit.unit is Unit.WORKING_DAY:
            return self.add_working_days(start, limit.number, skipping=paused)
        days = limit.number if limit.unit is Unit.CALENDAR_DAY else (_add_months(start, limit.number) - start).days
        day = start
        while days > 0:
            day += ONE_DAY
            days -= day not in paused
        return Deadline(day, provisional=False)

    def _deadline(self, start: date, due: date) -> Deadline:
        years = range(start.year, due.year + 1) if due > start else ()
        return Deadline(due, provisional=any(year not in self._published for year in years))


def add_working_days(start: date, days: int, calendar: WorkCalendar | None = None) -> Deadline:
    """Return the last of so many working days, not counting ``start``, by the official calendar if none is given."""
    return (calendar or WorkCalendar.official()).add_working_days(start, days)


class ClockColour(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At so many days left, or at this share of a limit in hours or minutes, the clock turns amber and red."""

    amber_days: int = 3
    red_days: int = 1
    amber_share: float = 0.5
    red_share: float = 0.2


@dataclass(frozen=True, slots=True)
class ClockState:
    """What a screen shows of a clock.

    ``left`` counts in ``unit``: days of the limit's kind, or minutes for limits in hours and minutes; it is negative
    when overdue and frozen while paused. ``due`` is ``None`` while a pause lasts.
    """

    state: ClockColour
    due: date | datetime | None
    left: int
    unit: Unit
    provisional: bool
    zh: str
    en: str

    @property
    def days_left(self) -> int:
        """Days left; for limits in hours and minutes whole days, rounded down."""
        return self.left // (24 * 60) if self.unit is Unit.MINUTE else self.left


def clock_state(
    calendar: WorkCalendar,
    *,
    now: datetime,
    received: datetime,
    limit: Limit,
    thresholds: Thresholds,
    pauses: Sequence[Pause] = (),
    finished: datetime | None = None,
    pause_name: tuple[str, str] = ("补正中", "Waiting for supplements"),
) -> ClockState:
    """Return the state of a clock at ``now``; ``pause_name`` says in Chinese and English why it stands still."""
    deadline = calendar.deadline(received, limit, pauses)
    running = next((pause for pause in pauses if pause.end is None), None)
    unit = _counting_unit(limit)
    if finished is not None:
        left = _left(calendar, deadline, finished, unit, pauses)
        zh, en = ("已办结", "Done") if left >= 0 else _done_late(-left, unit)
        return ClockState(ClockColour.DONE, deadline.due, left, unit, deadline.provisional, zh, en)
    if running is not None:
        left = _left(calendar, deadline, min(running.start, now), unit, pauses)
        zh, en = f"{pause_name[0]} 已暂停", f"{pause_name[1]}, paused"
        return ClockState(ClockColour.PAUSED, None, left, unit, deadline.provisional, zh, en)
    left = _left(calendar, deadline, now, unit, pauses)
    zh, en = _words(left, unit, provisional=deadline.provisional)
    return ClockState(_colour(left, limit, thresholds), deadline.due, left, unit, deadline.provisional, zh, en)


def _counting_unit(limit: Limit) -> Unit:
    if limit.unit.is_exact:
        return Unit.MINUTE
    return Unit.CALENDAR_DAY if limit.unit is Unit.MONTH else limit.unit


def _left(calendar: WorkCalendar, deadline: Deadline, at: datetime, unit: Unit, pauses: Sequence[Pause]) -> int:
    ended = [pause for pause in pauses if pause.end is not None]
    if isinstance(deadline.due, datetime):
        left = deadline.due - _in_china(at)
        # Whole minutes away from zero when late: one second over the limit is already overdue.
        return int(left.total_seconds() // 60)
    today, paused = _day(at), _paused_days(ended)
    if unit is Unit.WORKING_DAY:
        left_days = calendar.working_days_between(today, deadline.due, skipping=paused)
        # Late on a day off: no working day has passed, yet the deadline has.
        return -1 if today > deadline.due and left_days == 0 else left_days
    if today > deadline.due:
        return (deadline.due - today).days
    return sum(1 for day in _days(today, deadline.due) if day not in paused)


def _colour(left: int, limit: Limit, thresholds: Thresholds) -> ClockColour:
    if left < 0:
        return ClockColour.OVERDUE
    if limit.unit.is_exact:
        whole = limit.number * (60 if limit.unit is Unit.HOUR else 1)
        amber, red = whole * thresholds.amber_share, whole * thresholds.red_share
    else:
        amber, red = thresholds.amber_days, thresholds.red_days
    if left <= red:
        return ClockColour.RED
    return ClockColour.AMBER if left <= amber else ClockColour.GREEN


def _words(left: int, unit: Unit, *, provisional: bool) -> tuple[str, str]:
    zh_mark, en_mark = ("（暂定）", " (provisional)") if provisional else ("", "")
    if left < 0:
        zh, en = _amount(-left, unit)
        return f"超 {zh}{zh_mark}", f"{en} overdue{en_mark}"
    if left == 0:
        return (
            (f"即将到期{zh_mark}", "due now") if unit is Unit.MINUTE else (f"今天到期{zh_mark}", f"due today{en_mark}")
        )
    zh, en = _amount(left, unit)
    return f"还剩 {zh}{zh_mark}", f"{en} left{en_mark}"


def _done_late(late: int, unit: Unit) -> tuple[str, str]:
    zh, en = _amount(late, unit)
    return f"已办结 超 {zh}", f"Done, {en} late"


def _amount(number: int, unit: Unit) -> tuple[str, str]:
    if unit is Unit.MINUTE and number >= 60:
        number, unit = number // 60, Unit.HOUR
    words = (
        "day" if unit is Unit.CALENDAR_DAY and number == 1 else "days" if unit is Unit.CALENDAR_DAY else unit.en(number)
    )
    return f"{number} {unit.zh}", f"{number} {words}"


def _paused_days(pauses: Iterable[Pause]) -> set[date]:
    return {day for pause in pauses if pause.end is not None for day in _days(_day(pause.start), _day(pause.end))}


def _after_pauses(due: datetime, received: datetime, pauses: Sequence[Pause]) -> datetime:
    """Move a moment back by the paused time before it; pauses that it then reaches count as well."""
    reached = received
    for pause in sorted(pauses, key=lambda one: one.start):
        start, end = max(_in_china(pause.start), reached), _in_china(pause.end or pause.start)
        if start >= due:
            break
        if end > start:
            due += end - start
            reached = end
    return due


def _days(after: date, upto: date) -> Iterable[date]:
    return (after + timedelta(days=n) for n in range(1, (upto - after).days + 1))


def _add_months(day: date, months: int) -> date:
    """Return the same day some months on, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_china(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _day(moment: date | datetime) -> date:
    return _in_china(moment).date() if isinstance(moment, datetime) else moment


@cache
def _official() -> WorkCalendar:
    # Only the tables of the library: its functions raise for years that are not published.
    tables = importlib.import_module("chinese_calendar.constants")
    published = {day.year for day in tables.holidays}
    return WorkCalendar(workdays=set(tables.workdays), holidays=set(tables.holidays), published=published)
