"""Whoever a whistle concerns is told: in the app, and residents on the phone; each of them once."""

from typing import Any

import httpx
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_services_desk.notices.sms import DemoSms, SmsQueue
from linli_services_desk.whistles import escalation

from tests.services_desk.whistle_story import BOTH, act, facts, newest, reported, whistled

NOTICES = "/api/desk/v1/notices?limit=200"


async def titles(person: Any, whistle: dict[str, Any]) -> list[str]:
    """What this person was told of a whistle, the latest first."""
    items = (await person.get(NOTICES)).json()["items"]
    return [item["title"] for item in items if item["link"] == f"/whistles/{whistle['id']}"]


def department(hire: Any, name: str) -> Any:
    return hire(Role.DEPARTMENT_OFFICER, department=name)


async def test_each_hears_what_concerns_it_and_nobody_else_does(
    hire: Any, http: httpx.AsyncClient, clerk: Any, officer: Any
) -> None:
    await reported(http)
    whistle = await newest(clerk)
    official = hire(Role.VILLAGE_OFFICIAL)
    assert await titles(clerk, whistle) == ["居民反映“道路桥涵”，待核实"] == await titles(official, whistle)
    assert await titles(officer, whistle) == []
    await act(official, whistle["id"], "call", {"note": "属实"})
    assert await titles(officer, whistle) == ["村（社区）呼叫：道路桥涵"]
    await act(officer, whistle["id"], "whistle", {"departments": BOTH})
    water, roads, police = (department(hire, name) for name in ("水利局", "交通运输局", "公安局"))
    assert await titles(water, whistle) == ["吹哨：请水利局报到（道路桥涵）"]
    assert await titles(roads, whistle) == ["吹哨：请交通运输局报到（道路桥涵）"]
    assert await titles(police, whistle) == []
    await act(water, whistle["id"], "report-in", {"note": ""})
    assert (await titles(officer, whistle))[0] == "水利局已报到（道路桥涵）"
    colleague = hire(Role.TOWNSHIP_OFFICER)
    assert "水利局已报到（道路桥涵）" not in await titles(colleague, whistle), "only the whistler"
    assert await titles(hire(Role.TOWNSHIP_OFFICER, tenant="511681", divisions=["511681002"]), whistle) == []


async def test_departments_called_later_are_told_and_the_others_not_again(hire: Any, clerk: Any, officer: Any) -> None:
    whistle = await whistled(clerk, officer)
    await act(officer, whistle["id"], "assign", {"departments": [{"department": "公安局", "part": "assist"}]})
    assert len(await titles(department(hire, "水利局"), whistle)) == 1
    assert len(await titles(department(hire, "公安局"), whistle)) == 1


async def test_a_missed_limit_is_brought_up_once_however_often_it_is_looked_at(
    app: Any, hire: Any, clerk: Any, officer: Any, clock: FrozenClock
) -> None:
    from datetime import timedelta

    whistle = await whistled(clerk, officer, [{"department": "应急管理局", "part": "lead"}])
    clock.move(timedelta(days=1))
    for _ in range(3):
        await escalation.sweep(app.state.linli.database, app.state.desk)
    late = "吹哨超时：道路桥涵，应急管理局"
    assert (await titles(officer, whistle)).count(late) == 1
    assert (await titles(department(hire, "应急管理局"), whistle)).count(late) == 1


async def test_whoever_reported_is_told_on_the_phone_with_the_way_to_follow_and_rate(
    app: Any, hire: Any, http: httpx.AsyncClient, clerk: Any, officer: Any
) -> None:
    await reported(http, place="祠堂前")
    whistle = await newest(clerk)
    await act(clerk, whistle["id"], "call", {"note": ""})
    await act(officer, whistle["id"], "whistle", {"departments": BOTH[:1]})
    water = department(hire, "水利局")
    await act(water, whistle["id"], "report-in", {"note": ""})
    await act(water, whistle["id"], "solve", {"answer": "已修好"})
    await act(officer, whistle["id"], "close", {"note": ""})
    assert (await titles(water, whistle))[0] == "已销哨：道路桥涵"
    queue = SmsQueue(app.state.linli.database, app.state.desk, DemoSms(app.state.linli.database))
    while await queue.send_due():
        pass
    sent = (await hire(Role.COUNTY_ADMIN).get("/api/desk/v1/sms-messages/demo")).json()["items"]
    mine = [one["text"] for one in sent if whistle["number"] in one["text"]]
    assert len(mine) == 2
    assert all("/v/w/421202." in text for text in mine)
    assert any("请评价" in text for text in mine)
    listed = (await hire(Role.COUNTY_ADMIN).get("/api/desk/v1/sms-messages")).json()["items"]
    assert [one["state"] for one in listed if one["number"] == whistle["number"]] == ["sent", "sent"]


async def test_a_dismissed_report_is_answered_and_one_without_a_phone_is_not(
    app: Any, http: httpx.AsyncClient, clerk: Any
) -> None:
    await reported(http)
    whistle = await newest(clerk)
    await act(clerk, whistle["id"], "dismiss", {"reason": "属于私人纠纷，已转调解"})
    started = await clerk.post("/api/desk/v1/whistles", facts(reporter={"name": "无电话"}))
    await act(clerk, started.json()["id"], "dismiss", {"reason": "重复"}, status=403)
    fetch = app.state.linli.database.pool.fetch
    found = await fetch(
        "SELECT template FROM sms_message m JOIN whistle_report r ON r.tenant = m.tenant AND r.id = m.report_id "
        "WHERE r.whistle_id = $1", whistle["id"],
    )  # fmt: skip
    assert [row["template"] for row in found] == ["whistle.dismissed"]
