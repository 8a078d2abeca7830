"""Meetings without a vote: whom they invite is chosen, told once, told again when it is moved or called off, and recorded when it was held."""

from datetime import timedelta
from typing import Any

from linli_kernel.contracts import supervision as contract
from linli_kernel.ids import new_id

from tests.supervision.api.test_meetings_api import roll, told
from tests.supervision.conftest import Service
from tests.supervision.deciding import BALLOTS, Deciding

PLACE = "文化礼堂"
MAJIA = ("511703119002", "511703")


async def invited(service: Service, **more: Any) -> tuple[Deciding, dict[str, Any], list[str], list[str]]:
    """A talk with its list: the heads of three households, and two whom the convenor names."""
    village = Deciding(service)
    heads, named = village.eligible(3, "heads", non_local=True), village.eligible(2, non_local=True)
    one = await village.give(await village.open("talk"), "enrol", {"listed": {"named": named}, **more})
    return village, one, heads, named


def later(service: Service, days: int) -> str:
    return (service.clock.now() + timedelta(days=days)).isoformat()


async def test_a_talk_says_whom_it_invites_and_calls_them_once_each_time_something_changes(service: Service) -> None:
    village, one, heads, named = await invited(service)
    step = one["steps"][0]
    assert (step["kind"], step["invites"]["who"], step["non_local"]) == ("gathering", ["households", "named"], True)
    assert {each["body"]: (each["people"], each["source"]) for each in step["rolls"]} == {
        "households": (3, "registry"),
        "named": (2, "listed"),
    }
    assert (await roll(service, one)).status_code == 404
    one = await village.give(one, "call", {"at": later(service, 1), "place": PLACE})
    one = await village.give(one, "call", {"at": later(service, 2), "place": "村部"})
    page = (await roll(service, one)).json()
    assert sorted(page["items"]) == sorted(heads + named)
    assert (page["vote"], page["form"]["zh"], page["posts"]) == (
        False,
        "民情恳谈会",
        ["village_official", "grid_worker"],
    )
    one = await village.give(one, "call-off", {"reason": "台风"})
    one = await village.give(one, "call", {"at": later(service, 3), "place": PLACE})
    events = await told(service, one)
    assert [(each["state"], each["call"]) for each in events] == [
        ("called", 1),
        ("changed", 2),
        ("off", 3),
        ("called", 4),
    ]
    assert all("resident" not in each and heads[0] not in str(each) for each in events)


async def test_a_gathering_is_recorded_on_the_day_it_was_called_for_and_not_before(service: Service) -> None:
    village, one, *_ = await invited(service)
    one = await village.give(one, "call", {"at": later(service, 2), "place": PLACE})
    assert set(one["commands"]) == {"call", "call-off", "withdraw"}
    held = {"held_on": service.clock.today().isoformat(), "result": "agreed", "note": "说了路灯和垃圾"}
    early = await village.send(f"/{one['id']}/record", held, one=one)
    assert (early.status_code, early.json()["code"]) == (409, "supervision.deliberation_meeting_not_yet")
    service.clock.move(timedelta(days=2))
    # The day that it was held lies not before the day that it was called for.
    backdated = await village.send(f"/{one['id']}/record", held, one=await village.read(one))
    assert backdated.json()["code"] == "supervision.deliberation_meeting_not_yet"
    one = await village.record(await village.read(one), note="说了路灯和垃圾")
    assert (one["position"], one["phase"], one["steps"][0]["place"]) == (1, "due", PLACE)
    words = await village.paper(one)
    for said in ("通知名册（各户）：3人、3户", "通知名册（点名邀请的人）：2人", f"，{PLACE}，已通知名册上的人。"):
        assert said in words


async def test_whom_it_invites_is_chosen_once_and_households_do_without_names(service: Service) -> None:
    village = Deciding(service)
    heads = village.eligible(3, "heads", non_local=True)
    one = await village.give(await village.open("talk"), "enrol", {})
    assert [(each["body"], each["people"]) for each in one["steps"][0]["rolls"]] == [("households", 3)]
    called = await village.give(one, "call", {"at": later(service, 1), "place": PLACE})
    assert sorted((await roll(service, one)).json()["items"]) == sorted(heads)
    one = called
    again = await village.send(f"/{one['id']}/enrol", {}, one=one)
    assert (again.status_code, again.json()["code"]) == (409, "supervision.deliberation_step")


async def test_groups_narrow_households_only_where_the_profile_lets_them_and_a_list_of_nobody_calls_nobody(
    service: Service,
) -> None:
    group = str(new_id())
    village, one, *_ = await invited(service, grids=[group])
    assert service.neighbours.narrowed[-2:] == [[group], None]
    council = await village.open("council")
    council = await village.record(council)
    empty = await village.send(f"/{council['id']}/enrol", {}, one=council)
    assert (empty.status_code, empty.json()["code"]) == (409, "supervision.deliberation_roll_empty")
    village.eligible(2)
    people = [each[0] for each in service.neighbours.eligible["adults", False]]
    order = {"listed": {"representatives": people}}
    narrowed = await village.send(f"/{council['id']}/enrol", {**order, "grids": [group]}, one=council)
    assert (narrowed.status_code, narrowed.json()["code"]) == (422, "supervision.deliberation_not_by_group")
    strange = await village.send(f"/{council['id']}/enrol", {"listed": {"named": [str(new_id())]}}, one=council)
    assert (strange.status_code, strange.json()["code"]) == (422, "supervision.deliberation_not_eligible")
    council = await village.give(council, "enrol", order)
    assert council["steps"][1]["rolls"][0]["people"] == 2
    # What was refused left nothing behind.
    assert await told(service, council) == []
    assert await told(service, one) == []


async def test_a_meeting_that_was_called_otherwise_is_recorded_at_once(service: Service) -> None:
    village = Deciding(service)
    one = await village.open("forum")
    assert set(one["commands"]) == {"enrol", "record"}
    early = await village.send(f"/{one['id']}/call", {"at": later(service, 1), "place": PLACE}, one=one)
    assert (early.status_code, early.json()["code"]) == (409, "supervision.deliberation_step")
    one = await village.record(one)
    assert (one["position"], await told(service, one)) == (1, [])


async def test_somebody_invited_sees_when_and_where_on_the_own_phone_and_is_asked_for_no_vote(service: Service) -> None:
    village, one, heads, _ = await invited(service)
    await village.give(one, "call", {"at": later(service, 1), "place": PLACE})
    own = (await service.client.get(BALLOTS, headers=village.resident(heads[0]))).json()["items"]
    (seen,) = [each for each in own if each["deliberation_id"] == one["id"]]
    assert (seen["votes"], seen["sitting"], seen["place"], seen["body"]) == (False, False, PLACE, "households")
    vote = {"body": "households", "choice": "for"}
    refused = await service.client.put(f"{BALLOTS}/{one['id']}", json=vote, headers=village.resident(heads[0]))
    assert refused.status_code == 409
    stranger = await service.client.get(BALLOTS, headers=village.resident(str(new_id())))
    assert stranger.json()["items"] == []


async def test_giving_a_called_talk_up_tells_that_it_is_off(service: Service) -> None:
    village, one, *_ = await invited(service)
    one = await village.give(one, "call", {"at": later(service, 1), "place": PLACE})
    await village.give(one, "withdraw", {"reason": "改为村民会议"})
    assert [each["state"] for each in await told(service, one)] == ["called", "off"]
    assert len(await service.outbox(contract.MEETING_MOVED)) >= 2


async def test_the_judgement_of_residents_calls_a_household_each_where_the_place_says_so(service: Service) -> None:
    majia = Deciding(service, *MAJIA)
    found = await service.client.get(
        "/api/supervision/v1/deliberations/procedures", headers=majia.people["village_official"]
    )
    (step,) = [each for one in found.json()["items"] for each in one["steps"] if each["evaluates"]]
    assert (step["kind"], step["invites"]) == (
        "gathering",
        {"who": ["households"], "posts": [], "by_group": True},
    )
