"""A record as of a day equals a replay of what happened, over any sequence of edits, events and corrections."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from linli_kernel.errors import DomainError
from linli_kernel.ids import new_id
from linli_registry.history.domain import Change, as_of
from linli_registry.households import commands as c
from linli_registry.households.domain import decide, violations
from linli_registry.households.facts import HEAD, Enter, Household, Leave, Person, Resume, SetFact, State, Void

VILLAGE = "421202104221"
FIRST, DAYS = date(2026, 1, 1), 60
LAST = FIRST + timedelta(days=DAYS - 1)
BORN = (date(1948, 1, 1), date(1950, 1, 1), date(1979, 1, 1), date(1981, 1, 1), date(2001, 1, 1), date(2018, 1, 1))
PEOPLE = [UUID(int=n + 1) for n in range(len(BORN))]
FACTS = ("presence", "marriage", "death_date", "division", "grid")


def days():
    return st.integers(0, DAYS - 1).map(lambda n: FIRST + timedelta(days=n))


class Replay:
    """Day by day: what each person is on each day, written over from a day onward. Slow, and without any cleverness."""

    def __init__(self, start):
        self.start, self.said = start, []

    def say(self, what, day, person, field, value, until=None):
        self.said.append((what, day, person, field, value, until))

    def forget(self, what):
        self.said = [one for one in self.said if one[0] != what]

    def on(self, person, field, day):
        table = [self.start.get((person, field))] * DAYS
        for _, since, who, name, value, until in self.said:
            if (who, name) == (person, field):
                first, end = (since - FIRST).days, DAYS if until is None else (until - FIRST).days
                table[first:end] = [value] * (end - first)
        return table[(day - FIRST).days]


class Histories(RuleBasedStateMachine):
    """Random events, edits and corrections of the last events; every day is compared after every step."""

    def __init__(self):
        super().__init__()
        people = {p: Person(p, "12"[n % 2], BORN[n], division=VILLAGE) for n, p in enumerate(PEOPLE)}
        self.state, self.changes, self.undone = State(people=people), {p: [] for p in PEOPLE}, set()
        self.replay = Replay({(p, f): self.fact(p, f) for p in PEOPLE for f in FACTS})
        self.events = []
        for head, members in ((0, (1,)), (2, (3, 5)), (4, ())):
            home = Household(new_id(), VILLAGE, FIRST)
            self.happen(
                c.Found(
                    household=home.id, day=FIRST, new=home, head=PEOPLE[head], members=tuple(PEOPLE[m] for m in members)
                )
            )

    def fact(self, person, field):
        value = getattr(self.state.people[person], field)
        return None if value is None else str(value)

    def happen(self, command):
        before = self.state
        effects = decide(before, command, LAST, new_id)
        event = new_id()
        self.state = before.apply(effects)
        undoing = isinstance(command, c.Correction)
        for effect in effects:
            match effect:
                case SetFact(person, field, old, new):
                    self.changes[person].append(Change(command.day, {field: (old, new)}, event))
                    if not undoing:
                        self.replay.say(event, command.day, person, field, new)
                case Enter(stay) if not undoing:
                    self.replay.say(
                        event, stay.since, stay.resident, "home", (stay.household, stay.relation), stay.until
                    )
                case Leave(key, until, was) if not undoing:
                    # What began when the stay had ended before goes on.
                    self.replay.say(event, until, self.state.memberships[key].resident, "home", None, was)
                case Void() | Resume():
                    assert undoing
        return event, effects

    @rule(data=st.data(), day=days(), kind=st.integers(0, 9), pick=st.permutations(PEOPLE))
    def an_event_happens(self, data, day, kind, pick):
        home, other = (data.draw(st.sampled_from(list(self.state.households))) for _ in range(2))
        both = {"household": home, "day": day}
        command = [
            lambda: c.Death(**both, resident=pick[0]),
            lambda: c.MoveIn(**both, members=(pick[0],)),
            lambda: c.MoveOut(**both, members=(pick[0],), new_head=pick[1]),
            lambda: c.Return(**both, resident=pick[0]),
            lambda: c.Split(**both, new=Household(new_id(), VILLAGE, day), head=pick[0], members=(), new_head=pick[1]),
            lambda: c.Join(**both, other=other),
            lambda: c.ChangeOfHead(**both, new_head=pick[0]),
            lambda: c.MarriageIn(**both, newcomer=pick[0], spouse=pick[1], new_head_there=pick[2]),
            lambda: c.Gone(day=day, members=(pick[0], pick[1]), heir=pick[2]),
            lambda: c.Died(day=day, resident=pick[0]),
        ][kind]()
        try:
            event, effects = self.happen(command)
        except DomainError:
            return
        self.events.append((event, command, effects))

    @rule(day=days(), person=st.sampled_from(PEOPLE), value=st.sampled_from(["10", "20", "30", "40"]))
    def a_field_is_edited(self, day, person, value):
        old = self.fact(person, "marriage")
        if old != value:
            self.changes[person].append(Change(day, {"marriage": (old, value)}))
            self.replay.say(None, day, person, "marriage", value)
            self.state = self.state.apply([SetFact(person, "marriage", old, value)])
            self.events.clear()  # what an edit may rest on is no longer corrected

    @precondition(lambda self: self.events)
    @rule()
    def the_last_event_is_corrected(self):
        event, _, effects = self.events.pop()
        self.undone |= {event, self.happen(c.Correction(day=LAST, effects=effects))[0]}
        self.replay.forget(event)

    @invariant()
    def every_day_equals_the_replay(self):
        for person in PEOPLE:
            now = {field: self.fact(person, field) for field in FACTS}
            assert as_of(now, self.changes[person], self.undone, LAST) == now
            for n in range(0, DAYS, 7):
                day = FIRST + timedelta(days=n)
                was = as_of(now, self.changes[person], self.undone, day)
                assert was == {field: self.replay.on(person, field, day) for field in FACTS}
                stays = [m for m in self.state.stays(person) if m.since <= day and (m.until is None or day < m.until)]
                assert len(stays) <= 1
                home = self.replay.on(person, "home", day)
                assert [(m.household, m.relation) for m in stays] == ([home] if home else [])

    @invariant()
    def no_rule_is_broken_on_any_day(self):
        assert violations(self.state) == []
        for home in self.state.households.values():
            for n in range(0, DAYS, 7):
                day = FIRST + timedelta(days=n)
                there = [
                    m
                    for m in self.state.memberships.values()
                    if m.household == home.id and m.since <= day and (m.until is None or day < m.until)
                ]
                assert sum(m.relation == HEAD for m in there) <= 1


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestHistories = Histories.TestCase


def test_a_backdated_change_holds_from_its_day_and_over_what_was_recorded_before():
    changes = [
        Change(date(2026, 3, 8), {"phone": ("1", "2")}),
        Change(date(2026, 3, 5), {"presence": ("here", "away")}),
    ]
    now = {"phone": "2", "presence": "away"}
    assert as_of(now, changes, (), date(2026, 3, 4)) == {"phone": "1", "presence": "here"}
    assert as_of(now, changes, (), date(2026, 3, 6)) == {"phone": "1", "presence": "away"}
    assert as_of(now, changes, (), date(2026, 3, 8)) == now


def test_a_corrected_event_never_was():
    wrong, correction = UUID(int=1), UUID(int=2)
    changes = [
        Change(date(2026, 3, 8), {"presence": ("here", "away")}, wrong),
        Change(date(2026, 3, 20), {"presence": ("away", "here")}, correction),
    ]
    assert as_of({"presence": "here"}, changes, {wrong, correction}, date(2026, 3, 10)) == {"presence": "here"}
