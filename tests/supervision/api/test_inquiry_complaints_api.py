"""An inquiry after a complaint names it; both lead to each other, and whoever asked follows the outcome."""

from typing import Any

from linli_kernel.ids import new_id

from tests.supervision.api.test_inquiries_api import ELSEWHERE, INQUIRIES, VILLAGE, planned, step
from tests.supervision.disclosing import PUBLIC, Disclosing

WHISTLE = {"type": "cn.linli.desk.whistle.reported.v1", "division": VILLAGE, "category": "road", "urgency": "ordinary"}
RATING = {
    "type": "cn.linli.desk.evaluation.given.v1",
    "division": VILLAGE,
    "matter_id": str(new_id()),
    "department": "民政局",
}
QUESTIONS = "/api/supervision/v1/disclosure-questions"


async def complained(service: Any) -> tuple[str, dict[str, str]]:
    """A question, a whistle and a bad rating of the village, and what is none of its complaints; the question's token and the ids."""
    published = await Disclosing(service).publish()
    order = {"kind": "objection", "text": "水费为什么比上月多？"}
    token = (await service.client.post(f"{PUBLIC}/{published['id']}/questions", json=order)).json()["token"]
    whistle, case = str(new_id()), str(new_id())
    moved = {**WHISTLE, "whistle_id": whistle, "from_state": None, "to_state": "reported"}
    called = {**moved, "type": "cn.linli.desk.whistle.called.v1", "from_state": "reported", "to_state": "called"}
    good = {**RATING, "case_id": str(new_id()), "level": 5}
    elsewhere = {**RATING, "case_id": str(new_id()), "level": 1, "division": ELSEWHERE}
    await service.deliver([moved, called, good, {**RATING, "case_id": case, "level": 1}, elsewhere], source="desk")
    question = (await service.client.get(f"{PUBLIC}/questions/{token}")).json()["id"]
    return token, {"objection": question, "whistle": whistle, "rating": case}


async def names(service: Any, role: str = "supervisor", **claims: Any) -> Any:
    path = f"{INQUIRIES}/complaints?division={claims.pop('division', VILLAGE)}"
    return await service.client.get(path, headers=service.auth(role, **claims))


async def test_an_inquiry_is_opened_by_a_complaint_of_the_village_and_found_from_it(service: Any) -> None:
    _, there = await complained(service)
    listed = {one["kind"]: one for one in (await names(service)).json()["items"]}
    assert {kind: one["id"] for kind, one in listed.items()} == there
    assert (listed["whistle"]["zh"], listed["rating"]["zh"]) == ("道路桥涵", "非常不满意")
    assert "residents" not in str(listed)
    for kind, name in there.items():
        one = (await planned(service, origin="complaint", complaint={"kind": kind, "id": name})).json()
        assert (one["complaint"]["kind"], one["complaint"]["id"]) == (kind, name)
        found = await service.client.get(f"{INQUIRIES}?complaint={name}", headers=service.auth("village_official"))
        assert [each["id"] for each in found.json()["items"]] == [one["id"]]
    # What the ledger says of it names the complaint, too.
    acts = [act for act in await service.outbox("cn.linli.act") if act["action"] == "inquiry.plan"]
    assert [act["detail"]["complaint_id"] for act in acts] == list(there.values())
    spoken = (await planned(service, origin="complaint")).json()
    assert spoken["complaint"] is None


async def test_an_appeal_against_the_answer_opens_an_inquiry_of_its_own(service: Any) -> None:
    token, there = await complained(service)
    assert [one["kind"] for one in (await names(service)).json()["items"]].count("appeal") == 0
    wrong = {"origin": "complaint", "complaint": {"kind": "appeal", "id": there["objection"]}}
    assert (await planned(service, **wrong)).status_code == 422, "nobody has appealed"
    official = service.auth("village_official")
    [asked] = (await service.client.get(QUESTIONS, headers=official)).json()["items"]
    reply = {**official, "If-Match": f'"{asked["version"]}"'}
    answered = await service.client.post(
        f"{QUESTIONS}/{asked['id']}/answer", json={"text": "抄表日期不同"}, headers=reply
    )
    assert answered.status_code == 200, answered.text
    appealed = await service.client.post(f"{PUBLIC}/questions/{token}/appeal", json={"text": "抄表日期没有变过"})
    assert appealed.status_code == 200, appealed.text
    newest = (await names(service)).json()["items"][0]
    assert (newest["kind"], newest["id"], newest["zh"]) == ("appeal", there["objection"], "抄表日期没有变过")
    one = (await planned(service, **wrong)).json()
    assert (one["complaint"]["kind"], one["complaint"]["zh"]) == ("appeal", "抄表日期没有变过")
    assert one["complaint"]["disclosure_id"] == newest["disclosure_id"]
    told = (await service.client.get(f"{PUBLIC}/questions/{token}")).json()
    assert [each["outcome"] for each in told["inquiries"]] == [None]
    [asked] = (await service.client.get(QUESTIONS, headers=official)).json()["items"]
    assert [each["id"] for each in asked["inquiries"]] == [one["id"]]
    one = (await step(service, one, "begin", "supervisor")).json()
    await step(service, one, "clear", "supervisor", "逐户核对抄表记录")
    ended = (await service.outbox("cn.linli.supervision.inquiry.moved"))[-1]
    assert (ended["complaint"], ended["complaint_id"], ended["outcome"]) == (
        "appeal",
        there["objection"],
        "nothing_wrong",
    )


async def test_a_complaint_that_is_not_the_villages_opens_nothing(service: Any) -> None:
    _, there = await complained(service)
    wrong: list[dict[str, Any]] = [
        {"origin": "complaint", "complaint": {"kind": "whistle", "id": str(new_id())}},
        {"origin": "complaint", "complaint": {"kind": "rating", "id": there["whistle"]}},
        {"origin": "complaint", "complaint": {"kind": "gossip", "id": there["whistle"]}},
        {"origin": "planned", "complaint": {"kind": "whistle", "id": there["whistle"]}},
    ]
    for order in wrong:
        assert (await planned(service, **order)).status_code == 422, order
    assert (await names(service, divisions=[ELSEWHERE])).status_code == 404
    assert (await names(service, division="x")).status_code == 422
    for role in ("village_official", "auditor", "resident"):
        assert (await names(service, role)).status_code == 403


async def test_whoever_asked_follows_what_the_inquiry_came_to(service: Any) -> None:
    token, there = await complained(service)
    about = {"origin": "complaint", "complaint": {"kind": "objection", "id": there["objection"]}}
    one = (await planned(service, **about)).json()

    async def followed() -> list[str | None]:
        told = (await service.client.get(f"{PUBLIC}/questions/{token}")).json()
        return [each["outcome"] for each in told["inquiries"]]

    assert await followed() == [None]
    one = (await step(service, one, "begin", "supervisor")).json()
    one = (await step(service, one, "object", "supervisor", "少记一笔")).json()
    one = (await step(service, one, "rectify", "village_official", "已补记")).json()
    await step(service, one, "accept", "supervisor")
    assert await followed() == ["put_right"]
    other = (await step(service, (await planned(service, **about)).json(), "begin", "supervisor")).json()
    await step(service, other, "clear", "supervisor", "账目相符")
    assert await followed() == ["put_right", "nothing_wrong"]
    for role, seen in (("village_official", 2), ("clerk", 0)):
        [asked] = (await service.client.get(QUESTIONS, headers=service.auth(role))).json()["items"]
        assert len(asked["inquiries"]) == seen
    moved = [
        event
        for event in await service.outbox("cn.linli.supervision.inquiry.moved")
        if event["inquiry_id"] == one["id"]
    ]
    assert [event["step"] for event in moved] == ["plan", "begin", "object", "rectify", "accept"]
    assert (moved[-1]["outcome"], moved[-1]["complaint_id"]) == ("put_right", there["objection"])
    assert (moved[2]["due"], "outcome" in moved[2]) == (one["due"], False)
