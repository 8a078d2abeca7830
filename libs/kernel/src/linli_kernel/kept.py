"""Kept connections to the services for small requests: one write out, the answer back, no thread between.

Most requests are small and so are their answers; a general client costs more for them than the whole rest of the way. A connection
carries one exchange at a time, and one that ended in any unusual way is never used again, so no answer can reach another caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final, cast
from urllib.parse import urlsplit

import httptools

Headers = list[tuple[bytes, bytes]]
# An answer is read ahead this far before its first byte goes on: one that breaks off within is still a clean refusal.
READ_AHEAD_BYTES: Final = 64 * 1024
# Before the services' servers close an idle connection (5 s in uvicorn).
IDLE_SECONDS: Final = 4.0


class Unreachable(Exception):
    """No connection to the service."""


class TimedOut(Exception):
    """The service is silent, or all connections to it are busy, for too long."""


class BrokenOff(Exception):
    """The connection ended or spoke no HTTP; `silent` when not one byte of the answer had come."""

    def __init__(self, *, silent: bool) -> None:
        super().__init__()
        self.silent = silent


class _Connection(asyncio.Protocol):
    """One connection; the owner sends, waits until `ready`, and takes what has arrived."""

    def __init__(self) -> None:
        self.closed = False
        self.used_at = 0.0
        self.reused = False
        self._reset()

    def _reset(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.headers: Headers = []
        self.status = 0
        self.complete = False
        self._keep_alive = False
        self.silent = True
        self._pieces: list[bytes] = []
        self._size = 0
        self._paused = False
        self._busy = False
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._wake()

    def data_received(self, data: bytes) -> None:
        if not self._busy:
            self.abort()  # nobody asked
            return
        self.silent = False
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.abort()
            return
        if self.complete or self._size > READ_AHEAD_BYTES:
            if not self.complete and not self._paused:
                self._paused = True
                self.transport.pause_reading()
            self._wake()

    def on_message_begin(self) -> None:
        if self.complete:
            # A second answer to one request: neither can be trusted.
            self.complete = False
            self.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)
        self._size += len(body)

    def on_message_complete(self) -> None:
        if self.status < 200:
            self.headers = []  # an interim answer; the real one follows
        elif not self.closed:
            self.complete = True
            # Asked here: the parser forgets it with the message.
            self._keep_alive = self.parser.should_keep_alive()

    def abort(self) -> None:
        self.closed = True
        self.transport.abort()
        self._wake()

    def send(self, request: bytes) -> None:
        self._busy = True
        self.transport.write(request)

    async def ready(self, patience_seconds: float) -> None:
        """Wait until the answer is complete or read ahead; raises TimedOut or BrokenOff."""
        while not self.complete and (self.closed or self._size <= READ_AHEAD_BYTES):
            if self.closed:
                raise BrokenOff(silent=self.silent)
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(patience_seconds, self._wake)
            before = self._size, self.status
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
            if before == (self._size, self.status) and not self.complete and not self.closed:
                raise TimedOut

    def take(self) -> bytes:
        """Return what has arrived of the body since the last time, and let more come."""
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces, self._size = [], 0
        if self._paused:
            self._paused = False
            if not self.closed:
                self.transport.resume_reading()
        return body

    def may_be_kept(self) -> bool:
        return self.complete and not self.closed and not self._size and self._keep_alive

    def keep(self, now: float) -> None:
        self._reset()
        self.reused, self.used_at = True, now

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Answer:
    """The head of an answer and its body as it comes."""

    def __init__(self, connection: _Connection, read_seconds: float) -> None:
        self._connection = connection
        self._read_seconds = read_seconds
        self.status = connection.status
        self.headers = connection.headers

    @property
    def complete(self) -> bool:
        """Whether the whole body can be taken at once."""
        return self._connection.complete

    def take(self) -> bytes:
        return self._connection.take()

    async def pieces(self) -> AsyncIterator[tuple[bytes, bool]]:
        """Yield (piece, whether it is the last)."""
        while not self._connection.complete:
            yield self._connection.take(), False
            await self._connection.ready(self._read_seconds)
        yield self._connection.take(), True


class KeptConnections:
    """The connections to one service."""

    def __init__(self, base_url: str, *, connect_seconds: float, read_seconds: float, most: int) -> None:
        address = urlsplit(base_url)
        self._host, self._port = address.hostname or "", address.port or 80
        self.host_header = address.netloc.encode()
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._idle: list[_Connection] = []
        self._room = asyncio.Semaphore(most)

    async def send(self, request: bytes, *, again: bool, read_seconds: float | None = None) -> Answer:
        """Send a request and return its answer, which the caller gives back by `end`.

        With `again` a request that met a closing connection is sent once more: only for those that change nothing.
        """
        patience = self._read_seconds if read_seconds is None else read_seconds
        await self._enter()
        try:
            connection = await self._take()
            try:
                connection.send(request)
                await connection.ready(patience)
            except BrokenOff as broken:
                connection.abort()
                if not (again and broken.silent and connection.reused):
                    raise
                connection = await self._open()
                connection.send(request)
                await self._first(connection, patience)
            except BaseException:
                connection.abort()
                raise
        except BaseException:
            self._room.release()
            raise
        return Answer(connection, patience)

    def end(self, answer: Answer) -> None:
        """Keep the connection when the answer was taken whole, close it otherwise."""
        connection = answer._connection
        if connection.may_be_kept():
            connection.keep(asyncio.get_running_loop().time())
            self._idle.append(connection)
        else:
            connection.abort()
        self._room.release()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().abort()

    async def _first(self, connection: _Connection, patience: float) -> None:
        try:
            await connection.ready(patience)
        except BaseException:
            connection.abort()
            raise

    async def _enter(self) -> None:
        if self._room.locked():
            try:
                await asyncio.wait_for(self._room.acquire(), self._connect_seconds)
            except TimeoutError:
                raise TimedOut from None
        else:
            await self._room.acquire()

    async def _take(self) -> _Connection:
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed and connection.used_at >= oldest:
                return connection
            connection.abort()
        return await self._open()

    async def _open(self) -> _Connection:
        loop = asyncio.get_running_loop()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(self._connect_seconds):
                _, connection = await loop.create_connection(_Connection, self._host, self._port)
                return connection
        raise Unreachable
