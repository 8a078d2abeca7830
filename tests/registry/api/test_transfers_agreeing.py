"""Two counties that heard of each other too late agree by themselves: an acceptance is a fact, and so is a death."""

from datetime import timedelta
from uuid import UUID

import pytest
from linli_kernel.testing import FOREIGN_TENANT
from linli_registry.transfers.workflow import Step

from .test_households import happen, register, relations
from .test_transfers import ACCEPT, HERE, _sides, advance, ask, command, mover, side, states
from .test_transfers_meanwhile import asked, dies
from .test_transfers_meanwhile import family as family

ARRIVAL = "2026-09-01"


async def accepted(registry, key, **more):
    """The destination accepts, and the origin has not heard of it."""
    await command(registry, key, "accept", ACCEPT | {"date": ARRIVAL} | more)


async def over(registry, key, here=None, there=None):
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    told = [(await side(registry, key, other))["problem"] for other in (False, True)]
    assert told == [here, there]
    return await people_there(registry, key)


async def people_there(registry, key):
    """The people as the destination has them, by name."""
    home = (await side(registry, key, True))["household_id"]
    shown = await registry.call("GET", f"households/{home}/on/{ARRIVAL}", headers=registry.foreign())
    return home, {one["name"]: one for one in shown.json()["members"]} if shown.is_success else {}


async def lives_on(registry, person, day):
    shown = await registry.call("GET", f"residents/{person}/on/{day}")
    return shown.json()["household_id"]


async def test_who_was_split_off_before_the_acceptance_was_heard_of_lives_where_he_was_accepted(registry, family):
    home, man, boy, mother = family
    key = await asked(registry, family)
    await accepted(registry, key)
    more = {"members": [boy], "new_head_id": man, "remaining_head_id": mother}
    split = await happen(registry, home, "split", **more, address="花坪村3组87号", date="2026-10-01")
    await over(registry, key, "registry.accepted_first")
    for person in (man, boy):
        assert await lives_on(registry, person, "2026-08-31") == home
        assert await lives_on(registry, person, ARRIVAL) is None
        assert await lives_on(registry, person, "2026-10-02") is None
    closed = (await registry.call("GET", f"households/{split['other_household_id']}")).json()
    assert (closed["members"], closed["closed_on"]) == ([], "2026-10-01")
    assert relations((await registry.call("GET", f"households/{home}")).json()) == {mother: "02"}


async def test_who_left_for_elsewhere_before_that_left_on_the_day_of_arrival(registry, family):
    home, man, boy, mother = family
    key = await asked(registry, family)
    await accepted(registry, key)
    await happen(registry, home, "move_out", members=[man], new_head_id=mother, date="2026-10-01")
    await over(registry, key, "registry.accepted_first")
    assert {await lives_on(registry, one, ARRIVAL) for one in (man, boy)} == {None}
    was = (await registry.call("GET", f"households/{home}/on/2026-09-15")).json()
    assert {one["id"]: one["relation"] for one in was["members"]} == {mother: "02"}


async def test_whoever_is_left_without_a_head_gets_one_and_the_origin_is_told(registry, family):
    home, man, _, mother = family
    guest = await register(registry, "孙后来", "2", "1990-01-01")
    await happen(registry, home, "move_in", members=[guest], relations={guest: "97"}, date="2026-01-01")
    key = await asked(registry, family)
    await dies(registry, home, mother)
    other = await register(registry, "周也来", "2", "1995-01-01")
    await happen(registry, home, "move_in", members=[other], relations={other: "97"}, date="2026-02-01")
    await accepted(registry, key)
    await over(registry, key, "registry.head_chosen")
    assert relations((await registry.call("GET", f"households/{home}")).json())[guest] == "02"
    assert (await registry.call("GET", f"residents/{man}")).json()["presence"] == "moved_out"


async def test_children_who_are_left_alone_are_told_to_the_origin(registry, family):
    home, man, boy, mother = family
    key = await ask(registry, family, people=[man, mother][:1], new_head_id=mother)
    await advance(registry, key)
    await dies(registry, home, mother)
    await accepted(registry, key)
    await over(registry, key, "registry.needs_guardian")
    shown = (await registry.call("GET", f"households/{home}")).json()
    assert (relations(shown), shown["needs_guardian"]) == ({boy: "02"}, True)


async def test_who_died_after_arriving_is_dead_in_both_counties(registry, family):
    home, man, boy, mother = family
    key = await asked(registry, family)
    await accepted(registry, key)
    await dies(registry, home, man, new_head_id=mother, date="2026-10-10")
    there, then = await over(registry, key, "registry.person_dead", "registry.person_dead")
    assert set(then) == {"曲行远", "曲小童"}
    dead = await registry.call("GET", f"residents/{then['曲行远']['id']}", headers=registry.foreign())
    assert (dead.json()["alive"], dead.json()["death_date"]) == (False, "2026-10-10")
    shown = (await registry.call("GET", f"households/{there}", headers=registry.foreign())).json()
    assert [(one["name"], one["relation"]) for one in shown["members"]] == [("曲小童", "02")]
    assert await lives_on(registry, man, "2026-09-15") is None
    assert await lives_on(registry, boy, ARRIVAL) is None


async def test_who_died_before_the_day_of_arrival_never_came(registry, family):
    home, man, _boy, mother = family
    key = await asked(registry, family)
    await accepted(registry, key)
    await dies(registry, home, man, new_head_id=mother, date="2026-08-01")
    _there, then = await over(registry, key, "registry.person_dead", "registry.person_dead")
    assert set(then) == {"曲小童"}
    assert await lives_on(registry, man, "2026-07-31") == home
    assert (await registry.call("GET", f"residents/{man}")).json()["presence"] == "registered_here"
    found = await registry.call("POST", "residents/search", {"name": "曲行远"}, headers=registry.foreign())
    living = [one for one in found.json()["items"] if one["alive"] and one["birth_date"] == "1990-03-01"]
    known = {one["household_id"] for one in living}
    assert _there not in known


async def test_who_was_no_real_registration_is_none_in_the_other_county_either(registry, family):
    home, _, _boy, mother = family
    born = {"name": "曲小弟", "sex": "1", "birth_date": "2026-08-01"}
    birth = await happen(registry, home, "birth", resident=born, parents=[mother], date="2026-08-01")
    key = await ask(registry, family, people=[birth["resident_id"]], new_head_id=None)
    await advance(registry, key)
    await accepted(registry, key)
    there, _ = await people_there(registry, key)
    await happen(registry, home, "correction", corrects=birth["event_id"], reason="登记错误")
    _, then = await over(registry, key, "registry.registration_void", "registry.registration_void")
    assert then == {}
    closed = (await registry.call("GET", f"households/{there}", headers=registry.foreign())).json()
    assert (closed["members"], closed["closed_on"]) == ([], ARRIVAL)


async def edit(registry, person, **fields):
    version = (await registry.call("GET", f"residents/{person}")).json()["version"]
    answer = await registry.call("PATCH", f"residents/{person}", {**fields, "reason": "本人申报"}, match=version)
    assert answer.status_code == 200, answer.text


async def test_an_edit_while_the_request_waits_is_shown_to_the_other_county_before_it_accepts(registry, family):
    key = await asked(registry, family)
    seen = await side(registry, key, True)
    await edit(registry, family[1], name="曲行近", phone="13877772222")
    assert await states(registry, key) == ("requested", "waiting")
    await advance(registry, key)
    shown = await side(registry, key, True)
    assert await states(registry, key) == ("waiting", "waiting")
    assert {one["name"] for one in shown["people"]} == {"曲行近", "曲小童"}
    assert shown["problem"] == "registry.edited_since"
    # Nobody accepts what was not seen.
    stale = await registry.call(
        "POST", f"transfers/{key}/accept", ACCEPT, match=seen["version"], headers=registry.foreign()
    )
    assert stale.status_code == 412
    await accepted(registry, key)
    _, then = await over(registry, key)
    assert "曲行近" in then


async def test_an_edit_that_was_not_delivered_before_the_acceptance_is_made_there_too(registry, family):
    key = await asked(registry, family)
    await accepted(registry, key)
    _, then = await people_there(registry, key)
    theirs, who = registry.foreign(), then["曲小童"]["id"]
    version = (await registry.call("GET", f"residents/{who}", headers=theirs)).json()["version"]
    own = {"name": "曲小桐", "reason": "本人申报"}
    assert (await registry.call("PATCH", f"residents/{who}", own, match=version, headers=theirs)).is_success
    await edit(registry, family[1], name="曲行近")
    await edit(registry, family[2], name="曲小童童", education="90")
    home, _ = await over(registry, key, None, "registry.edited_since")
    now = (await registry.call("GET", f"households/{home}", headers=theirs)).json()["members"]
    # What was changed there since is left as it is there.
    assert {one["name"] for one in now} == {"曲行近", "曲小桐"}
    man = next(one["id"] for one in now if one["name"] == "曲行近")
    line = (await registry.call("GET", f"residents/{man}/history", headers=theirs)).json()["items"][0]
    assert (line["source"], line["changes"]["name"]) == ("exchange", ["曲行远", "曲行近"])


async def test_an_older_copy_that_arrives_late_or_twice_changes_nothing(registry, family, monkeypatch):
    key = await asked(registry, family)
    await edit(registry, family[1], name="曲甲")
    late, _ = await _sides(registry, key)
    old = await mover(registry)._pack(late)
    await edit(registry, family[1], name="曲乙")
    await advance(registry, key)
    version = (await side(registry, key, True))["version"]

    async def delayed(here):
        return old

    monkeypatch.setattr(mover(registry), "_pack", delayed)
    for _ in range(2):
        await mover(registry).take(Step.RENEW, late, None)
    shown = await side(registry, key, True)
    assert {one["name"] for one in shown["people"]} == {"曲乙", "曲小童"}
    assert shown["version"] == version
    assert await states(registry, key) == ("waiting", "waiting")


async def test_an_edit_while_the_newest_copy_is_under_way_is_delivered_as_well(registry, family):
    key = await asked(registry, family)
    await edit(registry, family[1], name="曲甲")
    before, there = await _sides(registry, key)
    await edit(registry, family[1], name="曲乙")
    await mover(registry).take(Step.RENEW, before, there)
    assert (await states(registry, key))[0] == "requested"
    await mover(registry).round(timedelta(0))
    assert await states(registry, key) == ("waiting", "waiting")
    assert "曲乙" in {one["name"] for one in (await side(registry, key, True))["people"]}


async def test_what_is_confirmed_or_not_taken_along_gives_nothing_back_to_delivery(registry, family):
    key = await asked(registry, family)
    await edit(registry, family[1], presence="registered_away")
    assert await states(registry, key) == ("waiting", "waiting")


@pytest.mark.parametrize("twice", [Step.CLOSE, Step.MARK_DONE], ids=str)
async def test_a_step_that_is_taken_twice_registers_nothing_twice(registry, family, twice):
    home, man, _, mother = family
    key = await asked(registry, family)
    await accepted(registry, key)
    await dies(registry, home, man, new_head_id=mother, date="2026-10-10")
    if twice is Step.MARK_DONE:
        await mover(registry).take(Step.CLOSE, *await _sides(registry, key))
    sides = await _sides(registry, key)
    for _ in range(2):
        await mover(registry).take(twice, *sides)
    await mover(registry).advance(HERE, FOREIGN_TENANT, UUID(key))
    where, headers = (
        (home, None) if twice is Step.CLOSE else ((await people_there(registry, key))[0], registry.foreign())
    )
    events = (await registry.call("GET", f"households/{where}/events", headers=headers)).json()["items"]
    kind = "move_out" if twice is Step.CLOSE else "death"
    assert [event["kind"] for event in events].count(kind) == 1
