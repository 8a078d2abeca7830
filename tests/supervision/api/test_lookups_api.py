"""Who looked at a person and why; which looks are unusual."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.ids import new_id
from linli_supervision.lookups import repository
from linli_supervision.lookups.domain import MANY_PEOPLE, MANY_REVEALS

VILLAGE = "421202104221"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)


def act(action: str, people: list[str], actor: str, **more: Any) -> dict[str, Any]:
    made = {"action": action, "people": people, "actor": actor, "role": "clerk", "division": VILLAGE, "purpose": ""}
    made |= {"object_kind": "resident", "object_id": people[0] if people else "", "case_id": None, "outcome": "ok"}
    return made | {"post": None, "request_id": "", "detail": {}} | more


def opened(case: str, person: str) -> dict[str, Any]:
    """The desk's own act that says whose a case is."""
    return act("case.open", [person], str(new_id()), object_kind="case", object_id=case)


async def test_a_resident_sees_who_looked_and_why(service: Any) -> None:
    resident, clerk = str(new_id()), str(new_id())
    service.neighbours.names[clerk] = "王敏"
    await service.deliver(
        [
            act("resident.read", [resident], clerk),
            act("resident.reveal", [resident], clerk, purpose="handle_case", detail={"fields": ["phone"]}),
            act("resident.change", [resident], clerk),
            act("resident.read", [str(new_id())], clerk),
        ]
    )
    headers = service.auth("resident", resident=resident, tenant="421202")
    answer = await service.client.get(f"/api/supervision/v1/lookups?resident={resident}", headers=headers)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [item["action"] for item in items] == ["resident.reveal", "resident.read"]
    assert items[0]["actor"]["name"] == "王敏"
    assert (items[0]["purpose"], items[0]["fields"]) == ("handle_case", ["phone"])
    assert (await service.outbox("cn.linli.act"))[-1]["action"] == "lookups.read"


async def test_nobody_else_sees_who_looked_at_a_person(service: Any) -> None:
    resident = str(new_id())
    path = f"/api/supervision/v1/lookups?resident={resident}"
    other = service.auth("resident", resident=str(new_id()), tenant="421202")
    assert (await service.client.get(path, headers=other)).status_code == 404
    assert (await service.client.get(path, headers=service.auth("clerk"))).status_code == 404
    service.neighbours.residents.add(resident)
    assert (await service.client.get(path, headers=service.auth("clerk"))).status_code == 200
    for role in ("system_admin", "grid_worker", "social_org"):
        assert (await service.client.get(path, headers=service.auth(role))).status_code == 403
    assert (await service.client.get(path)).status_code == 401
    assert (await service.client.get("/api/supervision/v1/lookups", headers=service.auth("clerk"))).status_code == 422
    wrong = "/api/supervision/v1/lookups?resident=x"
    assert (await service.client.get(wrong, headers=service.auth("clerk"))).status_code == 422


async def test_many_people_without_a_case_raise_one_alert_in_the_own_area(service: Any) -> None:
    actor = str(new_id())
    clerk, case, applicant = (str(new_id()) for _ in range(3))
    household = [applicant, *(str(new_id()) for _ in range(MANY_PEOPLE))]
    with_case = [opened(case, applicant), act("household.read", household, clerk, case_id=case)]
    service.clock.set(NOON)
    await service.deliver([act("resident.read", [str(new_id())], actor) for _ in range(MANY_PEOPLE)] + with_case)
    path = "/api/supervision/v1/lookups/alerts"
    items = (await service.client.get(path, headers=service.auth("supervisor"))).json()["items"]
    assert [(item["rule"], item["actor"]["id"], item["people"]) for item in items] == [
        ("many_without_case", actor, MANY_PEOPLE)
    ]
    elsewhere = service.auth("supervisor", divisions=["421202104217"])
    assert (await service.client.get(path, headers=elsewhere)).json()["items"] == []
    for role in ("clerk", "resident", "system_admin"):
        assert (await service.client.get(path, headers=service.auth(role))).status_code == 403
    assert (await service.client.get(f"{path}?days=0", headers=service.auth("supervisor"))).status_code == 422


ALERTS = "/api/supervision/v1/lookups/alerts"


async def test_looks_at_a_record_that_was_merged_into_the_persons_are_shown_too(service: Any) -> None:
    kept, absorbed, clerk = str(new_id()), str(new_id()), str(new_id())
    await service.deliver([act("resident.read", [absorbed], clerk), act("duplicates.compare", [kept, absorbed], clerk)])
    service.neighbours.same[kept] = [kept, absorbed]
    headers = service.auth("resident", resident=kept, tenant="421202")
    items = (await service.client.get(f"/api/supervision/v1/lookups?resident={kept}", headers=headers)).json()["items"]
    assert [item["action"] for item in items] == ["duplicates.compare", "resident.read"]
    unnamed = (await service.client.get("/api/supervision/v1/lookups", headers=headers)).json()["items"]
    assert [item["action"] for item in unnamed] == ["duplicates.compare", "resident.read"]


async def test_a_look_at_the_own_relatives_stays_open_until_it_is_answered(service: Any) -> None:
    actor, person = str(new_id()), str(new_id())
    service.clock.set(NOON)
    await service.deliver([act("resident.read", [person], actor), act("resident.read", [str(new_id())], actor)])
    service.neighbours.near[actor, person] = (True, False)
    headers = service.auth("supervisor")
    [alert] = (await service.client.get(ALERTS, headers=headers)).json()["items"]
    assert (alert["rule"], alert["people"], alert["state"], alert["note"]) == ("own_relatives", 1, "open", None)
    said = {"rule": "own_relatives", "actor": actor, "day": alert["day"], "note": "为其母亲核对住址，已说明"}
    answers = f"{ALERTS}/answers"
    elsewhere = service.auth("supervisor", divisions=["421202104217"])
    assert (await service.client.post(answers, json=said, headers=elsewhere)).status_code == 404
    assert (await service.client.post(answers, json=said | {"rule": "at_night"}, headers=headers)).status_code == 404
    for role in ("auditor", "clerk", "resident", "system_admin"):
        assert (await service.client.post(answers, json=said, headers=service.auth(role))).status_code == 403
    assert (await service.client.post(answers, json=said)).status_code == 401
    assert (await service.client.post(answers, json=said | {"note": " "}, headers=headers)).status_code == 422
    assert (await service.client.post(answers, json=said, headers=headers)).status_code == 201
    again = await service.client.post(answers, json=said, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "supervision.alert_answered")
    [alert] = (await service.client.get(f"{ALERTS}?state=answered", headers=headers)).json()["items"]
    assert (alert["state"], alert["note"]) == ("answered", said["note"])
    assert (await service.client.get(f"{ALERTS}?state=open", headers=headers)).json()["items"] == []
    done = await service.outbox("cn.linli.act")
    [answered] = [one for one in done if one["action"] == "lookups.answer"]
    assert said["note"] not in str(answered)


async def test_nobody_answers_an_alert_about_the_own_account(service: Any) -> None:
    actor, person = str(new_id()), str(new_id())
    service.clock.set(NOON)
    await service.deliver([act("resident.read", [person], actor)])
    service.neighbours.near[actor, person] = (True, False)
    said = {"rule": "own_relatives", "actor": actor, "day": "2026-11-20", "note": "是我自己"}
    answer = await service.client.post(f"{ALERTS}/answers", json=said, headers=service.auth("county_admin", sub=actor))
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.own_alert")


async def test_alerts_are_read_by_whole_days_and_say_when_the_registry_was_not_asked(service: Any) -> None:
    actors = [str(new_id()) for _ in range(3)]
    for number, actor in enumerate(actors):
        service.clock.set(NOON.replace(hour=23) + timedelta(days=number))
        await service.deliver([act("resident.read", [str(new_id())], actor)])
    headers = service.auth("supervisor")
    first = (await service.client.get(f"{ALERTS}?limit=2", headers=headers)).json()
    assert [item["actor"]["id"] for item in first["items"]] == [actors[2], actors[1]]
    rest = (await service.client.get(f"{ALERTS}?limit=2&cursor={first['next_cursor']}", headers=headers)).json()
    assert ([item["actor"]["id"] for item in rest["items"]], rest["next_cursor"]) == ([actors[0]], None)
    assert first["complete"]
    assert rest["complete"]
    assert (await service.client.get(f"{ALERTS}?days=2", headers=headers)).json()["next_cursor"] is None
    assert (await service.client.get(f"{ALERTS}?cursor=x", headers=headers)).status_code == 422
    service.neighbours.registry_down = True
    partly = (await service.client.get(ALERTS, headers=headers)).json()
    assert (len(partly["items"]), partly["complete"]) == (3, False)


async def rules_of(service: Any) -> list[tuple[str, int]]:
    items = (await service.client.get(ALERTS, headers=service.auth("supervisor"))).json()["items"]
    return sorted((item["rule"], item["people"]) for item in items)


async def test_a_neighbours_household_is_asked_about_at_night_only_and_relatives_at_any_hour(service: Any) -> None:
    actor, mother, neighbour = (str(new_id()) for _ in range(3))
    service.neighbours.near |= {(actor, mother): (True, False), (actor, neighbour): (False, True)}
    service.clock.set(NOON)
    await service.deliver([act("household.read", [mother, neighbour], actor)])
    assert await rules_of(service) == [("own_relatives", 1)]
    service.clock.set(NOON.replace(hour=23))
    await service.deliver([act("household.read", [mother, neighbour], actor)])
    assert await rules_of(service) == [("at_night", 2), ("neighbour_at_night", 1), ("own_relatives", 1)]


@pytest.mark.parametrize(("hour", "asked"), [(23, True), (5, True), (6, False), (21, False)])
async def test_one_look_at_night_is_asked_about_and_one_by_day_is_not(service: Any, hour: int, asked: bool) -> None:
    service.clock.set(NOON.replace(hour=hour))
    await service.deliver([act("resident.read", [str(new_id())], str(new_id()))])
    service.clock.set(NOON.replace(hour=23, minute=59))
    assert await rules_of(service) == ([("at_night", 1)] if asked else [])


@pytest.mark.parametrize("action", ["resident.search", "resident.change"])
async def test_a_list_of_results_or_a_change_is_no_opened_record(service: Any, action: str) -> None:
    service.clock.set(NOON.replace(hour=23))
    await service.deliver([act(action, [str(new_id())], str(new_id())) for _ in range(50)])
    assert await rules_of(service) == []


async def test_many_whole_numbers_without_a_case_are_asked_about_and_counted_by_person_and_day(service: Any) -> None:
    actor, people = str(new_id()), [str(new_id()) for _ in range(MANY_REVEALS)]
    service.clock.set(NOON)
    await service.deliver([act("resident.reveal", [person], actor) for person in people[1:]] * 2)
    for person in people:
        case = str(new_id())
        await service.deliver([opened(case, person), act("resident.reveal", [person], actor, case_id=case)])
    service.clock.set(NOON + timedelta(days=1))
    await service.deliver([act("resident.reveal", [people[0]], actor)])
    assert await rules_of(service) == []
    await service.deliver([act("resident.reveal", [person], actor) for person in people])
    assert await rules_of(service) == [("many_reveals", MANY_REVEALS)]


@pytest.mark.parametrize("whose", ["nobody's", "somebody else's"])
async def test_a_case_that_is_not_theirs_excuses_no_look(service: Any, whose: str) -> None:
    actor, case = str(new_id()), str(new_id())
    service.clock.set(NOON)
    if whose == "somebody else's":
        await service.deliver([opened(case, str(new_id()))])
    await service.deliver([act("resident.reveal", [str(new_id())], actor, case_id=case) for _ in range(MANY_REVEALS)])
    assert await rules_of(service) == [("many_reveals", MANY_REVEALS)]


async def test_every_look_of_a_day_counts_however_many_there_are(service: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(repository, "BATCH", 7)
    actors = [str(new_id()) for _ in range(3)]
    service.clock.set(NOON)
    for actor in actors:
        people = [str(new_id()) for _ in range(40)]
        service.neighbours.near |= {(actor, person): (True, False) for person in people[:25]}
        await service.deliver([act("resident.read", [person], actor) for person in people])
    items = (await service.client.get(ALERTS, headers=service.auth("supervisor"))).json()["items"]
    counted = sorted((item["actor"]["id"], item["rule"], item["people"], len(item["entries"])) for item in items)
    rules = (("many_without_case", 40, 20), ("own_relatives", 25, 20))
    assert counted == sorted((actor, *rule) for actor in actors for rule in rules)
    newest = max(item["entries"][-1] for item in items if item["rule"] == "many_without_case")
    assert all(item["entries"] == sorted(set(item["entries"])) for item in items)
    assert newest >= 119
