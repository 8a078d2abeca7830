"""Household rules: over any sequence of events, and case by case."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli_kernel.errors import DomainError
from linli_kernel.ids import new_id
from linli_registry.households import commands as c
from linli_registry.households import errors
from linli_registry.households.domain import decide, violations
from linli_registry.households.facts import (
    HEAD,
    Household,
    Kin,
    Link,
    Person,
    Presence,
    State,
    Tie,
)
from linli_registry.households.kin import relation_to

VILLAGE = "421202104221"
TODAY = date(2026, 11, 20)
DAY = date(2026, 6, 1)


def person(sex="1", born=date(1980, 1, 1), **more):
    return Person(new_id(), sex, born, division=VILLAGE, **more)


class World:
    """A state that grows by events, as the service would apply them."""

    def __init__(self):
        self.state = State()
        self.history = []

    def add(self, *people):
        self.state = State(
            {**self.state.people, **{p.id: p for p in people}},
            self.state.households,
            self.state.memberships,
            self.state.links,
        )
        return people[0] if len(people) == 1 else people

    def tie(self, kind, a, b):
        link = Link(new_id(), kind, a.id, b.id, date(2000, 1, 1))
        self.state = State(
            self.state.people, self.state.households, self.state.memberships, {**self.state.links, link.id: link}
        )

    def home(self, head, *members, day=date(2010, 1, 1), **relations):
        home = Household(new_id(), VILLAGE, day)
        self.do(c.Found(household=home.id, day=day, new=home, head=head.id, members=tuple(m.id for m in members)))
        return home.id

    def do(self, command, today=TODAY):
        effects = decide(self.state, command, today, new_id)
        self.state = self.state.apply(effects)
        self.history.append((command, effects))
        assert violations(self.state) == []
        return effects

    def members(self, home):
        return {m.resident: m.relation for m in self.state.open_members(home)}


@pytest.fixture
def family():
    """A couple with a child of nine and the husband's mother."""
    world = World()
    man, woman = world.add(person("1", date(1985, 3, 1)), person("2", date(1987, 4, 1)))
    child, mother = world.add(person("2", date(2017, 5, 1)), person("2", date(1960, 6, 1)))
    world.tie(Kin.SPOUSE, *sorted((man, woman), key=lambda p: p.id))
    world.tie(Kin.PARENT, man, child)
    world.tie(Kin.PARENT, woman, child)
    world.tie(Kin.PARENT, mother, man)
    home = world.home(man, woman, mother)
    world.do(c.MoveIn(household=home, day=date(2017, 5, 1), members=(child.id,)))
    return world, home, man, woman, child, mother


def test_relations_follow_from_kinship(family):
    world, home, man, woman, child, mother = family
    assert world.members(home) == {man.id: "02", woman.id: "12", child.id: "30", mother.id: "52"}


def test_a_change_of_head_names_everybody_anew(family):
    world, home, man, woman, child, mother = family
    world.do(c.ChangeOfHead(household=home, day=DAY, new_head=mother.id))
    assert world.members(home) == {mother.id: "02", man.id: "20", woman.id: "38", child.id: "42"}


def test_after_the_head_died_the_spouse_heads_the_household(family):
    world, home, man, woman, child, mother = family
    world.do(c.Death(household=home, day=DAY, resident=man.id))
    assert world.members(home) == {woman.id: "02", child.id: "30", mother.id: "54"}
    assert world.state.people[woman.id].marriage == "30"
    assert world.state.people[man.id].death_date == DAY
    assert world.state.spouse_link(woman.id) is None


def test_a_death_that_leaves_only_children_is_registered():
    world = World()
    adult, child, baby = world.add(person(), person(born=date(2012, 1, 1)), person(born=date(2020, 1, 1)))
    home = world.home(adult, child, baby, day=date(2021, 1, 1))
    world.do(c.Death(household=home, day=DAY, resident=adult.id))
    assert world.members(home)[child.id] == HEAD


def test_nobody_heads_the_household_before_coming_into_it(family):
    world, home, man, woman, _child, mother = family
    world.do(c.MoveOut(household=home, day=date(2025, 1, 1), members=(woman.id,)))
    world.do(c.MoveIn(household=home, day=date(2026, 5, 1), members=(woman.id,)))
    with pytest.raises(errors.HeadCameLater):
        world.do(c.Death(household=home, day=date(2026, 2, 1), resident=man.id, new_head=woman.id))
    world.do(c.Death(household=home, day=date(2026, 2, 1), resident=man.id))
    assert world.members(home)[mother.id] == HEAD
    assert list(on_every_day(world.state)) == []


def test_who_left_since_headed_the_household_until_then_when_a_death_is_registered_late():
    world = World()
    man, woman = world.add(person("1", date(1985, 3, 1)), person("2", date(1987, 4, 1)))
    home = world.home(man, woman)
    world.do(c.MoveOut(household=home, day=DAY, members=(woman.id,)))
    world.do(c.Death(household=home, day=date(2026, 2, 1), resident=man.id))
    assert lived(world.state, woman) == [(date(2010, 1, 1), date(2026, 2, 1), "97"), (date(2026, 2, 1), DAY, HEAD)]
    assert world.state.households[home].closed_on == DAY
    assert list(on_every_day(world.state)) == []


def test_a_death_registered_late_is_followed_by_whoever_was_there_and_then_by_who_still_is(family):
    world, home, man, woman, _child, mother = family
    guest = world.add(person("1", date(1990, 1, 1)))
    world.do(c.MoveIn(household=home, day=date(2026, 4, 1), members=(guest.id,)))
    world.do(c.MoveOut(household=home, day=DAY, members=(woman.id,)))
    before = world.state
    effects = world.do(c.Death(household=home, day=date(2026, 2, 1), resident=man.id))
    assert [stay[2] for stay in lived(world.state, woman)] == ["12", HEAD]
    assert [stay[1:] for stay in lived(world.state, mother)][-2:] == [(DAY, "54"), (None, HEAD)]
    assert list(on_every_day(world.state)) == []
    world.do(c.Correction(day=TODAY, effects=effects))
    for key in (man.id, woman.id, mother.id, guest.id):
        assert world.state.stays(key) == before.stays(key)


def test_who_was_renamed_since_may_have_left_before_that(family):
    world, home, man, woman, _child, mother = family
    world.do(c.ChangeOfHead(household=home, day=date(2026, 5, 1), new_head=woman.id))
    world.do(c.Death(household=home, day=date(2026, 2, 1), resident=man.id, new_head=mother.id))
    assert world.members(home)[woman.id] == HEAD
    assert lived(world.state, man) == [(date(2010, 1, 1), date(2026, 2, 1), HEAD)]
    assert list(on_every_day(world.state)) == []


def test_who_lives_in_another_county_leaves_every_household_there_was_since(family):
    """A split, a death and a departure that were registered meanwhile count no more; somebody heads who stays."""
    world, home, man, woman, child, mother = family
    new = Household(new_id(), VILLAGE, date(2026, 5, 1))
    more = {"members": (child.id,), "head": man.id, "new_head": woman.id}
    world.do(c.Split(household=home, day=date(2026, 5, 1), new=new, **more))
    world.do(c.Death(household=home, day=DAY, resident=woman.id))
    before = world.state
    effects = world.do(c.Gone(day=date(2026, 3, 1), members=(man.id, woman.id), heir=mother.id))
    assert {lived(world.state, one)[-1][1] for one in (man, woman)} == {date(2026, 3, 1)}
    assert (world.members(home), world.members(new.id)) == ({mother.id: HEAD}, {child.id: HEAD})
    assert list(on_every_day(world.state)) == []
    world.do(c.Correction(day=TODAY, effects=effects))
    for one in (man, woman, child, mother):
        assert world.state.stays(one.id) == before.stays(one.id)


def test_who_never_came_leaves_no_link_and_the_household_closes_on_the_day_it_opened():
    world = World()
    man, woman = world.add(person("1", date(1985, 3, 1)), person("2", date(1987, 4, 1)))
    home = world.home(man, woman, day=DAY)
    world.state = world.state.apply([Tie(Link(new_id(), Kin.SPOUSE, *sorted((man.id, woman.id)), DAY))])
    world.do(c.NeverCame(day=DAY, members=(man.id, woman.id), unmade=frozenset([man.id]), dead={woman.id: DAY}))
    gone, dead = world.state.people[man.id], world.state.people[woman.id]
    assert (gone.presence, dead.presence, dead.death_date) == (Presence.VOID, Presence.MOVED_OUT, DAY)
    assert world.state.households[home].closed_on == DAY
    assert world.state.spouse_link(woman.id) is None
    assert list(on_every_day(world.state)) == []


def lived(state, who):
    return sorted((stay.since, stay.until, stay.relation) for stay in state.stays(who.id))


def test_nobody_moves_away_from_children_under_sixteen(family):
    world, home, man, woman, child, mother = family
    adults = (man.id, woman.id, mother.id)
    with pytest.raises(errors.MinorsLeftAlone):
        world.do(c.MoveOut(household=home, day=DAY, members=adults, new_head=child.id))


def test_the_head_leaves_only_with_a_successor_named(family):
    world, home, man, woman, child, _mother = family
    with pytest.raises(errors.HeadRequired):
        world.do(c.MoveOut(household=home, day=DAY, members=(man.id,)))
    with pytest.raises(errors.HeadTooYoung):
        world.do(c.MoveOut(household=home, day=DAY, members=(man.id,), new_head=child.id))
    world.do(c.MoveOut(household=home, day=DAY, members=(man.id,), new_head=woman.id))
    assert world.state.people[man.id].presence == Presence.MOVED_OUT


def test_a_person_of_one_household_cannot_enter_another(family):
    world, _home, man, *_ = family
    other = world.home(world.add(person()))
    with pytest.raises(errors.AlreadyInHousehold):
        world.do(c.MoveIn(household=other, day=DAY, members=(man.id,)))


def test_a_backdated_stay_cannot_overlap_an_earlier_one(family):
    world, home, _man, woman, *_ = family
    other = world.home(world.add(person()))
    world.do(c.MoveOut(household=home, day=DAY, members=(woman.id,)))
    with pytest.raises(errors.StayOverlaps):
        world.do(c.MoveIn(household=other, day=DAY - timedelta(days=1), members=(woman.id,)))
    world.do(c.MoveIn(household=other, day=DAY, members=(woman.id,)))


def test_a_birth_ties_the_child_to_its_parents(family):
    world, home, man, woman, child, _mother = family
    baby = world.add(person("1", DAY))
    world.do(c.Birth(household=home, day=DAY, child=baby.id, parents=(man.id, woman.id)))
    assert world.members(home)[baby.id] == "20"
    assert relation_to(world.state, child.id, baby.id) == "73"


def test_a_parent_is_older_than_the_child(family):
    world, home, man, _woman, _child, _mother = family
    baby = world.add(person("1", date(1950, 1, 1)))
    with pytest.raises(errors.ParentNotOlder):
        world.do(c.Adoption(household=home, day=DAY, child=baby.id, parents=(man.id,)))


def test_an_adopted_child_leaves_its_old_family(family):
    world, home, man, woman, *_ = family
    before, orphan = world.add(person(born=date(1970, 1, 1)), person("1", date(2019, 1, 1)))
    world.tie(Kin.PARENT, before, orphan)
    old = world.home(before, orphan, day=date(2019, 1, 1))
    world.do(c.Adoption(household=home, day=DAY, child=orphan.id, parents=(man.id, woman.id)))
    assert world.members(home)[orphan.id] == "27"
    assert orphan.id not in world.members(old)
    assert relation_to(world.state, before.id, orphan.id) == "97"


def test_a_split_makes_a_household_of_its_own(family):
    world, home, man, woman, child, mother = family
    new = Household(new_id(), VILLAGE, DAY)
    split = c.Split(household=home, day=DAY, new=new, head=man.id, members=(woman.id, child.id), new_head=mother.id)
    world.do(split)
    assert world.members(new.id) == {man.id: "02", woman.id: "12", child.id: "30"}
    assert world.members(home) == {mother.id: "02"}
    with pytest.raises(errors.WholeHousehold):
        world.do(c.Split(household=home, day=DAY, new=new, head=mother.id, members=()))


def test_a_join_closes_the_other_household(family):
    world, home, _man, *_ = family
    brother = world.add(person("1", date(1990, 1, 1)))
    other = world.home(brother)
    world.do(c.Join(household=home, day=DAY, other=other, relations={brother.id: "73"}))
    assert world.state.households[other].closed_on == DAY
    assert world.members(home)[brother.id] == "73"


def test_a_marriage_brings_the_spouse_in(family):
    world, _home, *_ = family
    son, bride = world.add(person("1", date(2000, 1, 1)), person("2", date(2001, 1, 1)))
    mine, hers = world.home(son), world.home(bride)
    world.do(c.MarriageIn(household=mine, day=DAY, newcomer=bride.id, spouse=son.id))
    assert world.members(mine)[bride.id] == "12"
    assert world.state.households[hers].closed_on == DAY
    assert {world.state.people[p.id].marriage for p in (son, bride)} == {"20"}
    second = world.add(person("2", date(2001, 1, 1)))
    with pytest.raises(errors.MemberMarried):
        world.do(c.MarriageIn(household=mine, day=DAY, newcomer=second.id, spouse=son.id))
    theirs = world.home(second)
    with pytest.raises(errors.NewcomerMarried):
        world.do(c.MarriageIn(household=theirs, day=DAY, newcomer=son.id, spouse=second.id))


def test_a_divorce_ends_the_marriage_and_both_may_marry_again(family):
    world, home, man, woman, _child, _mother = family
    with pytest.raises(errors.EventTooEarly):
        world.do(c.Divorce(household=home, day=date(2011, 1, 1) - timedelta(days=4000), resident=man.id))
    before = world.state
    effects = world.do(c.Divorce(household=home, day=DAY, resident=woman.id))
    assert {world.state.people[p.id].marriage for p in (man, woman)} == {"40"}
    assert world.members(home)[woman.id] == "99"
    assert world.state.spouse_link(man.id) is None
    with pytest.raises(errors.NotMarried):
        world.do(c.Divorce(household=home, day=DAY, resident=man.id))
    bride = world.add(person("2", date(1990, 1, 1)))
    marriage = world.do(c.MarriageIn(household=home, day=DAY, newcomer=bride.id, spouse=man.id))
    world.do(c.Correction(day=TODAY, effects=marriage))
    world.do(c.Correction(day=TODAY, effects=effects))
    assert world.members(home) == {m.resident: m.relation for m in before.open_members(home)}
    assert world.state.people[man.id] == before.people[man.id]


def test_nobody_marries_below_the_lawful_age(family):
    world, *_ = family
    boy, girl = world.add(person("1", date(2005, 1, 1)), person("2", date(2000, 1, 1)))
    home = world.home(girl)
    with pytest.raises(errors.UnderMarriageAge):
        world.do(c.MarriageIn(household=home, day=DAY, newcomer=boy.id, spouse=girl.id))


def test_no_event_is_dated_in_the_future_or_before_what_is_known(family):
    world, home, _man, woman, *_ = family
    with pytest.raises(errors.EventInFuture):
        world.do(c.ChangeOfHead(household=home, day=TODAY + timedelta(days=1), new_head=woman.id))
    with pytest.raises(errors.EventTooEarly):
        world.do(c.ChangeOfHead(household=home, day=date(2009, 1, 1), new_head=woman.id))
    with pytest.raises(errors.EventLongAgo):
        world.do(c.ChangeOfHead(household=home, day=date(202, 1, 1), new_head=woman.id))


def test_the_dead_do_nothing(family):
    world, home, _man, _woman, _child, mother = family
    world.do(c.Death(household=home, day=DAY, resident=mother.id))
    with pytest.raises(errors.PersonDead):
        world.do(c.MoveIn(household=home, day=DAY, members=(mother.id,)))


def test_a_correction_restores_what_was(family):
    world, home, man, _woman, _child, _mother = family
    before = world.members(home)
    effects = world.do(c.Death(household=home, day=DAY, resident=man.id))
    world.do(c.Correction(day=TODAY, effects=effects))
    assert world.members(home) == before
    assert world.state.people[man.id].alive
    assert world.state.spouse_link(man.id) is not None


def test_what_later_events_rest_on_is_not_corrected(family):
    world, home, _man, woman, *_ = family
    other = world.home(world.add(person()))
    effects = world.do(c.MoveOut(household=home, day=DAY, members=(woman.id,)))
    world.do(c.MoveIn(household=other, day=DAY, members=(woman.id,)))
    with pytest.raises(errors.NotTheLastEvent):
        world.do(c.Correction(day=TODAY, effects=effects))


def random_command(random, people, homes):
    """One command at random; many are refused, the rest must keep the rules."""
    kind, days = random.randrange(12), random.randrange(400)
    a, b, d, h, g = (random.randrange(1000) for _ in range(5))
    who = [people[n % len(people)].id for n in (a, b, d)]
    home, other = homes[h % len(homes)], homes[g % len(homes)]
    day = date(2025, 6, 1) + timedelta(days=days)
    both = {"household": home, "day": day}
    new = Household(new_id(), VILLAGE, day)
    return [
        lambda: c.Birth(**both, child=who[0], parents=(who[1], who[2])),
        lambda: c.Adoption(**both, child=who[0], parents=(who[1],), new_head_there=who[2]),
        lambda: c.Death(**both, resident=who[0], new_head=who[1] if d % 2 else None),
        lambda: c.MoveIn(**both, members=tuple(dict.fromkeys(who))),
        lambda: c.MoveOut(**both, members=tuple(who[: 1 + d % 3]), new_head=who[2] if d % 2 else None),
        lambda: c.Return(**both, resident=who[0]),
        lambda: c.Split(**both, new=new, head=who[0], members=(who[1],), new_head=who[2]),
        lambda: c.Join(**both, other=other),
        lambda: c.ChangeOfHead(**both, new_head=who[0], relations={who[1]: "97"} if d % 2 else {}),
        lambda: c.MarriageIn(**both, newcomer=who[0], spouse=who[1], new_head_there=who[2]),
        lambda: c.Found(**both, new=new, head=who[0], members=(who[1],)),
        lambda: c.Divorce(**both, resident=who[0]),
    ][kind]()


def on_every_day(state):
    """Name what was wrong on any day at all: somebody twice, a house without one living head, somebody left dangling."""
    stays = [m for m in state.memberships.values() if m.since != m.until]
    for day in sorted({m.since for m in stays} | {m.until for m in stays if m.until}):
        here = [m for m in stays if m.since <= day and (m.until is None or m.until > day)]
        residents = [m.resident for m in here]
        if len(residents) != len(set(residents)):
            yield f"somebody is in two households on {day}"
        for home in {m.household for m in here}:
            heads = [state.people[m.resident] for m in here if m.household == home and m.relation == HEAD]
            if len(heads) != 1 or (heads[0].death_date and heads[0].death_date <= day):
                yield f"{home} has not one living head on {day}"
    for stay in stays:
        home = state.households.get(stay.household)
        if home is None or stay.resident not in state.people or (stay.open and home.closed_on):
            yield f"{stay.id} belongs to nothing"
    for link in state.links.values():
        ends = [state.people.get(end) for end in (link.a, link.b)]
        if link.until is None and any(end is None or end.presence == Presence.VOID for end in ends):
            yield f"{link.id} ties somebody to nobody"


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_sequence_of_events_breaks_a_rule(random):
    world = World()
    years = (1940, 1950, 1965, 1970, 1985, 1988, 1999, 2001, 2003, 2012, 2015, 2021)
    people = [Person(UUID(int=n + 1), "12"[n % 2], date(year, 1, 1), division=VILLAGE) for n, year in enumerate(years)]
    world.add(*people)
    homes = [world.home(people[0], people[1]), world.home(people[2], people[3], people[8]), world.home(people[4])]
    for _ in range(25):
        command = random_command(random, people, homes)
        before = world.state
        try:
            effects = world.do(command)
        except DomainError:
            assert world.state is before
            continue
        homes = list(world.state.households)
        if random.random() < 0.2:
            world.do(c.Correction(day=TODAY, effects=effects), today=date(2027, 1, 1))
            for home in before.households:
                assert world.members(home) == {m.resident: m.relation for m in before.open_members(home)}
            assert world.state.people == before.people
    assert list(on_every_day(world.state)) == []


@st.composite
def households_of_a_year(draw):
    """A household whose people, but for its head, came and went on any days; the head leaves on one of them."""
    world = World()
    head = world.add(person("1", date(1970, 1, 1)))
    first = world.add(person("2", date(1972, 1, 1)))
    home = world.home(head, first, day=date(2025, 1, 1))
    days = st.integers(0, 300).map(lambda n: date(2025, 6, 1) + timedelta(days=n))
    for year in draw(st.lists(st.sampled_from((1950, 1985, 1990, 2015)), max_size=5)):
        guest = world.add(person("12"[year % 2], date(year, 1, 1)))
        world.do(c.MoveIn(household=home, day=draw(days), members=(guest.id,)))
    for member in draw(st.permutations(sorted(world.members(home).keys() - {head.id}))):
        if draw(st.booleans()):
            since = max(draw(days), world.state.open_stay(member).since)
            with suppress(DomainError):
                world.do(c.MoveOut(household=home, day=since, members=(member,)))
    return world, home, head.id, draw(days)


@settings(max_examples=300, deadline=None)
@given(households_of_a_year(), st.booleans(), st.data())
def test_a_head_who_went_on_any_day_leaves_the_household_whole_until_today(made, dies, data):
    world, home, head, day = made
    before, members = world.state, world.members(home)
    there = {m.resident for m in before.memberships.values() if m.household == home and m.holds(day)} - {head}
    still = there & members.keys()
    named = data.draw(st.sampled_from([None, *sorted(members.keys() - {head})]))
    command = c.Death(household=home, day=day, resident=head, new_head=named)
    if not dies:
        command = c.MoveOut(household=home, day=day, members=(head,), new_head=named)
    try:
        effects = world.do(command)
    except errors.HeadCameLater:
        assert named not in there
        return
    except (errors.HeadRequired, errors.MinorsLeftAlone, errors.HeadTooYoung):
        assert not dies or named is not None
        return
    assert list(on_every_day(world.state)) == []
    successor = next((m for m in world.state.memberships.values() if m.relation == HEAD and m.holds(day)), None)
    assert (successor.resident if successor else None) in (there or {None})
    assert named not in still or successor.resident == named
    # Nobody lived there longer or shorter than before, but for who went.
    for other in before.people.keys() - {head}:
        assert days_of(world.state, other) == days_of(before, other)
    world.do(c.Correction(day=TODAY, effects=effects))
    assert {key: world.state.memberships[key] for key in before.memberships} == before.memberships


def days_of(state, who):
    stays = sorted(state.stays(who), key=lambda stay: stay.since)
    return {(stay.household, TODAY if stay.until is None else stay.until, stay.since) for stay in joined(stays)}


def joined(stays):
    """Stays of which one begins where the other ends are one."""
    made = []
    for stay in stays:
        if made and (made[-1].household, made[-1].until) == (stay.household, stay.since):
            made[-1] = msgspec.structs.replace(made[-1], until=stay.until)
        else:
            made.append(stay)
    return made
