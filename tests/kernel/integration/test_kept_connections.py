"""Kept connections against a service of a few bytes: which are used again, what is repeated, what breaks off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from linli_kernel.kept import BrokenOff, KeptConnections, TimedOut, Unreachable
from linli_kernel.neighbours import KeptTransport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-Mark: 1\r\n\r\nok"
REQUEST = b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n"


class Service:
    """Answers the n-th request of all with the n-th script; None closes the connection without a byte."""

    def __init__(self, *scripts: bytes | None) -> None:
        self.scripts = list(scripts)
        self.connections = 0
        self.requests = 0
        self.asked = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                self.asked.set()
                script = self.scripts.pop(0) if self.scripts else OK
                if script is None:
                    break
                writer.write(script)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


@asynccontextmanager
async def kept(service: Service, *, read_seconds: float = 5, most: int = 10) -> AsyncIterator[KeptConnections]:
    async with await asyncio.start_server(service, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        made = KeptConnections(f"http://127.0.0.1:{port}", connect_seconds=1, read_seconds=read_seconds, most=most)
        yield made
        made.close()
        server.close()


async def ask(connections: KeptConnections, *, again: bool = True) -> tuple[int, bytes]:
    answer = await connections.send(REQUEST, again=again)
    try:
        return answer.status, b"".join([piece async for piece, _ in answer.pieces()])
    finally:
        connections.end(answer)


async def test_one_connection_carries_one_request_after_the_other() -> None:
    service = Service()
    async with kept(service) as connections:
        assert [await ask(connections) for _ in range(3)] == [(200, b"ok")] * 3
    assert (service.connections, service.requests) == (1, 3)


async def test_a_connection_that_the_answer_ends_is_not_kept() -> None:
    service = Service(OK.replace(b"X-Mark: 1", b"connection: close"))
    async with kept(service) as connections:
        assert [await ask(connections) for _ in range(2)] == [(200, b"ok")] * 2
    assert service.connections == 2


async def test_bytes_that_nobody_asked_for_never_reach_the_next_caller() -> None:
    service = Service(OK + OK.replace(b"ok", b"no"))
    async with kept(service) as connections:
        with pytest.raises(BrokenOff):
            await ask(connections)
        assert await ask(connections) == (200, b"ok")
    assert service.connections == 2


async def test_a_read_that_met_a_closing_connection_is_sent_once_more() -> None:
    service = Service(OK, None)
    async with kept(service) as connections:
        assert [await ask(connections) for _ in range(2)] == [(200, b"ok")] * 2
    assert service.requests == 3


async def test_a_change_that_met_a_closing_connection_is_not_sent_again() -> None:
    service = Service(OK, None)
    async with kept(service) as connections:
        await ask(connections)
        with pytest.raises(BrokenOff):
            await ask(connections, again=False)
        assert service.requests == 2


async def test_a_fresh_connection_that_closes_is_not_tried_again() -> None:
    service = Service(None)
    async with kept(service) as connections:
        with pytest.raises(BrokenOff):
            await ask(connections)
        assert service.requests == 1


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"])
async def test_what_is_no_http_breaks_off(answer: bytes) -> None:
    async with kept(Service(answer)) as connections:
        with pytest.raises(BrokenOff):
            await ask(connections)


async def test_a_silent_service_times_out_and_frees_the_place() -> None:
    async with kept(Service(b"HTTP/1.1 200"), read_seconds=0.05, most=1) as connections:
        with pytest.raises(TimedOut):
            await ask(connections)
        assert await ask(connections) == (200, b"ok")


async def test_an_interim_answer_is_passed_over() -> None:
    async with kept(Service(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + OK)) as connections:
        assert await ask(connections) == (200, b"ok")


async def test_a_caller_that_leaves_frees_its_place() -> None:
    service = Service(b"HTTP/1.1 200")
    async with kept(service, most=1) as connections:
        waiting = asyncio.create_task(ask(connections))
        await service.asked.wait()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (await ask(connections))[0] == 200


async def test_nobody_there_is_unreachable() -> None:
    service = Service()
    async with kept(service) as connections:
        pass
    with pytest.raises(Unreachable):
        await ask(connections)


async def test_a_client_over_kept_connections_answers_like_any_other() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked.append(head + await reader.readexactly(2 if b"POST" in head else 0))
                writer.write(OK)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with httpx.AsyncClient(transport=KeptTransport(verify=False)) as client:
            for _ in range(2):
                answer = await client.post(f"{url}/a%20b?c=1", content=b"hi", headers={"X-Own": "1"})
                assert (answer.status_code, answer.text, answer.headers["x-mark"]) == (200, "ok", "1")
            assert (await client.get(f"{url}/")).content == b"ok"
    assert asked[0].startswith(b"POST /a%20b?c=1 HTTP/1.1\r\n")
    assert asked[0].endswith(b"\r\n\r\nhi")
    assert b"x-own: 1" in asked[0].lower()


@pytest.mark.parametrize(
    ("script", "error"),
    [(None, httpx.RemoteProtocolError), (b"HTTP/1.1 200 OK\r\n", httpx.ReadTimeout)],
    ids=["closed", "silent"],
)
async def test_a_service_that_does_not_answer_is_an_error_of_http(script: bytes | None, error: type[Exception]) -> None:
    async with await asyncio.start_server(Service(script), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(transport=KeptTransport(verify=False), timeout=0.2) as client:
            with pytest.raises(error):
                await client.post(f"http://127.0.0.1:{port}/", content=b"")


async def test_an_address_where_nobody_listens_is_an_error_of_http() -> None:
    async with httpx.AsyncClient(transport=KeptTransport(verify=False)) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:9/")
