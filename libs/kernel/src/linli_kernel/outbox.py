"""The outbox: a fact and its event are one transaction, numbered without gaps per tenant.

The counter row is the lock of the tenant's sequence, so it is taken by the last statement before the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from .autocommit import Autocommit
from .events import OutboxRow
from .together import Write, together

_INSERT = """
WITH head AS (
  INSERT INTO outbox_seq AS s (tenant, last) SELECT {tenant}, {count} WHERE {after}
  ON CONFLICT (tenant) DO UPDATE SET last = s.last + excluded.last
  RETURNING last
)
INSERT INTO outbox (tenant, seq, id, type, subject, time, data)
SELECT {tenant}, head.last - {count} + row.position, row.id, row.type, row.subject, row.time, row.data::jsonb
FROM head, unnest({ids}, {types}, {subjects}, {times}, {datas})
  WITH ORDINALITY AS row (id, type, subject, time, data, position)
"""
_BY_NAME = text(
    _INSERT.format(
        after="true",
        tenant="CAST(:tenant AS text)",
        count="CAST(:count AS bigint)",
        ids="CAST(:ids AS uuid[])",
        types="CAST(:types AS text[])",
        subjects="CAST(:subjects AS text[])",
        times="CAST(:times AS timestamptz[])",
        datas="CAST(:datas AS text[])",
    )
)
_BY_POSITION = _INSERT.format(
    after="{after}",
    tenant="$1::text",
    count="$2::bigint",
    ids="$3::uuid[]",
    types="$4::text[]",
    subjects="$5::text[]",
    times="$6::timestamptz[]",
    datas="$7::text[]",
)


def _columns(rows: Sequence[OutboxRow]) -> tuple[list[Any], ...]:
    return (
        [row.id for row in rows],
        [row.type for row in rows],
        [row.subject for row in rows],
        [row.time for row in rows],
        [row.data for row in rows],
    )


def statement(tenant: str, rows: Sequence[OutboxRow], writes: Sequence[Write] = ()) -> Write:
    """What writes the rows after other writes, for whoever holds the driver's own connection; run it last."""
    return together(writes, (_BY_POSITION, (tenant, len(rows), *_columns(rows))))


async def write(connection: AsyncConnection, tenant: str, rows: Sequence[OutboxRow]) -> None:
    """Write the rows inside the caller's transaction; call it last."""
    names = ("ids", "types", "subjects", "times", "datas")
    await connection.execute(
        _BY_NAME, {"tenant": tenant, "count": len(rows), **dict(zip(names, _columns(rows), strict=True))}
    )


_HEAD = text(
    "INSERT INTO outbox_seq AS s (tenant, last) VALUES (:tenant, :count)"
    " ON CONFLICT (tenant) DO UPDATE SET last = s.last + excluded.last RETURNING last"
)
_COLUMNS = ("tenant", "seq", "id", "type", "subject", "time", "data")
_BETWEEN_BREATHS = 500
"""Rows; some milliseconds, after which other answers have their turn."""


async def write_many(connection: AsyncConnection, tenant: str, count: int, rows: Iterable[OutboxRow]) -> None:
    """Write `count` rows, too many for the memory, inside the caller's transaction; call it last."""
    first = await connection.scalar(_HEAD, {"tenant": tenant, "count": count}) - count + 1

    async def records() -> AsyncIterator[tuple[Any, ...]]:
        for n, row in enumerate(rows):
            if n % _BETWEEN_BREATHS == 0:
                await asyncio.sleep(0)
            yield tenant, first + n, row.id, row.type, row.subject, row.time, row.data

    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table("outbox", columns=_COLUMNS, records=records())


class GroupWriter:
    """Writes rows of many requests in one statement: while one write is under way the next group collects.

    `write` returns once the row is durable, so a read of people's data is answered only after its entry exists. The relay is
    not poked: it finds the rows at its next look, many at once.
    """

    def __init__(self, autocommit: Autocommit) -> None:
        self._autocommit = autocommit
        self._waiting: dict[str, list[tuple[OutboxRow, asyncio.Future[None]]]] = {}
        self._running: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, tenant: str, row: OutboxRow) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(tenant, []).append((row, future))
        if tenant not in self._running:
            self._running.add(tenant)
            task = asyncio.create_task(self._drain(tenant))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await future

    async def _drain(self, tenant: str) -> None:
        try:
            # One turn of the loop lets requests that are ready in the same instant share the first write too.
            await asyncio.sleep(0)
            while group := self._waiting.pop(tenant, None):
                rows = [row for row, _ in group]
                try:
                    await self._autocommit.fetch(*statement(tenant, rows))
                except Exception as error:
                    for _, future in group:
                        if not future.done():
                            future.set_exception(error)
                else:
                    for _, future in group:
                        if not future.done():
                            future.set_result(None)
        finally:
            self._running.discard(tenant)
