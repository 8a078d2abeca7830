"""An event while it is being decided: the effects so far, the state they lead to, the steps that kinds share."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from linli_registry.households import errors
from linli_registry.households.commands import Command
from linli_registry.households.facts import (
    CARE_AGE,
    FULL_AGE,
    HEAD,
    CloseHousehold,
    Effect,
    Enter,
    Kin,
    Leave,
    Link,
    Membership,
    Person,
    Presence,
    SetFact,
    State,
    Tie,
    get_fact,
)
from linli_registry.households.kin import RELATION_CODES, relation_to

NewId = Callable[[], UUID]


class Draft:
    """The effects gathered so far and the state they lead to."""

    def __init__(self, state: State, command: Command, new_id: NewId) -> None:
        self.state, self.command, self.new_id = state.copy(), command, new_id
        self.effects: list[Effect] = []

    def do(self, effect: Effect) -> None:
        self.state.take(effect)
        self.effects.append(effect)

    def set_fact(self, resident: UUID, fact: str, new: str | None) -> None:
        old = get_fact(self.state.people[resident], fact)
        if old != new:
            self.do(SetFact(resident, fact, old, new))

    def tie(self, kind: Kin, a: UUID, b: UUID) -> None:
        if kind is Kin.SPOUSE and b < a:
            a, b = b, a
        known = (x for x in self.state.links.values() if x.until is None)
        if not any((x.kind, x.a, x.b) == (kind, a, b) for x in known):
            self.do(Tie(Link(self.new_id(), kind, a, b, self.command.day)))

    def enter(self, household: UUID, resident: UUID, relation: str | None = None) -> None:
        """Open a stay from the day of the event; the relation is stated, else derived from kinship."""
        day = self.command.day
        person = living(self.state, resident, day)
        if self.state.open_stay(resident):
            raise errors.AlreadyInHousehold
        if any(stay.overlaps(day, None) for stay in self.state.stays(resident)):
            raise errors.StayOverlaps(day=day)
        head = self.state.head(household)
        code = relation or self.command.relations.get(resident)
        if code is None:
            code = relation_to(self.state, head.resident, person.id) if head else HEAD
        if code not in RELATION_CODES or (code == HEAD) != (head is None):
            raise errors.RelationInvalid(relation=code)
        self.do(Enter(Membership(self.new_id(), household, resident, code, day)))

    def leave(self, stay: Membership) -> None:
        if stay.since > self.command.day:
            raise errors.EventTooEarly(since=stay.since)
        self.do(Leave(stay.id, self.command.day))

    def live_in(self, household: UUID, resident: UUID) -> None:
        """The person's own division and grid follow the household."""
        home = self.state.households[household]
        self.set_fact(resident, "division", home.division)
        self.set_fact(resident, "grid", None if home.grid is None else str(home.grid))

    def rename(self, household: UUID, head: UUID) -> None:
        """State everybody's relation to a new head, from the day of the event.

        The new head comes last: there is never a second open head.
        """
        for stay in sorted(self.state.open_members(household), key=lambda m: (m.resident == head, m.id)):
            code = HEAD if stay.resident == head else self.command.relations.get(stay.resident)
            code = code or relation_to(self.state, head, stay.resident)
            if code not in RELATION_CODES or (code == HEAD) != (stay.resident == head):
                raise errors.RelationInvalid(relation=code)
            if code != stay.relation:
                # Who came after a back-dated event keeps the day of coming.
                since = max(self.command.day, stay.since)
                self.do(Leave(stay.id, since))
                self.do(Enter(Membership(self.new_id(), household, stay.resident, code, since)))

    def settle(
        self, household: UUID, new_head: UUID | None, *, voluntary: bool = True, heir: UUID | None = None
    ) -> None:
        """Close an emptied household, or see that those who stay have a head; `heir` heads them if nobody is named."""
        staying = self.state.open_members(household)
        headless = self.state.head(household) is None
        if headless:
            self._nobody_left_later(household)
        if not staying:
            self.do(CloseHousehold(household, self.command.day))
            return
        if voluntary and all(self.state.people[m.resident].below(CARE_AGE, self.command.day) for m in staying):
            raise errors.MinorsLeftAlone
        if not headless:
            return
        if new_head is None and voluntary and len(staying) > 1:
            raise errors.HeadRequired
        # Who came after a back-dated event cannot head the others on the days between.
        begins = max(self.command.day, min(m.since for m in staying))
        there = [m.resident for m in staying if m.since <= begins]
        late = next((m for m in staying if m.resident == new_head and m.since > begins), None)
        if late is not None:
            raise errors.EventTooEarly(since=late.since)
        head = new_head or (heir if heir in there else natural_head(self.state, there, self.command.day))
        self.make_head(household, head, voluntary=voluntary)

    def _nobody_left_later(self, household: UUID) -> None:
        """Refuse a back-dated departure of the head before others who have left meanwhile: they had no head then."""
        stays = self.state.memberships.values()
        day = self.command.day
        later = [m.until for m in stays if m.household == household and m.until and m.until > max(day, m.since)]
        if later:
            raise errors.EventTooEarly(since=max(later))

    def make_head(self, household: UUID, head: UUID, *, voluntary: bool = True) -> None:
        day = self.command.day
        stay = member(self.state, household, head)
        living(self.state, head, day)
        if voluntary and stay.since > day:
            raise errors.EventTooEarly(since=stay.since)
        others = [self.state.people[m.resident] for m in self.state.open_members(household)]
        young = self.state.people[head].below(FULL_AGE, day)
        if voluntary and young and any(not other.below(FULL_AGE, day) for other in others):
            raise errors.HeadTooYoung
        self.rename(household, head)


def natural_head(state: State, candidates: Iterable[UUID], day: date) -> UUID:
    """The oldest adult, else the oldest; a spouse left behind is renamed as such only when she is oldest."""
    people = [state.people[c] for c in candidates]
    return min(people, key=lambda p: (p.below(FULL_AGE, day), p.birth_date or date.max, p.id)).id


def living(state: State, resident: UUID, day: date) -> Person:
    person = state.people[resident]
    if person.presence == Presence.VOID:
        raise errors.RegistrationVoid
    if not person.alive:
        raise errors.PersonDead
    if person.birth_date is not None and day < person.birth_date:
        raise errors.BeforeBirth
    return person


def member(state: State, household: UUID, resident: UUID) -> Membership:
    stay = state.open_stay(resident)
    if stay is None or stay.household != household:
        raise errors.NotAMember
    return stay
