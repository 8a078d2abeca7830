"""What a village owes follows from the catalogue and the day alone."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from linli_kernel.calendar import WorkCalendar
from linli_kernel.ids import new_id
from linli_kernel.profile import Profiles
from linli_kernel.profile.supervision import DisclosureItem
from linli_supervision.disclosures.duties import Duty, DutyState, Known, Occasion, Period, duties, periods
from pydantic import ValidationError

PROFILES = Profiles.load(Path(__file__).parents[3] / "profiles")
ITEMS = PROFILES.for_tenant("421202").supervision.disclosure.items
MONTHLY = next(item for item in ITEMS if item.code == "accounts")
BEGIN = date(2026, 1, 1)


def owed(today: date, *known: Known, occasions: tuple[Occasion, ...] = (), since: date = BEGIN) -> list[Duty]:
    calendar = WorkCalendar.official()
    return duties(ITEMS, year=2026, since=since, today=today, known=known, occasions=occasions, calendar=calendar)


def of(item: str, found: list[Duty]) -> list[Duty]:
    return [one for one in found if one.item == item]


def published(day: date | None, start: date = date(2026, 1, 1), occasion: UUID | None = None) -> Known:
    return Known(new_id(), "accounts" if occasion is None else "decisions", start, occasion, day)


def test_a_month_is_owed_after_it_has_ended_and_missing_ten_days_later() -> None:
    assert of("accounts", owed(date(2026, 1, 31))) == []
    (first,) = of("accounts", owed(date(2026, 2, 10)))
    assert (first.period, first.due, first.state) == (
        Period(date(2026, 1, 1), date(2026, 1, 31)),
        date(2026, 2, 10),
        DutyState.DUE,
    )
    (late,) = of("accounts", owed(date(2026, 2, 11)))
    assert (late.state, late.days_left) == (DutyState.MISSING, -1)


@pytest.mark.parametrize(("day", "state"), [(date(2026, 2, 10), DutyState.DONE), (date(2026, 2, 11), DutyState.LATE)])
def test_what_is_published_in_time_is_done_and_otherwise_late(day: date, state: DutyState) -> None:
    (found,) = of("accounts", owed(date(2026, 2, 20), published(day)))
    assert found.state is state


def test_a_correction_does_not_make_the_first_publication_late() -> None:
    first, second = published(date(2026, 2, 5)), published(date(2026, 2, 25))
    (found,) = of("accounts", owed(date(2026, 2, 28), second, first))
    assert (found.state, found.disclosure) == (DutyState.DONE, first.id)


def test_a_draft_meets_nothing_but_is_named() -> None:
    draft = published(None)
    (found,) = of("accounts", owed(date(2026, 2, 20), draft))
    assert (found.state, found.disclosure) == (DutyState.MISSING, draft.id)


def test_a_village_owes_nothing_from_before_it_takes_part() -> None:
    found = of("accounts", owed(date(2026, 5, 1), since=date(2026, 3, 15)))
    assert [one.period.start.month for one in found] == [4, 3]


def test_quarters_and_the_places_own_days_have_their_own_periods() -> None:
    found = {code: [one.period for one in of(code, owed(date(2026, 12, 31)))] for code in ("assets", "land_subsidies")}
    assert [period.end for period in found["assets"]] == [date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31)]
    assert found["land_subsidies"] == [Period(date(2026, 6, 30), date(2026, 6, 30))]
    yearly = next(item for item in ITEMS if item.code == "yearly_report")
    assert periods(yearly, 2026) == [Period(date(2026, 1, 1), date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("today", "item", "end", "due"),
    [
        (date(2028, 3, 1), "accounts", date(2028, 2, 29), date(2028, 3, 10)),
        (date(2028, 4, 1), "assets", date(2028, 3, 31), date(2028, 4, 15)),
        (date(2027, 1, 1), "accounts", date(2026, 12, 31), date(2027, 1, 10)),
        (date(2027, 1, 1), "assets", date(2026, 12, 31), date(2027, 1, 15)),
        (date(2028, 1, 1), "yearly_report", date(2027, 12, 31), date(2028, 1, 30)),
    ],
)
def test_leap_days_and_turns_of_the_year_end_their_period(today: date, item: str, end: date, due: date) -> None:
    """On the day after its end it is owed, and not on the last day itself."""
    calendar = WorkCalendar.official()

    def found(day: date) -> list[Duty]:
        every = duties(ITEMS, year=end.year, since=BEGIN, today=day, known=(), occasions=(), calendar=calendar)
        return [one for one in of(item, every) if one.period.end == end]

    (owes,) = found(today)
    assert (owes.due, owes.state) == (due, DutyState.DUE)
    assert found(end) == []


def test_what_happened_on_a_leap_day_is_owed_three_days_later() -> None:
    road = Occasion(new_id(), "decisions", "修路", date(2028, 2, 29))
    calendar = WorkCalendar.official()
    asked = {"year": 2028, "since": BEGIN, "known": (), "occasions": (road,), "calendar": calendar}
    found = [of("decisions", duties(ITEMS, today=day, **asked)) for day in (date(2028, 3, 3), date(2028, 3, 4))]
    assert [(one.due, one.state) for (one,) in found] == [
        (date(2028, 3, 3), DutyState.DUE),
        (date(2028, 3, 3), DutyState.MISSING),
    ]


def test_what_happens_is_owed_at_once_and_met_by_its_own_disclosure_only() -> None:
    road, bridge = (Occasion(new_id(), "decisions", title, date(2026, 4, 1)) for title in ("修路", "修桥"))
    done = published(date(2026, 4, 3), date(2026, 4, 1), road.id)
    found = of("decisions", owed(date(2026, 4, 10), done, occasions=(road, bridge)))
    states = {one.occasion.title: one.state for one in found if one.occasion}
    assert states == {"修路": DutyState.DONE, "修桥": DutyState.MISSING}
    assert {one.due for one in found} == {date(2026, 4, 4)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "calendar"},
        {"frequency": "monthly", "days": ["06-30"]},
        {"frequency": "calendar", "days": ["02-30"]},
    ],
)
def test_days_of_a_calendar_are_checked_when_the_profile_is_read(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DisclosureItem.model_validate({**MONTHLY.model_dump(), **wrong})


def test_every_place_has_templates_for_items_of_its_catalogue_and_a_clock_for_answers() -> None:
    for profile in PROFILES.all():
        rules = profile.supervision.disclosure
        assert {item.code for item in rules.items} >= {"accounts", "benefits", "decisions"}, profile.id
        assert rules.template("benefits").columns[0].kind == "person"
        assert (rules.objection_answer.number, rules.appeal_answer.number) == (10, 20)
