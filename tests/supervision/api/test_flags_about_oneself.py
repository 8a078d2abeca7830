"""Nobody looks into what is about the own person: not under a second account, and a committee not into its own duty."""

from datetime import datetime, timedelta
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import supervision as contract
from linli_kernel.ids import new_id
from linli_supervision.flags.watching import look

FLAGS = "/api/supervision/v1/flags"
VILLAGE = "421202104221"
NIGHT = datetime(2026, 11, 17, 23, 10, tzinfo=SHANGHAI)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)


async def watched(service: Any) -> None:
    await look(service.linli.database, service.linli.extra["registry"], "421202", "421202")


async def decided_at_night(service: Any, actor: str) -> None:
    service.clock.set(NIGHT)
    case = str(new_id())
    act = {"action": "case.decide", "object_kind": "case", "object_id": case, "case_id": case, "division": VILLAGE}
    act |= {"actor": actor, "role": "village_official", "people": [], "detail": {"outcome": "approved"}}
    await service.deliver([act], source="desk")
    service.clock.set(NOON)
    await watched(service)


async def seen(service: Any, headers: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await service.client.get(FLAGS, headers=headers)).json()["items"]
    return items


async def test_a_second_account_of_whom_a_flag_is_about_decides_nothing(service: Any) -> None:
    about, second = str(new_id()), str(new_id())
    service.neighbours.one_person = [{about, second}]
    await decided_at_night(service, about)
    headers = service.auth("supervisor", sub=second)
    [flag] = await seen(service, headers)
    sent = headers | {"If-Match": '"1"'}
    take = f"{FLAGS}/{flag['id']}/take"
    refused = await service.client.post(take, json={"note": "我来处理"}, headers=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "supervision.own_flag")
    service.neighbours.registry_down = True
    assert (await service.client.post(take, json={"note": "我来处理"}, headers=sent)).status_code == 503
    service.neighbours.registry_down = False
    other = service.auth("auditor") | {"If-Match": '"1"'}
    assert (await service.client.post(take, json={"note": "接手"}, headers=other)).status_code == 200


async def test_a_flag_is_not_given_to_a_second_account_of_whom_it_is_about(service: Any) -> None:
    about, second, third = (str(new_id()) for _ in range(3))
    service.neighbours.one_person = [{about, second}]
    service.neighbours.holders = [
        {"id": one, "name": name, "role": "county_admin", "title": "县级管理"}
        for one, name in ((second, "甲"), (third, "乙"))
    ]
    await decided_at_night(service, about)
    headers = service.auth("auditor")
    [flag] = await seen(service, headers)
    sent = headers | {"If-Match": '"1"'}
    assign = f"{FLAGS}/{flag['id']}/assign"
    refused = await service.client.post(assign, json={"account": second, "note": "请核实"}, headers=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "supervision.own_flag")
    given = await service.client.post(assign, json={"account": third, "note": "请核实"}, headers=sent)
    assert (given.status_code, given.json()["owner"]["id"]) == (200, third)


async def test_a_committee_that_did_not_meet_does_not_look_into_it_itself(service: Any) -> None:
    service.clock.set(datetime(2026, 10, 8, 9, tzinfo=SHANGHAI))
    told = contract.OversightReminded(
        what="meeting", key=f"{VILLAGE}:2026-07-01", division=VILLAGE, due="2026-09-30", days=-8, state="missing"
    )
    event = {"type": contract.OVERSIGHT_REMINDED, "object_id": VILLAGE} | {
        name: getattr(told, name) for name in ("what", "key", "division", "due", "days", "state", "inquiry_id")
    }
    await service.deliver([event], source="supervision")
    service.clock.move(timedelta(days=12))
    await watched(service)
    own, above = service.auth("supervisor"), service.auth("county_admin")
    [flag] = await seen(service, above)
    assert flag["facts"]["duty"] == "meeting"
    assert await seen(service, own) == []
    assert (await service.client.get(f"{FLAGS}/{flag['id']}", headers=own)).status_code == 404
    counts = (await service.client.get(f"{FLAGS}/counts", headers=own)).json()["counts"]
    assert sum(counts.values()) == 0
    service.neighbours.holders = [
        {"id": str(new_id()), "name": name, "role": role, "title": role}
        for name, role in (("监委", "supervisor"), ("审计", "auditor"))
    ]
    offered = (await service.client.get(f"{FLAGS}/{flag['id']}/candidates", headers=above)).json()["items"]
    assert [one["name"] for one in offered] == ["审计"]
