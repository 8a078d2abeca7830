"""The two clocks of a department: to report in, and to solve.

Office hours are counted on working days only; a limit in working days ends when the office of its last day closes, and the day of
the whistle never counts. The solution's clock starts with the whistle, so reporting in late gains nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from linli_kernel.calendar import Thresholds, WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.profile.whistle import WhistleLimit

Sessions = Sequence[tuple[time, time]]
ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Office:
    """A place's working days and hours."""

    calendar: WorkCalendar
    sessions: Sessions

    def _open(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.calendar.is_working_day(day):
            return []
        return [(_at(day, start), _at(day, end)) for start, end in self.sessions]

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return the moment so much office time after `start`."""
        moment, left = start.astimezone(SHANGHAI), working
        if not left:
            return moment
        day = moment.date()
        while True:
            for begin, end in self._open(day):
                begin = max(begin, moment)
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
            day += ONE_DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the office time between two moments; negative when they are swapped."""
        if end < start:
            return -self.between(end, start)
        first, last = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
        total, day = timedelta(), first.date()
        while day <= last.date():
            for begin, close in self._open(day):
                total += max(timedelta(), min(close, last) - max(begin, first))
            day += ONE_DAY
        return total

    def deadline(self, start: datetime, limit: WhistleLimit) -> datetime:
        match limit.unit:
            case "hour":
                return start.astimezone(SHANGHAI) + timedelta(hours=limit.number)
            case "working_hour":
                return self.add(start, timedelta(hours=limit.number))
            case "working_day":
                day = self.calendar.add_working_days(start.astimezone(SHANGHAI).date(), limit.number).day
                return _at(day, self.sessions[-1][1])

    def provisional(self, start: datetime, due: datetime) -> bool:
        """Whether the holidays of a year that the clock runs through are not published yet."""
        years = range(start.astimezone(SHANGHAI).year, due.astimezone(SHANGHAI).year + 1)
        return any(not self.calendar.is_published(year) for year in years)


@dataclass(frozen=True, slots=True)
class Running:
    """One clock as it is stored with a whistle."""

    what: str
    department: str
    started: datetime
    due: datetime
    limit: WhistleLimit


def view(
    office: Office, thresholds: Thresholds, clock: Running, now: datetime, done: datetime | None
) -> dict[str, Any]:
    """Return what a screen shows: colour, days, and the time left in words of the limit's own unit."""
    at = done or now
    left = _left(office, clock, at)
    whole = max(clock.limit.number, 1) if clock.limit.unit == "working_day" else clock.limit.number * 60
    provisional = clock.limit.unit != "hour" and office.provisional(clock.started, clock.due)
    late = at > clock.due
    zh, en = _words(left, clock.limit.unit, late=late, done=done is not None)
    state = "done" if done else "overdue" if late else _colour(left, whole, clock.limit.unit, thresholds)
    return {
        "state": state,
        "due": clock.due.astimezone(SHANGHAI).date(),
        "due_at": clock.due,
        "days_left": left,
        "days_total": whole,
        "text": zh + ("（暂定）" if provisional else ""),
        "text_en": en + (" (provisional)" if provisional else ""),
        "provisional": provisional,
    }


def _left(office: Office, clock: Running, at: datetime) -> int:
    """Working days, or minutes of office or wall time; negative when late."""
    match clock.limit.unit:
        case "working_day":
            first, last = at.astimezone(SHANGHAI).date(), clock.due.astimezone(SHANGHAI).date()
            days = office.calendar.working_days_between(first, last)
            return min(days, -1) if at > clock.due else days
        case "working_hour":
            return int(office.between(at, clock.due) // MINUTE)
        case "hour":
            return int((clock.due - at) // MINUTE)


def _colour(left: int, whole: int, unit: str, thresholds: Thresholds) -> str:
    amber, red = (
        (thresholds.amber_days, thresholds.red_days)
        if unit == "working_day"
        else (whole * thresholds.amber_share, whole * thresholds.red_share)
    )
    return "red" if left <= red else "amber" if left <= amber else "green"


def _words(left: int, unit: str, *, late: bool, done: bool) -> tuple[str, str]:
    amount = abs(left)
    if unit == "working_day":
        zh, en = f"{amount} 个工作日", f"{amount} working day{'' if amount == 1 else 's'}"
    else:
        office = ("办公", "office ") if unit == "working_hour" else ("", "")
        hours, minutes = divmod(amount, 60)
        if hours:
            zh, en = f"{hours} 个{office[0]}小时", f"{hours} {office[1]}hour{'' if hours == 1 else 's'}"
        else:
            zh, en = f"{minutes} 分钟", f"{minutes} min"
    if done:
        return (f"已完成 超 {zh}", f"Done, {en} late") if late else ("按时完成", "Done in time")
    if late:
        return f"超 {zh}", f"{en} overdue"
    if amount == 0:
        return ("今天到期", "due today") if unit == "working_day" else ("即将到期", "due now")
    return f"还剩 {zh}", f"{en} left"


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)
