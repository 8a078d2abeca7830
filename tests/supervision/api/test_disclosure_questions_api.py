"""A villager asks without a name, is answered in the open within the place's days, and may go to the township."""

from datetime import timedelta
from typing import Any

from linli_kernel.contracts import supervision as contract
from linli_supervision.disclosures import reminding
from linli_supervision.questions.service import MOST_WAITING

from tests.supervision.conftest import Service
from tests.supervision.disclosing import PUBLIC, Disclosing

PATH = "/api/supervision/v1/disclosure-questions"


async def _ask(service: Service, disclosure: dict[str, Any], text: str = "水费为什么比上月多？") -> Any:
    order = {"kind": "objection", "text": text}
    return await service.client.post(f"{PUBLIC}/{disclosure['id']}/questions", json=order)


async def _reply(service: Service, step: str, role: str, **claims: Any) -> Any:
    headers = service.auth(role, **claims)
    (one,) = (await service.client.get(PATH, headers=headers)).json()["items"]
    headers |= {"If-Match": f'"{one["version"]}"'}
    body = {"text": "三月抄表两次，已附票据。"}
    return await service.client.post(f"{PATH}/{one['id']}/{step}", json=body, headers=headers)


async def test_a_question_is_answered_for_everybody_and_appealed_to_the_township(service: Service) -> None:
    one = await Disclosing(service).publish()
    asked = (await _ask(service, one)).json()
    assert asked["due"] == (service.clock.today() + timedelta(days=10)).isoformat()
    follow = f"{PUBLIC}/questions/{asked['token']}"
    assert (await service.client.get(follow)).json()["may_appeal"] is False
    shown = (await service.client.get(f"{PUBLIC}/{one['id']}")).json()
    assert (shown["waiting"], shown["overdue"], shown["answers"]) == (1, 0, [])
    assert (await service.client.post(f"{follow}/appeal", json={"text": "不服"})).status_code == 409
    assert (await _reply(service, "decide", "township_officer")).status_code == 409
    answered = await _reply(service, "answer", "village_official")
    assert (answered.status_code, answered.json()["state"]) == (200, "answered")
    (public,) = (await service.client.get(f"{PUBLIC}/{one['id']}")).json()["answers"]
    assert (public["text"], public["answer"]) == ("水费为什么比上月多？", "三月抄表两次，已附票据。")
    appealed = (await service.client.post(f"{follow}/appeal", json={"text": "票据看不清"})).json()
    assert (appealed["state"], appealed["due"]) == (
        "appealed",
        (service.clock.today() + timedelta(days=20)).isoformat(),
    )
    decided = await _reply(service, "decide", "township_officer", divisions=["421202104"])
    assert decided.json()["state"] == "decided"
    finished = await service.client.get(f"{PATH}?which=finished", headers=service.auth("supervisor"))
    assert [item["decision"] for item in finished.json()["items"]] == ["三月抄表两次，已附票据。"]


async def test_a_late_answer_shows_and_opens_the_way_up(service: Service) -> None:
    one = await Disclosing(service).publish()
    token = (await _ask(service, one)).json()["token"]
    service.clock.move(timedelta(days=11))
    assert (await service.client.get(f"{PUBLIC}/{one['id']}")).json()["overdue"] == 1
    (waiting,) = (await service.client.get(PATH, headers=service.auth("supervisor"))).json()["items"]
    assert (waiting["overdue"], waiting["days_left"], waiting["steps"]) == (True, -1, [])
    up = await service.client.post(f"{PUBLIC}/questions/{token}/appeal", json={"text": "一直没有答复"})
    assert up.json()["state"] == "appealed"
    # The village never answered: what the township decides is read by everybody all the same.
    await _reply(service, "decide", "township_officer", divisions=["421202104"])
    (public,) = (await service.client.get(f"{PUBLIC}/{one['id']}")).json()["answers"]
    assert (public["answer"], public["decision"]) == ("", "三月抄表两次，已附票据。")


async def test_whoever_has_to_answer_or_to_decide_is_reminded_once(service: Service) -> None:
    one = await Disclosing(service).publish()
    token = (await _ask(service, one)).json()["token"]
    profile = service.linli.profiles.for_tenant("421202")

    async def told() -> list[tuple[str, str, int]]:
        for _ in range(2):
            await reminding.look(service.linli.database, "421202", profile, "421202")
        events = await service.outbox(contract.OVERSIGHT_REMINDED)
        return [(one["what"], one["state"], one["days"]) for one in events if one["what"] != "meeting"]

    assert await told() == []
    service.clock.move(timedelta(days=8))
    near = ("question", "due", 2)
    assert await told() == [near]
    service.clock.move(timedelta(days=3))
    late = ("question", "missing", -1)
    assert await told() == [near, late]
    await service.client.post(f"{PUBLIC}/questions/{token}/appeal", json={"text": "一直没有答复"})
    service.clock.move(timedelta(days=21))
    assert await told() == [near, late, ("appeal", "missing", -1)]


async def test_questions_carry_no_numbers_of_people_and_do_not_pile_up(service: Service) -> None:
    one = await Disclosing(service).publish()
    refused = await _ask(service, one, "我的电话13800138000")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/text")
    for _ in range(MOST_WAITING):
        assert (await _ask(service, one)).status_code == 201
    assert (await _ask(service, one)).status_code == 409
    # A village that answers nobody closes the door to nobody.
    service.clock.move(timedelta(days=11))
    assert (await _ask(service, one)).status_code == 201


async def test_strangers_and_wrong_tokens_find_nothing(service: Service) -> None:
    one = await Disclosing(service).publish()
    await _ask(service, one)
    (waiting,) = (await service.client.get(PATH, headers=service.auth("clerk"))).json()["items"]
    stranger = service.auth("village_official", divisions=["421202104222"]) | {"If-Match": '"1"'}
    assert (await service.client.get(f"{PATH}/{waiting['id']}", headers=stranger)).status_code == 404
    body = {"text": "越权答复"}
    assert (await service.client.post(f"{PATH}/{waiting['id']}/answer", json=body, headers=stranger)).status_code == 404
    clerk = service.auth("clerk") | {"If-Match": '"1"'}
    assert (await service.client.post(f"{PATH}/{waiting['id']}/answer", json=body, headers=clerk)).status_code == 403
    for token in ("x", f"421202.{'0' * 22}"):
        assert (await service.client.get(f"{PUBLIC}/questions/{token}")).status_code == 404
        assert (await service.client.post(f"{PUBLIC}/questions/{token}/appeal", json=body)).status_code == 404
    draft = await Disclosing(service).draft()
    assert (await _ask(service, draft)).status_code == 404
    assert (await service.client.get(f"{PATH}/{waiting['id']}")).status_code == 401
