"""Household membership rules.

A resident belongs to at most one household on any day. A household has at most one head on any day, an open one
exactly one, alive; it closes when its last member leaves. No voluntary event leaves only children under 16 behind.
A death is a fact and is never refused for what it leaves: without a named successor the spouse, else the oldest adult,
else the oldest child becomes head, and the household is listed as needing a guardian.
An event may be registered late: whoever heads the household from its day on lived there that day, and so did everybody who
heads it until today (`succession`).
"""

from datetime import date
from functools import singledispatch
from uuid import UUID

from linli_registry.households import errors, gone
from linli_registry.households.commands import (
    Adoption,
    Birth,
    ChangeOfHead,
    Command,
    Correction,
    Death,
    Died,
    Divorce,
    Event,
    Found,
    Gone,
    Join,
    MarriageIn,
    MoveIn,
    MoveOut,
    NeverCame,
    Parted,
    Return,
    Split,
)
from linli_registry.households.draft import Draft, NewId, living, member
from linli_registry.households.facts import (
    CARE_AGE,
    FULL_AGE,
    HEAD,
    CloseHousehold,
    Effect,
    Enter,
    Kin,
    Leave,
    OpenHousehold,
    Presence,
    Retie,
    SetFact,
    State,
    Tie,
    Untie,
    get_fact,
    inverse,
)
from linli_registry.households.kin import MALE

MARRIAGE_AGE_MALE, MARRIAGE_AGE_FEMALE = 22, 20
"""Years; 民法典 Art. 1047."""
MARRIED, DIVORCED = "20", "40"
EARLIEST_DAY = date(1850, 1, 1)
"""Nobody whom the registry takes was born before it (`residents.values`); an earlier day is a slip of the pen."""


def decide(state: State, command: Event, today: date, new_id: NewId) -> tuple[Effect, ...]:
    """Return the effects of an event in the order in which they happen, or raise why it cannot be.

    `state` must hold everybody the command names, the members of every household involved and all their stays.
    """
    if command.day > today:
        raise errors.EventInFuture
    if command.day < EARLIEST_DAY:
        raise errors.EventLongAgo(earliest=EARLIEST_DAY)
    draft = Draft(state, command, new_id)
    if isinstance(command, Command) and not isinstance(command, Found):
        home = state.households[command.household]
        if home.closed_on is not None:
            raise errors.HouseholdClosed(closed_on=home.closed_on)
        if command.day < home.opened_on:
            raise errors.BeforeHousehold(since=home.opened_on)
    _decide(command, draft)
    return tuple(draft.effects)


@singledispatch
def _decide(command: Event, draft: Draft) -> None:
    raise TypeError(f"no rule for {type(command).__name__}")


_decide.register(Gone, gone.live_elsewhere)
_decide.register(Died, gone.died)
_decide.register(NeverCame, gone.never_came)


@_decide.register
def _(command: Found, draft: Draft) -> None:
    draft.do(OpenHousehold(command.new))
    draft.enter(command.new.id, command.head, HEAD)
    for resident in command.members:
        draft.enter(command.new.id, resident)
    for resident in (command.head, *command.members):
        draft.live_in(command.new.id, resident)
    _head_is_of_age(draft, command.new.id)


@_decide.register
def _(command: Birth, draft: Draft) -> None:
    _tie_parents(draft, command.child, command.parents)
    draft.enter(command.household, command.child)
    draft.live_in(command.household, command.child)


@_decide.register
def _(command: Adoption, draft: Draft) -> None:
    if not command.parents:
        raise errors.NobodyNamed
    for parent in command.parents:
        member(draft.state, command.household, parent)
    for link in draft.state.links.values():
        if link.kind is Kin.PARENT and link.b == command.child and link.until is None:
            draft.do(Untie(link.id, max(command.day, link.since)))
    _tie_parents(draft, command.child, command.parents)
    _leave_other(draft, command.household, command.child, command.new_head_there)
    head = draft.state.head(command.household)
    adopted = None
    if head and head.resident in command.parents:
        adopted = "27" if draft.state.people[command.child].sex == MALE else "37"
    draft.enter(command.household, command.child, command.relations.get(command.child) or adopted)
    draft.live_in(command.household, command.child)


@_decide.register
def _(command: Death, draft: Draft) -> None:
    stay = member(draft.state, command.household, command.resident)
    living(draft.state, command.resident, command.day)
    with gone.bereaved(draft, command.resident) as survivor:
        draft.leave(stay)
        draft.set_fact(command.resident, "death_date", command.day.isoformat())
        draft.settle(command.household, command.new_head, voluntary=False, heir=survivor)


@_decide.register
def _(command: MoveIn, draft: Draft) -> None:
    _someone(command.members)
    for resident in command.members:
        draft.enter(command.household, resident)
        draft.set_fact(resident, "presence", command.presence)
        draft.live_in(command.household, resident)


@_decide.register
def _(command: MoveOut, draft: Draft) -> None:
    _someone(command.members)
    for resident in dict.fromkeys(command.members):
        living(draft.state, resident, command.day)
        draft.leave(member(draft.state, command.household, resident))
        draft.set_fact(resident, "presence", Presence.MOVED_OUT)
    draft.settle(command.household, command.new_head)


@_decide.register
def _(command: Return, draft: Draft) -> None:
    living(draft.state, command.resident, command.day)
    stay = draft.state.open_stay(command.resident)
    if stay is None:
        draft.enter(command.household, command.resident)
    elif stay.household != command.household:
        raise errors.AlreadyInHousehold
    draft.set_fact(command.resident, "presence", command.presence)
    draft.live_in(command.household, command.resident)


@_decide.register
def _(command: Split, draft: Draft) -> None:
    leaving = dict.fromkeys((command.head, *command.members))
    staying = {m.resident for m in draft.state.open_members(command.household)} - leaving.keys()
    if not staying:
        raise errors.WholeHousehold
    for resident in leaving:
        draft.leave(member(draft.state, command.household, resident))
    draft.settle(command.household, command.new_head)
    draft.do(OpenHousehold(command.new))
    draft.enter(command.new.id, command.head, HEAD)
    for resident in leaving:
        if resident != command.head:
            draft.enter(command.new.id, resident)
    for resident in leaving:
        draft.live_in(command.new.id, resident)
    if all(draft.state.people[r].below(CARE_AGE, command.day) for r in leaving):
        raise errors.MinorsLeftAlone
    _head_is_of_age(draft, command.new.id)


@_decide.register
def _(command: Join, draft: Draft) -> None:
    if command.other == command.household:
        raise errors.SameHousehold
    other = draft.state.households[command.other]
    if other.closed_on is not None:
        raise errors.HouseholdClosed(closed_on=other.closed_on)
    coming = draft.state.open_members(command.other)
    for stay in coming:
        draft.leave(stay)
    draft.settle(command.other, None)
    for stay in coming:
        draft.enter(command.household, stay.resident)
        draft.live_in(command.household, stay.resident)


@_decide.register
def _(command: ChangeOfHead, draft: Draft) -> None:
    before = draft.state.head(command.household)
    if before is not None and before.since > command.day:
        raise errors.BeforePresentHead(since=before.since)
    draft.make_head(command.household, command.new_head)


@_decide.register
def _(command: MarriageIn, draft: Draft) -> None:
    member(draft.state, command.household, command.spouse)
    for who in (command.newcomer, command.spouse):
        person = living(draft.state, who, command.day)
        if draft.state.spouse_link(who):
            raise errors.NewcomerMarried if who == command.newcomer else errors.MemberMarried
        if person.below(MARRIAGE_AGE_MALE if person.sex == MALE else MARRIAGE_AGE_FEMALE, command.day):
            raise errors.UnderMarriageAge
    _leave_other(draft, command.household, command.newcomer, command.new_head_there)
    draft.tie(Kin.SPOUSE, command.newcomer, command.spouse)
    draft.enter(command.household, command.newcomer)
    for who in (command.newcomer, command.spouse):
        draft.set_fact(who, "marriage", MARRIED)
    draft.set_fact(command.newcomer, "presence", command.presence)
    draft.live_in(command.household, command.newcomer)


@_decide.register
def _(command: Divorce, draft: Draft) -> None:
    member(draft.state, command.household, command.resident)
    draft.part(command.household, _end_marriage(draft, command.resident))


@_decide.register
def _(command: Parted, draft: Draft) -> None:
    living(draft.state, command.resident, command.day)
    _end_marriage(draft, command.resident)


def _end_marriage(draft: Draft, resident: UUID) -> set[UUID]:
    marriage = draft.state.spouse_link(resident)
    if marriage is None:
        raise errors.NotMarried
    if draft.command.day < marriage.since:
        raise errors.BeforeMarriage(since=marriage.since)
    for who in (marriage.a, marriage.b):
        draft.set_fact(who, "marriage", DIVORCED)
    draft.do(Untie(marriage.id, draft.command.day))
    return {marriage.a, marriage.b}


@_decide.register
def _(command: Correction, draft: Draft) -> None:
    for effect in reversed(command.effects):
        if not _still_holds(draft.state, effect):
            raise errors.NotTheLastEvent
        draft.do(inverse(effect))
    if violations(draft.state):
        raise errors.NotTheLastEvent


def _someone(members: tuple[UUID, ...]) -> None:
    if not members:
        raise errors.NobodyNamed


def _tie_parents(draft: Draft, child: UUID, parents: tuple[UUID, ...]) -> None:
    born = draft.state.people[child].birth_date
    for parent in dict.fromkeys(parents):
        parent_born = draft.state.people[parent].birth_date
        if parent == child or (born and parent_born and parent_born >= born):
            raise errors.ParentNotOlder
        draft.tie(Kin.PARENT, parent, child)


def _leave_other(draft: Draft, household: UUID, resident: UUID, new_head_there: UUID | None) -> None:
    stay = draft.state.open_stay(resident)
    if stay is None:
        return
    if stay.household == household:
        raise errors.AlreadyInHousehold
    draft.leave(stay)
    draft.settle(stay.household, new_head_there)


def _head_is_of_age(draft: Draft, household: UUID) -> None:
    people = [draft.state.people[m.resident] for m in draft.state.open_members(household)]
    head = draft.state.head(household)
    young = head is not None and draft.state.people[head.resident].below(FULL_AGE, draft.command.day)
    if young and any(not person.below(FULL_AGE, draft.command.day) for person in people):
        raise errors.HeadTooYoung


def _still_holds(state: State, effect: Effect) -> bool:
    """True while nothing later changed what the effect left."""
    match effect:
        case Enter(stay):
            return state.memberships.get(stay.id) == stay
        case Leave(key, until):
            return state.memberships[key].until == until
        case SetFact(resident, fact, _, new):
            return get_fact(state.people[resident], fact) == new
        case OpenHousehold(home):
            return state.households[home.id].closed_on is None
        case CloseHousehold(key, on):
            return state.households[key].closed_on == on
        case Tie(link):
            return state.links.get(link.id) == link
        case Untie(key, until) | Retie(key, until):
            return state.links[key].until == until
        case _:
            return True


def violations(state: State) -> list[str]:
    """Name every rule of this module that `state` breaks; empty for every state that events lead to."""
    found: list[str] = []
    for person in state.people.values():
        stays = state.stays(person.id)
        found += [
            f"{person.id} in two stays"
            for n, one in enumerate(stays)
            for other in stays[n + 1 :]
            if one.overlaps(other.since, other.until)
        ]
        if (not person.alive or person.presence == Presence.VOID) and state.open_stay(person.id):
            found.append(f"{person.id} is gone and still a member")
    for home in state.households.values():
        members = state.open_members(home.id)
        heads = [m for m in members if m.relation == HEAD]
        if len(heads) != (1 if members else 0):
            found.append(f"{home.id} has {len(heads)} heads and {len(members)} members")
        if members and home.closed_on is not None:
            found.append(f"{home.id} is closed and has members")
        if not members and home.closed_on is None:
            found.append(f"{home.id} is open and empty")
        stays = [m for m in state.memberships.values() if m.household == home.id and m.relation == HEAD]
        if any(a.overlaps(b.since, b.until) for n, a in enumerate(stays) for b in stays[n + 1 :]):
            found.append(f"{home.id} had two heads on a day")
    return found
