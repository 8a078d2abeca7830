"""A load generator that costs little: keep-alive connections, one request under way on each.

Latency is counted from the first byte sent to the last byte received. A status other than the expected one ends the
measurement: a figure for refusals would be worthless.
"""

import asyncio
import math
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import httptools

from linli_launcher.errors import LauncherFailure


@dataclass
class Figures:
    """What one measurement gave. Times in seconds."""

    name: str
    seconds: float
    latencies: list[float] = field(repr=False)
    cpu_seconds: dict[str, float] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return len(self.latencies)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def per_cpu_second(self) -> float:
        """Requests for each second of processor time of the processes that were counted."""
        used = sum(self.cpu_seconds.values())
        return self.requests / used if used else 0.0

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


Talk = Generator[tuple[bytes, int], bytes, None]
"""What one connection says: it yields a request with the status that it must get, and is sent the answer's body."""


class RefusedUnderLoad(LauncherFailure):
    """The server answered with another status than the measurement expects."""


class _Connection(asyncio.Protocol):
    def __init__(
        self,
        talk: Talk,
        until: float,
        measured: list[float],
        *,
        every: float = 0.0,
        after: float = 0.0,
    ) -> None:
        self._talk = talk
        self._until = until
        self._measured = measured
        self._every = every
        self._after = after
        self._began = 0.0
        self._expected = 0
        self._body: list[bytes] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if (request := self._following(None)) is not None:
            asyncio.get_running_loop().call_later(self._after, self._send, request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or RefusedUnderLoad("the server closed a connection under load"))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        status = self._parser.get_status_code()
        answer = b"".join(self._body)
        if status != self._expected:
            self._end(RefusedUnderLoad(f"{status} instead of {self._expected}: {answer[:500]!r}"))
            return
        self._measured.append(now - self._began)
        if now >= self._until:
            self._end(None)
        # The talk hears the answer when it is there, not when its next turn comes.
        elif (request := self._following(answer)) is not None:
            # A new request must not be parsed inside the callback of the last one.
            asyncio.get_running_loop().call_later(max(0.0, self._began + self._every - now), self._send, request)

    def _following(self, answer: bytes | None) -> bytes | None:
        """Return the next request of the talk; None when it is over."""
        try:
            request, self._expected = next(self._talk) if answer is None else self._talk.send(answer)
        except StopIteration:
            self._end(None)
            return None
        return request

    def _send(self, request: bytes) -> None:
        self._parser, self._body = httptools.HttpResponseParser(self), []
        self._began = time.perf_counter()
        self._transport.write(request)

    def _end(self, failure: Exception | None) -> None:
        if not self.done.done():
            if failure is not None:
                self.done.set_exception(failure)
            else:
                self.done.set_result(None)
        self._transport.close()


async def measure(
    name: str, url: str, requests: Callable[[], bytes], *, seconds: float, connections: int, expected: int = 200
) -> Figures:
    """Send what `requests` returns over and over for the given time."""
    talks = [_asking(requests, expected) for _ in range(connections)]
    return await _measure(name, url, talks, time.perf_counter() + seconds)


async def measure_all(url: str, requests: Iterable[bytes], *, connections: int, expected: int = 200) -> Figures:
    """Send each request once."""
    waiting = iter(requests)
    talks = [_asking(lambda: next(waiting, None), expected) for _ in range(connections)]
    return await _measure("", url, talks, math.inf)


async def measure_talks(url: str, talks: Sequence[Talk], *, seconds: float, every: float = 0.0) -> Figures:
    """Let each talk have a connection of its own, until it is over or the time is."""
    return await _measure("", url, talks, time.perf_counter() + seconds, every)


def _asking(requests: Callable[[], bytes | None], expected: int) -> Talk:
    while (request := requests()) is not None:
        yield request, expected


async def _measure(name: str, url: str, talks: Sequence[Talk], until: float, every: float = 0.0) -> Figures:
    address = urlsplit(url)
    loop = asyncio.get_running_loop()
    measured: list[float] = []
    began = time.perf_counter()
    opened = [
        await loop.create_connection(
            partial(_Connection, talk, until, measured, every=every, after=every * number / len(talks)),
            address.hostname or "",
            address.port or 80,
        )
        for number, talk in enumerate(talks)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    return Figures(name, time.perf_counter() - began, measured)


def request(
    method: str, path: str, *, token: str = "", body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """Return a request's bytes, ready to be sent again and again."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench"]
    if token:
        lines.append(f"authorization: Bearer {token}")
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
