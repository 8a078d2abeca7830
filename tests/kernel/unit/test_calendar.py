"""Working days against a day-by-day oracle, pauses, and what a clock says."""

from __future__ import annotations

import importlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_kernel.calendar import (
    ClockColour,
    ClockState,
    Limit,
    Pause,
    Thresholds,
    Unit,
    WorkCalendar,
    add_working_days,
    clock_state,
)
from linli_kernel.clock import SHANGHAI, FrozenClock

CALENDAR = WorkCalendar.official()
ORACLE = importlib.import_module("chinese_calendar")
TEN_DAYS = Limit(10, Unit.WORKING_DAY)
THRESHOLDS = Thresholds(amber_days=3, red_days=1)
published_days = st.dates(date(2005, 1, 1), date(2026, 6, 1))
day_units = st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def state(now: str, *, limit: Limit = TEN_DAYS, received: str = "2026-11-02T09:00", **more: object) -> ClockState:
    arguments: dict[str, object] = {"thresholds": THRESHOLDS, **more}
    return clock_state(CALENDAR, now=at(now), received=at(received), limit=limit, **arguments)  # type: ignore[arg-type]


@given(published_days, st.integers(0, 40))
def test_working_days_agree_with_counting_day_by_day(start: date, days: int) -> None:
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= ORACLE.is_workday(day)
    found = add_working_days(start, days)
    assert (found.due, found.provisional) == (day, False)


@given(published_days, st.integers(0, 30), st.integers(0, 30))
def test_adding_in_two_parts_is_adding_at_once(start: date, one: int, two: int) -> None:
    middle = add_working_days(start, one).day
    assert add_working_days(middle, two).due == add_working_days(start, one + two).due


@given(published_days, st.integers(1, 40))
def test_counting_back_gives_what_was_added(start: date, days: int) -> None:
    due = add_working_days(start, days).day
    assert CALENDAR.working_days_between(start, due) == days
    assert CALENDAR.working_days_between(due, start) == -days


def test_a_sunday_moved_to_work_counts_and_a_holiday_weekday_does_not() -> None:
    assert CALENDAR.is_working_day(date(2026, 10, 10))
    assert not CALENDAR.is_working_day(date(2026, 10, 7))


def test_a_deadline_in_an_unpublished_year_is_provisional() -> None:
    assert add_working_days(date(2026, 12, 31), 1).provisional
    assert add_working_days(date(2026, 12, 30), 1).due == date(2026, 12, 31)
    assert not add_working_days(date(2026, 12, 30), 1).provisional


def test_a_provisional_deadline_moves_when_the_year_is_published() -> None:
    known = WorkCalendar(workdays=[], holidays=[date(2027, 1, 1)], published=[2026, 2027])
    assert add_working_days(date(2026, 12, 31), 1).due == date(2027, 1, 1)
    assert known.add_working_days(date(2026, 12, 31), 1).due == date(2027, 1, 4)


@given(published_days, st.integers(1, 20), day_units, st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_two_pauses_that_touch_or_overlap_are_one(
    start: date, number: int, unit: Unit, offset: int, first: int, second: int
) -> None:
    limit = Limit(number, unit)
    begin, middle = noon(start + timedelta(days=offset)), noon(start + timedelta(days=offset + first))
    end = middle + timedelta(days=second)
    whole = CALENDAR.deadline(noon(start), limit, [Pause(begin, end)])
    assert CALENDAR.deadline(noon(start), limit, [Pause(begin, middle), Pause(middle, end)]) == whole
    assert CALENDAR.deadline(noon(start), limit, [Pause(begin, end), Pause(begin, middle)]) == whole


@given(published_days, st.integers(1, 20), st.integers(0, 15), st.integers(0, 15))
def test_a_pause_moves_the_deadline_by_its_own_working_days(start: date, days: int, offset: int, length: int) -> None:
    plain = add_working_days(start, days).day
    begin = start + timedelta(days=offset)
    end = begin + timedelta(days=length)
    moved = CALENDAR.deadline(noon(start), Limit(days, Unit.WORKING_DAY), [Pause(noon(begin), noon(end))]).day
    expected = plain if begin >= plain else add_working_days(plain, CALENDAR.working_days_between(begin, end)).day
    assert moved == expected


@given(st.integers(1, 72), st.integers(0, 100), st.integers(0, 100))
def test_a_pause_of_hours_moves_the_moment_by_its_length(hours: int, offset: int, length: int) -> None:
    received = at("2026-11-02T09:00")
    begin = received + timedelta(hours=offset)
    moved = CALENDAR.deadline(received, Limit(hours, Unit.HOUR), [Pause(begin, begin + timedelta(hours=length))])
    paused = length if offset < hours else 0
    assert moved.due == received + timedelta(hours=hours + paused)


def test_a_month_ends_on_the_same_day_or_the_last_of_a_shorter_month() -> None:
    assert CALENDAR.deadline(at("2026-01-31T10:00"), Limit(1, Unit.MONTH)).due == date(2026, 2, 28)
    assert CALENDAR.deadline(at("2026-03-15T10:00"), Limit(2, Unit.MONTH)).due == date(2026, 5, 15)


def test_the_catalogues_unit_codes_are_understood() -> None:
    assert [Unit.from_code(code) for code in "12345"] == list(Unit)


def test_a_case_of_ten_working_days_is_due_as_the_counter_shows() -> None:
    assert CALENDAR.deadline(at("2026-11-20T10:00"), TEN_DAYS).due == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("now", "colour", "zh", "en"),
    [
        ("2026-11-03T09:00", ClockColour.GREEN, "还剩 9 个工作日", "9 working days left"),
        ("2026-11-11T09:00", ClockColour.AMBER, "还剩 3 个工作日", "3 working days left"),
        ("2026-11-13T09:00", ClockColour.RED, "还剩 1 个工作日", "1 working day left"),
        ("2026-11-16T23:59", ClockColour.RED, "今天到期", "due today"),
        ("2026-11-17T00:00", ClockColour.OVERDUE, "超 1 个工作日", "1 working day overdue"),
    ],
)
def test_a_clock_tells_the_days_left_in_words(now: str, colour: ClockColour, zh: str, en: str) -> None:
    found = state(now)
    assert (found.state, found.zh, found.en) == (colour, zh, en)


def test_the_day_off_after_the_last_day_is_overdue_already() -> None:
    found = state("2026-11-14T09:00", limit=Limit(9, Unit.WORKING_DAY))
    assert (found.state, found.zh) == (ClockColour.OVERDUE, "超 1 个工作日")


def test_a_pause_freezes_what_is_left_and_says_why() -> None:
    pause = Pause(at("2026-11-04T15:00"))
    early, late = state("2026-11-05T09:00", pauses=[pause]), state("2027-03-01T09:00", pauses=[pause])
    assert early == late
    assert (early.state, early.left, early.due, early.zh) == (ClockColour.PAUSED, 8, None, "补正中 已暂停")


def test_after_a_pause_the_clock_goes_on_with_what_was_left() -> None:
    ended = Pause(at("2026-11-04T15:00"), at("2026-11-18T10:00"))
    assert state("2026-11-18T12:00", pauses=[ended]).left == 8


def test_a_finished_clock_says_whether_it_was_late() -> None:
    assert state("2027-01-01T00:00", finished=at("2026-11-16T18:00")).zh == "已办结"
    late = state("2027-01-01T00:00", finished=at("2026-11-18T18:00"))
    assert (late.state, late.zh) == (ClockColour.DONE, "已办结 超 2 个工作日")


def test_a_provisional_deadline_says_so() -> None:
    found = state("2026-12-30T09:00", received="2026-12-29T09:00")
    assert found.provisional
    assert found.zh == "还剩 9 个工作日（暂定）"


def test_a_clock_of_hours_turns_by_share_and_is_late_after_the_moment() -> None:
    limit = Limit(2, Unit.HOUR)
    assert state("2026-11-02T09:10", limit=limit).state is ClockColour.GREEN
    assert state("2026-11-02T10:30", limit=limit).zh == "还剩 30 分钟"
    assert state("2026-11-02T10:50", limit=limit).state is ClockColour.RED
    assert state("2026-11-02T11:00:01", limit=limit).state is ClockColour.OVERDUE


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = FrozenClock(datetime(2026, 11, 22, 23, 30, tzinfo=SHANGHAI))
    clock.move(timedelta(hours=1))
    assert clock.today() == date(2026, 11, 23)
    clock.set(at("2026-01-01T00:00"))
    assert clock.now() == at("2026-01-01T00:00")
