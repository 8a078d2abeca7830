"""Merging two records and undoing it over random families: nothing is lost, later edits stay, the rules hold."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli_registry.duplicates import workflow
from linli_registry.duplicates.errors import MergeOfRelatives
from linli_registry.households.facts import HEAD, Household, Kin, Link, Membership, Person, State

TODAY = date(2026, 11, 20)
KEPT, ABSORBED = UUID(int=1), UUID(int=2)
OTHERS = [UUID(int=n) for n in range(3, 9)]
HOMES = [UUID(int=100 + n) for n in range(4)]
Ids = Callable[[], UUID]


def ids() -> Ids:
    counter = itertools.count(10_000)
    return lambda: UUID(int=next(counter))


@st.composite
def states(draw: st.DrawFn) -> State:
    """A registry in which nobody is in two households on a day and every household with members has one head."""
    make = itertools.count(500)
    people = {
        key: Person(key, draw(st.sampled_from("12")), date(1950 + n * 5, 1, 2), division="421202104221")
        for n, key in enumerate([KEPT, ABSORBED, *OTHERS])
    }
    stays: list[Membership] = []
    for person in people:
        day = date(2000, 1, 1)
        for _ in range(draw(st.integers(0, 3))):
            since = day + timedelta(days=draw(st.integers(0, 900)))
            until = since + timedelta(days=draw(st.integers(1, 900)))
            home = draw(st.sampled_from(HOMES))
            stays.append(Membership(UUID(int=next(make)), home, person, "97", since, until))
            day = until
        if draw(st.booleans()):
            since = day + timedelta(days=draw(st.integers(0, 300)))
            stays.append(Membership(UUID(int=next(make)), draw(st.sampled_from(HOMES)), person, "97", since))
    made = {stay.id: stay for stay in stays}
    for home in HOMES:
        members = [m for m in stays if m.household == home and m.open]
        if members:
            head = draw(st.sampled_from(members))
            made[head.id] = msgspec.structs.replace(head, relation=HEAD)
    houses = {
        home: Household(home, "421202104221", date(2000, 1, 1), None, None if any(m.household == home and m.open for m in stays) else TODAY)
        for home in HOMES
    }  # fmt: skip
    links: dict[UUID, Link] = {}
    taken: set[tuple[Kin, UUID, UUID]] = set()
    married: set[UUID] = set()
    for _ in range(draw(st.integers(0, 6))):
        kind, a, b = draw(st.sampled_from(Kin)), *draw(st.permutations(list(people)))[:2]
        if {a, b} == {KEPT, ABSORBED} or (kind, a, b) in taken or (kind is Kin.SPOUSE and {a, b} & married):
            continue
        if kind is Kin.SPOUSE:
            a, b = sorted((a, b))
            married |= {a, b}
        taken.add((kind, a, b))
        key = UUID(int=next(make))
        links[key] = Link(key, kind, a, b, date(2001, 1, 1))
    return State(people, houses, made, links)


def check(state: State) -> None:
    for person in state.people:
        stays = sorted(state.stays(person), key=lambda m: m.since)
        for one, other in itertools.pairwise(stays):
            assert not one.overlaps(other.since, other.until), "two households on one day"
    for home in HOMES:
        members = state.open_members(home)
        heads = [m for m in members if m.relation == HEAD]
        assert len(heads) == (1 if members else 0)
        assert (state.households[home].closed_on is None) == bool(members)
    standing = [(x.kind, x.a, x.b) for x in state.links.values() if x.until is None]
    assert len(standing) == len(set(standing))


def merged(state: State, home: UUID, new_id: Ids) -> State:
    real = workflow.real_home(state, KEPT, ABSORBED, home)
    return workflow.merge(state, KEPT, ABSORBED, real, TODAY, new_id)


@given(states(), st.sampled_from([KEPT, ABSORBED]))
@settings(max_examples=300, deadline=None)
def test_a_merge_keeps_the_rules_and_leaves_nothing_with_the_absorbed_record(state: State, home: UUID) -> None:
    after = merged(state, home, ids())
    check(after)
    assert state.memberships.keys() <= after.memberships.keys()
    assert not after.stays(ABSORBED)
    assert not [x for x in after.links.values() if ABSORBED in (x.a, x.b) and x.until != x.since]


@given(states(), st.sampled_from([KEPT, ABSORBED]))
@settings(max_examples=300, deadline=None)
def test_a_merge_undone_is_as_if_it_had_not_been(state: State, home: UUID) -> None:
    new_id = ids()
    after = merged(state, home, new_id)
    stored = workflow.changes(state, after)
    back = workflow.undo(after, stored, ABSORBED, TODAY, new_id)
    assert {k: back.memberships[k] for k in state.memberships} == state.memberships
    assert {k: back.links[k] for k in state.links} == state.links
    assert back.households == state.households
    # What the merge made stays as a void row.
    made = back.memberships.keys() - state.memberships.keys()
    assert all(back.memberships[k].until == back.memberships[k].since for k in made)


@given(states(), st.sampled_from([KEPT, ABSORBED]), st.data())
@settings(max_examples=300, deadline=None)
def test_an_undo_keeps_what_was_edited_since_and_the_rules(state: State, home: UUID, data: st.DataObject) -> None:
    new_id = ids()
    after = merged(state, home, new_id)
    stored = workflow.changes(state, after)
    later = TODAY + timedelta(days=30)
    stay = after.open_stay(KEPT)
    memberships = dict(after.memberships)
    if stay is not None:
        memberships[stay.id] = msgspec.structs.replace(stay, until=later)
    target = data.draw(st.sampled_from(HOMES))
    moved = Membership(new_id(), target, KEPT, "97", later)
    memberships[moved.id] = moved
    edited = workflow._settle(State(after.people, after.households, memberships, after.links), HOMES, later, new_id)
    check(edited)
    back = workflow.undo(edited, stored, ABSORBED, later + timedelta(days=1), new_id)
    check(back)
    kept = back.open_stay(KEPT)
    assert kept is not None
    assert kept.household == target
    if stay is not None and stay.id in back.memberships:
        assert back.memberships[stay.id].until is not None


def test_two_relatives_are_not_one_person() -> None:
    link = Link(UUID(int=900), Kin.PARENT, KEPT, ABSORBED, date(2001, 1, 1))
    people = {key: Person(key, "1", None) for key in (KEPT, ABSORBED)}
    with pytest.raises(MergeOfRelatives):
        workflow.merge(State(people, {}, {}, {link.id: link}), KEPT, ABSORBED, KEPT, TODAY, ids())


def test_a_head_who_comes_back_to_a_household_with_a_new_head_is_a_member_from_then() -> None:
    home, other, new_id = HOMES[0], HOMES[1], ids()
    people = {key: Person(key, "1", date(1950, 1, 1)) for key in (KEPT, ABSORBED, OTHERS[0])}
    houses = {key: Household(key, "421202104221", date(2000, 1, 1)) for key in (home, other)}
    stays = [
        Membership(UUID(int=600), home, ABSORBED, HEAD, date(2000, 1, 1)),
        Membership(UUID(int=601), home, OTHERS[0], "97", date(2000, 1, 1)),
        Membership(UUID(int=602), other, KEPT, HEAD, date(1999, 1, 1)),
    ]
    state = State(people, houses, {m.id: m for m in stays}, {})
    after = merged(state, KEPT, new_id)
    head = after.head(home)
    assert head is not None
    assert head.resident == OTHERS[0]
    # A later event ends the new head's stay and begins another: it is no row of the merge any more.
    later = TODAY + timedelta(days=5)
    again = Membership(new_id(), home, OTHERS[0], HEAD, later)
    edited = {**after.memberships, head.id: msgspec.structs.replace(head, until=later), again.id: again}
    back = workflow.undo(
        State(people, after.households, edited, {}), workflow.changes(state, after), ABSORBED, later, new_id
    )
    assert back.head(home) == again
    stay = back.open_stay(ABSORBED)
    assert stay is not None
    assert (stay.household, stay.since) == (home, later)


def test_a_past_stay_that_an_event_cut_in_two_comes_back_whole() -> None:
    home, new_id = HOMES[0], ids()
    began, cut, left = date(2010, 1, 1), date(2012, 6, 1), date(2014, 1, 1)
    people = {key: Person(key, "1", date(1950, 1, 1)) for key in (KEPT, ABSORBED, OTHERS[0])}
    houses = {home: Household(home, "421202104221", date(2000, 1, 1), None, left)}
    stays = [
        Membership(UUID(int=600), home, ABSORBED, "97", began, left),
        Membership(UUID(int=601), home, OTHERS[0], HEAD, date(2000, 1, 1), left),
    ]
    state = State(people, houses, {m.id: m for m in stays}, {})
    after = merged(state, KEPT, new_id)
    # The head turns out to have left earlier: the other one is head for the rest of the stay.
    shorter = msgspec.structs.replace(after.memberships[UUID(int=600)], until=cut)
    rest = Membership(new_id(), home, KEPT, HEAD, cut, left)
    edited = {**after.memberships, shorter.id: shorter, rest.id: rest}
    back = workflow.undo(
        State(people, after.households, edited, {}), workflow.changes(state, after), ABSORBED, TODAY, new_id
    )
    assert back.stays(KEPT) == []
    assert sorted((stay.since, stay.until) for stay in back.stays(ABSORBED)) == [(began, cut), (cut, left)]
