"""The rules of whistles: one table of states, office hours, the lead answers last, and what is a near duplicate."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_kernel.calendar import Thresholds, WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.identity import Role
from linli_kernel.profile.whistle import WhistleLimit
from linli_services_desk.whistles import domain, workflow
from linli_services_desk.whistles.clock import Office, Running, view
from linli_services_desk.whistles.errors import (
    AlreadyAssigned,
    CommandNotAllowed,
    DutyNotAllowed,
    LeadIsLast,
    NoDuty,
    OneLead,
)
from linli_services_desk.whistles.workflow import Command, Duty, DutyState, Part, WhistleState

OFFICE = Office(WorkCalendar.official(), ((time(8, 30), time(12)), (time(14, 30), time(17, 30))))
# The limits in these tests never cross a year.
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 30)).map(lambda m: m.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
LEAD = Duty("水利局", Part.LEAD, DutyState.WORKING)
HELP = Duty("交通运输局", Part.ASSIST, DutyState.WORKING)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_office_hours_stand_still_at_noon_at_night_and_on_days_off() -> None:
    friday = at("2026-11-27 16:30")
    assert OFFICE.deadline(friday, WhistleLimit(number=4, unit="working_hour")) == at("2026-11-30 11:30")
    assert OFFICE.add(at("2026-11-23 11:30"), timedelta(hours=1)) == at("2026-11-23 15:00")


def test_a_limit_in_days_ends_with_the_office_and_does_not_count_the_first_day() -> None:
    assert OFFICE.deadline(at("2026-11-27 08:00"), WhistleLimit(number=1, unit="working_day")) == at("2026-11-30 17:30")


def test_an_urgent_limit_counts_the_night() -> None:
    assert OFFICE.deadline(at("2026-11-27 23:30"), WhistleLimit(number=1, unit="hour")) == at("2026-11-28 00:30")


@given(MOMENTS, st.integers(0, 40 * 60))
def test_office_time_added_is_office_time_counted(start: datetime, minutes: int) -> None:
    end = OFFICE.add(start, timedelta(minutes=minutes))
    assert OFFICE.between(start, end) == timedelta(minutes=minutes)
    assert OFFICE.between(end, start) == -timedelta(minutes=minutes)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_office_time_is_additive(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    assert OFFICE.between(first, middle) + OFFICE.between(middle, last) == OFFICE.between(first, last)


@pytest.mark.parametrize(
    ("now", "state", "text"),
    [
        ("2026-11-23 09:00", "green", "还剩 4 个办公小时"),
        ("2026-11-23 11:30", "amber", "还剩 1 个办公小时"),
        ("2026-11-23 15:00", "red", "还剩 30 分钟"),
        ("2026-11-23 17:00", "overdue", "超 1 个办公小时"),
    ],
)
def test_a_clock_says_in_words_what_is_left(now: str, state: str, text: str) -> None:
    start, limit = at("2026-11-23 09:00"), WhistleLimit(number=4, unit="working_hour")
    clock = Running("report_in", "水利局", start, OFFICE.deadline(start, limit), limit)
    shown = view(OFFICE, Thresholds(), clock, at(now), None)
    assert (shown["state"], shown["text"]) == (state, text)


def test_a_clock_that_ended_says_whether_in_time() -> None:
    start, limit = at("2026-11-23 09:00"), WhistleLimit(number=1, unit="working_day")
    clock = Running("solution", "水利局", start, OFFICE.deadline(start, limit), limit)
    assert view(OFFICE, Thresholds(), clock, at("2026-12-30 09:00"), at("2026-11-24 17:30"))["text"] == "按时完成"
    assert "超" in view(OFFICE, Thresholds(), clock, at("2026-12-30 09:00"), at("2026-11-24 17:31"))["text"]


def test_every_state_is_named_and_reached_and_every_command_stands_in_the_table() -> None:
    reached = {move.to for move in workflow.TRANSITIONS.values()} | {WhistleState.REPORTED, WhistleState.SOLVED}
    assert reached == set(WhistleState) == set(workflow.NAMES)
    assert {command for _, command in workflow.TRANSITIONS} == set(Command)
    assert set(workflow.DUTY_NAMES) == set(DutyState)


def test_nothing_leads_out_of_a_closed_a_dismissed_or_a_joined_whistle() -> None:
    for state in set(WhistleState) - workflow.OPEN:
        for command in Command:
            with pytest.raises(CommandNotAllowed):
                workflow.step(state, command)


def test_only_the_whistler_is_offered_to_close() -> None:
    assert Command.CLOSE in workflow.allowed(WhistleState.SOLVED, Role.TOWNSHIP_OFFICER, whistler=True)
    assert workflow.allowed(WhistleState.SOLVED, Role.TOWNSHIP_OFFICER, whistler=False) == [Command.TAKE_OVER]
    for role in set(Role) - {Role.TOWNSHIP_OFFICER}:
        assert workflow.allowed(WhistleState.SOLVED, role, whistler=True) == []


def test_the_lead_answers_last() -> None:
    with pytest.raises(LeadIsLast):
        workflow.move_duty({one.department: one for one in (LEAD, HELP)}, "水利局", Command.SOLVE)
    done = Duty(HELP.department, HELP.part, DutyState.SOLVED)
    assert workflow.move_duty({one.department: one for one in (LEAD, done)}, "水利局", Command.SOLVE).state == "solved"


def test_a_department_that_declined_holds_nobody_up_and_may_be_asked_again() -> None:
    gone = Duty(HELP.department, HELP.part, DutyState.DECLINED)
    duties = {one.department: one for one in (LEAD, gone)}
    assert workflow.move_duty(duties, "水利局", Command.SOLVE).state is DutyState.SOLVED
    assert workflow.assign(duties, [("交通运输局", Part.ASSIST)])["交通运输局"].state is DutyState.PENDING


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (DutyState.PENDING, DutyState.PENDING),
        (DutyState.WORKING, DutyState.WORKING),
        (DutyState.SOLVED, DutyState.WORKING),
    ],
)
def test_one_that_assists_leads_once_nobody_does_and_answers_for_the_whole(was: DutyState, becomes: DutyState) -> None:
    gone, help_ = replace(LEAD, state=DutyState.DECLINED), replace(HELP, state=was)
    duties = {one.department: one for one in (gone, help_)}
    wanted = [(HELP.department, Part.LEAD), ("公安局", Part.ASSIST)]
    assert workflow.assign(duties, wanted)[HELP.department] == Duty(HELP.department, Part.LEAD, becomes)
    with pytest.raises(OneLead):
        workflow.assign({one.department: one for one in (LEAD, help_)}, [(HELP.department, Part.LEAD)])
    with pytest.raises(AlreadyAssigned):
        workflow.assign(duties, [(HELP.department, Part.ASSIST)])


def test_exactly_one_department_leads() -> None:
    for wanted in ([("水利局", Part.ASSIST)], [("水利局", Part.LEAD), ("公安局", Part.LEAD)]):
        with pytest.raises(OneLead):
            workflow.assign({}, wanted)
    with pytest.raises(OneLead):
        workflow.assign({"水利局": LEAD}, [("公安局", Part.LEAD)])
    with pytest.raises(AlreadyAssigned):
        workflow.assign({"水利局": LEAD}, [("水利局", Part.ASSIST)])


def test_a_department_does_only_what_its_own_state_allows() -> None:
    with pytest.raises(NoDuty):
        workflow.move_duty({"水利局": LEAD}, "公安局", Command.SOLVE)
    with pytest.raises(DutyNotAllowed):
        workflow.move_duty({"水利局": LEAD}, "水利局", Command.REPORT_IN)


def test_the_whole_is_solved_only_with_the_lead() -> None:
    move = workflow.step(WhistleState.HANDLING, Command.SOLVE)
    solved = [Duty(one.department, one.part, DutyState.SOLVED) for one in (LEAD, HELP)]
    assert workflow.after(move, {one.department: one for one in solved}) is WhistleState.SOLVED
    assert workflow.after(move, {"交通运输局": solved[1]}) is WhistleState.HANDLING
    assert workflow.after(move, {"水利局": LEAD, "交通运输局": solved[1]}) is WhistleState.HANDLING


WORDS = st.text(alphabet="村口路灯坏了水管漏一三组夜里没有光", min_size=1, max_size=40)


@given(WORDS, WORDS)
def test_likeness_is_the_same_both_ways_and_between_nothing_and_one(one: str, other: str) -> None:
    assert domain.likeness(one, other) == domain.likeness(other, one)
    assert 0 <= domain.likeness(one, other) <= 1
    assert domain.likeness(one, one) == 1


def test_the_same_trouble_in_other_words_is_alike_and_another_trouble_is_not() -> None:
    known = "村口第三组的路灯坏了，晚上看不见路"
    assert domain.likeness("三组村口路灯坏了好几天，晚上看不见路，老人容易摔", known) > 0.3
    assert domain.likeness("河边有人倾倒建筑垃圾", known) < 0.1
    assert domain.likeness("。。。", known) == 0


def test_what_is_far_away_is_another_thing_and_what_is_near_needs_fewer_words() -> None:
    here, there = (29.70, 114.30), (29.70, 114.301)
    assert 90 < domain.metres(here, there) < 100
    assert domain.alike(1.0, 400, 300, 0.3, same_category=True) is None
    assert domain.alike(0.2, None, 300, 0.3, same_category=True) is None
    assert domain.alike(0.2, 100, 300, 0.3, same_category=True) == pytest.approx(0.5)
    assert domain.alike(0.2, 100, 300, 0.3, same_category=False) is None
