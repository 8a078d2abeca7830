"""What the life-event rules know of people, households and kinship, and how a change is written down.

An effect is the smallest change; `apply` and `inverse` are total, so an event is the list of its effects and its
correction is the list of their inverses. Nothing here reads a database or a clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

HEAD = "02"
FULL_AGE = 18
"""Years; 民法典 Art. 17. A voluntary event never makes a younger person head of people of full age."""
CARE_AGE = 16
"""Years; children below it are the left-behind children of FACTS §6, who may not be left without an adult."""


class Presence(StrEnum):
    """How a person is present in the division; all but the last two count as actual population or hukou."""

    REGISTERED_HERE = "registered_here"
    REGISTERED_AWAY = "registered_away"
    UNREGISTERED_HERE = "unregistered_here"
    SHORT_STAY = "short_stay"
    MOVED_OUT = "moved_out"
    VOID = "void"


class Kin(StrEnum):
    """`PARENT`: a is a parent of b. `SPOUSE`: a and b are married; a is the smaller id."""

    PARENT = "parent"
    SPOUSE = "spouse"


class Person(msgspec.Struct, frozen=True):
    """The part of a resident that the rules look at."""

    id: UUID
    sex: str
    birth_date: date | None
    death_date: date | None = None
    presence: str = Presence.REGISTERED_HERE
    marriage: str = "10"
    division: str = ""
    grid: UUID | None = None

    @property
    def alive(self) -> bool:
        return self.death_date is None

    def age_on(self, day: date) -> int | None:
        """Completed years, or None when the birth date is unknown."""
        if self.birth_date is None:
            return None
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def below(self, years: int, day: date) -> bool:
        """False when the age is unknown: an unknown age never blocks anybody."""
        age = self.age_on(day)
        return age is not None and age < years


class Household(msgspec.Struct, frozen=True):
    """A household; closed when its last member left."""

    id: UUID
    division: str
    opened_on: date
    grid: UUID | None = None
    closed_on: date | None = None


class Membership(msgspec.Struct, frozen=True):
    """A stay from `since` up to, not including, `until`; equal days mean that it was voided."""

    id: UUID
    household: UUID
    resident: UUID
    relation: str
    since: date
    until: date | None = None

    @property
    def open(self) -> bool:
        return self.until is None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def overlaps(self, since: date, until: date | None) -> bool:
        if self.until == self.since or until == since:
            return False
        return (until is None or self.since < until) and (self.until is None or since < self.until)


class Link(msgspec.Struct, frozen=True):
    """A dated kinship link."""

    id: UUID
    kind: Kin
    a: UUID
    b: UUID
    since: date
    until: date | None = None


class Register(msgspec.Struct, frozen=True, tag="register"):
    """A person entered the registry with the event."""

    resident: UUID


class Withdraw(msgspec.Struct, frozen=True, tag="withdraw"):
    """A registration was a mistake: the record stays, void."""

    resident: UUID


class OpenHousehold(msgspec.Struct, frozen=True, tag="open_household"):
    household: Household


class CloseHousehold(msgspec.Struct, frozen=True, tag="close_household"):
    household: UUID
    on: date


class ReopenHousehold(msgspec.Struct, frozen=True, tag="reopen_household"):
    household: UUID
    closed_on: date


class Enter(msgspec.Struct, frozen=True, tag="enter"):
    membership: Membership


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """A stay ends; `was` is when it had ended before, of one that is shortened."""

    membership: UUID
    until: date
    was: date | None = None


class Resume(msgspec.Struct, frozen=True, tag="resume"):
    """The inverse of Leave: the stay goes on as if it had not ended, or until `was`."""

    membership: UUID
    until: date
    was: date | None = None


class Void(msgspec.Struct, frozen=True, tag="void"):
    """The inverse of Enter: the stay never was; its row stays with an empty interval."""

    membership: Membership


class SetFact(msgspec.Struct, frozen=True, tag="set_fact"):
    """One coded field of a person; values are codes, days or ids as text, never a name or a number."""

    resident: UUID
    fact: str
    old: str | None
    new: str | None


class Tie(msgspec.Struct, frozen=True, tag="tie"):
    link: Link


class Untie(msgspec.Struct, frozen=True, tag="untie"):
    link: UUID
    until: date


class Retie(msgspec.Struct, frozen=True, tag="retie"):
    link: UUID
    until: date


class VoidTie(msgspec.Struct, frozen=True, tag="void_tie"):
    link: Link


Effect = (
    Register
    | Withdraw
    | OpenHousehold
    | CloseHousehold
    | ReopenHousehold
    | Enter
    | Leave
    | Resume
    | Void
    | SetFact
    | Tie
    | Untie
    | Retie
    | VoidTie
)


def inverse(effect: Effect) -> Effect:
    """Return the effect that leaves the state as it was before `effect`."""
    match effect:
        case Register(resident):
            return Withdraw(resident)
        case Withdraw(resident):
            return Register(resident)
        case OpenHousehold(household):
            return CloseHousehold(household.id, household.opened_on)
        case CloseHousehold(household, on):
            return ReopenHousehold(household, on)
        case ReopenHousehold(household, closed_on):
            return CloseHousehold(household, closed_on)
        case Enter(membership):
            return Void(membership)
        case Void(membership):
            return Enter(membership)
        case Leave(membership, until, was):
            return Resume(membership, until, was)
        case Resume(membership, until, was):
            return Leave(membership, until, was)
        case SetFact(resident, fact, old, new):
            return SetFact(resident, fact, new, old)
        case Tie(link):
            return VoidTie(link)
        case VoidTie(link):
            return Tie(link)
        case Untie(link, until):
            return Retie(link, until)
        case Retie(link, until):
            return Untie(link, until)


def get_fact(person: Person, fact: str) -> str | None:
    value = getattr(person, fact)
    return None if value is None else str(value)


def with_fact(person: Person, fact: str, value: str | None) -> Person:
    parsed: object = value
    if fact == "death_date":
        parsed = None if value is None else date.fromisoformat(value)
    elif fact == "grid":
        parsed = None if value is None else UUID(value)
    return msgspec.structs.replace(person, **{fact: parsed})


@dataclass(frozen=True)
class State:
    """The part of the registry that one event can see: everybody it touches, with all their stays."""

    people: dict[UUID, Person] = field(default_factory=dict)
    households: dict[UUID, Household] = field(default_factory=dict)
    memberships: dict[UUID, Membership] = field(default_factory=dict)
    links: dict[UUID, Link] = field(default_factory=dict)

    def open_members(self, household: UUID) -> list[Membership]:
        return [m for m in self.memberships.values() if m.household == household and m.open]

    def open_stay(self, resident: UUID) -> Membership | None:
        return next((m for m in self.memberships.values() if m.resident == resident and m.open), None)

    def stays(self, resident: UUID) -> list[Membership]:
        return [m for m in self.memberships.values() if m.resident == resident and m.until != m.since]

    def stretch_before(self, stay: Membership) -> Membership | None:
        """The stretch of the same stay in the household, under another relation, that ended where this one began."""
        own = (m for m in self.stays(stay.resident) if m.household == stay.household)
        return next((m for m in own if m.until == stay.since), None)

    def came(self, stay: Membership) -> date:
        """The day from which somebody has lived there, whatever the relation was."""
        while before := self.stretch_before(stay):
            stay = before
        return stay.since

    def head(self, household: UUID) -> Membership | None:
        return next((m for m in self.open_members(household) if m.relation == HEAD), None)

    def spouse_link(self, resident: UUID) -> Link | None:
        open_links = (x for x in self.links.values() if x.kind is Kin.SPOUSE and x.until is None)
        return next((x for x in open_links if resident in (x.a, x.b)), None)

    def copy(self) -> "State":
        return State(dict(self.people), dict(self.households), dict(self.memberships), dict(self.links))

    def apply(self, effects: Iterable[Effect]) -> "State":
        """Return the state after the effects; this one stays as it is."""
        after = self.copy()
        for effect in effects:
            after.take(effect)
        return after

    def take(self, effect: Effect) -> None:
        """Change this state, which must be the caller's own copy."""
        people, households, memberships, links = self.people, self.households, self.memberships, self.links
        match effect:
            case Register():
                pass
            case Withdraw(resident):
                people[resident] = msgspec.structs.replace(people[resident], presence=Presence.VOID)
            case OpenHousehold(household):
                households[household.id] = household
            case CloseHousehold(key, on):
                households[key] = msgspec.structs.replace(households[key], closed_on=on)
            case ReopenHousehold(key, _):
                households[key] = msgspec.structs.replace(households[key], closed_on=None)
            case Enter(membership):
                memberships[membership.id] = membership
            case Void(membership):
                memberships[membership.id] = msgspec.structs.replace(membership, until=membership.since)
            case Leave(key, until, _):
                memberships[key] = msgspec.structs.replace(memberships[key], until=until)
            case Resume(key, _, was):
                memberships[key] = msgspec.structs.replace(memberships[key], until=was)
            case SetFact(resident, fact, _, new):
                people[resident] = with_fact(people[resident], fact, new)
            case Tie(link):
                links[link.id] = link
            case VoidTie(link):
                links[link.id] = msgspec.structs.replace(link, until=link.since)
            case Untie(key, until):
                links[key] = msgspec.structs.replace(links[key], until=until)
            case Retie(key, _):
                links[key] = msgspec.structs.replace(links[key], until=None)
