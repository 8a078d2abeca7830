"""What else happens to people while their transfer to another county is under way."""

import msgspec
import pytest
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_VILLAGE
from linli_registry.transfers import mover
from linli_registry.transfers.package import pack

from .test_households import happen, household, register, relations
from .test_residents import acts
from .test_transfers import ACCEPT, advance, ask, command, side, states


@pytest.fixture
async def family(registry):
    """A man with his son of five and his mother; he and the boy will go."""
    man = await register(registry, "曲行远", "1", "1990-03-01")
    boy = await register(registry, "曲小童", "1", "2021-05-05")
    mother = await register(registry, "孟守家", "2", "1962-04-01")
    home = await household(registry, man, boy, mother, relations={boy: "20", mother: "52"}, date="2022-01-01")
    return home["id"], man, boy, mother


async def asked(registry, family):
    key = await ask(registry, family)
    await advance(registry, key)
    return key


async def test_a_child_under_way_is_masked_for_whom_children_are_masked(registry, family):
    key = await asked(registry, family)
    for path, pick in ((f"transfers/{key}", lambda body: body), ("transfers", lambda body: body["items"][0])):
        shown = await registry.call("GET", path, headers=registry.foreign(Role.COUNTY_ADMIN))
        people = {person["id"]: person for person in pick(shown.json())["people"]}
        assert people[family[1]]["name"] == "曲行远"
        assert (people[family[2]]["name"], people[family[2]]["birth_date"]) == ("曲*", None), path
    clerk = (await side(registry, key, True))["people"]
    assert {person["name"] for person in clerk} == {"曲行远", "曲小童"}


async def test_nobody_arrives_before_having_lived_in_the_household_that_is_left(registry, family):
    key = await asked(registry, family)
    refused = await command(registry, key, "accept", ACCEPT | {"date": "2021-06-01"}, expect=409)
    assert refused["code"] == "registry.lived_there_then"
    assert "2022-01-01" in refused["detail"]
    await command(registry, key, "accept", ACCEPT | {"date": "2022-01-01"})
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")


async def test_a_day_before_they_lived_here_does_not_keep_the_origin_open_for_ever(registry, family, monkeypatch):
    """A request that was packed without that day."""
    home, man, _, mother = family
    monkeypatch.setattr(mover, "pack", lambda *given: msgspec.structs.replace(pack(*given), since=None))
    key = await asked(registry, family)
    await command(registry, key, "accept", ACCEPT | {"date": "2021-06-01"})
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    assert relations((await registry.call("GET", f"households/{home}")).json()) == {mother: "02"}
    assert (await registry.call("GET", f"residents/{man}")).json()["presence"] == "moved_out"


async def dies(registry, home, man, **more):
    return await happen(registry, home, "death", resident_id=man, **more)


async def leaves(registry, home, man, mother):
    await happen(registry, home, "move_out", members=[man], new_head_id=mother)


OVERTAKING = {
    "a death": (lambda r, home, man, boy, mother: dies(r, home, man), "registry.person_dead"),
    "a departure": (lambda r, home, man, boy, mother: leaves(r, home, man, mother), "registry.left_household"),
    "a split": (
        lambda r, home, man, boy, mother: happen(
            r, home, "split", members=[], new_head_id=man, remaining_head_id=mother, address="花坪村3组89号"
        ),
        "registry.left_household",
    ),
}


@pytest.mark.parametrize("what", OVERTAKING)
@pytest.mark.parametrize("delivered", [True, False], ids=["waiting", "not yet delivered"])
async def test_what_happens_to_them_meanwhile_takes_the_request_back_and_both_sides_see_why(
    registry, family, what, delivered
):
    happens, problem = OVERTAKING[what]
    key = await asked(registry, family) if delivered else await ask(registry, family)
    await happens(registry, *family)
    here = await side(registry, key)
    assert (here["state"], here["problem"]) == ("cancelling", problem)
    await advance(registry, key)
    for there in (False, True):
        shown = await side(registry, key, there)
        assert (shown["state"], shown["problem"]) == ("cancelled", problem)
    told = (await acts(registry, "transfer.overtaken"))[-1]
    assert (told["object_id"], told["people"]) == (key, [family[1]])
    # Who still wants to go is asked for anew.
    body = {"household_id": family[0], "people": [family[2]], "to_division": FOREIGN_VILLAGE, "reason": "随亲属"}
    if what == "a split":
        assert (await registry.call("POST", "transfers", body)).status_code == 201


async def test_a_registration_taken_back_meanwhile_takes_the_request_back(registry, family):
    home, _, _boy, mother = family
    born = {"name": "曲小弟", "sex": "1", "birth_date": "2026-11-01"}
    birth = await happen(registry, home, "birth", resident=born, parents=[mother], date="2026-11-01")
    key = await ask(registry, family, people=[birth["resident_id"]], new_head_id=None)
    await advance(registry, key)
    await happen(registry, home, "correction", corrects=birth["event_id"], reason="登记错误")
    await advance(registry, key)
    assert {(await side(registry, key, there))["problem"] for there in (False, True)} == {"registry.registration_void"}
    assert await states(registry, key) == ("cancelled", "cancelled")


async def test_what_concerns_others_of_the_household_leaves_the_request_standing(registry, family):
    home, _, _, mother = family
    key = await ask(registry, family, people=[family[2]], new_head_id=None)
    await advance(registry, key)
    await dies(registry, home, mother)
    assert await states(registry, key) == ("waiting", "waiting")


async def test_people_are_not_accepted_from_a_day_to_come(registry, family):
    key = await asked(registry, family)
    refused = await command(registry, key, "accept", ACCEPT | {"date": "2027-01-01"}, expect=409)
    assert refused["code"] == "registry.event_in_future"


async def test_who_is_being_transferred_is_not_merged(registry, family):
    man = family[1]
    double = await register(registry, "曲行远", "1", "1990-03-01")
    key = await asked(registry, family)
    for kept, absorbed in ((man, double), (double, man)):
        body = {"kept_id": kept, "absorbed_id": absorbed, "reason": "同一人"}
        refused = await registry.call("POST", "duplicates/merges", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "registry.merge_one_moving")
    await command(registry, key, "cancel", there=False)
    await advance(registry, key)
    merged = await registry.call("POST", "duplicates/merges", body)
    assert merged.status_code == 201, merged.text


async def test_a_merge_is_not_undone_while_the_person_is_being_transferred(registry, family):
    man = family[1]
    double = await register(registry, "曲行远", "1", "1990-03-01")
    body = {"kept_id": man, "absorbed_id": double, "reason": "同一人"}
    merge = (await registry.call("POST", "duplicates/merges", body)).json()["id"]
    await asked(registry, family)
    refused = await registry.call("POST", f"duplicates/merges/{merge}/undo", {"reason": "弄错了"})
    assert (refused.status_code, refused.json()["code"]) == (409, "registry.merge_one_moving")


async def test_a_page_of_transfers_names_everybody_on_it_in_its_act(registry, family):
    key = await asked(registry, family)
    listed = (await registry.call("GET", "transfers?side=origin&limit=200")).json()["items"]
    assert next(one for one in listed if one["id"] == key)["count"] == 2
    assert {family[1], family[2]} <= set((await acts(registry, "transfer.list"))[-1]["people"])
