"""People move to another county: it accepts, the origin closes, and any failure between is made good."""

from datetime import date
from itertools import count
from uuid import UUID

import pytest
from linli_kernel.codes import identity
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE
from linli_registry.transfers.workflow import NEXT, Step

from .test_households import DAY, VILLAGE, household, register, relations

HERE = "421202"
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
    from linli_registry.transfers import repository

    database = registry.app.state.linli.database
    return [await repository.side(database, tenant, UUID(key)) for tenant in (HERE, FOREIGN_TENANT)]


async def test_who_accepted_before_the_withdrawal_has_them(registry, family):
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT)
    await command(registry, key, "cancel", there=False)
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")


async def test_what_a_rule_keeps_open_at_the_origin_waits_for_its_clerk(registry, family):
    home, _, _, mother = family
    key = await ask(registry, family)
    await advance(registry, key)
    version = (await registry.call("GET", f"households/{home}")).json()["version"]
    new = await register(registry, "孙后来", "2", "1990-01-01")
    body = {"kind": "move_in", "date": DAY, "members": [new], "relations": {new: "97"}}
    assert (await registry.call("POST", f"households/{home}/events", body, match=version)).status_code == 201
    body = {"kind": "death", "date": DAY, "resident_id": mother}
    version = (await registry.call("GET", f"households/{home}")).json()["version"]
    assert (await registry.call("POST", f"households/{home}/events", body, match=version)).status_code == 201
    await command(registry, key, "accept", ACCEPT)
    await advance(registry, key)
    here = await side(registry, key)
    assert here["state"] == "blocked"
    assert here["problem"] == "registry.not_a_member"
    await command(registry, key, "close", {"new_head_id": new}, there=False)
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    assert relations((await registry.call("GET", f"households/{home}")).json()) == {new: "02"}


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
