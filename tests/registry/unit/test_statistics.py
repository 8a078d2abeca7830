"""Bands, the balance by month and what may be public, without a database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from linli_registry.statistics.domain import (
    AGE_BANDS,
    CLASSES,
    ROUNDED_TO,
    Count,
    balance,
    bands,
    births_turning,
    months_back,
    public_table,
    public_total,
    pyramid_bands,
)

LEAST = 5
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=1, max_size=8)
)


def test_people_are_counted_in_the_band_of_their_age_and_an_unknown_age_stands_apart() -> None:
    counts = [Count("registered_here", "1", 13, 2), Count("short_stay", "2", 14, 3), Count("short_stay", "9", -1, 1)]
    found = bands(counts, AGE_BANDS)
    assert (found[0]["male"], found[1]["female"]) == (2, 3)
    assert found[-1] == {"from_age": None, "to_age": None, "male": 0, "female": 0, "other": 1}


@given(st.lists(st.tuples(st.sampled_from("129"), st.integers(-1, 130), st.integers(1, 99))))
def test_the_pyramid_counts_everybody_once(people: list[tuple[str, int, int]]) -> None:
    found = bands([Count("short_stay", *one) for one in people], pyramid_bands())
    assert sum(row[sex] or 0 for row in found for sex in ("male", "female", "other")) == sum(n for *_, n in people)


def test_the_balance_goes_back_from_today() -> None:
    months = months_back(date(2026, 1, 20), 3)
    changes = {
        date(2026, 1, 1): {"births": 2, "deaths": 1, "arrivals": 5, "departures": 0},
        date(2025, 12, 1): {"births": 0, "deaths": 3, "arrivals": 0, "departures": 4},
    }
    found = balance(100, months, changes)
    assert [(row["month"], row["residents"]) for row in found] == [("2025-11", 101), ("2025-12", 94), ("2026-01", 100)]


@given(tables)
def test_no_small_count_is_public_and_no_sum_gives_one_back(cells: list[list[int]]) -> None:
    shown = public_table(cells, LEAST)
    lines = [*shown, *map(list, zip(*shown, strict=True))]
    assert all(line.count(None) != 1 or len(line) == 1 for line in lines)
    for row, real in zip(shown, cells, strict=True):
        for cell, count in zip(row, real, strict=True):
            assert cell is None or not 0 < count < LEAST
            assert cell is None or (cell % ROUNDED_TO == 0 and abs(cell - count) <= ROUNDED_TO // 2)


def test_a_table_without_small_counts_stays_whole() -> None:
    assert public_table([[10, 21], [0, 33]], LEAST) == [[10, 20], [0, 35]]


def test_one_small_count_takes_neighbours_of_its_row_and_column_with_it() -> None:
    assert public_table([[10, 3], [20, 30], [40, 50]], LEAST) == [[None, None], [None, None], [40, 50]]


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@given(
    st.dates(date(1900, 1, 1), date(2026, 11, 20)),
    st.dates(date(2026, 11, 21), date(2036, 12, 31)),
    st.sampled_from([years for years in CLASSES if years]),
)
def test_a_person_enters_a_class_on_one_day_also_born_on_29_february(born: date, day: date, years: int) -> None:
    before = _years(born, day - timedelta(days=1))
    assert (born in births_turning(day, years)) == (before < years == _years(born, day))


def test_who_was_born_on_29_february_is_a_year_older_on_1_march() -> None:
    assert births_turning(date(2027, 3, 1), 15) == [date(2012, 3, 1), date(2012, 2, 29)]
    assert births_turning(date(2028, 2, 29), 14) == []
    assert births_turning(date(2028, 2, 29), 80) == [date(1948, 2, 29)]


def test_every_class_of_age_lies_in_one_band_of_every_kind() -> None:
    for limits in (AGE_BANDS, pyramid_bands()):
        for low, high in zip(CLASSES, (*CLASSES[1:], None), strict=True):
            assert [b for b in limits if b[0] <= low and (b[1] is None or (high is not None and high <= b[1]))]


def test_a_public_whole_is_hidden_when_small_and_rounded_otherwise() -> None:
    assert [public_total(people, LEAST) for people in (0, LEAST - 1, 1203)] == [0, None, 1205]
