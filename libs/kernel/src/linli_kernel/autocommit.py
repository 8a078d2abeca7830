"""Connections for single statements that commit by themselves, each with its statements prepared.

A pool that resets what it lends pays more for that than a look-up by key costs. Nothing that runs here changes its session, so a
connection goes straight from one statement to the next; one that failed otherwise than by the statement is never used again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

Connect = Callable[[], Awaitable[asyncpg.Connection]]
# A migration beside a running service: the statement is prepared anew on another connection.
_OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
# Statements are compiled once per shape (how many divisions, bound to grids or not); a process knows some hundred.
_MOST_PREPARED = 1_000


class _Line:
    """One connection and its prepared statements."""

    __slots__ = ("connection", "prepared")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.prepared: dict[str, PreparedStatement] = {}

    async def run(self, sql: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        prepared = self.prepared.get(sql)
        if prepared is None:
            if len(self.prepared) >= _MOST_PREPARED:
                self.prepared.clear()
            prepared = self.prepared[sql] = await self.connection.prepare(sql)
        return await prepared.fetch(*values)


class Autocommit:
    """At most `size` connections, opened when they are needed; the one used last is used next."""

    def __init__(self, connect: Connect, size: int) -> None:
        self._connect = connect
        self._room = size
        self._free: list[_Line] = []
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def fetch(self, sql: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        """Run one statement and return its rows."""
        try:
            return await self._once(sql, values)
        except _OUTDATED:
            return await self._once(sql, values)

    async def close(self) -> None:
        while self._free:
            await self._free.pop().connection.close()

    async def _once(self, sql: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        line = self._idle() or await self._wait()
        healthy = False
        try:
            rows = await line.run(sql, values)
            healthy = True
            return rows
        except _OUTDATED:
            raise
        except asyncpg.PostgresError:
            healthy = True
            raise
        finally:
            self._return(line, healthy)

    def _idle(self) -> _Line | None:
        while self._free:
            line = self._free.pop()
            if not line.connection.is_closed():
                return line
            self._room += 1
        return None

    async def _wait(self) -> _Line:
        while (line := self._idle()) is None:
            if self._room:
                return await self._open()
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            try:
                await future
            except asyncio.CancelledError:
                # Whoever woke this request believes that the place is taken.
                if future.done() and not future.cancelled():
                    self._wake()
                raise
        return line

    async def _open(self) -> _Line:
        self._room -= 1
        try:
            return _Line(await self._connect())
        except BaseException:
            self._room += 1
            self._wake()
            raise

    def _return(self, line: _Line, healthy: bool) -> None:
        if healthy and not line.connection.is_closed():
            self._free.append(line)
        else:
            line.connection.terminate()
            self._room += 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
                return
