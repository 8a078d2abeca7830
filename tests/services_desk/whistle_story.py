"""Short ways to tell a whistle's story, shared by its tests."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
from linli_kernel.testing import VILLAGE

STAFF, OPEN = "/api/desk/v1/whistles", "/api/public/v1/whistles"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
LIGHT = "村口第三组的路灯坏了，晚上看不见路"
_phones: Iterator[int] = count(13_900_000_000)
BOTH = [{"department": "水利局", "part": "lead"}, {"department": "交通运输局", "part": "assist"}]


def facts(**more: Any) -> dict[str, Any]:
    return {"division": VILLAGE, "category": "road", "description": LIGHT, "place": "村口小桥", **more}


async def reported(http: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    body = facts(reporter={"name": "周小兰", "phone": str(next(_phones))}, **more)
    answer = await http.post(OPEN, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def newest(person: Any) -> dict[str, Any]:
    items = (await person.get(STAFF, params={"limit": 1})).json()["items"]
    found: dict[str, Any] = items[0]
    return found


async def act(person: Any, whistle_id: str, name: str, body: Any = None, status: int = 200) -> dict[str, Any]:
    version = (await person.get(f"{STAFF}/{whistle_id}")).json()["version"]
    answer = await person.post(f"{STAFF}/{whistle_id}/{name}", body, version)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def whistled(clerk: Any, officer: Any, departments: Any = BOTH, **more: Any) -> dict[str, Any]:
    started = await clerk.post(STAFF, facts(**more))
    assert started.status_code == 201, started.text
    return await act(officer, started.json()["id"], "whistle", {"departments": departments})
