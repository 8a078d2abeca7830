"""Life events of people who are in no household: registered with the person, shown by papers, corrected, transferred."""

import pytest
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_VILLAGE

from .test_households import happen, household, register
from .test_residents import acts
from .test_transfers import ACCEPT, advance, command, side, states

DAY = "2026-11-10"
PAPER = ("死亡证明.pdf", b"%PDF-1.4 a paper", "application/pdf")


@pytest.fixture
async def single(registry):
    return await register(registry, "单立人", "1", "1950-03-01")


async def read(registry, person):
    return (await registry.call("GET", f"residents/{person}")).json()


async def event(registry, person, kind, expect=201, **more):
    version = (await read(registry, person))["version"]
    body = {"kind": kind, "date": DAY, "reason": "家属申报", **more}
    answer = await registry.call("POST", f"residents/{person}/events", body, match=version)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def events_of(registry, person):
    return (await registry.call("GET", f"residents/{person}/events")).json()["items"]


async def test_somebody_in_no_household_dies_and_the_death_is_corrected(registry, single):
    done = await event(registry, single, "death", evidence=["死亡证明 8 号"])
    dead = await read(registry, single)
    assert (dead["alive"], dead["death_date"]) == (False, DAY)
    listed = (await events_of(registry, single))[0]
    assert (listed["kind"], listed["date"], listed["household_id"]) == ("death", DAY, None)
    assert listed["evidence"] == ["死亡证明 8 号"]
    assert ((await acts(registry, "resident.death"))[-1])["people"] == [single]
    assert (await event(registry, single, "death", expect=409))["code"] == "registry.person_dead"
    await event(registry, single, "correction", corrects=done["event_id"])
    assert (await read(registry, single))["alive"] is True
    past = (await registry.call("GET", f"residents/{single}/on/{DAY}")).json()
    assert past["death_date"] is None
    again = await event(registry, single, "correction", corrects=done["event_id"], expect=409)
    assert again["code"] == "registry.already_corrected"


async def test_a_widow_is_known_by_the_marriage_that_a_household_once_saw(registry, single):
    woman = await register(registry, "孟守家", "2", "1952-04-01")
    home = (await household(registry, woman, date="2000-01-01"))["id"]
    await happen(registry, home, "marriage_in", resident_id=single, spouse_id=woman, date="2001-01-01")
    await happen(registry, home, "move_out", members=[single], date="2026-01-01")
    early = await event(registry, single, "death", expect=409, date="2025-12-31")
    assert early["code"] == "registry.event_too_early"
    await event(registry, single, "death")
    assert (await read(registry, woman))["marriage"] == "30"


async def test_a_departure_is_registered_once_and_a_divorce_needs_a_marriage(registry, single):
    assert (await event(registry, single, "divorce", expect=409))["code"] == "registry.not_married"
    await event(registry, single, "move_out")
    assert (await read(registry, single))["presence"] == "moved_out"
    assert (await event(registry, single, "move_out", expect=409))["code"] == "registry.already_away"
    await event(registry, single, "death")
    assert [one["kind"] for one in await events_of(registry, single)] == ["death", "move_out"]


async def test_a_member_has_events_in_the_household_and_a_stranger_none(registry, single):
    await household(registry, single, date="2000-01-01")
    assert (await event(registry, single, "death", expect=409))["code"] == "registry.lives_in_household"
    body, path = {"kind": "death", "date": DAY}, f"residents/{single}/events"
    assert (await registry.call("POST", path, body, match=1, headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", path, headers=registry.foreign())).status_code == 404
    assert (await registry.call("POST", path, body, Role.GRID_WORKER, match=1)).status_code == 403
    assert (await registry.call("GET", path, role=Role.SUPERVISOR)).status_code == 403
    assert (await registry.call("POST", path, body)).status_code == 428
    assert (await registry.call("POST", path, {**body, "kind": "birth"}, match=1)).status_code == 422
    for wrong in ({"kind": "correction", "date": DAY}, {**body, "corrects": single}):
        assert (await registry.call("POST", path, wrong, match=1)).status_code == 422


async def test_who_saw_another_version_registers_nothing(registry, single):
    body = {"kind": "death", "date": DAY}
    assert (await registry.call("POST", f"residents/{single}/events", body, match=99)).status_code == 412
    assert (await read(registry, single))["alive"] is True


async def test_a_paper_goes_with_the_event_of_the_person_it_was_brought_for(registry, single):
    other = await register(registry, "旁立人", "1", "1951-03-01")
    path = f"/api/registry/v1/residents/{single}/evidence"
    kept = await registry.client.post(path, files={"file": PAPER}, headers=registry.auth())
    assert kept.status_code == 201, kept.text
    paper = kept.json()["id"]
    await event(registry, other, "death", files=[paper], expect=422)
    await event(registry, single, "death", files=[paper])
    assert (await events_of(registry, single))[0]["files"][0]["name"] == "死亡证明.pdf"
    shown = await registry.call("GET", f"residents/{single}/evidence/{paper}")
    assert (shown.status_code, shown.content) == (200, PAPER[1])
    assert (await registry.call("GET", f"residents/{other}/evidence/{paper}")).status_code == 404
    hidden = await registry.call("GET", f"residents/{single}/evidence/{paper}", role=Role.AUDITOR)
    assert hidden.status_code == 403


async def test_a_household_is_founded_with_the_papers_that_were_brought_for_its_head(registry, single):
    path = f"/api/registry/v1/residents/{single}/evidence"
    paper = (await registry.client.post(path, files={"file": PAPER}, headers=registry.auth())).json()["id"]
    home = await household(registry, single, evidence=["立户申请 3 号"], files=[paper])
    founded = (await registry.call("GET", f"households/{home['id']}/events")).json()["items"][0]
    assert (founded["kind"], founded["evidence"]) == ("found", ["立户申请 3 号"])
    assert [one["name"] for one in founded["files"]] == ["死亡证明.pdf"]
    shown = await registry.call("GET", f"households/{home['id']}/evidence/{paper}")
    assert (shown.status_code, shown.content) == (200, PAPER[1])


def moves(person):
    return {"people": [person], "to_division": FOREIGN_VILLAGE, "reason": "随子女居住"}


async def test_somebody_in_no_household_is_transferred_and_then_has_events_there(registry, single):
    asked = await registry.call("POST", "transfers", moves(single))
    assert asked.status_code == 201, asked.text
    key = asked.json()["id"]
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT | {"date": DAY})
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    assert (await read(registry, single))["presence"] == "moved_out"
    assert [one["kind"] for one in await events_of(registry, single)] == ["move_out"]
    elsewhere = await event(registry, single, "death", expect=409)
    assert (elsewhere["code"], "华蓥" in elsewhere["detail"]) == ("registry.lives_elsewhere", True)
    wrong = (await events_of(registry, single))[0]["id"]
    alone = await event(registry, single, "correction", corrects=wrong, expect=409)
    assert alone["code"] == "registry.event_of_transfer"
    assert (await registry.call("POST", "transfers", moves(single))).json()["code"] == "registry.already_away"


async def test_a_death_overtakes_the_transfer_of_somebody_in_no_household(registry, single):
    key = (await registry.call("POST", "transfers", moves(single))).json()["id"]
    await advance(registry, key)
    await event(registry, single, "death")
    await advance(registry, key)
    assert {(await side(registry, key, there))["problem"] for there in (False, True)} == {"registry.person_dead"}
    assert await states(registry, key) == ("cancelled", "cancelled")


async def test_people_in_no_household_are_asked_for_one_by_one(registry, single):
    other = await register(registry, "旁立人", "1", "1951-03-01")
    body = moves(single) | {"people": [single, other]}
    refused = await registry.call("POST", "transfers", body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "registry.one_by_one")
