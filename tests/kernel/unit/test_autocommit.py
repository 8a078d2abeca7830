"""Connections of single statements: how many, which again, and which never again."""

import asyncio
from typing import Any

import asyncpg
import pytest
from linli_kernel.autocommit import Autocommit
from linli_kernel.database import compile_once
from sqlalchemy import Column, Integer, MetaData, Table, select


class Prepared:
    def __init__(self, connection: "Connection", sql: str) -> None:
        self.connection, self.sql = connection, sql

    async def fetch(self, *values: Any) -> list[Any]:
        if self.connection.gate is not None:
            await self.connection.gate.wait()
        if self.connection.failures:
            raise self.connection.failures.pop()
        return [(self.sql, values)]


class Connection:
    def __init__(self, gate: asyncio.Event | None = None) -> None:
        self.gate, self.closed = gate, False
        self.prepared: list[str] = []
        self.failures: list[Exception] = []

    async def prepare(self, sql: str) -> Prepared:
        self.prepared.append(sql)
        return Prepared(self, sql)

    def is_closed(self) -> bool:
        return self.closed

    def terminate(self) -> None:
        self.closed = True

    async def close(self) -> None:
        self.closed = True


class Opened:
    """Opens connections and remembers them."""

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        self.gate = gate
        self.all: list[Connection] = []

    async def __call__(self) -> Any:
        self.all.append(Connection(self.gate))
        return self.all[-1]


async def test_one_connection_serves_one_after_the_other_and_prepares_once() -> None:
    opened = Opened()
    lines: Any = Autocommit(opened, 4)
    assert [await lines.fetch("a", (n,)) for n in range(3)] == [[("a", (n,))] for n in range(3)]
    assert [connection.prepared for connection in opened.all] == [["a"]]
    await lines.close()
    assert opened.all[0].closed


async def test_no_more_connections_than_allowed_and_nobody_is_forgotten() -> None:
    opened = Opened(asyncio.Event())
    lines: Any = Autocommit(opened, 2)
    asked = [asyncio.create_task(lines.fetch("a", (n,))) for n in range(7)]
    await asyncio.sleep(0)
    asked[4].cancel()
    opened.gate.set()  # type: ignore[union-attr]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert len(opened.all) == 2
    assert [result for n, result in enumerate(done) if n != 4] == [[("a", (n,))] for n in range(7) if n != 4]


async def test_a_refused_statement_keeps_its_connection() -> None:
    opened = Opened()
    lines: Any = Autocommit(opened, 1)
    await lines.fetch("a", ())
    opened.all[0].failures.append(asyncpg.UniqueViolationError())
    with pytest.raises(asyncpg.UniqueViolationError):
        await lines.fetch("a", ())
    await lines.fetch("a", ())
    assert len(opened.all) == 1


@pytest.mark.parametrize("failure", [OSError(), asyncio.CancelledError(), asyncpg.InterfaceError("x")])
async def test_a_connection_that_failed_in_the_middle_is_never_used_again(failure: Exception) -> None:
    opened = Opened()
    lines: Any = Autocommit(opened, 1)
    await lines.fetch("a", ())
    opened.all[0].failures.append(failure)
    with pytest.raises(type(failure)):
        await lines.fetch("a", ())
    assert opened.all[0].closed
    assert await lines.fetch("a", (1,)) == [("a", (1,))]
    assert len(opened.all) == 2


async def test_a_connection_that_the_server_closed_is_passed_over() -> None:
    opened = Opened()
    lines: Any = Autocommit(opened, 1)
    await lines.fetch("a", ())
    opened.all[0].closed = True
    assert await lines.fetch("a", ()) == [("a", ())]


async def test_a_statement_of_an_older_schema_is_prepared_anew() -> None:
    opened = Opened()
    lines: Any = Autocommit(opened, 1)
    await lines.fetch("a", ())
    opened.all[0].failures.append(asyncpg.InvalidCachedStatementError())
    assert await lines.fetch("a", (2,)) == [("a", (2,))]
    assert opened.all[0].closed


async def test_a_database_that_is_away_leaves_no_place_taken() -> None:
    async def refuse() -> Any:
        raise ConnectionRefusedError

    lines: Any = Autocommit(refuse, 1)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await lines.fetch("a", ())


def test_a_shape_is_compiled_once_and_gets_each_time_its_own_values() -> None:
    table = Table("thing", MetaData(), Column("a", Integer), Column("b", Integer))

    def statement(a: int, b: int) -> Any:
        return select(table.c.a).where(table.c.a == a, table.c.b == b)

    first, second = compile_once(statement(1, 2)), compile_once(statement(3, 4))
    assert first[0] is second[0]
    assert (first[1], second[1]) == ([1, 2], [3, 4])


def test_a_list_is_compiled_for_its_length() -> None:
    table = Table("thing", MetaData(), Column("a", Integer))
    forms = [compile_once(select(table.c.a).where(table.c.a.in_(values))) for values in ([1], [1, 2], [5])]
    assert [values for _, values in forms] == [[1], [1, 2], [5]]
    assert forms[0][0] != forms[1][0]
