"""An event while it is being decided: the effects so far, the state they lead to, the steps that kinds share."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from linli_registry.households import errors
from linli_registry.households.commands import Event
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
from linli_registry.households.kin import NO_RELATIVE, RELATION_CODES, relation_to
from linli_registry.households.succession import Tenure, parts, tenures

NewId = Callable[[], UUID]


class Draft:
    """The effects gathered so far and the state they lead to."""

    def __init__(self, state: State, command: Event, new_id: NewId) -> None:
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
        if person.presence == Presence.MOVED_OUT:
            # Whoever lives in a household is here again; what kind of presence it is the event may say.
            self.set_fact(resident, "presence", Presence.REGISTERED_HERE)

    def leave(self, stay: Membership) -> None:
        """End somebody's stay on the day of the event, however often the relation to the head changed since."""
        day, later = self.command.day, stay
        while later.since > day:
            before = self.state.stretch_before(later)
            if before is None:
                raise errors.BeforeEntry(since=later.since)
            self.do(Leave(later.id, later.since, later.until))
            later = before
        self.do(Leave(later.id, day, later.until))

    def live_in(self, household: UUID, resident: UUID) -> None:
        """The person's own division and grid follow the household."""
        home = self.state.households[household]
        self.set_fact(resident, "division", home.division)
        self.set_fact(resident, "grid", None if home.grid is None else str(home.grid))

    def rename(self, household: UUID, heads: Sequence[Tenure]) -> None:
        """State what everybody was to the heads of these days.

        The last head comes last: there is never a second open head.
        """
        last = heads[-1].head
        for stay in sorted(self._stays_since(household), key=lambda m: (m.resident == last, m.id)):
            found = parts(stay, heads, self._relation)
            kept = found[0].relation == stay.relation
            if kept and len(found) == 1:
                continue
            self.do(Leave(stay.id, (found[0].until if kept else None) or stay.since, stay.until))
            for part in found[1:] if kept else found:
                self.do(
                    Enter(Membership(self.new_id(), household, stay.resident, part.relation, part.since, part.until))
                )

    def part(self, household: UUID, spouses: set[UUID]) -> None:
        """Of two who were married, the one who stays in the other's household is no relative from then on."""
        head = self.state.head(household)
        for stay in self.state.open_members(household):
            if head and head.resident in spouses and stay.resident in spouses - {head.resident}:
                since = max(self.command.day, stay.since)
                code = self.command.relations.get(stay.resident, NO_RELATIVE)
                self.do(Leave(stay.id, since))
                self.do(Enter(Membership(self.new_id(), household, stay.resident, code, since)))

    def _relation(self, head: UUID, resident: UUID) -> str:
        """The relation is stated, else derived from kinship."""
        code = HEAD if resident == head else self.command.relations.get(resident)
        code = code or relation_to(self.state, head, resident)
        if code not in RELATION_CODES or (code == HEAD) != (resident == head):
            raise errors.RelationInvalid(relation=code)
        return code

    def _stays_since(self, household: UUID) -> list[Membership]:
        """Every stay in the household that reaches beyond the day of the event."""
        day = self.command.day
        stays = (m for m in self.state.memberships.values() if m.household == household and m.until != m.since)
        return [m for m in stays if m.until is None or m.until > day]

    def settle(
        self, household: UUID, new_head: UUID | None, *, voluntary: bool = True, heir: UUID | None = None
    ) -> None:
        """See that there is a head on every day since, and close an emptied household; `heir` heads it if nobody is named."""
        staying = self.state.open_members(household)
        young = [self.state.people[m.resident].below(CARE_AGE, self.command.day) for m in staying]
        if voluntary and young and all(young):
            raise errors.MinorsLeftAlone
        headless = bool(staying) and self.state.head(household) is None
        if headless and new_head is None and voluntary and len(staying) > 1:
            raise errors.HeadRequired
        if headless and new_head is not None:
            self._may_head(household, new_head, voluntary=voluntary)
        wanted = [new_head if headless else None, heir]
        found = tenures(self._stays_since(household), self.command.day, lambda here, day: self._next(here, day, wanted))
        if found:
            self.rename(household, found)
        if not staying:
            # Who left later lived there until then.
            ends = [m.until for m in self._stays_since(household) if m.until]
            opened = self.state.households[household].opened_on
            self.do(CloseHousehold(household, max(ends, default=max(self.command.day, opened))))

    def _next(self, here: Sequence[UUID], day: date, wanted: list[UUID | None]) -> UUID:
        chosen = next((one for one in wanted if one in here), None) or natural_head(self.state, here, day)
        # Whoever heads the household goes on doing so.
        wanted.append(chosen)
        return chosen

    def _may_head(self, household: UUID, head: UUID, *, voluntary: bool) -> None:
        """Who came after a back-dated event cannot head those who were there on the days between."""
        day = self.command.day
        stay = member(self.state, household, head)
        living(self.state, head, day)
        staying = self.state.open_members(household)
        begins = max(day, min(self.state.came(m) for m in staying))
        if self.state.came(stay) > begins:
            raise errors.HeadCameLater(since=self.state.came(stay))
        others = [self.state.people[m.resident] for m in staying]
        young = self.state.people[head].below(FULL_AGE, day)
        if voluntary and young and any(not other.below(FULL_AGE, day) for other in others):
            raise errors.HeadTooYoung

    def make_head(self, household: UUID, head: UUID) -> None:
        if member(self.state, household, head).since > self.command.day:
            raise errors.BeforeEntry(since=member(self.state, household, head).since)
        self._may_head(household, head, voluntary=True)
        self.rename(household, [Tenure(head, self.command.day)])


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
        raise errors.BeforeBirth(day=day)
    return person


def member(state: State, household: UUID, resident: UUID) -> Membership:
    stay = state.open_stay(resident)
    if stay is None or stay.household != household:
        raise errors.NotAMember
    return stay
