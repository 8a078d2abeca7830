"""The measuring instruments tell the truth about a server whose behaviour is known."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import pytest
from linli_launcher.bench import cpu, load
from linli_launcher.bench.load import RefusedUnderLoad


@contextlib.asynccontextmanager
async def _server(status: str, delay: float = 0.0) -> AsyncIterator[tuple[str, list[bytes]]]:
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                seen.append(await reader.readuntil(b"\r\n\r\n"))
                await asyncio.sleep(delay)
                writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok".encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen
    finally:
        server.close()


async def test_every_request_is_counted_once_and_its_latency_is_the_servers() -> None:
    async with _server("200 OK", delay=0.02) as (url, seen):
        figures = await load.measure(
            "known", url, lambda: load.request("GET", "/x", token="t"), seconds=0.3, connections=4
        )
    assert figures.requests == len(seen)
    assert 20 <= figures.percentile_ms(50) < 60
    assert seen[0].startswith(b"GET /x HTTP/1.1\r\n")
    assert b"authorization: Bearer t\r\n" in seen[0]


async def test_a_refusal_ends_the_measurement_instead_of_counting_as_a_fast_answer() -> None:
    async with _server("429 Too Many Requests") as (url, _):
        with pytest.raises(RefusedUnderLoad, match="429 instead of 200"):
            await load.measure("refused", url, lambda: load.request("GET", "/"), seconds=1, connections=1)


async def test_a_list_of_requests_is_sent_once_whatever_the_number_of_connections() -> None:
    wanted = [load.request("GET", f"/{number}") for number in range(5)]
    async with _server("200 OK") as (url, seen):
        figures = await load.measure_all(url, wanted, connections=8)
    assert figures.requests == 5
    assert sorted(request.split()[1] for request in seen) == [b"/0", b"/1", b"/2", b"/3", b"/4"]


async def test_a_talk_is_answered_in_turn_and_every_answer_has_its_own_status() -> None:
    heard: list[bytes] = []

    def talk() -> load.Talk:
        for number in range(3):
            heard.append((yield load.request("GET", f"/{number}"), 200))

    async with _server("200 OK") as (url, seen):
        figures = await load.measure_talks(url, [talk()], seconds=5)
    assert heard == [b"ok"] * 3
    assert [request.split()[1] for request in seen] == [b"/0", b"/1", b"/2"]
    assert figures.requests == 3


def test_processor_time_is_that_of_the_named_process() -> None:
    with cpu.counted({"me": os.getpid()}) as used:
        before = os.times()
        while os.times().user - before.user < 0.05:
            sum(range(10_000))
    assert used["me"] >= 0.035, "the kernel counts in hundredths of a second"
