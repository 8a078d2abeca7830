"""The frame of a service on a real database: transactions, retries, strict input, problems, jobs, delivery."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import Depends, Request
from linli_kernel import jobs, schema
from linli_kernel.app import build_service
from linli_kernel.clock import SystemClock
from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import Conflict, NotFound
from linli_kernel.events import Act, Event, IncomingEvent
from linli_kernel.hot import hot
from linli_kernel.http import (
    ApiModel,
    ServiceRouter,
    current_db,
    current_tx,
    fast_json,
    match_version,
    read_audit,
    reads,
)
from linli_kernel.identity import Role, Viewer
from linli_kernel.inbox import Inbox
from linli_kernel.jobs import JobContext, JobKind, accepted, enqueue
from linli_kernel.permissions import PUBLIC, Policy, allow, public, require
from linli_kernel.relay import Relay, Target
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TENANT, TokenMaker, running, service_settings
from linli_launcher.databases import REGISTRY, create_database, role_names
from linli_launcher.databases import urls as database_urls
from linli_launcher.postgres import Postgres
from sqlalchemy import text
from starlette.responses import Response

PASSWORD = "test"
SOME_NOTE = "01990000-0000-7000-8000-00000000000a"


class Permission(StrEnum):
    WRITE = "note.write"
    OPEN = "note.open"
    JOBS = "job.read"


POLICY: Policy = {Permission.WRITE: allow(Role.CLERK), Permission.OPEN: PUBLIC, Permission.JOBS: allow(Role.CLERK)}


class Taken(Conflict):
    code = "note.taken"
    zh = "“{word}”已被使用"
    en = "“{word}” is taken"


class Uncountable(Conflict):
    code = "note.uncountable"
    zh = "数到 {to} 太多"
    en = "{to} is too many to count"


class NewNote(ApiModel):
    word: str


class Note(ApiModel):
    id: UUID
    word: str


Writer = Annotated[Viewer, Depends(require(POLICY, Permission.WRITE))]
routes = ServiceRouter(prefix="/api/notes/v1")
COUNT = HotQuery(text("SELECT count(*) AS n FROM note WHERE tenant = :tenant"))


@routes.post("/notes", status_code=201, response_model=Note)
@hot
async def add_note(viewer: Writer, body: NewNote, tx: Annotated[Tx, Depends(current_tx)]) -> Any:
    if await tx.one(text("SELECT 1 FROM note WHERE tenant = :t AND word = :w"), {"t": tx.tenant, "w": body.word}):
        raise Taken(word=body.word)
    note = uuid4()
    await tx.execute(text("INSERT INTO note VALUES (:t, :id, :w)"), {"t": tx.tenant, "id": note, "w": body.word})
    tx.announce(Event(type="cn.linli.notes.note.added.v1", subject=str(note), data={"id": note}))
    tx.record(Act(action="note.add", object_kind="note", object_id=note))
    if body.word == "explode":
        raise RuntimeError("half-done")
    return fast_json({"id": note, "word": body.word}, status=201, etag=1)


@routes.get("/notes/count")
async def count_notes(viewer: Writer, db: Annotated[Database, Depends(current_db)], limit: int = 5) -> dict[str, int]:
    return {"n": await db.fetch_value(COUNT, {"tenant": viewer.tenant})}


@routes.post("/notes/search", response_model=Note)
@reads
@hot
async def search_notes(request: Request, viewer: Writer, body: NewNote) -> Response:
    await read_audit(request, viewer, Act(action="note.search", object_kind="note", object_id=""))
    if body.word == "gone":
        raise NotFound
    return fast_json({"id": viewer.subject, "word": body.word})


@routes.patch("/notes/{note_id}")
async def change_note(
    viewer: Writer,
    note_id: UUID,
    version: Annotated[int, Depends(match_version)],
    tx: Annotated[Tx, Depends(current_tx)],
) -> dict[str, int]:
    return {"version": version}


@routes.get("/open", dependencies=[Depends(public(POLICY, Permission.OPEN))])
async def open_page() -> dict[str, str]:
    return {"hello": "邻里"}


@routes.post("/imports", status_code=202)
async def start_import(viewer: Writer, tx: Annotated[Tx, Depends(current_tx)], to: int = 3) -> Any:
    return accepted("/api/notes/v1", await enqueue(tx, "count", {"to": to}))


async def count_to(context: JobContext) -> dict[str, Any]:
    if context.payload["to"] > 3:
        raise Uncountable(to=context.payload["to"])
    for done in range(context.payload["to"]):
        await context.progress(done + 1, context.payload["to"])
    return {"reached": context.payload["to"]}


class _Op:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


@pytest.fixture(scope="module")
def tokens() -> TokenMaker:
    return TokenMaker()


@pytest.fixture
async def database_url(postgres: Postgres) -> AsyncIterator[str]:
    name = f"frame_{uuid4().hex}"
    create_database(postgres, REGISTRY, name)
    urls = database_urls(postgres, REGISTRY, name, dict.fromkeys(role_names(), PASSWORD))
    op = _Op()
    schema.create(op, "linli_registry")
    connection = await asyncpg.connect(urls.owner_url.replace("postgresql+asyncpg", "postgresql"))
    for statement in op.statements:
        await connection.execute(statement)
    await connection.execute("CREATE TABLE note (tenant text, id uuid, word text, PRIMARY KEY (tenant, id))")
    await connection.execute("GRANT SELECT, INSERT, UPDATE ON note TO linli_registry")
    await connection.close()
    yield urls.app_url
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def client(database_url: str, tokens: TokenMaker) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(**service_settings(database_url, tokens))
    app = build_service(
        settings, name="notes", title="Notes", prefix="/api/notes/v1", routers=[routes], policy=POLICY,
        job_kinds=[JobKind("count", count_to)], job_permission=Permission.JOBS,
    )  # fmt: skip
    async with running(app) as made:
        made.app = app  # type: ignore[attr-defined]
        yield made


async def outbox(client: httpx.AsyncClient) -> list[asyncpg.Record]:
    pool = client.app.state.linli.database.pool  # type: ignore[attr-defined]
    return list(await pool.fetch("SELECT * FROM outbox ORDER BY seq"))


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


async def test_values_beside_a_statement_that_is_no_hot_query_are_refused(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    statement = text("SELECT CAST(:wanted AS integer)")
    with pytest.raises(TypeError):
        await database.fetch_value(statement, {"wanted": 1})
    assert await database.fetch_value(statement.bindparams(wanted=1)) == 1


WORDS = HotQuery(text("SELECT word FROM note WHERE tenant = :tenant ORDER BY word"))
ADD_NOTE = HotQuery(text("INSERT INTO note (tenant, id, word) VALUES (:tenant, gen_random_uuid(), :word)"))


async def _words(database: Database) -> list[str]:
    async with database.transaction(TENANT) as tx:
        return [row["word"] for row in await tx.quick(WORDS, {"tenant": TENANT})]


async def test_quick_statements_are_in_the_same_transaction_as_all_others(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    slow = text("INSERT INTO note (tenant, id, word) VALUES (:tenant, gen_random_uuid(), :word)")
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction(TENANT) as tx:
            await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "quick"})
            await tx.execute(slow, {"tenant": TENANT, "word": "slow"})
            raise ZeroDivisionError
    assert await _words(database) == []
    async with database.transaction(TENANT) as tx:
        await tx.execute(slow, {"tenant": TENANT, "word": "slow"})
        await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "quick"})
        with contextlib.suppress(ZeroDivisionError):
            async with tx.part():
                await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "undone"})
                raise ZeroDivisionError
        tx.record(Act(action="note.add", object_kind="note", object_id="x"))
    assert await _words(database) == ["quick", "slow"]
    assert [row["data"]["action"] for row in await outbox(client)] == ["note.add"]


async def test_a_connection_that_a_quick_statement_lost_is_not_used_again(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    ended = HotQuery(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async def lose() -> None:
        async with database.transaction(TENANT) as tx:
            await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "lost"})
            await tx.quick(ended, {})

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await lose()
    assert await _words(database) == []


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
