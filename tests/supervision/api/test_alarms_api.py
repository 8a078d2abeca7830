"""A number that never arrives, a source that falls silent: the log notices, and the supervisor sees it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from linli_kernel.ids import new_id
from linli_supervision.alarms.domain import missing_runs
from linli_supervision.alarms.service import watch_sources, watch_witnesses
from linli_supervision.ledger.note import SigningKey

from tests.supervision.api.test_witnesses_api import register
from tests.supervision.conftest import Service
from tests.supervision.logs import TENANT, connected

LEDGER = f"/api/supervision/v1/ledger/{TENANT}"
ACT = {"action": "resident.read", "role": "clerk", "object_kind": "resident", "object_id": "x", "division": TENANT}


async def get(service: Service, path: str, role: str = "supervisor", **claims: Any) -> Any:
    answer = await service.client.get(f"{LEDGER}/{path}", headers=service.auth(role, **claims))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tell(service: Service, source: str, heads: dict[str, int]) -> None:
    body = {"source": source, "heads": heads}
    answer = await service.client.post("/internal/v1/heads", json=body, headers=service.auth("service"))
    assert answer.status_code == 204, answer.text


async def states(service: Service) -> dict[str, str]:
    return {one["source"]: one["state"] for one in (await get(service, "sources"))["items"]}


async def watch(service: Service) -> None:
    database = service.linli.database
    async with database.pool.acquire() as connection:
        await watch_sources(database, connection, service.clock.now())
        await watch_witnesses(database, connection, service.clock.now())


async def deliver_numbers(service: Service, after: int, numbers: list[int]) -> None:
    """Deliver what a source's outbox holds when rows were removed from it."""
    events = [
        {
            "specversion": "1.0",
            "id": str(new_id()),
            "source": "/registry",
            "type": "cn.linli.act.v1",
            "subject": "x",
            "time": service.clock.now().isoformat(),
            "tenant": TENANT,
            "sequence": number,
            "data": ACT,
        }
        for number in numbers
    ]
    headers = {"X-Linli-Source": "registry", "X-Linli-Tenant": TENANT, "X-Linli-After": str(after)}
    headers |= {"X-Linli-Upto": str(numbers[-1]), **service.auth("service")}
    answer = await service.client.post("/internal/v1/events", content=json.dumps(events), headers=headers)
    assert answer.status_code == 204, answer.text


async def test_a_dropped_act_raises_an_alarm_that_the_supervisor_sees(service: Service) -> None:
    await deliver_numbers(service, 0, [1, 2, 4, 5])
    await deliver_numbers(service, 5, [6, 9])
    alarms = (await get(service, "alarms"))["items"]
    assert [(one["kind"], one["place"]) for one in alarms] == [("missing", "registry 7–8"), ("missing", "registry 3")]
    assert (await get(service, "sources"))["open_alarms"] == 2
    # The alarm is an act of the log itself.
    acts = [act for act in await service.outbox("cn.linli.act") if act["action"] == "ledger.alarm"]
    assert [act["detail"]["first"] for act in acts] == [3, 7]


async def test_what_arrives_twice_or_in_order_raises_nothing(service: Service) -> None:
    await deliver_numbers(service, 0, [1, 2, 3])
    await deliver_numbers(service, 2, [3, 4])
    assert (await get(service, "alarms"))["items"] == []


@pytest.mark.parametrize(
    ("last", "numbers", "runs"),
    [(0, [1, 2], []), (0, [2], [(1, 1)]), (3, [5, 6, 9], [(4, 4), (7, 8)]), (7, [4, 8], []), (2, [], [])],
)
def test_runs_of_missing_numbers(last: int, numbers: list[int], runs: list[tuple[int, int]]) -> None:
    assert missing_runs(last, numbers) == runs


async def test_a_source_that_tells_its_number_is_well_and_one_that_stops_is_silent(service: Service) -> None:
    assert set((await states(service)).values()) == {"silent"}
    for source in ("gateway", "registry", "desk", "supervision"):
        await tell(service, source, {})
    assert set((await states(service)).values()) == {"well"}
    service.clock.move(timedelta(seconds=100))
    await tell(service, "desk", {})
    assert await states(service) == {"gateway": "silent", "registry": "silent", "desk": "well", "supervision": "silent"}
    await watch(service)
    await watch(service)
    alarms = [one for one in (await get(service, "alarms"))["items"] if one["kind"] == "silent"]
    assert sorted(one["facts"]["source"] for one in alarms) == ["gateway", "registry", "supervision"]
    entries = [one for one in await service.outbox("cn.linli.act") if one["action"] == "ledger.alarm"]
    mine = [one["detail"]["source"] for one in entries if one["object_id"] == TENANT]
    assert sorted(mine) == ["gateway", "registry", "supervision"], "whoever removed the alarm would leave its entry"


async def test_numbers_that_a_source_has_and_that_do_not_arrive_make_it_behind(service: Service) -> None:
    await service.deliver([ACT] * 2)
    await tell(service, "registry", {TENANT: 3})
    assert (await states(service))["registry"] == "well"  # the third may be on its way
    await tell(service, "registry", {TENANT: 3})
    assert (await states(service))["registry"] == "behind"
    await service.deliver([ACT])
    assert (await states(service))["registry"] == "well"


async def test_acts_that_arrive_between_two_tellings_are_no_sign_of_trouble(service: Service) -> None:
    await service.deliver([ACT] * 2)
    await tell(service, "registry", {TENANT: 2})
    await service.deliver([ACT] * 7)
    assert (await states(service))["registry"] == "well"


async def test_a_source_that_forgot_what_it_told_was_put_back(service: Service) -> None:
    await service.deliver([ACT] * 5)
    await tell(service, "registry", {TENANT: 3})
    assert (await states(service))["registry"] == "regressed"
    await watch(service)
    kinds = {(one["kind"], one["place"]) for one in (await get(service, "alarms"))["items"]}
    assert ("regressed", "registry 5") in kinds


async def test_a_witness_that_leaves_a_growing_log_unsigned_is_named(service: Service) -> None:
    await register(service, SigningKey.create("witness.example/w").cosigner)
    await service.deliver([ACT])
    await watch(service)
    assert not [one for one in (await get(service, "alarms"))["items"] if one["kind"] == "witness_silent"]
    service.clock.move(timedelta(minutes=11))
    await watch(service)
    alarms = [one for one in (await get(service, "alarms"))["items"] if one["kind"] == "witness_silent"]
    assert [one["facts"]["witness"] for one in alarms] == ["witness.example/w"]


async def test_a_log_whose_rows_no_longer_lead_to_what_was_signed_says_so(service: Service) -> None:
    await service.deliver([ACT] * 3)
    async with connected(service.database.owner_url) as owner:
        await owner.execute("UPDATE ledger_entry SET leaf_hash = sha256('x') WHERE index = 1")
    await service.deliver([ACT])
    kinds = [one["kind"] for one in (await get(service, "alarms"))["items"]]
    assert kinds == ["inconsistent"]


async def test_an_alarm_is_answered_once_and_by_whom_it_concerns(service: Service) -> None:
    await deliver_numbers(service, 0, [1, 3])
    alarm = (await get(service, "alarms"))["items"][0]
    path = f"{LEDGER}/alarms/{alarm['id']}/answer"
    body = {"note": "登记库 3 号记录在停电中丢失，已补记"}
    assert (await service.client.post(path, json=body)).status_code == 401
    assert (await service.client.post(path, json=body, headers=service.auth("auditor"))).status_code == 403
    assert (await service.client.post(path, json={}, headers=service.auth("supervisor"))).status_code == 422
    unknown = f"{LEDGER}/alarms/{new_id()}/answer"
    assert (await service.client.post(unknown, json=body, headers=service.auth("supervisor"))).status_code == 404
    assert (await service.client.post(path, json=body, headers=service.auth("supervisor"))).status_code == 201
    assert (await service.client.post(path, json=body, headers=service.auth("county_admin"))).status_code == 409
    assert (await get(service, "alarms?state=open"))["items"] == []
    answered = (await get(service, "alarms?state=answered"))["items"][0]
    assert (answered["note"], answered["state"]) == (body["note"], "answered")


async def test_alarms_and_sources_are_for_those_who_watch_the_own_log(service: Service) -> None:
    for path in ("alarms", "sources"):
        assert (await service.client.get(f"{LEDGER}/{path}")).status_code == 401
        assert (await service.client.get(f"{LEDGER}/{path}", headers=service.auth("clerk"))).status_code == 403
        elsewhere = f"/api/supervision/v1/ledger/511681/{path}"
        assert (await service.client.get(elsewhere, headers=service.auth("supervisor"))).status_code == 404
    assert (await service.client.get(f"{LEDGER}/alarms?cursor=x", headers=service.auth("auditor"))).status_code == 422


async def test_only_services_tell_numbers(service: Service) -> None:
    body = {"source": "registry", "heads": {}}
    assert (await service.client.post("/internal/v1/heads", json=body)).status_code == 401
    assert (
        await service.client.post("/internal/v1/heads", json=body, headers=service.auth("supervisor"))
    ).status_code == 403
    answer = await service.client.post("/internal/v1/heads", json={"source": 1}, headers=service.auth("service"))
    assert answer.status_code == 422
