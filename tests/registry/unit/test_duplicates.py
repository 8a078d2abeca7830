"""How likely two records are one person, without a database."""

from datetime import date

import pytest
from linli_kernel.codes import identity
from linli_registry.duplicates.domain import QUEUED_FROM, Half, Shared, births_near, compare, numbers_near, one_slip
from linli_registry.residents.names import pinyin_of

BORN = date(1950, 3, 7)
NUMBER = identity.make("421202", BORN, 12)


def half(name: str = "张桂兰", born: date | None = BORN, number: str | None = NUMBER, sex: str = "2") -> Half:
    return Half(name, pinyin_of(name)[0], sex, born, number)


def test_a_record_without_a_number_is_queued_beside_its_namesake_of_the_same_day() -> None:
    found = compare(half(), half(number=None), Shared())
    assert found.likely
    assert found.reasons == ("same_name", "same_birth", "number_missing")


def test_two_whole_and_different_numbers_are_two_people() -> None:
    other = identity.make("421224", BORN, 466)
    assert not compare(half(), half(number=other), Shared()).likely


@pytest.mark.parametrize("wrong", ["421202195003070126", "421203195003070127", "421202195003700127"])
def test_one_slip_of_the_fingers_in_a_number_is_near(wrong: str) -> None:
    assert numbers_near("421202195003070127", wrong)
    assert compare(half(number="421202195003070127"), half(number=wrong), Shared()).score >= 80


def test_a_homophone_with_the_same_birth_and_a_near_number_is_queued() -> None:
    other = identity.make("421202", BORN, 14)
    assert compare(half("张桂兰"), half("张桂蓝", number=other), Shared()).likely


def test_twins_are_not_queued() -> None:
    other = identity.make("421202", BORN, 14)
    twins = compare(half("张桂兰"), half("张桂英", number=other), Shared(household=True))
    assert "siblings" in twins.reasons
    assert twins.score < QUEUED_FROM


def test_a_father_and_a_son_with_one_phone_are_not_queued() -> None:
    son = half("张建国", date(1970, 1, 5), identity.make("421202", date(1970, 1, 5), 3), "1")
    assert not compare(half("张大山", sex="1"), son, Shared(phone=True, household=True)).likely


def test_a_birth_year_typed_wrong_is_near_and_another_day_is_not() -> None:
    assert births_near(date(1950, 3, 7), date(1959, 3, 7))
    assert births_near(date(1950, 3, 7), date(1950, 7, 3))
    assert births_near(date(1950, 3, 7), date(1950, 1, 1))
    assert not births_near(date(1950, 3, 7), date(1962, 11, 28))


def test_a_slip_is_one_character_or_two_exchanged() -> None:
    assert one_slip("1234", "1244")
    assert one_slip("1234", "1324")
    assert not one_slip("1234", "1234")
    assert not one_slip("1234", "2143")
    assert not one_slip("1234", "12345")
