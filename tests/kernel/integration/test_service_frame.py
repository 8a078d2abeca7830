"""The frame of a service on a real database: transactions, retries, strict input, problems, jobs, delivery."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from linli_kernel import jobs
from linli_kernel.clock import SystemClock
from linli_kernel.database import Database, Tx
from linli_kernel.events import Act, IncomingEvent
from linli_kernel.http import (
    read_audit,
)
from linli_kernel.identity import Role
from linli_kernel.inbox import Inbox
from linli_kernel.relay import Relay, Target
from linli_kernel.testing import TENANT, TokenMaker

from tests.kernel.integration.notes import SOME_NOTE, outbox


async def test_a_command_writes_its_fact_and_its_events_together(client: httpx.AsyncClient, tokens: TokenMaker) -> None:
    answer = await client.post("/api/notes/v1/notes", json={"word": "一"}, headers=tokens.auth(Role.CLERK))
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert len(answer.headers["x-request-id"]) >= 8
    rows = await outbox(client)
    assert [row["seq"] for row in rows] == [1, 2]
    assert rows[1]["data"]["action"] == "note.add"
    assert rows[1]["data"]["role"] == "clerk"


async def test_a_failure_after_the_writes_leaves_nothing_behind(client: httpx.AsyncClient, tokens: TokenMaker) -> None:
    answer = await client.post("/api/notes/v1/notes", json={"word": "explode"}, headers=tokens.auth(Role.CLERK))
    assert answer.status_code == 500
    assert "half-done" not in answer.text
    count = await client.get("/api/notes/v1/notes/count", headers=tokens.auth(Role.CLERK))
    assert count.json() == {"n": 0}
    assert await outbox(client) == []


async def test_the_same_key_and_body_give_the_same_answer_and_one_fact(
    client: httpx.AsyncClient, tokens: TokenMaker
) -> None:
    headers = {**tokens.auth(Role.CLERK), "Idempotency-Key": "k-1"}
    first, second = await asyncio.gather(
        *(client.post("/api/notes/v1/notes", json={"word": "二"}, headers=headers) for _ in range(2))
    )
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert {first.headers.get("idempotent-replayed"), second.headers.get("idempotent-replayed")} == {None, "true"}
    pool = client.app.state.linli.database.pool  # type: ignore[attr-defined]
    assert "二".encode() not in await pool.fetchval("SELECT body FROM idempotency_key")
    other = await client.post("/api/notes/v1/notes", json={"word": "三"}, headers=headers)
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency.key_reused"


async def test_a_broken_rule_names_its_facts_in_the_language_asked_for(
    client: httpx.AsyncClient, tokens: TokenMaker
) -> None:
    headers = tokens.auth(Role.CLERK)
    await client.post("/api/notes/v1/notes", json={"word": "四"}, headers=headers)
    zh = await client.post("/api/notes/v1/notes", json={"word": "四"}, headers=headers)
    en = await client.post("/api/notes/v1/notes", json={"word": "四"}, headers={**headers, "Accept-Language": "en"})
    assert zh.headers["content-type"] == "application/problem+json"
    assert zh.json()["detail"] == "“四”已被使用"
    assert en.json()["detail"] == "“四” is taken"
    assert en.json()["code"] == "note.taken"


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/api/notes/v1/notes/count?nonsense=1", {}, 422),
        ("GET", "/api/notes/v1/notes/count?limit=x", {}, 422),
        ("POST", "/api/notes/v1/notes", {"json": {"word": "a", "extra": 1}}, 422),
        ("POST", "/api/notes/v1/notes", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 422),
        ("POST", "/api/notes/v1/notes", {"content": b'{"word": "\xff"}', "headers": {"Content-Type": "application/json"}}, 422),
        ("POST", "/api/notes/v1/notes", {"json": {"word": "a\x00b"}}, 422),
        ("POST", "/api/notes/v1/notes", {"content": b'{"word": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, 422),
        ("PATCH", f"/api/notes/v1/notes/{SOME_NOTE}", {}, 428),
        ("PATCH", f"/api/notes/v1/notes/{SOME_NOTE}", {"headers": {"If-Match": "x"}}, 422),
        ("PATCH", f"/api/notes/v1/notes/{SOME_NOTE}", {"headers": {"If-Match": '"3"'}}, 200),
        ("GET", "/api/notes/v1/nothing", {}, 404),
        ("DELETE", "/api/notes/v1/notes", {}, 405),
    ],
)  # fmt: skip
async def test_malformed_requests_are_named_and_never_a_fault(
    client: httpx.AsyncClient, tokens: TokenMaker, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    headers = {**tokens.auth(Role.CLERK), **options.pop("headers", {})}
    answer = await client.request(method, path, headers=headers, **options)
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_address_with_a_slash_too_many_is_nothing_and_leads_nowhere(
    client: httpx.AsyncClient, tokens: TokenMaker
) -> None:
    headers = {**tokens.auth(Role.CLERK), "Host": "evil.example"}
    for method, path in (("POST", "/api/notes/v1/notes/"), ("GET", "/api/notes/v1/notes/count/"), ("GET", "/healthz/")):
        answer = await client.request(method, path, headers=headers)
        assert (answer.status_code, answer.headers.get("location")) == (404, None), path
        assert answer.headers["content-type"] == "application/problem+json"


async def test_tokens_that_are_not_ours_are_refused(client: httpx.AsyncClient, tokens: TokenMaker) -> None:
    path = "/api/notes/v1/notes/count"
    stranger = TokenMaker()
    good = tokens.claims(Role.CLERK)
    refused = [
        "",
        "Bearer",
        f"Bearer {stranger.token(Role.CLERK)}",
        f"Bearer {tokens.sign({**good, 'aud': 'other'})}",
        f"Bearer {tokens.sign({**good, 'iss': 'other'})}",
        f"Bearer {tokens.sign({**good, 'exp': 1})}",
        f"Bearer {tokens.sign({**good, 'role': 'king'})}",
        f"Bearer {tokens.sign({k: v for k, v in good.items() if k != 'exp'})}",
        "Bearer eyJhbGciOiJub25lIiwia2lkIjoidGVzdCJ9." + tokens.sign(good).split(".")[1] + ".",
        f"Bearer {tokens.sign(good)}x",
    ]
    for header in refused:
        answer = await client.get(path, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401, header
    assert (await client.get(path, headers=tokens.auth(Role.GRID_WORKER))).status_code == 403
    assert (await client.get("/api/notes/v1/open")).status_code == 200


async def test_a_token_of_an_ended_session_is_refused_even_when_it_was_remembered(
    client: httpx.AsyncClient, tokens: TokenMaker
) -> None:
    claims = tokens.claims(Role.CLERK)
    headers = {"Authorization": f"Bearer {tokens.sign(claims)}"}
    assert (await client.get("/api/notes/v1/notes/count", headers=headers)).status_code == 200
    pushed = await client.post(
        "/internal/v1/revocations",
        json={"sessions": [{"sid": claims["sid"], "until": claims["exp"]}]},
        headers=tokens.auth(Role.SERVICE),
    )
    assert pushed.status_code == 204
    assert (await client.get("/api/notes/v1/notes/count", headers=headers)).status_code == 401


async def test_reads_are_recorded_in_groups_without_gaps(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    act = Act(action="resident.read", object_kind="resident", object_id="x")
    await asyncio.gather(*(database.record_read(TENANT, None, "r", act) for _ in range(300)))
    rows = await outbox(client)
    assert [row["seq"] for row in rows] == list(range(1, 301))


@pytest.mark.parametrize("query", ["", "?"])
async def test_a_hot_endpoint_answers_like_an_ordinary_one(
    client: httpx.AsyncClient, tokens: TokenMaker, query: str
) -> None:
    path, headers = f"/api/notes/v1/notes/search{query}", tokens.auth(Role.CLERK)
    good = await client.post(path, json={"word": "一"}, headers=headers)
    assert good.status_code == 200
    assert good.json()["word"] == "一"
    assert good.headers["x-request-id"]
    assert len(await outbox(client)) == 1
    assert (await client.post(path, json={"word": "gone"}, headers=headers)).status_code == 404
    assert (await client.post(path, json={"word": 1, "x": 2}, headers=headers)).json()["errors"][0][
        "pointer"
    ] == "/word"
    assert (await client.post(path, content=b"{", headers=headers)).status_code == 422
    assert (await client.post(path, json={"word": "一"})).status_code == 401
    assert (await client.post(path, json={"word": "一"}, headers=tokens.auth(Role.AUDITOR))).status_code == 403
    assert (await client.post(path + "?x=1" if not query else path, json={}, headers=headers)).status_code == 422


async def test_a_job_runs_and_shows_its_progress(client: httpx.AsyncClient, tokens: TokenMaker) -> None:
    subject = uuid4()
    headers = tokens.auth(Role.CLERK, sub=subject)
    started = await client.post("/api/notes/v1/imports", headers=headers)
    assert started.status_code == 202
    assert await client.app.state.linli.jobs.run_one()  # type: ignore[attr-defined]
    job = (await client.get(started.headers["location"], headers=headers)).json()
    assert "state" in job, job
    assert (job["state"], job["done"], job["total"], job["result"]) == ("done", 3, 3, {"reached": 3})
    stranger = await client.get(started.headers["location"], headers=tokens.auth(Role.CLERK))
    assert stranger.status_code == 404
    followed = await client.get(started.headers["location"] + "/events", headers=headers)
    assert "event: progress" in followed.text


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "数到 4 太多"), ("en", "4 is too many to count"), ("", "数到 4 太多")]
)
async def test_a_job_that_was_refused_says_why_in_the_readers_language(
    client: httpx.AsyncClient, tokens: TokenMaker, language: str, said: str
) -> None:
    headers = tokens.auth(Role.CLERK, sub=uuid4()) | {"Accept-Language": language}
    path = (await client.post("/api/notes/v1/imports?to=4", headers=headers)).headers["location"]
    assert await client.app.state.linli.jobs.run_one()  # type: ignore[attr-defined]
    error = {"pointer": "", "code": "note.uncountable", "detail": said}
    assert (await client.get(path, headers=headers)).json()["errors"] == [error]
    assert (await client.get("/api/notes/v1/jobs", headers=headers)).json()["items"][0]["errors"] == [error]
    assert said in (await client.get(f"{path}/events", headers=headers)).text
    cancelled = await client.delete(path, headers=headers)
    assert (cancelled.status_code, cancelled.json()["errors"]) == (202, [error])


async def test_a_job_begins_when_it_is_written_and_not_at_the_next_look(
    client: httpx.AsyncClient, tokens: TokenMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = client.app.state.linli.jobs  # type: ignore[attr-defined]
    looked, look = asyncio.Event(), runner.run_one

    async def run_one() -> bool:
        found: bool = await look()
        if not found:
            looked.set()
        return found

    monkeypatch.setattr(jobs, "POLL_SECONDS", 3600)
    monkeypatch.setattr(runner, "run_one", run_one)
    worker = asyncio.create_task(runner.run())
    try:
        await looked.wait()
        headers = tokens.auth(Role.CLERK, sub=uuid4())
        started = await client.post("/api/notes/v1/imports", headers=headers)
        async with asyncio.timeout(20):
            followed = await client.get(started.headers["location"] + "/events", headers=headers)
        assert '"state":"done"' in followed.text.replace(" ", "")
    finally:
        worker.cancel()


async def test_delivery_applies_each_event_once_and_refuses_a_gap(client: httpx.AsyncClient) -> None:
    received: list[int] = []
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]

    async def handler(tx: Tx, event: IncomingEvent) -> None:
        received.append(event.sequence)
        if event.sequence == 2:
            raise ValueError("cannot apply")

    inbox = Inbox(database, {"cn.": handler})

    def event(number: int) -> IncomingEvent:
        return IncomingEvent(
            specversion="1.0", id=uuid4(), source="/a", type="cn.x", subject="", time=SystemClock().now(), tenant=TENANT,
            sequence=number, data={},
        )  # fmt: skip

    assert await inbox.receive("a", TENANT, 0, 2, [event(1), event(2)]) == 2
    assert await inbox.receive("a", TENANT, 0, 3, [event(1), event(2), event(3)]) == 3
    assert await inbox.receive("a", TENANT, 5, 6, [event(6)]) == 3
    assert received == [1, 2, 3]
    assert await database.pool.fetchval("SELECT count(*) FROM dead_letter") == 1


async def test_the_relay_delivers_in_order_and_goes_back_when_the_receiver_is_behind(
    client: httpx.AsyncClient, tokens: TokenMaker
) -> None:
    linli = client.app.state.linli  # type: ignore[attr-defined]
    for word in "abc":
        await client.post("/api/notes/v1/notes", json={"word": word}, headers=tokens.auth(Role.CLERK))
    calls: list[tuple[str, int]] = []

    class Neighbours:
        async def request(self, method: str, url: str, *, content: bytes, headers: dict[str, str]) -> httpx.Response:
            calls.append((headers["X-Linli-After"], content.count(b"specversion")))
            if len(calls) == 2:
                return httpx.Response(409, headers={"X-Linli-Last": "1"})
            return httpx.Response(204)

    relay = Relay("notes", linli.database.pool, Neighbours(), (Target("s", "http://s", ("cn.linli.",)),))  # type: ignore[arg-type]
    async with linli.database.pool.acquire() as connection:
        assert not await relay.deliver_pending(connection)
        await client.post("/api/notes/v1/notes", json={"word": "d"}, headers=tokens.auth(Role.CLERK))
        assert await relay.deliver_pending(connection)  # it went back and has more to send at once
        assert not await relay.deliver_pending(connection)
        assert not await relay.deliver_pending(connection)
    assert calls == [("0", 6), ("6", 2), ("1", 7)]


async def test_a_read_audit_needs_no_transaction(client: httpx.AsyncClient) -> None:
    assert callable(read_audit)
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).status_code == 200
    document = (await client.get("/openapi.json")).json()
    assert document["paths"]["/api/notes/v1/open"]["get"].get("security") is None
    assert document["paths"]["/api/notes/v1/notes"]["post"]["security"] == [{"bearer": []}]
    assert "409" in document["paths"]["/api/notes/v1/notes"]["post"]["responses"]
