"""A wrong change of a person's record is taken back: the old values hold again, nothing is lost, later changes stay."""

import pytest
from linli_kernel.codes.identity import check_character
from linli_kernel.identity import Role

from .test_history import edit, on
from .test_households import happen, household, register


@pytest.fixture
async def who(registry):
    return await register(registry, "庄归", "1", "1985-03-01", phone="13800001111")


async def take_back(registry, who, line, expect=200, role=Role.CLERK, reason="录错了"):
    shown = (await registry.call("GET", f"residents/{who}")).json()
    path = f"residents/{who}/history/{line}/take-back"
    answer = await registry.call("POST", path, {"reason": reason}, role, match=shown["version"])
    assert answer.status_code == expect, answer.text
    return answer.json()


async def newest(registry, who):
    return (await registry.call("GET", f"residents/{who}/history")).json()["items"][0]


async def test_what_was_taken_back_never_held(registry, who):
    await edit(registry, who, phone="13900002222", education="70", effective_on="2026-10-01")
    line = await newest(registry, who)
    back = await take_back(registry, who, line["id"])
    assert (back["phone_masked"], back["education"]) == ("138****1111", None)
    assert (await on(registry, f"residents/{who}", "2026-10-15"))["phone_masked"] == "138****1111"
    told = await newest(registry, who)
    assert (told["reason"], told["changes"]["phone"]) == ("录错了", ["139****2222", "138****1111"])
    found = await registry.search(phone="13800001111")
    assert who in {one["id"] for one in found["items"]}


async def test_a_wrong_name_is_no_former_name(registry, who):
    await edit(registry, who, name="庄龟")
    line = await newest(registry, who)
    back = await take_back(registry, who, line["id"])
    assert back["name"] == "庄归"
    assert (await registry.call("GET", f"residents/{who}/former-names")).json()["items"] == []


async def test_a_wrong_number_is_taken_back_and_found_no_more(registry, who):
    numbers = [body + check_character(body) for body in ("42120219850301001", "42120219850301003")]
    await edit(registry, who, identity_number=numbers[0])
    await edit(registry, who, identity_number=numbers[1])
    await take_back(registry, who, (await newest(registry, who))["id"])
    assert [one["id"] for one in (await registry.search(identity_number=numbers[0]))["items"]] == [who]
    assert (await registry.search(identity_number=numbers[1]))["items"] == []


async def test_only_the_last_change_of_a_field_is_taken_back(registry, who):
    await edit(registry, who, education="70")
    line = await newest(registry, who)
    await edit(registry, who, education="60")
    assert (await take_back(registry, who, line["id"], 409))["code"] == "registry.changed_since"


async def test_events_confirmations_and_lines_of_others_are_not_taken_back(registry, who):
    other = await register(registry, "庄旁", "1", "1980-03-01")
    await edit(registry, other, education="70")
    await take_back(registry, who, (await newest(registry, other))["id"], 404)
    shown = (await registry.call("GET", f"residents/{who}")).json()
    await registry.call("POST", f"residents/{who}/confirm", {"fields": ["phone"]}, match=shown["version"])
    assert (await take_back(registry, who, (await newest(registry, who))["id"], 409))["code"] == (
        "registry.nothing_to_take_back"
    )
    home = await household(registry, who, other, relations={other: "73"})
    await happen(registry, home["id"], "move_out", members=[other], reason="务工")
    line = next(one for one in [await newest(registry, other)] if one["event"])
    assert (await take_back(registry, other, line["id"], 409))["code"] == "registry.part_of_event"


async def test_it_is_taken_back_by_who_may_change_and_with_a_reason(registry, who):
    await edit(registry, who, education="70")
    line = (await newest(registry, who))["id"]
    await take_back(registry, who, line, 403, Role.GRID_WORKER)
    await take_back(registry, who, line, 422, reason=" ")
    path = f"residents/{who}/history/{line}/take-back"
    assert (await registry.call("POST", path, {"reason": "错"}, match=1)).status_code == 412
    assert (await registry.call("POST", path, {"reason": "错"})).status_code == 428
    stranger = await registry.call("POST", path, {"reason": "错"}, headers=registry.foreign(), match=2)
    assert stranger.status_code == 404
