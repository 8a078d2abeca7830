"""Reading a past day equals a replay of what was said, whoever wrote: the window, a merge, its undoing, a list."""

from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from linli_kernel.codes import identity

from tests.registry.importing import Clerk, listed, person

from .test_duplicates import merge, undo
from .test_history import edit, on
from .test_households import happen, household, register

FIRST, TODAY, DAYS = date(2026, 1, 1), date(2026, 11, 20), 324
FACTS = ("education", "phone_masked", "presence", "household_id")
_numbers = count(1)
SCHOOLING = {"70": "初中", "80": "小学", "60": "高中"}


def masked(phone):
    return f"{phone[:3]}****{phone[-4:]}"


class Replay:
    """A row for each day, written over from a day onward; what a merge brings of the past is laid over and taken off."""

    def __init__(self, start):
        self.table = [{name: start[name] for name in FACTS} for _ in range(DAYS)]
        self.brought = {}

    def say(self, n, **facts):
        for row in self.table[n:]:
            row |= facts

    def merged(self, home, since, until):
        """The other record's stay counts until one of the own begins."""
        for n in range(since, until):
            if self.table[n]["household_id"] is not None:
                break
            self.brought[n] = home

    def on(self, n):
        return self.table[n] | ({"household_id": self.brought[n]} if n in self.brought else {})


@pytest.fixture
async def people(registry):
    """A couple's household, and a household where the second record of the woman's brother lived for a while."""
    born = date(1970, 1, 1) + timedelta(days=next(_numbers))
    code = identity.make("421202", born, 805)
    head = await register(registry, "向户主", "1", "1960-03-01")
    name = "向重录"
    who = await register(registry, name, "1", born.isoformat(), identity_number=code, phone="13800000000")
    double = await register(registry, name, "1", born.isoformat(), phone="13911112222", education="80")
    other = await register(registry, "向旁人", "1", "1961-03-01")
    home = (await household(registry, head, who, relations={who: "97"}, address=f"花坪村8组{next(_numbers)}号"))["id"]
    second = (await household(registry, other, address=f"花坪村8组{next(_numbers)}号"))["id"]
    return home, who, double, second, (name, code)


@pytest.mark.parametrize("seed", range(4))
async def test_any_sequence_with_merges_and_lists_reads_as_it_was_replayed(registry, people, seed):
    random = Random(seed)
    home, who, double, second, (name, code) = people
    start = await on(registry, f"residents/{who}", FIRST.isoformat())
    replay, standing, clerk = Replay(start), None, Clerk(registry)
    stay = random.randrange(40), random.randrange(50, 200)
    await happen(registry, second, "move_in", date=_day(stay[0]), members=[double], relations={double: "97"})
    await happen(registry, second, "move_out", date=_day(stay[1]), members=[double])
    for turn in range(9):
        n = random.randrange(DAYS)
        match random.choice(["edit", "move", "list"]) if turn % 3 else "merge":
            case "edit":
                phone = f"1380000{random.randrange(10_000):04d}"
                await edit(registry, who, effective_on=_day(n), phone=phone, education="60")
                # Saying again what holds today is a confirmation and says nothing of the past.
                new = {"education": "60"} if replay.table[-1]["education"] != "60" else {}
                replay.say(n, phone_masked=masked(phone), **new)
            case "move":
                inside = (await registry.call("GET", f"residents/{who}")).json()["household_id"] == home
                version = (await registry.call("GET", f"households/{home}")).json()["version"]
                body = {"kind": "move_out" if inside else "move_in", "members": [who], "date": _day(n)}
                done = await registry.call("POST", f"households/{home}/events", body, match=version)
                if done.status_code == 201:
                    gone = {"household_id": None, "presence": "moved_out"}
                    replay.say(n, **gone if inside else {"household_id": home, "presence": "registered_here"})
            case "list":
                told = (await registry.call("GET", f"residents/{who}")).json()
                if told["household_id"] != home:
                    continue
                phone = f"1360000{random.randrange(10_000):04d}"
                word = random.choice(list(SCHOOLING))
                row = [*person(name, "其他亲属", code, phone=phone)[:-1], SCHOOLING[word]]
                made = await clerk.committed(listed(row), without_faulty=False)
                assert made["counts"]["changed"] == 1, made
                replay.say(DAYS - 1, phone_masked=masked(phone), education=word)
            case "merge" if standing is None:
                body = {"from_absorbed": ["phone", "education"]}
                before = (await registry.call("GET", f"residents/{who}")).json()
                standing = (await merge(registry, who, double, **body))["id"], before
                replay.merged(second, *stay)
                replay.say(DAYS - 1, phone_masked=masked("13911112222"), education="80")
            case "merge":
                key, before = standing
                now = (await registry.call("GET", f"residents/{who}")).json()
                await undo(registry, key)
                replay.brought.clear()
                for fact, given in (("phone_masked", masked("13911112222")), ("education", "80")):
                    if now[fact] == given:
                        replay.say(DAYS - 1, **{fact: before[fact]})
                standing = None
        await _equal(registry, who, replay)


def _day(n):
    return (FIRST + timedelta(days=n)).isoformat()


async def _equal(registry, who, replay):
    for n in (*range(0, DAYS, 41), DAYS - 2, DAYS - 1):
        was = await on(registry, f"residents/{who}", _day(n))
        assert {fact: was[fact] for fact in FACTS} == replay.on(n), _day(n)


async def test_what_a_list_says_stays_when_the_event_of_the_list_is_corrected(registry, people):
    """The list moved somebody in and changed the phone; only the moving in was wrong."""
    home, who, *_, (name, code) = people
    await happen(registry, home, "move_out", date="2026-02-01", members=[who])
    await edit(registry, who, presence="registered_away", effective_on="2026-02-01")
    head = (await registry.call("GET", f"households/{home}")).json()
    row = [head["household_number"], *person(name, "其他亲属", code, phone="13699998888")[1:]]
    made = await Clerk(registry).committed(listed(row))
    assert made["counts"]["changed"] == 1
    event = (await registry.call("GET", f"households/{home}/events")).json()["items"][0]
    assert (event["kind"], event["source"]) == ("move_in", "import")
    entered = await on(registry, f"residents/{who}", event["date"])
    assert (entered["household_id"], entered["presence"]) == (home, "registered_here")
    await happen(registry, home, "correction", corrects=event["id"], reason="未迁入")
    before, today = [await on(registry, f"residents/{who}", day) for day in ("2026-11-19", "2026-11-20")]
    assert (before["phone_masked"], today["phone_masked"]) == ("138****0000", "136****8888")
    assert (before["household_id"], before["presence"]) == (None, "registered_away")


async def test_a_merged_record_is_read_under_the_one_that_was_kept(registry, people):
    home, who, double, second, _ = people
    await happen(registry, second, "move_in", date="2026-03-01", members=[double], relations={double: "97"})
    await happen(registry, second, "move_out", date="2026-05-01", members=[double])
    await happen(registry, home, "move_out", date="2026-02-01", members=[who])
    done = await merge(registry, who, double)
    there = await on(registry, f"households/{second}", "2026-04-01")
    assert who in {m["id"] for m in there["members"]}
    assert (await on(registry, f"residents/{who}", "2026-04-01"))["household_id"] == second
    assert (await registry.call("GET", f"residents/{double}/on/2026-04-01")).json()[
        "code"
    ] == "registry.resident_merged"
    told = (await registry.call("GET", f"residents/{who}/history")).json()["items"][0]
    assert (told["source"], told["undone"]) == ("merge", False)
    await undo(registry, done["id"])
    assert (await on(registry, f"residents/{double}", "2026-04-01"))["household_id"] == second
    assert (await on(registry, f"residents/{who}", "2026-04-01"))["household_id"] is None
