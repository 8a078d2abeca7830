"""Flags by the API: who sees which, the steps with one, rules and their back-tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.errors import Unavailable
from linli_kernel.ids import new_id
from linli_supervision.demo_flags import seed_flags
from linli_supervision.flags.watching import look

FLAGS = "/api/supervision/v1/flags"
RULES = "/api/supervision/v1/flag-rules"
VILLAGE, ELSEWHERE = "421202104221", "421202104217"
NIGHT = datetime(2026, 11, 17, 23, 10, tzinfo=SHANGHAI)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)


async def decided_at_night(service: Any, actor: str) -> None:
    """Somebody approves a case late in the evening."""
    service.clock.set(NIGHT)
    case = str(new_id())
    act = {"action": "case.decide", "object_kind": "case", "object_id": case, "case_id": case, "division": VILLAGE}
    act |= {"actor": actor, "role": "village_official", "people": [str(new_id())], "detail": {"outcome": "approved"}}
    await service.deliver([act], source="desk")
    service.clock.set(NOON)


async def watch(service: Any) -> int:
    return await look(service.linli.database, service.linli.extra["registry"], "421202", "421202")


async def raised(service: Any, actor: str) -> dict[str, Any]:
    await decided_at_night(service, actor)
    assert await watch(service) == 1
    [flag] = (await service.client.get(FLAGS, headers=service.auth("supervisor"))).json()["items"]
    found: dict[str, Any] = flag
    return found


async def step(service: Any, flag: dict[str, Any], name: str, headers: dict[str, str], note: str = "已了解情况") -> Any:
    match = {"If-Match": f'"{flag["version"]}"'}
    return await service.client.post(f"{FLAGS}/{flag['id']}/{name}", json={"note": note}, headers=headers | match)


async def test_a_flag_shows_its_evidence_and_never_the_person(service: Any) -> None:
    actor = str(new_id())
    service.neighbours.names[actor] = "王敏"
    flag = await raised(service, actor)
    assert (flag["rule"], flag["state"], flag["division"], flag["steps"]) == (
        "outside_office_hours",
        "open",
        VILLAGE,
        ["take", "assign"],
    )
    one = (await service.client.get(f"{FLAGS}/{flag['id']}", headers=service.auth("supervisor"))).json()
    assert [entry["action"] for entry in one["evidence"]] == ["case.decide"]
    assert one["evidence"][0]["signed"] is True
    assert one["facts"] == {"night": "2026-11-17", "acts": ["case.decide"], "count": 1}
    assert [who["name"] for who in one["subjects"]] == ["王敏"]
    assert (await service.outbox("cn.linli.act"))[-1]["action"] == "flag.read"
    [told] = await service.outbox("cn.linli.supervision.flag.raised")
    assert told["rule"] == "outside_office_hours"
    assert await watch(service) == 0


async def test_a_flag_is_seen_by_those_who_watch_its_village_and_by_nobody_else(service: Any) -> None:
    flag = await raised(service, str(new_id()))
    one = f"{FLAGS}/{flag['id']}"
    stranger = service.auth("supervisor", divisions=[ELSEWHERE])
    assert (await service.client.get(one, headers=stranger)).status_code == 404
    assert (await service.client.get(FLAGS, headers=stranger)).json()["items"] == []
    assert (await step(service, flag, "take", stranger)).status_code == 404
    for role in ("clerk", "village_official", "township_officer", "resident", "system_admin"):
        assert (await service.client.get(FLAGS, headers=service.auth(role))).status_code == 403
    assert (await service.client.get(FLAGS)).status_code == 401
    assert (await service.client.get(f"{FLAGS}?severity=x", headers=service.auth("auditor"))).status_code == 422
    counts = await service.client.get(f"{FLAGS}/counts?rule=outside_office_hours", headers=service.auth("auditor"))
    assert counts.json()["counts"]["open"] == 1
    other = f"{FLAGS}?rule=self_rating"
    assert (await service.client.get(other, headers=service.auth("auditor"))).json()["items"] == []
    assert (await service.client.get(f"{FLAGS}?division=511", headers=service.auth("auditor"))).json()["items"] == []


async def test_whoever_a_flag_is_about_neither_sees_nor_handles_it(service: Any) -> None:
    actor = str(new_id())
    flag = await raised(service, actor)
    own = service.auth("supervisor", sub=actor)
    assert (await service.client.get(FLAGS, headers=own)).json()["items"] == []
    assert (await service.client.get(f"{FLAGS}/{flag['id']}", headers=own)).status_code == 404
    assert (await step(service, flag, "take", own)).status_code == 404


async def test_a_flag_goes_from_its_owner_to_a_finding(service: Any) -> None:
    flag = await raised(service, str(new_id()))
    headers = service.auth("supervisor", sub=str(UUID(int=7)))
    other = service.auth("county_admin", sub=str(UUID(int=8)))
    early = await step(service, flag, "explain", headers)
    assert (early.status_code, early.json()["code"]) == (409, "supervision.flag_of_another")
    flag = (await step(service, flag, "take", headers)).json()
    assert flag["steps"] == ["explain", "confirm", "dismiss", "assign"]
    assert (await step(service, flag, "explain", other)).json()["code"] == "supervision.flag_of_another"
    assert (await step(service, flag | {"version": 1}, "explain", headers)).status_code == 412
    assert (await step(service, flag, "explain", headers, note=" ")).status_code == 422
    number = await step(service, flag, "explain", headers, note="电话13912345678的群众当晚住院")
    assert number.status_code == 422
    flag = (await step(service, flag, "explain", headers, note="当晚防汛，应急救助")).json()
    flag = (await step(service, flag, "dismiss", headers, note="情况属实，应急处置")).json()
    assert (await step(service, flag, "confirm", headers)).json()["code"] == "supervision.flag_state"
    flag = (await step(service, flag, "close", headers, note="补写应急审批记录，今后值班登记")).json()
    assert (flag["state"], flag["steps"]) == ("closed", [])
    assert [done["step"] for done in flag["history"]] == ["take", "explain", "dismiss", "close"]
    assert [one["state"] for one in await service.outbox("cn.linli.supervision.flag.moved")] == [
        "open", "explained", "dismissed", "closed",
    ]  # fmt: skip


async def test_a_flag_is_given_to_somebody_who_may_see_it_and_whom_it_is_not_about(service: Any) -> None:
    subject, giver, taker = (str(new_id()) for _ in range(3))
    flag = await raised(service, subject)
    people = {subject: "supervisor", giver: "auditor", taker: "county_admin", str(new_id()): "clerk"}
    service.neighbours.holders = [
        {"id": one, "name": role, "role": role, "title": "监督"} for one, role in people.items()
    ]
    path, headers = f"{FLAGS}/{flag['id']}", service.auth("auditor", sub=giver)
    offered = (await service.client.get(f"{path}/candidates", headers=headers)).json()["items"]
    assert offered == [{"id": taker, "name": "county_admin", "title": "监督"}]
    match = headers | {"If-Match": f'"{flag["version"]}"'}
    order = {"account": taker, "note": "请核实当晚情况"}
    for wrong in (subject, giver, str(new_id())):
        refused = await service.client.post(f"{path}/assign", json=order | {"account": wrong}, headers=match)
        assert (refused.status_code, refused.json()["code"]) == (422, "supervision.flag_assignee")
    number = await service.client.post(f"{path}/assign", json=order | {"note": "问13912345678"}, headers=match)
    assert number.status_code == 422
    stranger = service.auth("supervisor", divisions=[ELSEWHERE])
    assert (await service.client.get(f"{path}/candidates", headers=stranger)).status_code == 404
    given = (await service.client.post(f"{path}/assign", json=order, headers=match)).json()
    assert (given["owner"]["id"], given["state"], given["steps"]) == (taker, "open", ["take"])
    assert given["history"][0]["note"] == "county_admin：请核实当晚情况"
    assert (await service.client.post(f"{path}/assign", json=order, headers=match)).status_code == 412
    later = headers | {"If-Match": f'"{given["version"]}"'}
    again = await service.client.post(f"{path}/assign", json=order | {"account": str(new_id())}, headers=later)
    assert again.json()["code"] == "supervision.flag_of_another"
    found = await step(service, given, "confirm", service.auth("county_admin", sub=taker))
    assert found.json()["state"] == "confirmed"
    assert (await service.outbox("cn.linli.act"))[-2]["action"] == "flag.assign"


async def test_what_was_found_out_about_looks_answers_their_alert(service: Any) -> None:
    actor, person = str(new_id()), str(new_id())
    service.clock.set(NOON - timedelta(days=1))
    act = {"action": "resident.read", "object_kind": "resident", "object_id": person, "people": [person]}
    await service.deliver([act | {"actor": actor, "role": "clerk", "division": VILLAGE, "case_id": None}])
    service.neighbours.near[actor, person] = (True, False)
    service.clock.set(NOON)
    service.neighbours.registry_down = True
    with pytest.raises(Unavailable):
        await watch(service)
    service.neighbours.registry_down = False
    assert await watch(service) == 1
    headers = service.auth("supervisor")
    [flag] = (await service.client.get(FLAGS, headers=headers)).json()["items"]
    assert flag["facts"]["looks"] == "own_relatives"
    flag = (await step(service, flag, "take", headers)).json()
    assert (await step(service, flag, "explain", headers, note="为其母亲核对住址")).status_code == 200
    [alert] = (await service.client.get("/api/supervision/v1/lookups/alerts", headers=headers)).json()["items"]
    assert (alert["state"], alert["note"]) == ("answered", "为其母亲核对住址")


async def test_a_county_tries_thresholds_before_it_changes_a_rule(service: Any) -> None:
    await decided_at_night(service, str(new_id()))
    body = {"days": 30, "thresholds": {"from_hour": 22, "to_hour": 6, "days_off": False, "least": 1}}
    tests = f"{RULES}/outside_office_hours/back-tests"
    admin = service.auth("county_admin")
    asked = await service.client.post(tests, json=body, headers=admin)
    assert asked.status_code == 202
    await service.linli.jobs.run_one()
    told = (await service.client.get(asked.json()["href"], headers=admin)).json()
    assert (told["state"], told["result"]["found"], told["result"]["known"]) == ("done", 1, 0)
    assert told["result"]["by_division"] == {VILLAGE: 1}
    assert (await service.client.get(FLAGS, headers=admin)).json()["items"] == []
    late = body["thresholds"] | {"from_hour": 23, "least": 2}
    off = {"on": False, "thresholds": late}
    rule = f"{RULES}/outside_office_hours"
    assert (await service.client.put(rule, json=off, headers=admin)).status_code == 428
    changed = await service.client.put(rule, json=off, headers=admin | {"If-Match": '"0"'})
    assert (changed.status_code, changed.json()["on"], changed.json()["version"]) == (200, False, 1)
    assert (await service.client.put(rule, json=off, headers=admin | {"If-Match": '"0"'})).status_code == 412
    listed = (await service.client.get(RULES, headers=service.auth("supervisor"))).json()["items"]
    [held] = [one for one in listed if one["id"] == "outside_office_hours"]
    assert (held["on"], held["thresholds"]["least"], held["shipped"]["least"]) == (False, 2, 1)
    assert await watch(service) == 0


async def test_a_back_test_tells_nobody_of_what_is_about_the_own_person(service: Any) -> None:
    admin, auditor = service.auth("county_admin", sub=str(new_id())), service.auth("auditor")
    own = str(new_id())
    await decided_at_night(service, own)
    body = {"days": 30, "thresholds": {"from_hour": 22, "to_hour": 6, "days_off": False, "least": 1}}
    for asker, found in ((service.auth("county_admin", sub=own), 0), (auditor, 1)):
        asked = await service.client.post(f"{RULES}/outside_office_hours/back-tests", json=body, headers=asker)
        await service.linli.jobs.run_one()
        told = (await service.client.get(asked.json()["href"], headers=asker)).json()
        assert (told["result"]["found"], len(told["result"]["items"])) == (found, found)
    # The auditor's result is the auditor's: whoever administers the county may be the one it is about.
    for headers in (admin, service.auth("county_admin", sub=own)):
        assert (await service.client.get(asked.json()["href"], headers=headers)).status_code == 404
        assert (await service.client.delete(asked.json()["href"], headers=headers)).status_code == 404
    listed = await service.client.get("/api/supervision/v1/jobs", headers=admin)
    assert listed.json()["items"] == []


async def test_thresholds_out_of_their_range_are_refused_by_name(service: Any) -> None:
    admin = service.auth("county_admin")
    wrong = {"days": 30, "thresholds": {"ratings": 0}}
    answer = await service.client.post(f"{RULES}/bulk_rating/back-tests", json=wrong, headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/thresholds/ratings")
    right = wrong | {"thresholds": {"ratings": 3}}
    for role, path, status in (
        ("supervisor", "bulk_rating", 403),
        ("county_admin", "nothing", 404),
        ("auditor", "bulk_rating", 202),
    ):
        sent = await service.client.post(f"{RULES}/{path}/back-tests", json=right, headers=service.auth(role))
        assert sent.status_code == status
    change = {"on": True, "thresholds": {"ratings": 3}}
    for role in ("supervisor", "auditor"):
        refused = await service.client.put(
            f"{RULES}/bulk_rating", json=change, headers=service.auth(role) | {"If-Match": '"0"'}
        )
        assert refused.status_code == 403


async def test_the_demo_has_a_few_flags_and_a_second_seeding_adds_none(service: Any) -> None:
    service.clock.set(NOON)
    made = [await seed_flags(service.linli.database, "421202", VILLAGE) for _ in range(2)]
    assert made == [5, 0]
    items = (await service.client.get(FLAGS, headers=service.auth("supervisor"))).json()["items"]
    assert {item["rule"] for item in items} == {
        "bulk_rating", "outside_office_hours", "relative_of_approver", "self_rating", "silence_at_a_duty",
    }  # fmt: skip
