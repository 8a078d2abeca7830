"""Households of a village: types, ages, kinship, absences.

2.3 people a household (FACTS §7), somewhat more than a quarter over 60, a third of the working age away, one household
in twelve without hukou here. Made in Python's own random sequence from the village's code, so that it never changes.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from linli_registry.population.givens import given_name, surname

AS_OF = date(2026, 9, 1)
"""The day on which the population was taken; everybody's age refers to it."""
MALE, FEMALE = "1", "2"

# (share of households, kind); the mean size comes to 2.3.
_KINDS = (
    (0.14, "elder"),
    (0.20, "elders"),
    (0.15, "single"),
    (0.14, "couple"),
    (0.11, "couple_1"),
    (0.08, "couple_2"),
    (0.09, "three"),
    (0.04, "parent"),
    (0.05, "left_behind"),
)
_KIND_NAMES = [name for _, name in _KINDS]
_KIND_WEIGHTS = list(accumulate(share for share, _ in _KINDS))
_NON_LOCAL = 0.08
_AWAY = 0.34
_ADULT, _SCHOOL_END = 18, 23


@dataclass(slots=True)
class Made:
    """One made person; `mother`, `father` and `spouse` are positions in the household."""

    name: str
    sex: str
    born: date
    relation: str
    presence: str = "registered_here"
    marriage: str = "10"
    education: str = "90"
    political: str = "13"
    ethnic: str = "01"
    region: str = ""
    number: str = ""
    phone: str = ""
    mother: int | None = None
    father: int | None = None
    spouse: int | None = None


@dataclass(slots=True)
class Family:
    members: list[Made] = field(default_factory=list)
    local: bool = True
    short: bool = False


def families(random: Random, people: int) -> Iterator[Family]:
    """Yield families until exactly `people` persons are made."""
    left = people
    while left > 0:
        family = _family(random)
        if len(family.members) > left:
            family = _household_of_one(random)
        _finish(random, family)
        left -= len(family.members)
        yield family


def _family(random: Random) -> Family:
    kind = _KIND_NAMES[min(bisect(_KIND_WEIGHTS, random.random() * _KIND_WEIGHTS[-1]), len(_KINDS) - 1)]
    if kind == "elder":
        age = 62 + int(random.betavariate(1.4, 3.0) * 38)
        sex = FEMALE if random.random() < 0.62 else MALE
        family = Family([_person(random, sex, age, "02")])
        family.members[0].marriage = "30" if random.random() < 0.85 else "10"
        return family
    if kind == "single":
        return _household_of_one(random)
    if kind == "parent":
        head = _person(random, FEMALE if random.random() < 0.6 else MALE, 26 + int(random.random() * 26), "02")
        head.marriage = "40"
        family = Family([head])
        _add_children(random, family, 0, None, 1)
        return family
    if kind == "elders":
        return _couple(random, 58 + int(random.betavariate(1.5, 2.6) * 32))
    if kind == "left_behind":
        family = _couple(random, 54 + int(random.random() * 18))
        grandchild = _person(random, MALE if random.random() < 0.53 else FEMALE, int(random.random() * 15), "41")
        grandchild.name = family.members[0].name[: _cut(family.members[0].name)] + _given(random, grandchild)
        grandchild.relation = "41" if grandchild.sex == MALE else "42"
        family.members.append(grandchild)
        return family
    family = _couple(random, 24 + int(random.betavariate(1.6, 1.6) * 32))
    if kind in ("couple_1", "couple_2", "three"):
        _add_children(random, family, 0, 1, 2 if kind == "couple_2" or random.random() < 0.2 else 1)
    if kind == "three":
        _add_parents(random, family)
    return family


def _household_of_one(random: Random) -> Family:
    head = _person(random, MALE if random.random() < 0.66 else FEMALE, 20 + int(random.random() * 40), "02")
    head.marriage = random.choice(("10", "10", "10", "40"))
    return Family([head])


def _couple(random: Random, age: int) -> Family:
    husband = _person(random, MALE, age, "02")
    wife = _person(random, FEMALE, max(22, age - 2 + int(random.gauss(0, 2))), "12")
    husband.marriage = wife.marriage = "20"
    husband.spouse, wife.spouse = 1, 0
    return Family([husband, wife])


def _add_children(random: Random, family: Family, head: int, partner: int | None, count: int) -> None:
    elder = family.members[head]
    youngest_parent = max(m.born for m in family.members[:2])
    name = elder.name[: _cut(elder.name)]
    # At 20 to 34 years of the younger parent, at least two years apart.
    birth_year = youngest_parent.year + 20 + int(random.random() * 14)
    for _ in range(count):
        sex = MALE if random.random() < 0.53 else FEMALE
        born = date(min(birth_year, AS_OF.year - 1), 1, 1) + timedelta(days=int(random.random() * 365))
        child = Made("", sex, born, "20" if sex == MALE else "30")
        child.name = name + _given(random, child)
        if elder.sex == MALE:
            child.father, child.mother = head, partner
        else:
            child.mother, child.father = head, partner
        family.members.append(child)
        birth_year += 2 + int(random.random() * 5)


def _add_parents(random: Random, family: Family) -> None:
    head = family.members[0]
    age = AS_OF.year - head.born.year
    mother = _person(random, FEMALE, age + 20 + int(random.random() * 10), "52")
    position = len(family.members)
    family.members.append(mother)
    head.mother = position
    if random.random() < 0.55:
        father = _person(random, MALE, AS_OF.year - mother.born.year + int(random.random() * 5), "51")
        father.name = head.name[: _cut(head.name)] + _given(random, father)
        father.marriage = mother.marriage = "20"
        father.spouse, mother.spouse = position, position + 1
        family.members.append(father)
        head.father = position + 1
    else:
        mother.marriage = "30"


def _person(random: Random, sex: str, age: int, relation: str) -> Made:
    born = AS_OF - timedelta(days=min(age, 103) * 365 + age // 4 + int(random.random() * 365))
    made = Made("", sex, born, relation)
    made.name = surname(random) + _given(random, made)
    return made


def _given(random: Random, made: Made) -> str:
    return given_name(random, made.sex, made.born)


def _cut(name: str) -> int:
    return 2 if len(name) > 3 else 1


def _finish(random: Random, family: Family) -> None:
    """Presence, education, political status and who has a phone."""
    family.local = random.random() >= _NON_LOCAL
    family.short = not family.local and random.random() < 0.15
    for made in family.members:
        age = (AS_OF - made.born).days // 365
        if family.short:
            made.presence = "short_stay"
        elif not family.local:
            made.presence = "unregistered_here"
        elif _ADULT <= age < 52 and random.random() < _AWAY:
            made.presence = "registered_away"
        made.education = _education(random, age)
        if age >= 20 and random.random() < 0.06:
            made.political = "01"
        elif 14 <= age < 28 and random.random() < 0.3:
            made.political = "03"
        if random.random() < 0.015:
            made.ethnic = random.choice(("06", "08", "13", "15", "03"))
        if age >= 14 and random.random() < (0.97 if age < 70 else 0.75):
            made.phone = f"1{random.choice('356789')}{random.randrange(10**9):09d}"


def _education(random: Random, age: int) -> str:
    if age < 6:
        return "90"
    if age < 12:
        return "80"
    if age < 15:
        return "70"
    if age < _ADULT:
        return "60"
    if age < 40:
        return random.choice(("70", "70", "60", "40", "30", "30", "20", "20"))
    if age < 60:
        return random.choice(("80", "70", "70", "70", "60", "40", "30"))
    return random.choice(("90", "80", "80", "80", "70", "70"))
