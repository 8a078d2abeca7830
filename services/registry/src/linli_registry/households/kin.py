"""Relation codes to the head (GB/T 4761-2008) derived from parent and spouse links.

Kinship is kept apart from the household, so a change of head can name everybody anew; what the links do not
say becomes 97 (other relative), and a clerk may always state the code herself.
"""

from uuid import UUID

from linli_registry.households.facts import HEAD, Kin, Person, State

MALE, FEMALE = "1", "2"
OTHER_RELATIVE, NO_RELATIVE = "97", "99"
RELATION_CODES = frozenset(
    {"01", "02", "10", "11", "12", *map(str, range(20, 50)), *map(str, range(50, 60)), *map(str, range(60, 65)), "69"}
    | set(map(str, range(70, 80)))
    | set(map(str, range(80, 98)))
    | {"99"}
)


def parents(state: State, person: UUID) -> set[UUID]:
    return {x.a for x in state.links.values() if x.kind is Kin.PARENT and x.b == person and x.until is None}


def children(state: State, person: UUID) -> set[UUID]:
    return {x.b for x in state.links.values() if x.kind is Kin.PARENT and x.a == person and x.until is None}


def spouse(state: State, person: UUID) -> UUID | None:
    """The living-marriage partner; links end with the marriage or a death."""
    link = state.spouse_link(person)
    if link is None:
        return None
    return link.b if link.a == person else link.a


def _by_sex(person: Person, male: str, female: str, unknown: str) -> str:
    return {MALE: male, FEMALE: female}.get(person.sex, unknown)


def _sex(state: State, person: UUID) -> str:
    known = state.people.get(person)
    return known.sex if known else "0"


def relation_to(state: State, head: UUID, person: UUID) -> str:
    """Return the code of what `person` is to `head`."""
    if person == head:
        return HEAD
    who = state.people[person]
    if spouse(state, head) == person:
        return _by_sex(who, "11", "12", "10")
    return _descendant(state, head, who) or _ascendant(state, head, who) or _collateral(state, head, who)


def _descendant(state: State, head: UUID, who: Person) -> str | None:
    own = children(state, head)
    if who.id in own:
        return _by_sex(who, "20", "30", "20")
    if spouse(state, who.id) in own:
        return _by_sex(who, "28", "38", "29")
    for child in own:
        grandchildren = children(state, child)
        through_son = _sex(state, child) != FEMALE
        if who.id in grandchildren:
            return _by_sex(who, "41" if through_son else "43", "42" if through_son else "44", "40")
        if spouse(state, who.id) in grandchildren:
            return _by_sex(who, "46", "45", "49")
        if any(who.id in children(state, grandchild) for grandchild in grandchildren):
            return _by_sex(who, "47", "48", "49")
    return None


def _ascendant(state: State, head: UUID, who: Person) -> str | None:
    own = parents(state, head)
    if who.id in own:
        return _by_sex(who, "51", "52", "50")
    partner = spouse(state, head)
    if partner is not None and who.id in parents(state, partner):
        if _sex(state, head) == FEMALE:
            return _by_sex(who, "53", "54", "59")
        return _by_sex(who, "55", "56", "59")
    if spouse(state, who.id) in own:
        return _by_sex(who, "57", "58", "59")
    for parent in own:
        if who.id in parents(state, parent):
            through_father = _sex(state, parent) != FEMALE
            return _by_sex(who, "61" if through_father else "63", "62" if through_father else "64", "60")
    return None


def _collateral(state: State, head: UUID, who: Person) -> str:
    own = parents(state, head)
    siblings = {c for parent in own for c in children(state, parent)} - {head}
    elder = _elder(who, state.people.get(head))
    if who.id in siblings:
        return _by_sex(who, "71" if elder else "73", "75" if elder else "77", "70")
    partner = spouse(state, who.id)
    if partner in siblings and partner is not None:
        partner_elder = _elder(state.people.get(partner), state.people.get(head))
        return _by_sex(who, "76" if partner_elder else "78", "72" if partner_elder else "74", "79")
    for sibling in siblings:
        if who.id in children(state, sibling):
            brother = _sex(state, sibling) != FEMALE
            return _by_sex(who, "93" if brother else "95", "94" if brother else "96", "97")
    return OTHER_RELATIVE


def _elder(one: Person | None, other: Person | None) -> bool:
    if one is None or other is None or one.birth_date is None or other.birth_date is None:
        return False
    return one.birth_date < other.birth_date
