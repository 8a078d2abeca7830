"""How likely two records are one person: reasons with points, all of them in one table.

Two whole, different identity numbers speak strongly against; a missing number or one wrong digit does not. Twins share a
birth date and have neighbouring numbers, so a different given name in one surname outweighs a near number.
"""

from dataclasses import dataclass
from datetime import date

from linli_registry.residents.names import surname_length

QUEUED_FROM = 50
"""Points. Below it a reviewer would mostly see namesakes; equal names and birth dates with one number missing pass."""
POINTS = {
    "same_name": 30,
    "same_pinyin": 20,
    "same_birth": 25,
    "near_birth": 12,
    "near_number": 35,
    "number_missing": 5,
    "same_phone": 20,
    "same_tail": 10,
    "same_household": 10,
    "different_number": -45,
    "different_sex": -25,
    "siblings": -60,
}
COMPARED = frozenset({"name", "sex", "birth_date", "identity_number", "phone"})
"""Fields of a record whose change may make it like another."""
_BODY = 17
"""Digits of an identity number before the check character: one wrong digit changes that as well."""


@dataclass(frozen=True)
class Half:
    """What is compared of one record; the number is whole and never kept."""

    name: str
    pinyin: str
    sex: str
    birth_date: date | None
    number: str | None


@dataclass(frozen=True)
class Shared:
    """What the database has compared already, by keyed hashes and ids."""

    phone: bool = False
    tail: bool = False
    household: bool = False


@dataclass(frozen=True)
class Likeness:
    score: int
    reasons: tuple[str, ...]

    @property
    def likely(self) -> bool:
        return self.score >= QUEUED_FROM


def one_slip(one: str, other: str) -> bool:
    """Whether two texts of one length differ in one character or in two neighbours that changed places."""
    if len(one) != len(other):
        return False
    places = [n for n, (x, y) in enumerate(zip(one, other, strict=True)) if x != y]
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return one[first] == other[second] and one[second] == other[first]


def numbers_near(one: str, other: str) -> bool:
    if len(one) == len(other) == _BODY + 1:
        return one[:_BODY] == other[:_BODY] or one_slip(one[:_BODY], other[:_BODY])
    return one_slip(one, other)


def births_near(one: date, other: date) -> bool:
    """One digit typed wrong, digits or day and month exchanged, or the old habit of 1 January."""
    if one_slip(f"{one:%Y%m%d}", f"{other:%Y%m%d}"):
        return True
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    return swapped or (one.year == other.year and (1, 1) in ((one.month, one.day), (other.month, other.day)))


def _siblings(one: Half, other: Half) -> bool:
    cut = surname_length(one.name)
    return one.pinyin != other.pinyin and one.name[:cut] == other.name[:cut]


def compare(one: Half, other: Half, shared: Shared) -> Likeness:
    """Return score (0–100) and reasons, strongest first."""
    reasons: list[str] = []
    if one.name == other.name:
        reasons.append("same_name")
    elif one.pinyin == other.pinyin:
        reasons.append("same_pinyin")
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            reasons.append("same_birth")
        elif births_near(one.birth_date, other.birth_date):
            reasons.append("near_birth")
    if one.number is None or other.number is None:
        reasons.append("number_missing")
    elif not numbers_near(one.number, other.number):
        reasons.append("different_number")
    else:
        reasons.append("near_number")
        if _siblings(one, other) and not shared.tail:
            reasons.append("siblings")
    reasons += [f"same_{name}" for name in ("phone", "tail", "household") if getattr(shared, name)]
    if {one.sex, other.sex} == {"1", "2"}:
        reasons.append("different_sex")
    reasons.sort(key=lambda reason: -abs(POINTS[reason]))
    return Likeness(max(0, min(100, sum(POINTS[reason] for reason in reasons))), tuple(reasons))
