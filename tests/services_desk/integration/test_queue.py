"""The hall under many hands."""

import asyncio
from collections import Counter
from typing import Any

import httpx
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role

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
