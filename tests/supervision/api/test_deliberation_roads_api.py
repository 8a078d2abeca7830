"""Whole ways: the same road under each procedure, the other forms from convening to the published answer, what a meeting leaves."""

from itertools import pairwise

import pytest
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.deciding import BALLOTS, FOUR, MINUTES, PATH, Deciding
from tests.supervision.disclosing import VILLAGE

SKIPPED = (409, "supervision.deliberation_step")
PLACES = [
    pytest.param("four_deliberations_two_disclosures", "511681002001", "511681", id="four-and-two"),
    pytest.param(FOUR, VILLAGE, "421202", id="four-and-five"),
    pytest.param("five_deliberations_two_disclosures", "511703119002", "511703", id="five-and-two"),
    pytest.param("four_deliberations_merged", "440704107204", "440704", id="merged"),
]


@pytest.mark.parametrize(("procedure", "division", "tenant"), PLACES)
async def test_a_road_goes_from_the_proposal_to_the_published_result_and_skips_no_step(
    service: Service, procedure: str, division: str, tenant: str
) -> None:
    village = Deciding(service, division, tenant)
    halls = {"party_members": village.eligible(6, "party"), "representatives": village.eligible(9)}
    one = await village.open(procedure)
    written = ""
    for at, step in enumerate(one["steps"]):
        assert await village.try_ahead(one) == ({SKIPPED} if at < len(one["steps"]) - 1 else set())
        assert (await village.read(one))["version"] == one["version"]
        if step["kind"] == "publication":
            written = await village.drafted(one)
        # Whoever is not content does not keep the result from being published.
        one = await (village.record(one, "refused", "路面未清扫") if step["evaluates"] else village.take(one, halls))
        assert one["position"] == min(at + 1, len(one["steps"]) - 1)
    assert (one["state"], {step["state"] for step in one["steps"]}) == ("finished", {"done"})
    assert all(step["held_on"] < step["shown_until"] for step in one["steps"] if step["kind"] == "publication")
    judged = [f"{step['name']['zh']}，不满意：路面未清扫" for step in one["steps"] if step["evaluates"]]
    merged = (
        ["党员：应到 6 人", "村（居）民代表：应到 9 人"] if procedure == "four_deliberations_merged" else ["应到 9 人"]
    )
    for said in (
        "负责人：李国强",
        "第 2 项：第2段路面",
        "实际支出：618,400.50 元",
        "监督委员会验收合格",
        *judged,
        *merged,
    ):
        assert said in written


async def test_the_other_forms_go_from_their_convening_to_the_published_answer(service: Service) -> None:
    village = Deciding(service)
    for form in ("talk", "council", "hearing", "forum"):
        one = await village.open(form)
        assert one["convenor"]["zh"]
        assert one["notice"]["zh"]
        assert not one["binding"]
        written = ""
        while one["state"] == "open":
            assert await village.try_ahead(one) <= {SKIPPED}
            if one["steps"][one["position"]]["kind"] == "publication":
                written = await village.drafted(one)
            one = await village.take(one)
        talked = one["steps"][-2]
        assert f"{talked['held_on']} {talked['name']['zh']}：同意" in written
        assert one["state"] == "finished"


async def test_in_a_merged_step_every_body_must_agree_by_itself(service: Service) -> None:
    village = Deciding(service, "440704107204", "440704")
    party, people = village.eligible(6, "party"), village.eligible(9)
    one = await village.record(await village.record(await village.open("four_deliberations_merged")))
    one = await village.meet(one, {"representatives": people})
    assert (await village.vote(one, "party_members", party)).status_code == 200
    assert (await village.vote(one, "representatives", people, "against")).status_code == 200
    one = await village.give(one, "close", {"note": MINUTES})
    party_said, others_said = (count["text"] for count in one["steps"][2]["sittings"][0]["counts"])
    assert (one["state"], party_said[:3], party_said[-3:], others_said[-4:]) == (
        "rejected",
        "党员：",
        "通过。",
        "未通过。",
    )


async def test_a_meeting_leaves_its_minutes_its_place_and_the_fingerprint_of_its_roll(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(4)
    one = await village.meet(await village.open("group_meeting"), {"group_members": people})
    assert (await village.vote(one, "group_members", people)).status_code == 200
    number = await village.send(f"/{one['id']}/close", {"note": "联系13800138000"}, one=one)
    assert (number.status_code, number.json()["errors"][0]["pointer"]) == (422, "/note")
    one = await village.give(one, "close", {"note": MINUTES})
    sitting, roll = one["steps"][0]["sittings"][0], one["steps"][0]["rolls"][0]
    assert (sitting["note"], sitting["place"]) == (MINUTES, "村部会议室")
    one = await village.take(one)
    shown = one["steps"][1]
    words = await village.paper(one)
    for said in (
        "召集：村（居）民小组组长",
        "名册（小组成员）：4 人、4 户",
        roll["sha256"][:16],
        "村部会议室，记名表决：应到 4 人",
        MINUTES,
        f"公示 {shown['held_on']} 至 {shown['shown_until']}",
    ):
        assert said.replace(" ", "") in words


async def test_a_proxy_ends_with_its_paper_and_when_the_absent_one_comes(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(6)
    one = await village.meet(await village.open("group_meeting"), {"group_members": people})
    assert (await village.vote(one, "group_members", people[:4])).status_code == 200
    for _ in range(2):
        assert (await village.photograph(one, "proxy")).status_code == 201
    for absent, speaker in ((people[4], people[0]), (people[5], people[1])):
        spoken = {"body": "group_members", "residents": [absent], "proxy": speaker}
        assert (await village.send(f"/{one['id']}/attendance", spoken, "clerk")).status_code == 200
    door = {"code": one["steps"][0]["check_in"]}
    came = await service.client.post(f"{BALLOTS}/{one['id']}/check-in", json=door, headers=village.resident(people[4]))
    assert came.status_code == 204
    one = await village.read(one)
    assert (one["counts"][0]["present"], one["counts"][0]["proxies"]) == (6, 1)
    for paper in one["steps"][0]["files"]:
        gone = await service.client.delete(f"{PATH}/{one['id']}/files/{paper['id']}", headers=village.people["clerk"])
        assert gone.status_code == 200
    unproved = await village.send(f"/{one['id']}/close", one=one)
    assert (unproved.status_code, unproved.json()["code"]) == (409, "supervision.deliberation_proxy_unwritten")


async def test_the_members_of_a_household_stand_together_on_the_roll(service: Service) -> None:
    village = Deciding(service)
    homes = [str(new_id()) for _ in range(3)]
    # Ids follow the order in which people were registered, here from house to house.
    people = [(str(new_id()), homes[number % 3]) for number in range(9)]
    service.neighbours.eligible["adults", False] = [*people, (str(new_id()), None)]
    one = await village.give(await village.record(await village.open("households_meeting")), "enrol", {})
    found, cursor = [], ""
    while cursor is not None:
        page = f"{PATH}/{one['id']}/roll?body=villagers&limit=2{cursor and f'&cursor={cursor}'}"
        answer = (await service.client.get(page, headers=village.people["clerk"])).json()
        found += [voter["household"] for voter in answer["items"]]
        cursor = answer["next_cursor"]
    changes = sum(before != after for before, after in pairwise(found))
    assert (len(found), len(set(found)), changes) == (10, 4, 3)
