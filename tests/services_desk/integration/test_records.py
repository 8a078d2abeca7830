"""What supervision's figures ask of the time before: every case and whistle once, by days and places, and nobody in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_kernel.testing import VILLAGE
from linli_services_desk.records import endpoints
from linli_services_desk.whistles.escalation import sweep

from tests.services_desk.flow import accepted_case
from tests.services_desk.integration.test_evaluations import rated
from tests.services_desk.whistle_story import BOTH, act, whistled

RECORDS = "/internal/v1/records"


async def told(hire: Any, noun: str, tenant: str = "421202") -> tuple[dict[str, Any], list[int]]:
    """Every record by its id, page after page, and the heads of the pages."""
    service = hire(Role.SERVICE)
    service.headers["X-Linli-Tenant"] = tenant
    found: dict[str, Any] = {}
    heads = []
    while True:
        answer = await service.get(f"{RECORDS}/{noun}", params={"after": list(found)[-1]} if found else {})
        assert answer.status_code == 200, answer.text
        heads.append(answer.json()["head"])
        if not (items := answer.json()["items"]):
            return found, heads
        found |= {one["id"]: one for one in items}


async def test_cases_are_told_page_after_page_with_their_days_and_the_rating_that_counts(
    app: Any, hire: Any, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "PAGE", 2)
    running, closed = await accepted_case(hire), await rated(app, hire, 2)
    clerk = hire(Role.CLERK)
    refused, back = await clerk.open("老年人优待证办理"), await accepted_case(hire)
    await clerk.do(refused["id"], "not-accept", {"reason": "不在本村居住"})
    await clerk.do(back["id"], "withdraw", {"reason": "申请人不办了"})
    found, heads = await told(hire, "cases")
    today = clock.now().isoformat()[:10]
    one = found[running["id"]]
    assert (one["division"], one["state"], one["decided_at"], one["level"]) == (VILLAGE, "accepted", None, None)
    assert one["accepted_at"][:10] == today
    assert one["due"] > today
    assert found[closed["id"]]["level"] == 2
    assert found[closed["id"]]["decided_at"][:10] == today
    assert found[refused["id"]]["not_accepted_at"][:10] == today
    assert [found[ended["id"]]["decided_at"] for ended in (refused, back)] == [None, None]
    assert set(one) == {
        "id", "division", "state", "due", "not_accepted_at", "accepted_at", "decided_at", "level",
    }  # fmt: skip
    stored = "SELECT last FROM outbox_seq WHERE tenant = '421202'"
    assert heads[-1] == await app.state.linli.database.pool.fetchval(stored)
    assert running["id"] not in (await told(hire, "cases", "511681"))[0]


async def test_a_departments_clock_is_told_by_the_day_it_was_met_or_ran_out(
    app: Any, hire: Any, clerk: Any, officer: Any, clock: FrozenClock
) -> None:
    view = await whistled(clerk, officer, BOTH)
    await act(hire(Role.DEPARTMENT_OFFICER, department="交通运输局"), view["id"], "report-in", {})
    clock.move(timedelta(days=3))
    await sweep(app.state.linli.database, app.state.desk)
    one = (await told(hire, "whistles"))[0][view["id"]]
    clocks = {(of["department"], of["clock"]): of for of in one["clocks"]}
    assert (one["division"], one["closed_at"]) == (VILLAGE, None)
    assert one["whistled_at"] is not None
    assert clocks["交通运输局", "report_in"]["missed"] is False
    missed = clocks["水利局", "report_in"]
    assert missed["missed"] is True
    assert datetime.fromisoformat(missed["at"]) < clock.now() - timedelta(days=1), "the day it ran out, not today"
    assert set(one) == {"id", "division", "state", "whistled_at", "closed_at", "clocks"}


async def test_ratings_of_an_area_are_those_of_its_villages_alone(app: Any, hire: Any) -> None:
    case = await rated(app, hire, 4)
    county = hire(Role.COUNTY_ADMIN)

    async def listed(division: str) -> list[str]:
        answer = await county.get("/api/desk/v1/evaluations", params={"division": division, "limit": 200})
        assert answer.status_code == 200, answer.text
        return [one["case_id"] for one in answer.json()["items"]]

    assert case["id"] in await listed(VILLAGE)
    assert case["id"] in await listed(VILLAGE[:9])
    assert case["id"] not in await listed("421202104217")
    assert (await county.get("/api/desk/v1/evaluations", params={"division": "x"})).status_code == 422
