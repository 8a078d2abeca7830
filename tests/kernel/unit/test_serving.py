"""Answers leave in one piece, and nothing waits for what is still to come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from linli_kernel.serving import MOST_GATHERED_BYTES, Gathering, OneWriteProtocol
from uvicorn.server import ServerState


class Wire(asyncio.Transport):
    """Remembers what reaches the network."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []

    def write(self, data: Any) -> None:
        self.seen.append(bytes(data))

    def close(self) -> None:
        self.seen.append("closed")

    def abort(self) -> None:
        self.seen.append("aborted")


@pytest.fixture
async def wire() -> tuple[Wire, Gathering]:
    wire = Wire()
    return wire, Gathering(wire, asyncio.get_running_loop())


async def test_head_and_body_of_one_turn_leave_as_one_piece(wire: tuple[Wire, Gathering]) -> None:
    wire[1].write(b"head")
    wire[1].write(b"body")
    assert wire[0].seen == []
    await asyncio.sleep(0)
    assert wire[0].seen == [b"headbody"]


async def test_the_next_turn_is_a_piece_of_its_own(wire: tuple[Wire, Gathering]) -> None:
    for piece in (b"one", b"two"):
        wire[1].write(piece)
        await asyncio.sleep(0)
    assert wire[0].seen == [b"one", b"two"]


async def test_a_large_body_does_not_wait_for_the_turn(wire: tuple[Wire, Gathering]) -> None:
    wire[1].write(b"x" * (MOST_GATHERED_BYTES + 1))
    assert len(wire[0].seen) == 1
    await asyncio.sleep(0)
    assert len(wire[0].seen) == 1


async def test_closing_sends_what_is_gathered_and_aborting_does_not(wire: tuple[Wire, Gathering]) -> None:
    wire[1].write(b"answer")
    wire[1].close()
    wire[1].write(b"lost")
    wire[1].abort()
    await asyncio.sleep(0)
    assert wire[0].seen == [b"answer", "closed", "aborted"]


async def _application(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/events":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await receive()
        await receive()  # until the reader goes away
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def _served() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(_application, lifespan="off", log_level="critical", ws="none")
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: OneWriteProtocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    yield reader, writer
    writer.close()
    server.close()
    for task in state.tasks:
        task.cancel()


async def test_uvicorn_serves_one_request_after_the_other_through_it() -> None:
    async with _served() as (reader, writer):
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            answer = await reader.readuntil(b"\r\n\r\nok")
            assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_an_event_arrives_while_the_answer_is_still_open() -> None:
    async with _served() as (reader, writer):
        writer.write(b"GET /events HTTP/1.1\r\nhost: a\r\n\r\n")
        assert b"text/event-stream" in await asyncio.wait_for(reader.readuntil(b"first"), 5)
