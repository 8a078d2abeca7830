"""Life events, merges and transfers between two counties in any order: what holds for people holds on every day.

Nobody is in two households or in two counties on a day, every household has one living head, nothing belongs to nothing, and
reading a past day equals a replay of what was said.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, pairwise
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from linli_kernel.codes import identity
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE
from linli_registry.households.facts import Household, Kin, Link, Membership, Person, State

from tests.registry.conftest import started_empty
from tests.registry.unit.test_life_events import on_every_day

VILLAGES = {"421202": "421202104221", FOREIGN_TENANT: FOREIGN_VILLAGE}
OTHER = {"421202": FOREIGN_TENANT, FOREIGN_TENANT: "421202"}
FIRST, BEFORE, DAYS = date(2026, 1, 1), "2025-01-01", 324
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_serial = count(1)
# Dice, and not the numbers themselves, which would nearly all be small ones.
dice = st.integers(0, 2**32).map(Random)


def day_of(n: int) -> str:
    return (FIRST + timedelta(days=n)).isoformat()


@dataclass
class Record:
    """What one county was told of somebody: facts that hold from a day on, in the order of telling."""

    id: str
    presence: str
    told: list[tuple[str, int, dict[str, str | None]]] = field(default_factory=list)
    brought: dict[int, str] = field(default_factory=dict)
    born: int = -1_000

    def say(self, event: str, n: int, **facts: str | None) -> None:
        """What holds already today is not said again."""
        now = self.on(DAYS - 1)
        news = {name: value for name, value in facts.items() if name == "household" or now[name] != value}
        self.told.append((event, n, news))

    def on(self, n: int) -> dict[str, str | None]:
        facts: dict[str, str | None] = {"household": None, "presence": self.presence}
        for _, day, said in self.told:
            if day <= n:
                facts |= said
        return facts | ({"household": self.brought[n]} if n in self.brought else {})

    def unsay(self, event: str) -> None:
        self.told = [one for one in self.told if one[0] != event]


@dataclass
class Somebody:
    name: str
    born: str
    number: str
    county: str
    records: dict[str, Record]
    merged: tuple[str, str] | None = None
    death: tuple[str, int] | None = None

    @property
    def here(self) -> Record:
        return self.records[self.county]

    @property
    def home(self) -> str | None:
        return self.here.on(DAYS - 1)["household"]


@dataclass
class Move:
    key: str
    origin: str
    people: list[Somebody]
    accepted: int | None = None
    made: list[Somebody] = field(default_factory=list)
    over: bool = False


class TwoCounties(RuleBasedStateMachine):
    """The real service with both counties; what it refuses changes nothing, what it accepts is replayed."""

    runner: asyncio.Runner
    registry: Any

    def call(self, county: str, method: str, path: str, body: Any = None, *, match: int | None = None) -> Any:
        headers = self.registry.auth(tenant=county, divisions=[VILLAGES[county]])
        return self.runner.run(self.registry.call(method, path, body, match=match, headers=headers))

    def get(self, county: str, path: str) -> Any:
        answer = self.call(county, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def made(self, county: str, path: str, body: Any) -> Any:
        answer = self.call(county, "POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @initialize()
    def two_villages(self) -> None:
        self.people: list[Somebody] = []
        self.homes: dict[str, list[str]] = {county: [] for county in VILLAGES}
        self.events: list[tuple[str, str, str]] = []
        self.moves: list[Move] = []
        self.today = 40
        for county, sizes in (("421202", (3, 2)), (FOREIGN_TENANT, (2,))):
            for size in sizes:
                self._household(county, [self._register(county) for _ in range(size)])

    def _register(self, county: str) -> Somebody:
        serial = next(_serial)
        born = date(1950, 1, 1) + timedelta(days=serial * 5)
        code = identity.make("422322", born, 300 + serial % 600)
        name = f"{SURNAMES[serial % len(SURNAMES)]}{chr(0x5A00 + serial % 400)}{chr(0x4E00 + serial // 10)}"
        body = {"name": name, "identity_number": code, "division": VILLAGES[county]}
        record = Record(self.made(county, "residents", body)["id"], "registered_here")
        somebody = Somebody(name, born.isoformat(), code, county, {county: record})
        self.people.append(somebody)
        return somebody

    def _household(self, county: str, people: list[Somebody]) -> None:
        head, *others = (one.here.id for one in people)
        body = {"division": VILLAGES[county], "head_id": head, "members": others, "date": BEFORE}
        key = self.made(county, "households", body | {"relations": dict.fromkeys(others, "97")})["id"]
        self.homes[county].append(key)
        for one in people:
            one.here.told.append(("", -365, {"household": key}))

    def _day(self, delta: int) -> int:
        return max(0, min(DAYS - 1, self.today + delta))

    def _who(self, n: int, *, housed: bool = True) -> Somebody | None:
        fitting = [one for one in self.people if (one.home is not None) == housed]
        return fitting[n % len(fitting)] if fitting else None

    def _fellows(self, one: Somebody) -> list[Somebody]:
        return [other for other in self.people if other.county == one.county and other.home == one.home is not None]

    def _happens(self, county: str, home: str, kind: str, n: int, **more: Any) -> dict[str, Any] | None:
        """Return what an event led to, or None when it was refused; then nothing has changed."""
        version = self.get(county, f"households/{home}")["version"]
        body = {"kind": kind, "date": day_of(n), **{name: value for name, value in more.items() if value}}
        answer = self.call(county, "POST", f"households/{home}/events", body, match=version)
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 409:
            return None
        self.today = max(self.today, n) + 2
        done: dict[str, Any] = answer.json()
        self.events.append((county, home, done["event_id"]))
        return done

    def _head(self, n: int, one: Somebody) -> str | None:
        """One of the others of the household, or nobody named."""
        others = [*(other.here.id for other in self._fellows(one) if other is not one), None]
        return others[n % len(others)]

    @rule(with_=dice)
    def something_happens(self, with_: Random) -> None:
        """One rule for all: of several, a run would leave some out."""
        kind = with_.random()
        if kind < 0.6:
            self._life_event(with_)
        elif kind < 0.9:
            self._transfer(with_)
        elif kind < 0.97:
            self._is_merged(with_.randrange(1000), with_.randrange(1000), with_.randrange(60), with_.randint(5, 80))
        else:
            self._merge_is_undone(with_.randrange(1000))

    def _life_event(self, with_: Random) -> None:
        kinds = [
            self._leaves,
            self._leaves,
            self._comes,
            self._comes,
            self._heads,
            self._parts,
            self._join,
            self._marry,
            self._is_taken_in_again,
            self._is_taken_in_again,
        ]
        kind = with_.choice([*kinds, self._is_corrected])
        kind(with_.randrange(1000), with_.randrange(1000), with_.randint(-60, 20), with_.randrange(1000))

    def _transfer(self, with_: Random) -> None:
        if with_.random() < 0.5 or all(move.over for move in self.moves):
            self._is_asked_for(with_.randrange(1000), with_.randrange(1000), with_.randrange(1000))
        if with_.random() < 0.7:
            command = with_.choice(["accept", "accept", "accept", "refuse", "cancel"])
            self._is_answered(with_.randrange(1000), with_.randrange(1000), with_.randint(-90, 10), command)

    def _is_taken_in_again(self, a: int, b: int, delta: int, c: int) -> None:
        """A county that somebody was transferred from takes them in by paper: only if nobody has them then."""
        away = [(one, county) for one in self.people for county in one.records if county != one.county]
        if not away or any(away[a % len(away)][0] in move.people for move in self.moves if not move.over):
            return
        one, county = away[a % len(away)]
        record, home, n = one.records[county], self.homes[county][b % len(self.homes[county])], self._day(delta)
        number = {"name": one.name, "identity_number": one.number, "division": VILLAGES[county]}
        assert self.call(county, "POST", "residents", number).status_code == 409
        who = {"resident_id": record.id} if c % 2 else {"members": [record.id]}
        more = {"relations": {record.id: "97"}, "evidence": ["户口迁移证"], "presence": "registered_here"}
        if done := self._happens(county, home, "return" if c % 2 else "move_in", n, **who, **more):
            record.say(done["event_id"], n, household=home, presence="registered_here")
            one.county = county

    def _leaves(self, a: int, b: int, delta: int, c: int) -> None:
        dies = c % 3 == 0
        if (one := self._who(a)) is None or one.home is None:
            return
        n, head = self._day(delta), self._head(b, one)
        who = {"resident_id": one.here.id} if dies else {"members": [one.here.id]}
        done = self._happens(one.county, one.home, "death" if dies else "move_out", n, new_head_id=head, **who)
        if done and dies:
            one.death = done["event_id"], n
            one.here.say(done["event_id"], n, household=None)
        elif done:
            one.here.say(done["event_id"], n, household=None, presence="moved_out")

    def _comes(self, a: int, b: int, delta: int, c: int) -> None:
        presence = ["registered_here", "short_stay"][c % 2]
        if (one := self._who(a, housed=False)) is None or any(
            one in move.people for move in self.moves if not move.over
        ):
            return
        home, n = self.homes[one.county][b % len(self.homes[one.county])], self._day(delta)
        more = {"members": [one.here.id], "relations": {one.here.id: "97"}, "presence": presence}
        more |= {"evidence": ["户口迁移证"]}
        if done := self._happens(one.county, home, "move_in", n, **more):
            one.here.say(done["event_id"], n, household=home, presence=presence)

    def _heads(self, a: int, b: int, delta: int, c: int) -> None:
        if (one := self._who(a)) is not None and one.home is not None and (head := self._head(b, one)):
            self._happens(one.county, one.home, "change_of_head", self._day(delta), new_head_id=head)

    def _parts(self, a: int, b: int, delta: int, c: int) -> None:
        if (one := self._who(a)) is None or one.home is None:
            return
        n, others = self._day(delta), [other for other in self._fellows(one) if other is not one]
        along = others[: b % 2]
        head = next((other.here.id for other in others[len(along) :]), None)
        more = {"new_head_id": one.here.id, "members": [other.here.id for other in along], "remaining_head_id": head}
        if done := self._happens(one.county, one.home, "split", n, **more):
            self.homes[one.county].append(done["other_household_id"])
            for other in (one, *along):
                other.here.say(done["event_id"], n, household=done["other_household_id"])

    def _join(self, a: int, b: int, delta: int, c: int) -> None:
        if (one := self._who(a)) is None or one.home is None:
            return
        n, into = self._day(delta), self.homes[one.county][b % len(self.homes[one.county])]
        coming = self._fellows(one)
        if done := self._happens(one.county, into, "join", n, other_household_id=one.home):
            for other in coming:
                other.here.say(done["event_id"], n, household=into)

    def _marry(self, a: int, b: int, delta: int, c: int) -> None:
        bride, groom = self._who(a), self._who(b)
        if bride is None or groom is None or bride.county != groom.county or groom.home in (None, bride.home):
            return
        n, home = self._day(delta), groom.home
        more = {"resident_id": bride.here.id, "spouse_id": groom.here.id, "new_head_there_id": self._head(a, bride)}
        if done := self._happens(bride.county, str(home), "marriage_in", n, **more):
            bride.here.say(done["event_id"], n, household=home, presence="registered_here")

    def _is_corrected(self, a: int, b: int, delta: int, c: int) -> None:
        if not self.events:
            return
        county, home, event = self.events[-1 - a % min(len(self.events), 4)]
        if self._happens(county, home, "correction", DAYS - 1, corrects=event, reason="登记错误"):
            for one in self.people:
                if record := one.records.get(county):
                    record.unsay(event)
                if one.death and one.death[0] == event:
                    one.death = None

    def _is_merged(self, a: int, b: int, since: int, length: int) -> None:
        """A second record of somebody, which lived in a household for a while, becomes part of the first."""
        one = self.people[a % len(self.people)]
        if one.merged:
            return
        county, until = one.county, min(since + length, DAYS - 1)
        # Days that the other county has as well: no merge in one of them can settle who is right.
        elsewhere = [record for other, record in one.records.items() if other != county]
        if any(record.on(n)["household"] for record in elsewhere for n in range(since, until)):
            return
        body = {"name": one.name, "sex": "1", "birth_date": one.born, "division": VILLAGES[county]}
        double, home = self.made(county, "residents", body)["id"], self.homes[county][b % len(self.homes[county])]
        came = self._happens(county, home, "move_in", since, members=[double], relations={double: "97"})
        left = came and self._happens(county, home, "move_out", until, members=[double])
        stayed = range(since, until if left else DAYS) if came else ()
        if came and not left:
            return
        body = {"kept_id": one.here.id, "absorbed_id": double, "reason": "同一人重复登记"}
        answer = self.call(county, "POST", "duplicates/merges", body)
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            one.merged = county, answer.json()["id"]
            for n in stayed:
                if one.here.on(n)["household"] is not None:
                    break
                one.here.brought[n] = home

    def _merge_is_undone(self, a: int) -> None:
        merged = [one for one in self.people if one.merged]
        if not merged or (one := merged[a % len(merged)]).merged is None:
            return
        county, key = one.merged
        answer = self.call(county, "POST", f"duplicates/merges/{key}/undo", {"reason": "看错了"})
        assert answer.status_code in (200, 409), answer.text
        if answer.status_code == 200:
            one.records[county].brought.clear()
            one.merged = None

    def _is_asked_for(self, a: int, b: int, c: int) -> None:
        if (one := self._who(a)) is None or one.home is None:
            return
        others = [other for other in self._fellows(one) if other is not one]
        going = [one, *others[: b % 3]]
        staying = [other.here.id for other in others if other not in going]
        head = staying[c % len(staying)] if staying else None
        body = {"household_id": one.home, "people": [other.here.id for other in going]}
        body |= {"to_division": VILLAGES[OTHER[one.county]], **({"new_head_id": head} if head else {})}
        answer = self.call(one.county, "POST", "transfers", body)
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            self.moves.append(Move(answer.json()["id"], one.county, going))
            if c % 4:
                self._goes_on(self.moves[-1])

    def _is_answered(self, a: int, b: int, delta: int, command: str) -> None:
        open_moves = [move for move in self.moves if not move.over]
        if not open_moves:
            return
        move, n = open_moves[a % len(open_moves)], self._day(delta)
        county = move.origin if command == "cancel" else OTHER[move.origin]
        shown = self.call(county, "GET", f"transfers/{move.key}")
        if shown.status_code == 404:
            return
        homes = self.homes[county]
        where = {"household_id": homes[b % len(homes)]} if b % 2 else {"address": f"{b}组{next(_serial)}号"}
        body = {"accept": {"date": day_of(n), **where}, "refuse": {"reason": "无住房"}, "cancel": None}[command]
        answer = self.call(county, "POST", f"transfers/{move.key}/{command}", body, match=shown.json()["version"])
        assert answer.status_code in (200, 409), answer.text
        if answer.status_code == 200 and command == "accept":
            self._arrived(move, n)
        self._goes_on(move)

    def _arrived(self, move: Move, n: int) -> None:
        county = OTHER[move.origin]
        there = self.get(county, f"transfers/{move.key}")
        if there["household_id"] not in self.homes[county]:
            self.homes[county].append(there["household_id"])
        ids = {one["name"]: one["id"] for one in there["people"]}
        move.accepted = n
        for one in move.people:
            if county not in one.records:
                move.made.append(one)
            record = one.records.setdefault(county, Record(ids[one.name], "registered_here"))
            assert record.id == ids[one.name], "somebody who is known there is registered twice"
            record.say(move.key, n, household=there["household_id"], presence="registered_here")
            one.county = county
        self.today = max(self.today, n) + 2

    def _goes_on(self, move: Move) -> None:
        mover = self.registry.app.state.linli.extra["transfers"]
        self.runner.run(mover.advance(move.origin, OTHER[move.origin], UUID(move.key)))
        here = self.get(move.origin, f"transfers/{move.key}")
        move.over = here["state"] in ("done", "refused", "cancelled")
        assert here["state"] != "blocked", here["problem"]
        if move.over and move.accepted is not None:
            for one in move.people:
                self._settled(move, one, move.accepted)

    def _settled(self, move: Move, one: Somebody, arrival: int) -> None:
        """An acceptance is a fact, unless it came after a death."""
        there = OTHER[move.origin]
        if one.death is None or one.death[1] >= arrival:
            one.records[move.origin].say(move.key, arrival, household=None, presence="moved_out")
            if one.death:
                one.records[there].say(*one.death, household=None)
            return
        one.county = move.origin
        if one in move.made:
            del one.records[there]
        else:
            one.records[there].say(move.key, arrival, household=None, presence="moved_out")

    def teardown(self) -> None:
        if not hasattr(self, "people"):
            return
        for move in self.moves:
            if not move.over:
                self._goes_on(move)
        states = {county: self._state(county) for county in VILLAGES}
        for county, state in states.items():
            assert list(on_every_day(state)) == [], county
        for one in self.people:
            self._in_one_county(one, states)
            self._replayed(one)
        self._households_replayed()

    def _in_one_county(self, one: Somebody, states: dict[str, State]) -> None:
        stays = [stay for county, record in one.records.items() for stay in states[county].stays(UUID(record.id))]
        for first, second in pairwise(sorted(stays, key=lambda stay: stay.since)):
            assert not first.overlaps(second.since, second.until), f"{one.name} is in two places"

    def _replayed(self, one: Somebody) -> None:
        for county, record in one.records.items():
            days = {n for _, day, _ in record.told for n in (day - 1, day)} | {0, 100, 200, DAYS - 1}
            for n in sorted(day for day in days if 0 <= day < DAYS)[-8:]:
                was = self.get(county, f"residents/{record.id}/on/{day_of(n)}")
                assert {"household": was["household_id"], "presence": was["presence"]} == record.on(n), day_of(n)

    def _households_replayed(self) -> None:
        """Who is read in a household on a day is who was said to be there, but for records that no person was made of."""
        own = {county: [one.records[county] for one in self.people if county in one.records] for county in VILLAGES}
        for county, homes in self.homes.items():
            for home in homes:
                for n in (90, DAYS - 1):
                    shown = self.call(county, "GET", f"households/{home}/on/{day_of(n)}")
                    known = {record.id for record in own[county]}
                    there = {record.id for record in own[county] if record.on(n)["household"] == home}
                    members = {one["id"] for one in shown.json()["members"]} if shown.status_code == 200 else set()
                    assert members & known == there, (home, day_of(n))

    def _state(self, county: str) -> State:
        """Everything that is stored of a county."""
        state = State()
        for row in self._rows("resident", county):
            columns = ("id", "sex", "birth_date", "death_date", "presence")
            state.people[row["id"]] = Person(*(row[name] for name in columns))
        for row in self._rows("household", county):
            columns = ("id", "division", "opened_on", "grid", "closed_on")
            state.households[row["id"]] = Household(*(row[name] for name in columns))
        for row in self._rows("membership", county):
            columns = ("id", "household", "resident", "relation", "since", "until")
            state.memberships[row["id"]] = Membership(*(row[name] for name in columns))
        for row in self._rows("kinship", county):
            link = Link(row["id"], Kin(row["kind"]), row["a"], row["b"], row["since"], row["until"])
            state.links[row["id"]] = link
        return state

    def _rows(self, table: str, county: str) -> Any:
        pool = self.registry.app.state.linli.database.pool
        return self.runner.run(pool.fetch(f"SELECT * FROM {table} WHERE tenant = $1", county))


async def _held(urls: Any, ready: asyncio.Future[Any], over: asyncio.Event) -> None:
    async for registry in started_empty(urls):
        ready.set_result(registry)
        await over.wait()


async def _begun(urls: Any, over: asyncio.Event) -> tuple[Any, asyncio.Task[None]]:
    ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_held(urls, ready, over))
    await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
    return ready.result(), task


async def _ended(task: asyncio.Task[None], over: asyncio.Event) -> None:
    over.set()
    await task


def test_no_sequence_of_events_merges_and_transfers_breaks_a_rule_in_either_county(module_database):
    with asyncio.Runner() as runner:
        over = asyncio.Event()
        registry, task = runner.run(_begun(module_database("registry"), over))
        machine = type("Machine", (TwoCounties,), {"runner": runner, "registry": registry})
        try:
            bounds = settings(
                max_examples=5,
                stateful_step_count=24,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            )
            run_state_machine_as_test(machine, settings=bounds)
        finally:
            with suppress(RuntimeError):
                runner.run(_ended(task, over))
