"""Around a meeting: kin on the roll by name, and what is told of it when it is called, moved and called off."""

from datetime import timedelta
from typing import Any

from linli_kernel.contracts import supervision as contract
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.deciding import BALLOTS, PATH, Deciding
from tests.supervision.disclosing import VILLAGE

PLACE = "村部会议室"


async def concerned(service: Service) -> tuple[Deciding, dict[str, Any], str, str, str]:
    """A vote of Party members on the roll of whom is a contractor's father-in-law; the village, the deliberation, the three."""
    village = Deciding(service)
    people = village.eligible(4, "party")
    contractor, wife, father = str(new_id()), str(new_id()), people[1]
    service.neighbours.kin = [
        {"concerned": contractor, "person": father, "path": [wife, father], "kinds": ["spouse", "parent"]},
        {"concerned": contractor, "person": wife, "path": [wife], "kinds": ["spouse"]},
    ]
    service.neighbours.called = {contractor: ("王大力", "1"), wife: ("李秀英", "2"), father: ("李*", "1")}
    one = await village.record(await village.record(await village.open(concerned=[contractor])))
    return village, await village.give(one, "enrol", {}), contractor, wife, father


async def conflicts(village: Deciding, one: dict[str, Any], role: str = "supervisor", query: str = "") -> Any:
    return await village.service.client.get(f"{PATH}/{one['id']}/conflicts{query}", headers=village.people[role])


async def test_kin_are_shown_with_their_path_by_the_names_that_the_registry_shows_to_the_viewer(
    service: Service,
) -> None:
    village, one, contractor, wife, father = await concerned(service)
    found = (await conflicts(village, one)).json()
    (kin,) = found["items"]
    assert (kin["resident"], kin["body"], kin["concerned"], kin["recused"]) == (
        father,
        "party_members",
        contractor,
        False,
    )
    assert [(step["resident"], step["relation"]["zh"]) for step in kin["path"]] == [(wife, "妻子"), (father, "父亲")]
    assert (kin["relation"]["zh"], found["named"], found["kept_at"]) == ("配偶的父亲", True, None)
    assert {each["resident"]: each["name"] for each in found["people"]} == {
        contractor: "王大力",
        wife: "李秀英",
        father: "李*",
    }
    # One call for all of them, under the viewer's own token, and the look is recorded with everybody who was named.
    assert service.neighbours.named == [(village.people["supervisor"]["Authorization"], 3)]
    acts = [act for act in await service.outbox("") if act.get("action") == "deliberation.conflicts"]
    assert len(acts[-1]["people"]) == 3


async def test_while_the_registry_is_away_the_path_is_shown_without_names_as_it_was_when_the_roll_was_frozen(
    service: Service,
) -> None:
    village, one, *_ = await concerned(service)
    service.neighbours.names_down = True
    unnamed = (await conflicts(village, one)).json()
    assert (unnamed["named"], unnamed["kept_at"], len(unnamed["items"])) == (False, None, 1)
    assert {each["name"] for each in unnamed["people"]} == {None}
    assert unnamed["items"][0]["path"][1]["relation"]["zh"] == "父母"
    service.neighbours.registry_down = True
    kept = (await conflicts(village, one)).json()
    assert (kept["named"], kept["items"]) == (False, unnamed["items"])
    assert kept["kept_at"] is not None
    unknown = await village.service.client.get(f"{PATH}/{new_id()}/conflicts", headers=village.people["supervisor"])
    assert unknown.status_code == 404
    assert (await conflicts(village, one, query="?position=x")).status_code == 422


async def test_kin_of_a_vote_that_is_over_are_still_seen_and_their_number_is_in_the_minutes(service: Service) -> None:
    village, one, _, _, father = await concerned(service)
    at = service.clock.now().isoformat()
    one = await village.give(await village.give(one, "call", {"at": at, "place": PLACE}), "sit")
    recusal = {"body": "party_members", "resident": father, "reason": "承包人的岳父"}
    assert (await village.send(f"/{one['id']}/recusals", recusal)).status_code == 200
    others = [each[0] for each in service.neighbours.eligible["party", False] if each[0] != father]
    assert (await village.vote(one, "party_members", others)).status_code == 200
    one = await village.give(one, "close")
    assert one["steps"][2]["sittings"][0]["kin"] == {"found": 1, "recused": 1}
    service.neighbours.kin = []
    over = (await conflicts(village, one, query="?position=2")).json()
    assert [(kin["resident"], kin["recused"]) for kin in over["items"]] == [(father, True)]
    assert "名册上有涉事人本人或近亲属1人，其中1人回避" in await village.paper(one)
    assert "王大力" not in await village.paper(one)


async def told(service: Service, one: dict[str, Any]) -> list[dict[str, Any]]:
    events = await service.outbox(contract.MEETING_MOVED)
    return [event for event in events if event["deliberation_id"] == one["id"]]


async def roll(service: Service, one: dict[str, Any], role: str = "service", **query: Any) -> Any:
    params = {"position": 0, **query}
    headers = {**service.auth(role), "X-Linli-Tenant": "421202"}
    return await service.client.get(f"/internal/v1/deliberations/{one['id']}/called", params=params, headers=headers)


async def test_a_meeting_that_is_called_moved_and_called_off_is_told_each_time_and_the_event_names_nobody(
    service: Service,
) -> None:
    village = Deciding(service)
    people = village.eligible(3)
    one = await village.give(await village.open("group_meeting"), "enrol", {"listed": {"group_members": people}})
    assert (await roll(service, one)).status_code == 404
    days = [(service.clock.now() + timedelta(days=day)).isoformat() for day in (1, 2)]
    one = await village.give(one, "call", {"at": days[0], "place": PLACE})
    one = await village.give(one, "call", {"at": days[1], "place": "文化礼堂"})
    found = (await roll(service, one)).json()
    assert (found["title"], found["place"], found["calls"]) == ("三组道路硬化", "文化礼堂", 2)
    assert (sorted(found["items"]), found["next_cursor"]) == (sorted(people), None)
    assert (await village.send(f"/{one['id']}/call-off", {"reason": ""}, one=one)).status_code == 422
    one = await village.give(one, "call-off", {"reason": "台风"})
    sitting = one["steps"][0]["sittings"][0]
    assert (one["phase"], sitting["outcome"], sitting["note"], sitting["place"]) == (
        "enrolled",
        "called_off",
        "台风",
        "文化礼堂",
    )
    again = await village.send(f"/{one['id']}/call-off", {"reason": "台风"}, one=one)
    assert (again.status_code, again.json()["code"]) == (409, "supervision.deliberation_step")
    events = await told(service, one)
    assert [(event["state"], event["call"]) for event in events] == [("called", 1), ("changed", 2), ("off", 3)]
    assert events[2]["at"] == events[1]["at"] != events[0]["at"]
    assert all(
        set(event) == {"type", "deliberation_id", "division", "position", "call", "state", "at"} for event in events
    )


async def test_giving_a_called_matter_up_calls_its_meeting_off_and_another_one_calls_nothing_off(
    service: Service,
) -> None:
    village = Deciding(service)
    people = village.eligible(2)
    quiet = await village.give(await village.open("group_meeting"), "enrol", {"listed": {"group_members": people}})
    await village.give(quiet, "withdraw", {"reason": "重复立项"})
    assert await told(service, quiet) == []
    one = await village.give(await village.open("group_meeting"), "enrol", {"listed": {"group_members": people}})
    one = await village.give(one, "call", {"at": service.clock.now().isoformat(), "place": PLACE})
    await village.give(one, "withdraw", {"reason": "重复立项"})
    assert [event["state"] for event in await told(service, one)] == ["called", "off"]


async def test_only_the_desk_reads_whom_to_tell_and_a_place_holds_no_number_of_a_person(service: Service) -> None:
    village, other = Deciding(service), Deciding(service, "511681002001", "511681")
    people = village.eligible(2)
    one = await village.give(await village.open("group_meeting"), "enrol", {"listed": {"group_members": people}})
    call = {"at": service.clock.now().isoformat(), "place": "李家，电话13800138000"}
    refused = await village.send(f"/{one['id']}/call", call, one=one)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/place")
    one = await village.give(one, "call", {**call, "place": PLACE})
    assert (await roll(service, one, "clerk")).status_code == 403
    assert (await roll(service, one, position=7)).status_code == 404
    assert (await roll(service, one, position=-1)).status_code == 422
    foreign = await service.client.post(
        f"{PATH}/{one['id']}/call-off",
        json={"reason": "台风"},
        headers=other.people["clerk"] | {"If-Match": f'"{one["version"]}"'},
    )
    assert foreign.status_code == 404
    supervisor = await village.send(f"/{one['id']}/call-off", {"reason": "台风"}, "supervisor", one)
    assert supervisor.status_code == 403
    assert one["division"] == VILLAGE


async def test_a_resident_sees_no_hour_of_a_meeting_that_was_called_off(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(2)
    one = await village.give(await village.open("group_meeting"), "enrol", {"listed": {"group_members": people}})
    one = await village.give(one, "call", {"at": service.clock.now().isoformat(), "place": PLACE})
    await village.give(one, "call-off", {"reason": "台风"})
    own = (await service.client.get(BALLOTS, headers=village.resident(people[0]))).json()["items"]
    assert [(ballot["sitting"], ballot["called_for"], ballot["place"]) for ballot in own] == [(False, None, "")]
