"""A whistle from the resident's phone until it is rated, with both clocks, escalation, joint handling and the league table."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.contracts import whistles as contract
from linli_kernel.identity import Role
from linli_kernel.testing import VILLAGE
from linli_services_desk.whistles.escalation import sweep

from tests.services_desk.whistle_story import BOTH, OPEN, PICTURE, STAFF, act, facts, newest, reported, whistled


@pytest.fixture
def water(hire: Any) -> Any:
    return hire(Role.DEPARTMENT_OFFICER, department="水利局")


@pytest.fixture
def roads(hire: Any) -> Any:
    return hire(Role.DEPARTMENT_OFFICER, department="交通运输局")


async def test_a_whistle_from_the_phone_until_the_resident_rates_it(
    http: httpx.AsyncClient, clerk: Any, officer: Any, water: Any, roads: Any, clock: FrozenClock
) -> None:
    token = (await reported(http, position={"latitude": 29.7, "longitude": 114.3}))["token"]
    photo = await http.post(f"{OPEN}/{token}/photos", files={"file": ("a.png", PICTURE)})
    assert photo.status_code == 201, photo.text
    known = await newest(clerk)
    assert (known["state"], known["source"]) == ("reported", "resident")
    assert (await http.get(f"{OPEN}/{token}")).json()["state_name"] == "待村（社区）核实"

    await act(clerk, known["id"], "call", {"note": "已到现场看过"})
    view = await act(officer, known["id"], "whistle", {"departments": BOTH})
    assert {duty["report_in"]["text"] for duty in view["duties"]} == {"还剩 4 个办公小时"}
    await act(roads, known["id"], "report-in", {})
    await act(water, known["id"], "report-in", {"note": "下午到场"})
    await act(water, known["id"], "solve", {"answer": "已更换"}, 409)
    await act(roads, known["id"], "solve", {"answer": "路面已修补"})
    assert (await act(water, known["id"], "solve", {"answer": "路灯已更换"}))["state"] == "solved"
    again = await act(officer, known["id"], "send-back", {"reason": "晚上仍不亮"})
    assert (again["state"], again["rounds"]) == ("handling", 2)
    await act(water, known["id"], "solve", {"answer": "线路已接通"})
    assert (await http.post(f"{OPEN}/{token}/rating", json={"level": 5})).json()[
        "code"
    ] == "desk.whistle_not_closed_yet"
    closed = await act(officer, known["id"], "close", {})
    assert (closed["state"], closed["commands"]) == ("closed", [])

    seen = (await http.get(f"{OPEN}/{token}")).json()
    assert {duty["department"]: duty["answer"] for duty in seen["duties"]} == {
        "水利局": "线路已接通",
        "交通运输局": "路面已修补",
    }
    assert seen["rating_open"]
    assert "周小兰" not in str(seen)
    assert "晚上仍不亮" in str(seen["timeline"])
    assert (await http.post(f"{OPEN}/{token}/rating", json={"level": 4, "comment": "谢谢"})).status_code == 201
    assert (await http.post(f"{OPEN}/{token}/rating", json={"level": 1})).json()["code"] == "desk.whistle_already_rated"
    person = (await officer.get(f"{STAFF}/{known['id']}")).json()["people"][0]
    assert (person["level"], person["comment"]) == (4, "谢谢")


async def test_only_the_whistler_closes_and_another_officer_must_take_it_over(
    hire: Any, clerk: Any, officer: Any, water: Any
) -> None:
    view = await whistled(clerk, officer, BOTH[:1])
    await act(water, view["id"], "report-in")
    await act(water, view["id"], "solve", {"answer": "已经修好"})
    other = hire(Role.TOWNSHIP_OFFICER)
    for person in (other, water, clerk):
        answer = await person.post(f"{STAFF}/{view['id']}/close", {}, 4)
        assert answer.status_code == 403, answer.text
    assert (await act(other, view["id"], "close", {}, 403))["code"] == "desk.not_the_whistler"
    taken = await act(other, view["id"], "take-over", {"reason": "原吹哨人休假"})
    assert taken["is_whistler"]
    assert "close" in taken["commands"]
    await act(officer, view["id"], "close", {}, 403)
    assert (await act(other, view["id"], "close"))["state"] == "closed"


async def test_a_missed_report_in_goes_up_step_by_step_and_each_step_once(
    app: Any, clerk: Any, officer: Any, water: Any, clock: FrozenClock
) -> None:
    desk, database = app.state.desk, app.state.linli.database
    await sweep(database, desk)
    view = await whistled(clerk, officer, BOTH[:1])
    clock.set(datetime(2026, 11, 23, 15, 29))  # noqa: DTZ001 - FrozenClock reads it as China's time
    assert await sweep(database, desk) == 0
    clock.move(timedelta(minutes=1))
    # Two processes that watch in the same moment, and one that was started again.
    assert sum(await asyncio.gather(sweep(database, desk), sweep(database, desk))) == 1
    assert await sweep(database, desk) == 0
    assert (await newest(officer))["escalation"] == 1
    clock.set(datetime(2026, 11, 24, 15, 0))  # noqa: DTZ001
    assert await sweep(database, desk) == 1
    clock.move(timedelta(days=9))
    assert await sweep(database, desk) == 0
    told = await database.pool.fetch(
        "SELECT data->>'role' AS role FROM outbox WHERE type = $1 AND subject = $2 ORDER BY seq",
        contract.ESCALATED,
        view["id"],
    )
    assert [row["role"] for row in told] == ["township_officer", "county_admin"]
    assert (await act(water, view["id"], "report-in"))["escalation"] == 0


async def test_an_answer_that_is_interrupted_leaves_nothing_and_the_step_is_taken_later(
    app: Any, clerk: Any, officer: Any, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli_services_desk.whistles import escalation

    desk, database = app.state.desk, app.state.linli.database
    view = await whistled(clerk, officer, BOTH[:1])
    clock.set(datetime(2026, 11, 23, 16, 0))  # noqa: DTZ001

    async def killed(*_: Any, **__: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(escalation, "line", killed)
        with pytest.raises(ConnectionResetError):
            await sweep(database, desk)
    assert (await officer.get(f"{STAFF}/{view['id']}")).json()["escalation"] == 0
    assert await sweep(database, desk) == 1


async def test_a_department_that_declines_makes_room_for_another(
    clerk: Any, officer: Any, water: Any, roads: Any
) -> None:
    view = await whistled(clerk, officer, BOTH[:1])
    await act(water, view["id"], "decline", {"reason": "属于县道，由交通部门管养"})
    await act(water, view["id"], "solve", {"answer": "已经修好"}, 409)
    await act(officer, view["id"], "assign", {"departments": [{"department": "交通运输局", "part": "assist"}]}, 409)
    await act(officer, view["id"], "assign", {"departments": [{"department": "交通运输局", "part": "lead"}]})
    await act(roads, view["id"], "report-in")
    assert (await act(roads, view["id"], "solve", {"answer": "坑槽已填补"}))["state"] == "solved"


async def test_a_department_that_assists_leads_after_the_lead_declined(
    clerk: Any, officer: Any, water: Any, roads: Any
) -> None:
    view = await whistled(clerk, officer, BOTH)
    await act(roads, view["id"], "report-in")
    await act(roads, view["id"], "solve", {"answer": "排水沟已疏通"})
    await act(water, view["id"], "decline", {"reason": "属于县道，由交通部门管养"})
    told = await act(officer, view["id"], "assign", {"departments": [{"department": "交通运输局", "part": "lead"}]})
    [now] = [duty for duty in told["duties"] if duty["department"] == "交通运输局"]
    assert (now["part"], now["state"], now["solved_at"]) == ("lead", "working", None)
    assert now["solution"]["due"] > now["report_in"]["due"]
    assert (await act(roads, view["id"], "solve", {"answer": "路面也已修好"}))["state"] == "solved"


async def test_an_auditor_reads_what_was_typed_without_anybodys_number(
    hire: Any, clerk: Any, officer: Any, water: Any
) -> None:
    typed = "三组王家门前漏水，电话１３９ １２３４ ５６７８，身份证421202195003070012"
    view = await whistled(clerk, officer, BOTH[:1], description=typed)
    await act(water, view["id"], "report-in", {"note": "已联系 13912345678"})
    await act(water, view["id"], "solve", {"answer": "已修好，住户电话13912345678"})
    auditor = hire(Role.AUDITOR, divisions=("4212",))
    read = (await auditor.get(f"{STAFF}/{view['id']}")).json()
    listed = next(one for one in (await auditor.get(STAFF)).json()["items"] if one["id"] == view["id"])
    words = f"{read} {listed}"
    assert not any(number in words for number in ("13912345678", "１３９", "421202195003070012"))
    assert read["description"].startswith("三组王家门前漏水，电话139****5678")
    assert (await officer.get(f"{STAFF}/{view['id']}")).json()["description"] == typed


async def test_one_more_resident_joins_what_is_known_and_everybody_rates(
    http: httpx.AsyncClient, clerk: Any, officer: Any, water: Any
) -> None:
    place = {"latitude": 30.1, "longitude": 114.9}
    first = await reported(http, position=place)
    known = await newest(clerk)
    query = {
        "division": VILLAGE,
        "category": "road",
        "description": "三组村口路灯坏了好几天，晚上看不见路",
        "position": place,
    }
    offered = (await http.post(f"{OPEN}/similar", json=query)).json()["items"]
    assert known["id"] in [one["id"] for one in offered]
    assert "路灯" not in str(offered)
    second = await reported(http, position=place, join_id=known["id"])
    assert second["joined"]
    assert second["number"] == first["number"]
    third = await reported(http, description="村口三组路灯坏了没人修", position=place)
    later = await newest(clerk)
    likely = (await clerk.get(f"{STAFF}/{later['id']}/similar")).json()["items"]
    assert likely[0]["whistle"]["id"] == known["id"]
    joined = await act(clerk, later["id"], "join", {"into_id": known["id"]})
    assert (joined["state"], joined["joined_into"]) == ("joined", known["id"])
    await act(clerk, known["id"], "join", {"into_id": later["id"]}, 409)

    await act(clerk, known["id"], "call")
    await act(officer, known["id"], "whistle", {"departments": BOTH[:1]})
    await act(water, known["id"], "report-in")
    await act(water, known["id"], "solve", {"answer": "路灯已更换"})
    assert len((await act(officer, known["id"], "close"))["people"]) == 3
    for one in (first, second, third):
        followed = (await http.get(f"{OPEN}/{one['token']}")).json()
        assert followed["rating_open"]
        assert followed["duties"][0]["answer"] == "路灯已更换"
        assert (await http.post(f"{OPEN}/{one['token']}/rating", json={"level": 3})).status_code == 201


async def test_the_league_table_counts_what_was_in_time(http: httpx.AsyncClient, hire: Any, clock: FrozenClock) -> None:
    department = "司法局"
    place = {"tenant": "511681", "divisions": ["511681002001"]}
    clerk = hire(Role.CLERK, **place)
    officer = hire(Role.TOWNSHIP_OFFICER, tenant="511681", divisions=["511681002"])
    law = hire(Role.DEPARTMENT_OFFICER, tenant="511681", divisions=["511681"], department=department)
    lead = [{"department": department, "part": "lead"}]
    body = facts(division="511681002001", reporter={"name": "李明", "phone": "13700000000"})
    prompt = (await clerk.post(STAFF, body)).json()["id"]
    await act(officer, prompt, "whistle", {"departments": lead})
    late = (await clerk.post(STAFF, facts(division="511681002001"))).json()["id"]
    await act(officer, late, "whistle", {"departments": lead})
    clock.move(timedelta(hours=1))
    await act(law, prompt, "report-in")
    await act(law, prompt, "solve", {"answer": "已经调解"})
    clock.move(timedelta(days=20))
    await act(law, late, "report-in")
    await act(law, late, "solve", {"answer": "已经调解"})
    for one in (prompt, late):
        await act(officer, one, "close")
    answer = await officer.get("/api/desk/v1/whistle-league", params={"first": "2026-11-01", "last": "2026-11-30"})
    line = next(one for one in answer.json()["items"] if one["department"] == department)
    assert (line["assigned"], line["reported"], line["solved"]) == (2, 2, 2)
    assert (line["response_rate"], line["solution_rate"], line["satisfaction_rate"]) == (0.5, 0.5, None)
    assert line["mean_report_minutes"] > 60
    elsewhere = await hire(Role.COUNTY_ADMIN).get("/api/desk/v1/whistle-league")
    assert department not in {one["department"] for one in elsewhere.json()["items"]}


async def test_two_taps_rate_once_and_two_officers_whistle_once(
    http: httpx.AsyncClient, hire: Any, clerk: Any, officer: Any, water: Any
) -> None:
    token = (await reported(http))["token"]
    known = (await newest(clerk))["id"]
    await act(clerk, known, "call")
    version = (await officer.get(f"{STAFF}/{known}")).json()["version"]
    blown = await asyncio.gather(
        *(
            person.post(f"{STAFF}/{known}/whistle", {"departments": BOTH[:1]}, version)
            for person in (officer, hire(Role.TOWNSHIP_OFFICER))
        )
    )
    assert sorted(answer.status_code for answer in blown) in ([200, 409], [200, 412])
    winner = officer if (await officer.get(f"{STAFF}/{known}")).json()["is_whistler"] else None
    await act(water, known, "report-in")
    await act(water, known, "solve", {"answer": "已经修好"})
    if winner is None:
        await act(officer, known, "take-over", {"reason": "统一销哨"})
    await act(officer, known, "close")
    taps = await asyncio.gather(*(http.post(f"{OPEN}/{token}/rating", json={"level": 5}) for _ in range(4)))
    assert sorted(answer.status_code for answer in taps) == [201, 409, 409, 409]
