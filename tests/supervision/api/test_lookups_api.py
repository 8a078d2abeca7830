"""Who looked at a person and why; which looks are unusual."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.ids import new_id
from linli_supervision.lookups.domain import MANY_PEOPLE, MANY_REVEALS, Look, unusual

VILLAGE = "421202104221"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)


def act(action: str, people: list[str], actor: str, **more: Any) -> dict[str, Any]:
    made = {"action": action, "people": people, "actor": actor, "role": "clerk", "division": VILLAGE, "purpose": ""}
    made |= {"object_kind": "resident", "object_id": people[0] if people else "", "case_id": None, "outcome": "ok"}
    return made | {"post": None, "request_id": "", "detail": {}} | more


def look(index: int, action: str = "resident.read", at: datetime = NOON, **more: Any) -> Look:
    return Look(index, at, action, "a", "clerk", (f"p{index}",), **more)


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
    with_case = [
        act("resident.read", [str(new_id())], str(new_id()), case_id=str(new_id())) for _ in range(MANY_PEOPLE)
    ]
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


def test_one_look_at_night_is_asked_about_and_one_by_day_is_not() -> None:
    assert [a.rule for a in unusual([look(1, at=NOON.replace(hour=23))], SHANGHAI)] == ["at_night"]
    assert [a.rule for a in unusual([look(1, at=NOON.replace(hour=5))], SHANGHAI)] == ["at_night"]
    assert unusual([look(1), look(2, at=NOON.replace(hour=6))], SHANGHAI) == []


@pytest.mark.parametrize("action", ["resident.search", "resident.change"])
def test_a_list_of_results_or_a_change_is_no_opened_record(action: str) -> None:
    assert unusual([look(n, action, NOON.replace(hour=23)) for n in range(50)], SHANGHAI) == []


def test_many_whole_numbers_without_a_case_are_asked_about_and_counted_by_day() -> None:
    reveals = [look(n, "resident.reveal") for n in range(MANY_REVEALS)]
    assert [a.rule for a in unusual(reveals, SHANGHAI)] == ["many_reveals"]
    spread = [look(n, "resident.reveal", NOON + timedelta(days=n % 2)) for n in range(MANY_REVEALS)]
    assert unusual(spread, SHANGHAI) == []
    assert unusual([look(n, "resident.reveal", case="c") for n in range(MANY_REVEALS)], SHANGHAI) == []
