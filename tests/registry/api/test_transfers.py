"""People move to another county: it accepts, the origin closes, and any failure between is made good."""

import asyncio
import contextlib
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.codes import identity
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE
from linli_registry.households.errors import NotAMember
from linli_registry.transfers import closing, repository
from linli_registry.transfers.mover import Mover
from linli_registry.transfers.workflow import NEXT, Step

from .test_households import DAY, VILLAGE, household, register, relations

HERE = "421202"
FUTURE = datetime(2030, 1, 1, tzinfo=SHANGHAI)
_numbers = count(301)


def number(born, sex="1"):
    sequence = next(_numbers) * 2 + (1 if sex == "1" else 0)
    return identity.make("422322", born, sequence % 999 or 1)


@pytest.fixture
async def family(registry):
    """A couple, married by an event, and her mother who stays behind."""
    man = await register(registry, "郑远方", "1", "1985-03-01", phone="13877771111")
    woman = await register(registry, "王远嫁", "2", "1987-04-01")
    mother = await register(registry, "李留守", "2", "1960-04-01")
    home = await household(registry, man, mother, relations={mother: "56"})
    body = {"kind": "marriage_in", "date": "2016-01-01", "resident_id": woman, "spouse_id": man}
    done = await registry.call("POST", f"households/{home['id']}/events", body, match=home["version"])
    assert done.status_code == 201, done.text
    return home["id"], man, woman, mother


def request(family, **more):
    home, man, woman, mother = family
    body = {"household_id": home, "people": [man, woman], "to_division": FOREIGN_VILLAGE, "new_head_id": mother}
    return {**body, "reason": "工作调动", "evidence": ["准迁证 12 号"], **more}


def mover(registry):
    return registry.app.state.linli.extra["transfers"]


async def ask(registry, family, expect=201, **more):
    answer = await registry.call("POST", "transfers", request(family, **more))
    assert answer.status_code == expect, answer.text
    return answer.json().get("id") if expect == 201 else answer.json()


async def advance(registry, key):
    await mover(registry).advance(HERE, FOREIGN_TENANT, UUID(key))


async def side(registry, key, there=False):
    headers = registry.foreign() if there else None
    answer = await registry.call("GET", f"transfers/{key}", headers=headers)
    return answer.json() if answer.status_code == 200 else None


async def command(registry, key, name, body=None, there=True, expect=200):
    version = (await side(registry, key, there))["version"]
    headers = registry.foreign() if there else None
    answer = await registry.call("POST", f"transfers/{key}/{name}", body, match=version, headers=headers)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def states(registry, key):
    here, there = await side(registry, key), await side(registry, key, True)
    return here["state"], there and there["state"]


ACCEPT = {"date": DAY, "address": "迎新村1组2号"}


async def test_the_destination_accepts_and_the_origin_closes(registry, family):
    home, man, _, mother = family
    key = await ask(registry, family)
    assert await states(registry, key) == ("requested", None)
    await advance(registry, key)
    assert await states(registry, key) == ("waiting", "waiting")
    inbox = (await registry.call("GET", "transfers?side=destination&state=waiting", headers=registry.foreign())).json()[
        "items"
    ]
    shown = next(item for item in inbox if item["id"] == key)
    assert [(p["name"], p["relation"]) for p in shown["people"]] == [("郑远方", "02"), ("王远嫁", "12")]
    await command(registry, key, "accept", ACCEPT)
    assert await states(registry, key) == ("waiting", "accepted")
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    left = (await registry.call("GET", f"households/{home}")).json()
    assert relations(left) == {mother: "02"}
    assert (await registry.call("GET", f"residents/{man}")).json()["presence"] == "moved_out"
    there = await side(registry, key, True)
    entered = (await registry.call("GET", f"households/{there['household_id']}", headers=registry.foreign())).json()
    assert {m["name"]: m["relation"] for m in entered["members"]} == {"郑远方": "02", "王远嫁": "12"}
    assert entered["members"][0]["phone_masked"] == "138****1111"
    kept = (await registry.call("GET", f"residents/{man}/history")).json()["items"]
    assert (kept[0]["event_kind"], kept[0]["source"]) == ("move_out", "exchange")
    new = entered["members"][0]["id"]
    theirs = await registry.call("GET", f"residents/{new}/history", headers=registry.foreign())
    assert [line["source"] for line in theirs.json()["items"]] == ["exchange", "exchange"]


FAULTS = [(step, moment) for step in Step for moment in ("before", "after")]


@pytest.mark.parametrize(("step", "moment"), FAULTS, ids=lambda value: str(value))
async def test_a_transfer_resumes_after_a_failure_at_any_step(registry, family, monkeypatch, step, moment):
    """The step is lost before it was written, or written and its answer lost; the next round makes it good."""
    home, _man, _woman, mother = family
    real, struck = mover(registry).take, []

    async def failing(taken, here, there):
        if taken is step and not struck and moment == "before":
            struck.append(taken)
            raise ConnectionError
        await real(taken, here, there)
        if taken is step and not struck:
            struck.append(taken)
            raise ConnectionError

    async def go(key):
        monkeypatch.setattr(mover(registry), "take", failing)
        for _ in range(2):
            try:
                await advance(registry, key)
            except ConnectionError:
                await mover(registry).take(step, *await _sides(registry, key))  # delivered twice

    key = await ask(registry, family)
    if step is Step.TAKE_REFUSAL:
        await go(key)
        await command(registry, key, "refuse", {"reason": "无住房"})
    elif step in (Step.WITHDRAW, Step.MARK_CANCELLED):
        await command(registry, key, "cancel", there=False)
    else:
        await go(key)
        await command(registry, key, "accept", ACCEPT)
    await go(key)
    assert struck == [step]
    over = {"take_refusal": "refused", "withdraw": "cancelled", "mark_cancelled": "cancelled"}.get(step, "done")
    assert await states(registry, key) == (over, over)
    members = relations((await registry.call("GET", f"households/{home}")).json())
    assert (members == {mother: "02"}) == (over == "done")
    outs = (await registry.call("GET", f"households/{home}/events")).json()["items"]
    assert sum(event["kind"] == "move_out" for event in outs) == (over == "done")


async def _sides(registry, key):
    database = registry.app.state.linli.database
    return [await repository.side(database, tenant, UUID(key)) for tenant in (HERE, FOREIGN_TENANT)]


async def test_who_accepted_before_the_withdrawal_has_them(registry, family):
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT)
    await command(registry, key, "cancel", there=False)
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    assert (await side(registry, key))["problem"] == "registry.accepted_first"


async def test_what_no_rule_foresees_waits_for_the_clerk_of_the_origin(registry, family, monkeypatch):
    home, _, _, mother = family
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT)

    async def refuses(*given):
        raise NotAMember

    monkeypatch.setattr(closing, "close", refuses)
    await advance(registry, key)
    here = await side(registry, key)
    assert (here["state"], here["problem"]) == ("blocked", "registry.not_a_member")
    monkeypatch.undo()
    await command(registry, key, "close", {}, there=False)
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    assert relations((await registry.call("GET", f"households/{home}")).json()) == {mother: "02"}


async def test_who_is_known_in_another_village_there_is_accepted_by_who_sees_both(registry, family):
    man, next_village = family[1], "511681001001"
    code = number(date(1985, 3, 1))
    version = (await registry.call("GET", f"residents/{man}")).json()["version"]
    assert (await registry.call("PATCH", f"residents/{man}", {"identity_number": code}, match=version)).is_success
    theirs = registry.tokens.auth(Role.CLERK, tenant=FOREIGN_TENANT, divisions=[next_village])
    body = {"name": "郑远方", "identity_number": code, "division": next_village, "presence": "unregistered_here"}
    assert (await registry.call("POST", "residents", body, headers=theirs)).status_code == 201
    key = await ask(registry, family)
    await advance(registry, key)
    refused = await command(registry, key, "accept", ACCEPT, expect=409)
    assert refused["code"] == "registry.known_in_another_village"
    assert "郑远方" in refused["detail"]
    township = registry.tokens.auth(Role.CLERK, tenant=FOREIGN_TENANT, divisions=["511681"])
    waiting = (await registry.call("GET", f"transfers/{key}", headers=township)).json()
    accepted = await registry.call(
        "POST", f"transfers/{key}/accept", ACCEPT, match=waiting["version"], headers=township
    )
    assert accepted.status_code == 200, accepted.text


async def test_who_lives_there_already_is_not_registered_twice(registry, family):
    man, theirs = family[1], registry.foreign()
    code = number(date(1985, 3, 1))
    version = (await registry.call("GET", f"residents/{man}")).json()["version"]
    assert (
        await registry.call("PATCH", f"residents/{man}", {"identity_number": code}, match=version)
    ).status_code == 200
    body = {"name": "郑远方", "identity_number": code, "division": FOREIGN_VILLAGE, "presence": "unregistered_here"}
    there = (await registry.call("POST", "residents", body, headers=theirs)).json()["id"]
    body = {"division": FOREIGN_VILLAGE, "head_id": there, "members": [], "date": "2020-01-01"}
    own = (await registry.call("POST", "households", body, headers=theirs)).json()["id"]
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", {"date": DAY, "household_id": own})
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    entered = (await registry.call("GET", f"households/{own}", headers=theirs)).json()
    assert [m["relation"] for m in entered["members"]] == ["02", "12"]
    assert entered["head"]["id"] == there
    assert entered["head"]["presence"] == "registered_here"


async def test_nobody_is_asked_for_twice_or_within_the_county(registry, family):
    await ask(registry, family)
    assert (await ask(registry, family, expect=409))["code"] == "registry.already_moving"
    assert (await ask(registry, family, expect=409, to_division="421202104001"))["code"] == "registry.same_county"
    assert (await ask(registry, family, expect=409, to_division="110101001001"))[
        "code"
    ] == "registry.county_not_connected"


async def test_a_transfer_is_moved_by_its_own_side_only(registry, family):
    key = await ask(registry, family)
    assert await side(registry, key, True) is None
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT, there=False, expect=409)
    await command(registry, key, "cancel", there=True, expect=409)
    await command(registry, key, "close", {}, there=False, expect=409)
    for name, body in (("accept", ACCEPT), ("refuse", {"reason": "x"}), ("cancel", None), ("close", {})):
        path = f"transfers/{key}/{name}"
        assert (await registry.call("POST", path, body, Role.TOWNSHIP_OFFICER, match=1)).status_code == 403
        assert (await registry.call("POST", path, body)).status_code == 428
        assert (await registry.call("POST", path, body, match=99)).status_code == 412
    assert (await registry.call("POST", f"transfers/{key}/refuse", {"reason": ""}, match=1)).status_code == 422
    assert (await registry.call("GET", "transfers?state=lost")).status_code == 422
    assert (await registry.call("GET", "transfers", role=Role.AUDITOR)).status_code == 403
    theirs = await registry.call("POST", "transfers", request(family, to_division=VILLAGE), headers=registry.foreign())
    assert theirs.status_code == 404
    assert (await registry.call("POST", "transfers", request(family), Role.GRID_WORKER)).status_code == 403


def test_every_step_is_reached_from_a_pair_of_states():
    assert set(NEXT.values()) == set(Step)


async def done(registry, family):
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT)
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    return key


async def correct(registry, home, event, headers=None):
    version = (await registry.call("GET", f"households/{home}", headers=headers)).json()["version"]
    body = {"kind": "correction", "date": DAY, "corrects": event, "reason": "登记错误"}
    return await registry.call("POST", f"households/{home}/events", body, match=version, headers=headers)


async def test_neither_side_of_a_transfer_is_corrected_alone(registry, family):
    """Else the people were open in both counties, or in none."""
    home = family[0]
    key = await done(registry, family)
    there = (await side(registry, key, True))["household_id"]
    for where, kind, headers, county in (
        (home, "move_out", None, "华蓥"),
        (there, "transfer_in", registry.foreign(), "咸安"),
    ):
        events = (await registry.call("GET", f"households/{where}/events", headers=headers)).json()["items"]
        event = next(e["id"] for e in events if e["kind"] == kind)
        refused = await correct(registry, where, event, headers)
        assert refused.status_code == 409, refused.text
        assert refused.json()["code"] == "registry.event_of_transfer"
        assert county in refused.json()["detail"]
    assert (await registry.call("GET", f"residents/{family[1]}")).json()["presence"] == "moved_out"


async def test_an_accepted_transfer_is_not_corrected_before_the_origin_closed(registry, family):
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT)
    there = (await side(registry, key, True))["household_id"]
    events = await registry.call("GET", f"households/{there}/events", headers=registry.foreign())
    refused = await correct(registry, there, events.json()["items"][0]["id"], registry.foreign())
    assert refused.json()["code"] == "registry.event_of_transfer"


async def test_a_transfer_back_opens_the_old_record_and_closes_the_other(registry, family):
    home, man, _, _ = family
    code = number(date(1985, 3, 1))
    version = (await registry.call("GET", f"residents/{man}")).json()["version"]
    changed = await registry.call("PATCH", f"residents/{man}", {"identity_number": code}, match=version)
    assert changed.status_code == 200
    first = await side(registry, await done(registry, family), True)
    theirs = registry.foreign()
    entered = (await registry.call("GET", f"households/{first['household_id']}", headers=theirs)).json()
    who = next(m["id"] for m in entered["members"] if m["name"] == "郑远方")
    wife = next(m["id"] for m in entered["members"] if m["name"] == "王远嫁")
    version = (await registry.call("GET", f"residents/{who}", headers=theirs)).json()["version"]
    edited = {"phone": "13877773333", "education": "70"}
    assert (await registry.call("PATCH", f"residents/{who}", edited, match=version, headers=theirs)).is_success
    body = {
        "household_id": entered["id"],
        "people": [who],
        "to_division": VILLAGE,
        "new_head_id": wife,
        "reason": "迁回",
    }
    key = (await registry.call("POST", "transfers", body, headers=theirs)).json()["id"]
    await mover(registry).advance(FOREIGN_TENANT, HERE, UUID(key))
    version = (await side(registry, key))["version"]
    accepted = await registry.call(
        "POST", f"transfers/{key}/accept", {"date": DAY, "household_id": home}, match=version
    )
    assert accepted.status_code == 200, accepted.text
    await mover(registry).advance(FOREIGN_TENANT, HERE, UUID(key))
    assert (await side(registry, key))["state"] == "done"
    back = (await registry.call("GET", f"residents/{man}")).json()
    assert (back["presence"], back["household_id"]) == ("registered_here", home)
    # As the other county knew him last.
    assert (back["phone_masked"], back["education"]) == ("138****3333", "70")
    assert (await registry.call("GET", f"residents/{who}", headers=theirs)).json()["presence"] == "moved_out"


async def test_a_round_moves_all_and_one_that_fails_stops_no_other(registry, family, monkeypatch):
    other = await _second_family(registry)
    bad, good = await ask(registry, family), await ask(registry, other)
    real = mover(registry).take

    async def failing(step, here, there):
        if str(here["id"]) == bad:
            raise ConnectionError
        await real(step, here, there)

    monkeypatch.setattr(mover(registry), "take", failing)
    assert await mover(registry).round(timedelta(0)) >= 2
    assert await states(registry, bad) == ("requested", None)
    assert await states(registry, good) == ("waiting", "waiting")
    monkeypatch.undo()
    await mover(registry).round(timedelta(0))
    assert await states(registry, bad) == ("waiting", "waiting")


async def test_a_round_leaves_what_waits_for_people_or_is_too_young(registry, family):
    key = await ask(registry, family)
    await mover(registry).round(timedelta(hours=1))
    assert await states(registry, key) == ("requested", None)
    await mover(registry).round(timedelta(0))
    waiting = {row[2] for row in await repository.moving(registry.app.state.linli.database, FUTURE)}
    assert UUID(key) not in waiting


async def test_the_loop_goes_on_when_poked_and_after_a_round_that_failed(registry, family, monkeypatch):
    loop = Mover(registry.app.state.linli)
    real, rounds = loop.round, asyncio.Queue()

    async def counted(age):
        outcome = None
        try:
            if rounds_done.pop() == "fails":
                raise ConnectionError
            outcome = await real(age)
        finally:
            rounds.put_nowait(outcome)
        return outcome

    rounds_done = ["runs", "runs", "fails"]
    monkeypatch.setattr(loop, "round", counted)
    key = await ask(registry, family)
    running = asyncio.create_task(loop.run())
    try:
        assert await asyncio.wait_for(rounds.get(), 10) is None
        assert await states(registry, key) == ("requested", None)
        loop.poke()
        await asyncio.wait_for(rounds.get(), 10)
        assert await states(registry, key) == ("waiting", "waiting")
        await command(registry, key, "accept", ACCEPT)
        loop.poke()
        await asyncio.wait_for(rounds.get(), 10)
        assert await states(registry, key) == ("done", "done")
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _second_family(registry):
    man = await register(registry, "钱另户", "1", "1984-03-01")
    woman = await register(registry, "周另户", "2", "1986-04-01")
    mother = await register(registry, "吴另户", "2", "1961-04-01")
    home = await household(registry, man, woman, mother, relations={woman: "12", mother: "52"})
    return home["id"], man, woman, mother


async def test_the_transfers_of_one_person_are_found_by_the_record_of_the_own_side(registry, family):
    key = await ask(registry, family)
    for who, expected in ((family[1], [key]), (family[3], [])):
        found = (await registry.call("GET", f"transfers?resident_id={who}")).json()["items"]
        assert [one["id"] for one in found] == expected
    theirs = await registry.call("GET", f"transfers?resident_id={family[1]}", headers=registry.foreign())
    assert theirs.json()["items"] == []
    assert (await registry.call("GET", "transfers?resident_id=x")).status_code == 422
