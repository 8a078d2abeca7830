"""Materials promised for later: listed, reminded of once, and holding the case up once their day is past."""

from datetime import timedelta
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_services_desk.reminders.scheduler import Scheduler

from tests.services_desk.flow import ALLOWANCE

PROMISES = "/api/desk/v1/promises"
DAY = "2026-11-30"
BANK = {"bank_account": "6217001234567890123"}


@pytest.fixture
async def promised(hire: Any) -> dict[str, Any]:
    """A case that was accepted on Monday although two papers come a week later."""
    clerk = hire(Role.CLERK)
    case: dict[str, Any] = await clerk.open(ALLOWANCE, form=BANK)
    await clerk.tick_all(case["id"])
    for material in ("bank_card", "photo"):
        path = f"/api/desk/v1/cases/{case['id']}/materials/{material}"
        answer = await clerk.put(path, {"state": "deferred", "promise_date": DAY, "promise_note": "女儿带来"})
        assert answer.status_code == 200, answer.text
    await clerk.do(case["id"], "accept")
    return case


async def test_promises_are_listed_by_their_day_within_scope(hire: Any, promised: Any, clock: FrozenClock) -> None:
    async def mine(person: Any, **query: Any) -> list[dict[str, Any]]:
        answer = (await person.get(PROMISES, params={"limit": 200, **query})).json()
        return [item for item in answer["items"] if item["case"]["id"] == promised["id"]]

    clerk = hire(Role.CLERK)
    found = await mine(clerk)
    assert [(item["material_id"], item["days_left"], item["overdue"]) for item in found] == [
        ("bank_card", 5, False), ("photo", 5, False),
    ]  # fmt: skip
    assert found[0]["note"] == "女儿带来"
    assert await mine(clerk, which="overdue") == []
    assert await mine(hire(Role.CLERK, divisions=["421202104217"])) == []
    assert await mine(hire(Role.DEPARTMENT_OFFICER, department="公安局")) == []
    clock.move(timedelta(days=8))
    late = await mine(clerk, which="overdue")
    assert [(item["days_left"], item["overdue"]) for item in late] == [(-1, True), (-1, True)]
    assert await mine(clerk, which="due") == []
    assert (await hire(Role.AUDITOR).get(PROMISES)).status_code == 403


async def test_what_was_promised_for_today_is_a_group_of_the_day(hire: Any, promised: Any, clock: FrozenClock) -> None:
    async def owed(person: Any) -> tuple[int, list[tuple[str, bool]]]:
        day = (await person.get("/api/desk/v1/workbench")).json()
        mine = [one for one in day["promises_due"] if one["case"]["id"] == promised["id"]]
        return day["counts"]["promises_due"], [(one["material_id"], one["overdue"]) for one in mine]

    clerk = hire(Role.CLERK)
    before, none = await owed(clerk)
    assert none == []
    clock.move(timedelta(days=7))
    count, mine = await owed(clerk)
    assert mine == [("bank_card", False), ("photo", False)]
    assert count >= before + 2
    assert (await owed(hire(Role.CLERK, divisions=["421202104217"])))[1] == []
    clock.move(timedelta(days=1))
    assert [late for _, late in (await owed(clerk))[1]] == [True, True]


async def test_a_page_of_promises_goes_on_where_the_last_one_ended(clerk: Any, promised: Any) -> None:
    seen: list[tuple[str, str]] = []
    cursor: str | None = None
    while True:
        query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        answer = (await clerk.get(PROMISES, params=query)).json()
        seen += [(item["case"]["id"], item["material_id"]) for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == answer["open"]
    assert {(promised["id"], "bank_card"), (promised["id"], "photo")} <= set(seen)


async def test_applicant_and_clerk_are_reminded_once_before_and_once_on_the_day(
    app: Any, hire: Any, promised: Any, clock: FrozenClock
) -> None:
    for _ in range(13):
        await Scheduler(app.state.linli.database, app.state.desk).look()
        await Scheduler(app.state.linli.database, app.state.desk).look()
        clock.move(timedelta(days=1))
    pool = app.state.linli.database.pool
    fired = await pool.fetch(
        "SELECT kind FROM reminder WHERE case_id = $1 AND step = 'promise' ORDER BY fired_at, kind", promised["id"]
    )
    assert [row["kind"] for row in fired] == [
        "before-3", "before-0", "overdue-1-village_official", "overdue-3-township_officer",
    ]  # fmt: skip
    messages = await pool.fetch(
        "SELECT facts->>'materials' AS names FROM sms_message WHERE case_id = $1 AND template = 'promise.due'",
        promised["id"],
    )
    assert len(messages) == 2
    assert {frozenset(row["names"].split("、")) for row in messages} == {
        frozenset({"本人银行卡（社保卡）", "近期免冠照片"})
    }

    async def told(role: Role) -> list[str]:
        items = (await hire(role).get("/api/desk/v1/notices?limit=200")).json()["items"]
        return [item["link"] for item in items if item["case_id"] == promised["id"] and item["link"] == "/promises"]

    assert len(await told(Role.CLERK)) == 2
    assert len(await told(Role.VILLAGE_OFFICIAL)) == 1


async def test_a_new_day_is_reminded_of_anew_and_what_came_is_left_alone(
    app: Any, clerk: Any, promised: Any, clock: FrozenClock
) -> None:
    clock.move(timedelta(days=7))
    await Scheduler(app.state.linli.database, app.state.desk).look()
    path = f"/api/desk/v1/cases/{promised['id']}/materials"
    assert (await clerk.put(f"{path}/photo", {"state": "original_checked"})).status_code == 200
    later = {"state": "deferred", "promise_date": "2026-12-07"}
    assert (await clerk.put(f"{path}/bank_card", later)).status_code == 200
    await Scheduler(app.state.linli.database, app.state.desk).look()
    clock.move(timedelta(days=7))
    await Scheduler(app.state.linli.database, app.state.desk).look()
    rows = await app.state.linli.database.pool.fetch(
        "SELECT day::text, kind FROM reminder WHERE case_id = $1 AND step = 'promise' ORDER BY day, kind",
        promised["id"],
    )
    assert [tuple(row) for row in rows] == [(DAY, "before-0"), ("2026-12-07", "before-0")]


async def test_past_its_day_a_promise_stops_the_approval_but_not_the_refusal(
    hire: Any, promised: Any, clock: FrozenClock
) -> None:
    await hire(Role.VILLAGE_OFFICIAL).do(promised["id"], "steps/village_check/complete")
    clock.move(timedelta(days=8))
    officer = hire(Role.TOWNSHIP_OFFICER)
    answer = await officer.command(promised["id"], "decide", {"outcome": "approved"})
    assert (answer.status_code, answer.json()["code"]) == (409, "desk.promise_broken")
    assert "近期免冠照片" in answer.json()["detail"]
    refused = await officer.command(promised["id"], "decide", {"outcome": "refused", "comment": "未按承诺补交"})
    assert refused.status_code == 200, refused.text


async def test_an_approved_case_is_not_filed_before_what_was_promised_has_come(hire: Any, promised: Any) -> None:
    clerk = hire(Role.CLERK)
    await hire(Role.VILLAGE_OFFICIAL).do(promised["id"], "steps/village_check/complete")
    await hire(Role.TOWNSHIP_OFFICER).do(promised["id"], "decide", {"outcome": "approved"})
    await clerk.do(promised["id"], "deliver")
    answer = await clerk.command(promised["id"], "close")
    assert (answer.status_code, answer.json()["code"]) == (409, "desk.promise_open")
    for material in ("bank_card", "photo"):
        path = f"/api/desk/v1/cases/{promised['id']}/materials/{material}"
        assert (await clerk.put(path, {"state": "original_checked"})).status_code == 200
    await clerk.do(promised["id"], "close")


async def test_a_promise_is_kept_or_moved_but_never_taken_away(hire: Any, promised: Any) -> None:
    clerk = hire(Role.CLERK)
    path = f"/api/desk/v1/cases/{promised['id']}/materials/photo"
    gone = await clerk.put(path, {"state": "missing"})
    assert (gone.status_code, gone.json()["code"]) == (409, "desk.not_editable")
    owed = (await clerk.get(PROMISES, params={"limit": 200})).json()["items"]
    assert "photo" in [one["material_id"] for one in owed if one["case"]["id"] == promised["id"]]
    assert (await clerk.put(path, {"state": "deferred", "promise_date": "2026-12-01"})).status_code == 200
    assert (await clerk.put(path, {"state": "original_checked"})).status_code == 200


async def test_nothing_is_approved_with_less_than_was_accepted(hire: Any, promised: Any) -> None:
    clerk, official, officer = hire(Role.CLERK), hire(Role.VILLAGE_OFFICIAL), hire(Role.TOWNSHIP_OFFICER)
    case = f"/api/desk/v1/cases/{promised['id']}"
    await clerk.do(promised["id"], "supplement", {"items": [{"material_id": "photo", "text": "不清楚"}]})
    assert (await clerk.put(f"{case}/materials/photo", {"state": "missing"})).status_code == 200
    await clerk.do(promised["id"], "resume")
    await official.do(promised["id"], "steps/village_check/complete")
    refused = await officer.command(promised["id"], "decide", {"outcome": "approved"})
    assert (refused.status_code, refused.json()["code"]) == (409, "desk.materials_missing")
    assert (await officer.do(promised["id"], "decide", {"outcome": "refused"}))["state"] == "decided"
