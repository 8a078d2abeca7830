"""What the administrator of the installation sees of a service: work, deliveries, events that lie aside; never people."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from linli_kernel.identity import Role
from linli_kernel.ids import new_id
from linli_kernel.jobs import enqueue

UPKEEP = "/api/desk/v1/upkeep"
TENANT = "421202"
SOURCE = "upkeep-test"
DIED = "cn.linli.registry.resident.died.v1"


@pytest.fixture
async def dead_letter(app: Any, tokens: Any) -> AsyncIterator[dict[str, Any]]:
    """An event whose handler fails, because a field is missing."""
    event = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": f"/{SOURCE}",
        "type": DIED,
        "subject": "",
        "time": "2026-11-23T10:00:00+08:00",
        "tenant": TENANT,
        "sequence": 1,
        "data": {"division": "421202104221"},
    }
    headers = {"X-Linli-Source": SOURCE, "X-Linli-Tenant": TENANT, "X-Linli-After": "0", "X-Linli-Upto": "1"}
    answer = await app.state.client.post(
        "/internal/v1/events", json=[event], headers={**headers, **tokens.auth(Role.SERVICE)}
    )
    assert answer.status_code == 204
    yield {"tenant": TENANT, "source": SOURCE, "sequence": 1}
    pool = app.state.linli.database.pool
    for table in ("dead_letter", "inbox"):
        await pool.execute(f"DELETE FROM {table} WHERE source = $1", SOURCE)


async def listed(http: Any, tokens: Any, what: str) -> list[dict[str, Any]]:
    answer = await http.get(f"{UPKEEP}/{what}", headers=tokens.auth(Role.SYSTEM_ADMIN))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def replay(http: Any, tokens: Any, body: Any, role: Role = Role.SYSTEM_ADMIN) -> int:
    answer = await http.post(f"{UPKEEP}/dead-letters/replay", json=body, headers=tokens.auth(role))
    status: int = answer.status_code
    return status


async def test_an_event_that_lay_aside_is_replayed_once_its_cause_is_gone(
    app: Any, http: Any, tokens: Any, dead_letter: dict[str, Any]
) -> None:
    found = [item for item in await listed(http, tokens, "dead-letters") if item["source"] == SOURCE]
    assert [(item["sequence"], item["type"], item["error"]) for item in found] == [(1, DIED, "KeyError")]
    assert "data" not in found[0]
    assert "event" not in found[0]
    assert await replay(http, tokens, dead_letter) == 409, "the cause is still there"
    assert len([item for item in await listed(http, tokens, "dead-letters") if item["source"] == SOURCE]) == 1
    whole = json.dumps({"resident": str(new_id()), "date": "2026-11-20"})
    repair = "UPDATE dead_letter SET event = jsonb_set(event, '{data}', CAST($1::text AS jsonb)) WHERE source = $2"
    await app.state.linli.database.pool.execute(repair, whole, SOURCE)
    assert await replay(http, tokens, dead_letter) == 204
    assert [item for item in await listed(http, tokens, "dead-letters") if item["source"] == SOURCE] == []
    assert await replay(http, tokens, dead_letter) == 404


async def test_upkeep_is_the_system_administrators_alone(http: Any, tokens: Any) -> None:
    for what in ("jobs", "deliveries", "dead-letters"):
        assert (await http.get(f"{UPKEEP}/{what}")).status_code == 401
        for role in (Role.CLERK, Role.COUNTY_ADMIN, Role.AUDITOR):
            assert (await http.get(f"{UPKEEP}/{what}", headers=tokens.auth(role))).status_code == 403
    body = {"tenant": TENANT, "source": SOURCE, "sequence": 1}
    assert await replay(http, tokens, body, Role.COUNTY_ADMIN) == 403
    assert await replay(http, tokens, body) == 404


async def test_a_malformed_replay_is_refused(http: Any, tokens: Any) -> None:
    for body in (
        {},
        {"tenant": "!", "source": SOURCE, "sequence": 1},
        {"tenant": TENANT, "source": "A", "sequence": 0},
    ):
        assert await replay(http, tokens, body) == 422


async def test_jobs_of_every_county_are_overseen_without_what_they_are_about(app: Any, http: Any, tokens: Any) -> None:
    database = app.state.linli.database
    async with database.transaction("511681") as tx:
        job = await enqueue(tx, "upkeep.test", {"name": "张三"}, content="张三".encode(), not_before=None)
    found = next(item for item in await listed(http, tokens, "jobs") if item["id"] == str(job))
    assert (found["tenant"], found["kind"]) == ("511681", "upkeep.test")
    assert set(found) == {
        *("id", "tenant", "kind", "state", "done", "total", "failures", "attempts"),
        *("created_at", "started_at", "finished_at"),
    }


async def test_a_clerk_sees_the_own_jobs_of_the_desk_only(http: Any, tokens: Any, clerk: Any) -> None:
    assert (await clerk.get("/api/desk/v1/jobs")).json() == {"items": [], "next_cursor": None}
    assert (await clerk.get(f"/api/desk/v1/jobs/{new_id()}")).status_code == 404
