"""The way through against a real upstream on loopback: streaming, limits, failures."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from linli_gateway.proxy import exchange
from linli_gateway.proxy.exchange import ExchangeOptions
from linli_gateway.proxy.limits import Limit, RateLimiter
from linli_gateway.proxy.source import TrustedProxies
from linli_gateway.proxy.upstreams import DESK, REGISTRY, SUPERVISION, Directory
from linli_gateway.proxy.way import Way
from linli_gateway.web.security import api_headers

MEBIBYTE = 1024 * 1024
PLENTY = Limit(1000, 1000)
GOOD = {"authorization": "Bearer good"}


class Upstream:
    """A service that tells what reached it."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.seen: list[dict[str, Any]] = []
        self.gone = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        size, more = 0, True
        while more and not scope["path"].endswith("/unread"):
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
                return
            size += len(message["body"])
            more = message["more_body"]
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        self.seen.append(
            {"path": scope["raw_path"].decode(), "query": scope["query_string"].decode(), "headers": headers}
        )
        kind = scope["path"].rsplit("/", 1)[-1]
        if kind == "slow":
            await self.release.wait()
        if kind == "events":
            await self._events(receive, send)
            return
        if kind == "broken":
            await self._start(send, (b"content-length", b"100"))
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            return
        if kind == "broken-late":
            await self._start(send)
            await send({"type": "http.response.body", "body": b"x" * 4 * MEBIBYTE, "more_body": True})
            return
        if kind == "large":
            await self._start(send)
            for _ in range(64):
                await send({"type": "http.response.body", "body": b"x" * MEBIBYTE, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            return
        body = json.dumps({"size": size, "method": scope["method"]}).encode()
        await self._start(send, (b"x-seen", b"yes"), (b"set-cookie", b"a=1"), (b"etag", b'"7"'))
        await send({"type": "http.response.body", "body": body})

    async def _start(self, send: Any, *headers: tuple[bytes, bytes]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})

    async def _events(self, receive: Any, send: Any) -> None:
        await self._start(send, (b"content-type", b"text/event-stream"))
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        released, gone = asyncio.ensure_future(self.release.wait()), asyncio.ensure_future(receive())
        await asyncio.wait((released, gone), return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.gone.set()
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})
        released.cancel()
        gone.cancel()


@asynccontextmanager
async def served(app: Callable[..., Awaitable[None]]) -> AsyncIterator[str]:
    """Serve an application on a free loopback port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", proxy_headers=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Setup:
    def __init__(self, upstream: Upstream, client: httpx.AsyncClient, url: str) -> None:
        self.upstream = upstream
        self.client = client
        self.url = url


@asynccontextmanager
async def gateway(*, by_caller: Limit = PLENTY, by_source: Limit = PLENTY) -> AsyncIterator[Setup]:
    upstream = Upstream()
    async with served(upstream) as service:
        way = Way(
            Directory({REGISTRY: service, DESK: service, SUPERVISION: f"http://127.0.0.1:{free_port()}"}),
            lambda token: "caller" if token == "good" else None,
            ExchangeOptions(20 * MEBIBYTE, timedelta(seconds=1), timedelta(milliseconds=500), 100, 3),
            by_caller=RateLimiter(by_caller),
            by_source=RateLimiter(by_source),
            proxies=TrustedProxies([]),
            api_headers=api_headers(https=True),
        )
        async with served(way) as url, httpx.AsyncClient(base_url=url, timeout=10) as client:
            yield Setup(upstream, client, url)
        upstream.release.set()
        await way.close()


@pytest.fixture
async def setup() -> AsyncIterator[Setup]:
    async with gateway() as made:
        yield made


def problem(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["x-request-id"]
    return str(body["code"])


async def test_a_request_reaches_the_service_with_path_query_and_ids(setup: Setup) -> None:
    answer = await setup.client.get(
        "/api/registry/v1/residents/%E5%BC%A0?limit=3&cursor=a%2Bb",
        headers=GOOD
        | {"X-Request-Id": "abcdefgh", "X-Linli-Tenant": "421202", "X-Forwarded-For": "6.6.6.6", "Cookie": "a=b"},
    )
    assert answer.json() == {"size": 0, "method": "GET"}
    seen = setup.upstream.seen[0]
    assert (seen["path"], seen["query"]) == ("/api/registry/v1/residents/%E5%BC%A0", "limit=3&cursor=a%2Bb")
    assert seen["headers"]["authorization"] == "Bearer good"
    assert seen["headers"]["x-request-id"] == answer.headers["x-request-id"] == "abcdefgh"
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert seen["headers"]["traceparent"].startswith("00-")
    assert not {"cookie", "x-linli-tenant"} & seen["headers"].keys()


async def test_an_answer_carries_the_services_headers_and_the_gateways(setup: Setup) -> None:
    answer = await setup.client.get("/api/desk/v1/cases", headers=GOOD)
    assert (answer.headers["etag"], answer.headers["x-seen"]) == ('"7"', "yes")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" in answer.headers
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer bad"}, {"authorization": "Basic good"}, {"authorization": "good"}]
)
async def test_nothing_passes_without_a_good_token(setup: Setup, headers: dict[str, str]) -> None:
    answer = await setup.client.get("/api/registry/v1/residents", headers=headers)
    assert answer.status_code == 401
    assert problem(answer) in ("auth.token_required", "auth.token_invalid")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert setup.upstream.seen == []


async def test_a_public_path_passes_without_a_token_and_loses_one(setup: Setup) -> None:
    answer = await setup.client.get("/api/public/v1/matters", headers={"authorization": "Bearer stale"})
    assert answer.status_code == 200
    assert "authorization" not in setup.upstream.seen[0]["headers"]


async def test_the_inner_side_cannot_be_reached_by_dot_segments(setup: Setup) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(setup.url.rsplit(":", 1)[1]))
    writer.write(
        b"GET /api/public/v1/matters/../../../../internal/v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert b"404" in await reader.readline()
    writer.close()
    assert setup.upstream.seen == []


async def test_a_large_body_streams_to_the_service(setup: Setup) -> None:
    answer = await setup.client.post("/api/desk/v1/materials", content=b"x" * (5 * MEBIBYTE), headers=GOOD)
    assert answer.json()["size"] == 5 * MEBIBYTE
    assert setup.upstream.seen[0]["headers"]["content-length"] == str(5 * MEBIBYTE)


async def test_a_body_of_unknown_length_streams_to_the_service(setup: Setup) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"y" * 1000

    answer = await setup.client.post("/api/desk/v1/materials", content=pieces(), headers=GOOD)
    assert answer.json()["size"] == 300_000


async def test_a_body_over_the_limit_is_refused_by_its_announced_length(setup: Setup) -> None:
    answer = await setup.client.post("/api/desk/v1/materials", content=b"x" * (20 * MEBIBYTE + 1), headers=GOOD)
    assert answer.status_code == 413
    assert problem(answer) == "gateway.body_too_large"
    assert setup.upstream.seen == []


async def test_a_body_over_the_limit_is_refused_while_it_streams(setup: Setup) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(21):
            yield b"y" * MEBIBYTE

    answer = await setup.client.post("/api/desk/v1/materials", content=pieces(), headers=GOOD)
    assert answer.status_code == 413


async def test_a_pause_of_the_caller_is_not_taken_for_silence_of_the_service(setup: Setup) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"y" * 100_000
        # Refused once the service was silent for as long as it may be; the upload began before.
        assert (await setup.client.get("/api/desk/v1/slow", headers=GOOD)).status_code == 503
        yield b"y" * 100_000

    answer = await setup.client.post("/api/desk/v1/materials", content=pieces(), headers=GOOD)
    assert (answer.status_code, answer.json()["size"]) == (200, 200_000)


async def test_a_service_that_hangs_after_a_large_body_answers_503(setup: Setup) -> None:
    answer = await setup.client.post("/api/desk/v1/slow", content=b"x" * 100_000, headers=GOOD)
    assert (answer.status_code, problem(answer)) == (503, "gateway.service_timeout")


async def test_a_caller_who_stalls_within_an_upload_is_told_so(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "CALLER_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(setup.url.rsplit(":", 1)[1]))
    head = b"POST /api/desk/v1/materials HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Length: 200000\r\n\r\n"
    writer.write(head + b"x" * 100_000)
    assert b"408" in await reader.readline()
    writer.close()


async def test_a_large_answer_streams_back_whole(setup: Setup) -> None:
    size = 0
    async with setup.client.stream("GET", "/api/registry/v1/large", headers=GOOD) as answer:
        async for piece in answer.aiter_bytes():
            size += len(piece)
    assert size == 64 * MEBIBYTE


async def test_events_leave_as_they_come(setup: Setup) -> None:
    headers = GOOD | {"accept": "text/event-stream"}
    async with setup.client.stream("GET", "/api/desk/v1/jobs/1/events", headers=headers) as answer:
        pieces = answer.aiter_bytes()
        assert await anext(pieces) == b"data: 1\n\n"
        setup.upstream.release.set()
        assert await anext(pieces) == b"data: 2\n\n"


async def test_one_caller_holds_some_connections_for_long_and_not_all(setup: Setup) -> None:
    headers = GOOD | {"accept": "text/event-stream"}
    async with AsyncExitStack() as held:
        for _ in range(3):
            stream = setup.client.stream("GET", "/api/desk/v1/jobs/1/events", headers=headers)
            assert (await held.enter_async_context(stream)).status_code == 200
        more = await setup.client.get("/api/desk/v1/jobs/1/events", headers=headers)
        assert (more.status_code, problem(more), more.headers["retry-after"]) == (429, "gateway.too_many_requests", "1")
        assert (await setup.client.get("/api/desk/v1/cases", headers=GOOD)).status_code == 200
        other = await setup.client.head("/api/public/v1/matters")
        assert other.status_code == 200


async def test_the_service_learns_that_a_reader_of_events_has_gone(setup: Setup) -> None:
    headers = GOOD | {"accept": "text/event-stream"}
    async with setup.client.stream("GET", "/api/desk/v1/jobs/1/events", headers=headers) as answer:
        await anext(answer.aiter_bytes())
    await asyncio.wait_for(setup.upstream.gone.wait(), 5)


async def test_a_service_that_is_down_answers_503_in_both_languages(setup: Setup) -> None:
    chinese = await setup.client.get("/api/supervision/v1/seals", headers=GOOD)
    english = await setup.client.get("/api/supervision/v1/seals", headers=GOOD | {"accept-language": "en"})
    assert (chinese.status_code, problem(chinese)) == (503, "gateway.service_unavailable")
    assert "暂时不可用" in chinese.json()["detail"]
    assert "not available" in english.json()["detail"]
    assert int(chinese.headers["retry-after"]) >= 1


async def test_a_service_that_hangs_answers_503_and_never_keeps_the_caller(setup: Setup) -> None:
    answer = await asyncio.wait_for(setup.client.get("/api/registry/v1/slow", headers=GOOD), 5)
    assert (answer.status_code, problem(answer)) == (503, "gateway.service_timeout")


async def test_an_answer_that_breaks_off_at_once_is_a_bad_gateway(setup: Setup) -> None:
    answer = await setup.client.get("/api/registry/v1/broken", headers=GOOD)
    assert (answer.status_code, problem(answer)) == (502, "gateway.bad_gateway")


async def test_an_answer_that_breaks_off_later_is_noticed_by_the_caller(setup: Setup) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await setup.client.get("/api/registry/v1/broken-late", headers=GOOD)


async def test_one_caller_is_slowed_down_and_told_when_to_come_back() -> None:
    async with gateway(by_caller=Limit(1, 2)) as setup:
        answers = [await setup.client.get("/api/registry/v1/x", headers=GOOD) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert problem(answers[2]) == "gateway.too_many_requests"
        assert answers[2].headers["retry-after"] == "1"


async def test_the_public_is_counted_by_source() -> None:
    async with gateway(by_source=Limit(1, 1)) as setup:
        answers = [await setup.client.get("/api/public/v1/matters") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert (await setup.client.get("/api/registry/v1/x", headers=GOOD)).status_code == 200


async def test_odd_bytes_in_a_header_are_a_problem_and_no_failure(setup: Setup) -> None:
    answer = await setup.client.get(
        "/api/registry/v1/x", headers=[(b"authorization", b"Bearer good"), (b"x-odd", b"\xff\xfe")]
    )
    assert (answer.status_code, problem(answer)) == (422, "gateway.malformed_request")
