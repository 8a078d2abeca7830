"""The hall under many hands."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_services_desk.windows import service
from linli_services_desk.windows.domain import Channel

HALL = {"tenant": "511681", "divisions": ["511681002001"]}


async def test_a_ticket_is_called_once_however_many_press(hire: Any, clock: FrozenClock) -> None:
    clerks = [hire(Role.CLERK, **HALL) for _ in range(2)]
    windows = (await clerks[0].get("/api/desk/v1/windows")).json()["items"]
    taken = {(await clerks[0].post("/api/desk/v1/tickets", {})).json()["label"] for _ in range(12)}

    async def press(clerk: Any, window: dict[str, Any]) -> str | None:
        ticket = (await clerk.post(f"/api/desk/v1/windows/{window['id']}/call-next")).json().get("ticket")
        return ticket["label"] if ticket else None

    presses = [press(clerk, window) for clerk, window in zip(clerks * 6, windows * 6, strict=True)]
    called = Counter(label for label in await asyncio.gather(*presses) if label)
    assert called.keys() == taken
    assert set(called.values()) == {1}


async def test_elders_go_first_and_a_transferred_ticket_before_everyone(
    clerk: Any, http: httpx.AsyncClient, clock: FrozenClock
) -> None:
    first, second = (await clerk.get("/api/desk/v1/windows")).json()["items"][:2]
    await clerk.post("/api/desk/v1/tickets", {})
    elder = (await clerk.post("/api/desk/v1/tickets", {"priority": "elder"})).json()
    called = (await clerk.post(f"/api/desk/v1/windows/{first['id']}/call-next")).json()
    assert called["ticket"]["label"] == elder["label"]
    board = (await http.get("/api/public/v1/board", params={"division": "421202104221"})).json()
    assert (board["calling"][0]["label"], board["calling"][0]["window"]) == (elder["label"], 1)
    followed = (await http.get(f"/api/public/v1/tickets/{elder['token']}")).json()
    assert followed["window"] == 1
    await clerk.post(f"/api/desk/v1/windows/{first['id']}/recall")
    moved = await clerk.post(f"/api/desk/v1/windows/{first['id']}/transfer", {"to_window_id": second["id"]})
    assert moved.status_code == 200, moved.text
    called = (await clerk.post(f"/api/desk/v1/windows/{second['id']}/call-next")).json()
    assert called["ticket"]["label"] == elder["label"]
    assert (await clerk.post(f"/api/desk/v1/windows/{second['id']}/skip")).json()["ticket"] is None
    again = await clerk.post(f"/api/desk/v1/windows/{second['id']}/skip")
    assert again.json()["code"] == "desk.no_ticket_called"


async def test_a_kiosk_gives_numbers_only_in_a_hall_that_exists(http: httpx.AsyncClient) -> None:
    good = await http.post("/api/public/v1/tickets", json={"division": "421202104221", "priority": "elder"})
    assert good.status_code == 201
    for village in ("421202104217", "999999999999"):
        answer = await http.post("/api/public/v1/tickets", json={"division": village})
        assert answer.status_code == 404


async def test_a_phone_takes_a_number_follows_it_and_gives_it_back(http: httpx.AsyncClient, hire: Any) -> None:
    village = HALL["divisions"][0]
    hall = (await http.get(f"/api/public/v1/halls/{village}")).json()
    category = hall["categories"][0]["code"]
    order = {"division": village, "channel": "phone", "category": category}
    taken = (await http.post("/api/public/v1/tickets", json=order)).json()
    assert (taken["channel"], taken["category"], taken["ahead"]) == ("phone", category, hall["waiting"])
    path = f"/api/public/v1/tickets/{taken['token']}"
    seen = (await http.get(path)).json()
    assert (seen["state"], seen["ahead"], seen["hall"]) == ("waiting", hall["waiting"], hall["name"])
    assert (await http.post(f"{path}/leave")).json()["state"] == "left"
    assert (await http.post(f"{path}/leave")).json()["state"] == "left", "twice changes nothing"
    assert (await http.get(f"/api/public/v1/halls/{village}")).json()["waiting"] == hall["waiting"]
    assert (await http.post("/api/public/v1/tickets/421202.0000000000000000000000/leave")).status_code == 404
    unknown = await http.post("/api/public/v1/tickets", json={**order, "category": "nonsense"})
    assert unknown.json()["errors"][0]["pointer"] == "/category"


@pytest.mark.parametrize("channel", ["phone", "kiosk"])
async def test_nobody_fills_the_hall_without_signing_in(
    http: httpx.AsyncClient, hire: Any, clock: FrozenClock, monkeypatch: Any, channel: str
) -> None:
    clock.move(timedelta(days=40 if channel == "phone" else 41))
    monkeypatch.setitem(service.MOST_WAITING, Channel(channel), 1)
    order = {"division": HALL["divisions"][0], "channel": channel}
    assert (await http.post("/api/public/v1/tickets", json=order)).status_code == 201
    full = await http.post("/api/public/v1/tickets", json=order)
    assert (full.status_code, full.json()["code"]) == (409, "desk.queue_full")
    other = "kiosk" if channel == "phone" else "phone"
    assert (await http.post("/api/public/v1/tickets", json={**order, "channel": other})).status_code == 201
    assert (await hire(Role.CLERK, **HALL).post("/api/desk/v1/tickets", {})).status_code == 201


async def test_a_number_left_in_hand_over_night_is_no_measured_time(hire: Any, clock: FrozenClock) -> None:
    clock.move(timedelta(days=50))
    clerk = hire(Role.CLERK, **HALL)
    window = (await clerk.get("/api/desk/v1/windows")).json()["items"][0]["id"]
    for _ in range(2):
        await clerk.post("/api/desk/v1/tickets", {})
    await clerk.post(f"/api/desk/v1/windows/{window}/call-next")
    clock.move(timedelta(minutes=5))
    await clerk.post(f"/api/desk/v1/windows/{window}/call-next")
    clock.move(timedelta(hours=23))
    before = [(await clerk.post("/api/desk/v1/tickets", {})).json()["expected_wait_minutes"] for _ in range(9)][-1]
    assert (await clerk.post(f"/api/desk/v1/windows/{window}/call-next")).status_code == 200
    after = (await clerk.post("/api/desk/v1/tickets", {})).json()["expected_wait_minutes"]
    assert after == before > 0, "the night is nobody's service time"
    day = (clock.today() - timedelta(days=1)).isoformat()
    total = (await clerk.get("/api/desk/v1/queue/report", params={"day": day})).json()["total"]
    assert (total["served"], total["mean_service_minutes"]) == (2, 5.0)


async def test_who_missed_the_call_comes_back_before_the_others(hire: Any) -> None:
    clerk = hire(Role.CLERK, **HALL)
    window = (await clerk.get("/api/desk/v1/windows")).json()["items"][0]["id"]
    await clerk.post("/api/desk/v1/tickets", {"priority": "elder"})
    called = (await clerk.post(f"/api/desk/v1/windows/{window}/call-next")).json()["ticket"]
    await clerk.post(f"/api/desk/v1/windows/{window}/skip")
    await clerk.post("/api/desk/v1/tickets", {"priority": "elder"})
    assert called["id"] in [one["id"] for one in (await clerk.get("/api/desk/v1/queue")).json()["skipped"]]
    stranger = hire(Role.CLERK)
    assert (await stranger.post(f"/api/desk/v1/tickets/{called['id']}/come-back")).status_code == 404
    assert (await clerk.post(f"/api/desk/v1/tickets/{called['id']}/come-back")).json()["state"] == "waiting"
    twice = await clerk.post(f"/api/desk/v1/tickets/{called['id']}/come-back")
    assert (twice.status_code, twice.json()["code"]) == (409, "desk.ticket_not_skipped")
    again = (await clerk.post(f"/api/desk/v1/windows/{window}/call-next")).json()["ticket"]
    assert again["id"] == called["id"]


async def test_the_days_report_adds_up_tickets_waits_and_service_times(hire: Any, clock: FrozenClock) -> None:
    day = timedelta(days=30)
    clock.move(day)
    clerk = hire(Role.CLERK, **HALL)
    windows = (await clerk.get("/api/desk/v1/windows")).json()["items"]
    first, second = windows[0]["id"], windows[1]["id"]
    category = (await clerk.http.get(f"/api/public/v1/halls/{HALL['divisions'][0]}")).json()["categories"][0]["code"]
    for chosen in (category, category, None):
        await clerk.post("/api/desk/v1/tickets", {"category": chosen})
    clock.move(timedelta(minutes=4))
    await clerk.post(f"/api/desk/v1/windows/{first}/call-next")
    clock.move(timedelta(minutes=2))
    await clerk.post(f"/api/desk/v1/windows/{first}/recall")
    await clerk.post(f"/api/desk/v1/windows/{second}/call-next")
    await clerk.post(f"/api/desk/v1/windows/{second}/skip")
    clock.move(timedelta(minutes=6))
    await clerk.post(f"/api/desk/v1/windows/{first}/call-next")
    report = (await clerk.get("/api/desk/v1/queue/report")).json()
    total = report["total"]
    assert (total["tickets"], total["served"], total["skipped"], total["waiting"]) == (3, 1, 1, 0)
    assert (total["mean_wait_minutes"], total["longest_wait_minutes"]) == (7.3, 12.0)
    assert total["mean_service_minutes"] == 6.0, "from the recall on: before it nobody was there"
    assert [(one["number"], one["tickets"]) for one in report["by_window"]] == [(1, 2), (2, 1)]
    assert [(one["code"], one["tickets"]) for one in report["by_category"]] == [(category, 2), (None, 1)]
    assert (report["by_hour"][0]["hour"], report["by_channel"][0]["channel"]) == (9, "clerk")
    empty = (await clerk.get("/api/desk/v1/queue/report", params={"day": "2020-01-01"})).json()
    assert (empty["total"]["tickets"], empty["total"]["mean_wait_minutes"], empty["by_hour"]) == (0, None, [])
    assert (await clerk.get("/api/desk/v1/queue/report", params={"day": "x"})).status_code == 422
    assert (await clerk.get("/api/desk/v1/queue/report", params={"division": "421202104221"})).status_code == 404


async def test_a_board_is_read_once_for_many_screens_and_shows_a_call_at_once(app: Any, hire: Any) -> None:
    clerk, village = hire(Role.CLERK, **HALL), HALL["divisions"][0]
    window = (await clerk.get("/api/desk/v1/windows")).json()["items"][0]["id"]
    reads = 0
    real = app.state.linli.database.fetch_all

    async def counted(*args: Any, **more: Any) -> Any:
        nonlocal reads
        reads += 1
        return await real(*args, **more)

    app.state.linli.database.fetch_all = counted
    try:
        look = clerk.http.get("/api/public/v1/board", params={"division": village})
        await look
        reads = 0
        await asyncio.gather(*(clerk.http.get("/api/public/v1/board", params={"division": village}) for _ in range(50)))
    finally:
        app.state.linli.database.fetch_all = real
    assert reads <= 4
    await clerk.post("/api/desk/v1/tickets", {"priority": "elder"})
    called = (await clerk.post(f"/api/desk/v1/windows/{window}/call-next")).json()["ticket"]
    board = (await clerk.http.get("/api/public/v1/board", params={"division": village})).json()
    assert called["label"] in [one["label"] for one in board["calling"]]


async def test_a_case_names_no_category_for_a_number_of_another_hall(hire: Any, clerk: Any) -> None:
    neighbour = hire(Role.CLERK, divisions=["421202104217"])
    taken = (await neighbour.post("/api/desk/v1/tickets", {})).json()
    await clerk.open("失业登记", ticket_id=taken["id"])
    waiting = (await neighbour.get("/api/desk/v1/queue")).json()["waiting"]
    assert next(one["category"] for one in waiting if one["id"] == taken["id"]) is None


async def test_a_ticket_without_a_category_gets_that_of_the_matter_opened_with_it(clerk: Any) -> None:
    taken = (await clerk.post("/api/desk/v1/tickets", {})).json()
    await clerk.open("失业登记", ticket_id=taken["id"])
    waiting = (await clerk.get("/api/desk/v1/queue")).json()["waiting"]
    assert next(one["category"] for one in waiting if one["id"] == taken["id"]) == "labour_security"
