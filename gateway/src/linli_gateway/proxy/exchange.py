"""One exchange with a service: small requests over our own kept connections, the others through a general client.

Bodies are never held whole beyond 64 KiB, and whatever goes wrong before the first byte of the answer becomes a
refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from linli_kernel.kept import BrokenOff, KeptConnections, TimedOut, Unreachable
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import ConnectError, PyreqwestError, RequestTimeoutError
from pyreqwest.request import RequestBuilder
from pyreqwest.response import Response

from linli_gateway.proxy import answers
from linli_gateway.proxy.answers import Receive, Refused, Send
from linli_gateway.proxy.headers import Inward, outward

log = structlog.get_logger(__name__)

# Below this size a body is read whole first: one message to the service instead of a stream.
WHOLE_BODY_BYTES: Final = 64 * 1024
RETRY_AFTER_SECONDS: Final = 2.0
# A caller on a poor line may pause within an upload; a connection to the service is not held for longer than this.
CALLER_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class ExchangeOptions:
    """Limits of one exchange; `max_streams` of those that hold a connection for long may be one caller's."""

    max_body_bytes: int
    connect_timeout: timedelta
    read_timeout: timedelta
    max_connections: int
    max_streams: int


def build_client(options: ExchangeOptions) -> Client:
    """Return a connection pool that passes answers on untouched.

    It knows no read timeout: its clock would begin with the request and count a slow upload as the service's silence. Idle connections end before the services' servers close them (5 s in uvicorn), so that no request meets a closing
    one.
    """
    return (
        ClientBuilder()
        .gzip(False)
        .brotli(False)
        .zstd(False)
        .deflate(False)
        .follow_redirects(False)
        .referer(False)
        .no_proxy()
        .user_agent("linli-gateway")
        .connect_timeout(options.connect_timeout)
        .pool_timeout(options.connect_timeout)
        .max_connections(options.max_connections)
        .pool_idle_timeout(timedelta(seconds=4))
        .http1_lower_case_headers()
        .build()
    )


class Disconnected(Exception):
    """The caller went away before its request was complete."""


class _Silence:
    """Ends the waiting for the head of an answer; begins anew whenever a piece of the request moved."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._limit: asyncio.Timeout | None = None

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[None]:
        async with asyncio.timeout(self._seconds) as self._limit:
            try:
                yield
            finally:
                self._limit = None

    def begin(self, seconds: float | None = None) -> None:
        # Also called after the head came: a service may answer before it has read the whole body.
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + (seconds or self._seconds))


class _Body:
    """The request's body as it arrives, counted; `awaited` while the caller is the one who is waited for."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._size = 0
        self.complete = False
        self.awaited = False
        self.failure: Exception | None = None

    async def next(self) -> bytes:
        """Return the next piece; sets `complete` with the last one."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.failure = Disconnected()
            raise self.failure
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        self.complete = not message.get("more_body", False)
        if self._size > self._limit:
            self.failure = Refused(answers.TOO_LARGE)
            raise self.failure
        return piece

    async def head(self) -> bytes:
        """Return the whole body when it is small, else its beginning."""
        pieces, size = [], 0
        while not self.complete and size <= WHOLE_BODY_BYTES:
            piece = await self.next()
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)

    async def stream(self, head: bytes, silence: _Silence) -> AsyncIterator[bytes]:
        """Yield the beginning and then the rest as it comes."""
        yield head
        while not self.complete:
            self.awaited = True
            silence.begin(CALLER_SECONDS)
            piece = await self.next()
            self.awaited = False
            silence.begin()
            if piece:
                yield piece


async def _with_body(builder: RequestBuilder, inward: Inward, body: _Body, silence: _Silence) -> RequestBuilder:
    if not inward.has_body:
        return builder
    head = await body.head()
    if body.complete:
        return builder.body_bytes(head)
    if inward.content_length is not None:
        builder = builder.header("content-length", str(inward.content_length))
    return builder.body_stream(body.stream(head, silence))


def _refusal(error: Exception) -> Refused:
    if isinstance(error, RequestTimeoutError | TimedOut | TimeoutError):
        return Refused(answers.SLOW, RETRY_AFTER_SECONDS)
    if isinstance(error, ConnectError | Unreachable):
        return Refused(answers.DOWN, RETRY_AFTER_SECONDS)
    return Refused(answers.BROKEN, RETRY_AFTER_SECONDS)


def is_small(method: str, inward: Inward) -> bool:
    """Whether the request fits one message and its answer comes in one piece or a few."""
    if method == "HEAD" or "/event-stream" in inward.accept:
        return False
    return not inward.has_body or (inward.content_length or WHOLE_BODY_BYTES + 1) <= WHOLE_BODY_BYTES


async def exchange_small(
    kept: KeptConnections,
    head: bytes,
    inward: Inward,
    receive: Receive,
    send: Send,
    *,
    may_repeat: bool,
    own: list[tuple[bytes, bytes]],
) -> int:
    """Like `exchange` for a request that `is_small`; `head` is its first line and headers."""
    body = await _Body(receive, WHOLE_BODY_BYTES).head() if inward.has_body else b""
    try:
        answer = await kept.send(head + body, again=may_repeat)
    except (TimedOut, Unreachable, BrokenOff) as error:
        log.warning("upstream_failed", error=type(error).__name__)
        raise _refusal(error) from error
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": outward(answer.headers, own)})
        if answer.complete:
            await send({"type": "http.response.body", "body": answer.take()})
            return answer.status
        async for piece, last in answer.pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": not last})
        return answer.status
    except (TimedOut, BrokenOff) as error:
        # As in `exchange`: the head is out, so the caller must notice the missing end.
        log.warning("upstream_broke_off", error=type(error).__name__)
        return 502
    finally:
        kept.end(answer)


async def exchange(
    builder: RequestBuilder,
    inward: Inward,
    receive: Receive,
    send: Send,
    *,
    options: ExchangeOptions,
    own: list[tuple[bytes, bytes]],
) -> int:
    """Send the request on, pass the answer back, return its status.

    Raises Refused when there is no answer to pass on, Disconnected when nobody waits for one.
    """
    body = _Body(receive, options.max_body_bytes)
    patience = options.read_timeout.total_seconds()
    silence = _Silence(patience)
    events = "/event-stream" in inward.accept
    if events:
        # Events must leave as they come; without this the client fills its buffer first.
        builder = builder.streamed_read_buffer_limit(0)
    started = False
    try:
        async with AsyncExitStack() as ending:
            builder = await _with_body(builder, inward, body, silence)
            async with silence.limited():
                response = await ending.enter_async_context(builder.build_streamed())
            pairs = (
                (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in response.headers.items()
            )
            started = True
            headers = outward(pairs, own)
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            if events:
                await _pass_events(response, receive, send, patience)
            else:
                await _pass_body(response, send, patience)
            return response.status
    except (PyreqwestError, ValueError, TimeoutError) as error:
        if body.failure is not None and not started:
            raise body.failure from error
        if not started:
            if body.awaited:
                raise Refused(answers.STALLED) from error
            log.warning("upstream_failed", error=type(error).__name__)
            raise _refusal(error) from error
        # The head is out: returning without the end of the body makes the server cut the connection, which the caller
        # notices.
        log.warning("upstream_broke_off", error=type(error).__name__)
        return 502


async def _next_chunk(response: Response, patience_seconds: float) -> bytes | None:
    async with asyncio.timeout(patience_seconds):
        chunk = await response.body_reader.read_chunk()
    return None if chunk is None else chunk.to_bytes()


async def _pass_body(response: Response, send: Send, patience_seconds: float) -> None:
    """Pass the answer on; the last piece travels with the end mark, which saves a write for small answers."""
    piece = await _next_chunk(response, patience_seconds)
    while piece is not None:
        following = await _next_chunk(response, patience_seconds)
        await send({"type": "http.response.body", "body": piece, "more_body": following is not None})
        piece = following
        if piece is None:
            return
    await send({"type": "http.response.body", "body": b""})


async def _pass_events(response: Response, receive: Receive, send: Send, patience_seconds: float) -> None:
    """Pass a stream of events on until the service ends it or the caller goes away."""
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        while True:
            reading = asyncio.ensure_future(_next_chunk(response, patience_seconds))
            await asyncio.wait((reading, gone), return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                reading.cancel()
                return
            piece = reading.result()
            if piece is None:
                await send({"type": "http.response.body", "body": b""})
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
