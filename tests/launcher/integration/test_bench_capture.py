"""What a session sends is read back from the server's log exactly, and runs again with the same answer."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from linli_launcher.bench import replay
from linli_launcher.bench.capture import LOGGING_SETTINGS, StatementLog, to_python
from linli_launcher.postgres import SUPERUSER, Postgres

_ID = UUID("01990000-0000-7000-8000-000000000001")


@pytest.fixture(scope="module")
def cluster(open_folders: Callable[[], Path]) -> Iterator[Postgres]:
    postgres = Postgres(open_folders() / "postgres", "secret", LOGGING_SETTINGS)
    postgres.start()
    postgres.execute(
        "CREATE TABLE person (id uuid, name text, born date, grams text[], mark bytea);"
        f"INSERT INTO person VALUES ('{_ID}', '张''三', '1940-02-03', '{{421202张,三}}', '\\x00ff')"
    )
    yield postgres
    postgres.stop(immediate=True)


async def test_statements_are_captured_with_their_values_and_replayed(cluster: Postgres) -> None:
    url = cluster.url(SUPERUSER, "secret", "postgres").replace("+asyncpg", "")
    sql = "SELECT name\nFROM person WHERE id = $1 AND name = $2 AND grams @> $3 AND mark = $4"
    values = (_ID, "张'三", ["421202张"], b"\x00\xff")

    async def work() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("BEGIN")
        assert await connection.fetchval(sql, *values) == "张'三"
        await connection.execute("COMMIT")
        await connection.close()

    log = StatementLog(cluster)
    with log.recording():
        captured = await asyncio.to_thread(log.during, "postgres", lambda: asyncio.run(work()))
    (statement,) = [statement for statement in captured if statement.sql == sql]
    assert statement.reads
    connection = await asyncpg.connect(url)
    ((prepared, again),) = await replay.prepare(connection, [statement.as_json()])
    assert tuple(again) == values
    assert (await prepared.fetch(*again))[0]["name"] == "张'三"
    await connection.close()
    figures = await replay.measure("known", url, [[statement]], seconds=0.2, connections=2)
    assert figures.requests > 10


async def test_a_transaction_is_captured_whole_and_run_again(cluster: Postgres) -> None:
    url = cluster.url(SUPERUSER, "secret", "postgres").replace("+asyncpg", "")
    cluster.execute("CREATE TABLE counter (name text PRIMARY KEY, value int); INSERT INTO counter VALUES ('a', 0)")

    async def work() -> None:
        connection = await asyncpg.connect(url)
        await connection.fetch("SELECT 'outside' WHERE $1", True)
        async with connection.transaction():
            await connection.fetch("SELECT value FROM counter WHERE name = $1 FOR UPDATE", "a")
            await connection.execute("UPDATE counter SET value = value + $1", 1)
        with contextlib.suppress(asyncpg.DivisionByZeroError):
            async with connection.transaction():
                await connection.execute("SELECT 1 / $1::int", 0)
        await connection.close()

    log = StatementLog(cluster)
    with log.recording():
        captured = await asyncio.to_thread(log.transactions_during, "postgres", lambda: asyncio.run(work()))
    (plan,) = [plan for plan in captured if any("counter" in statement.sql for statement in plan)]
    assert [statement.sql.split()[0] for statement in plan] == ["SELECT", "UPDATE"]

    def again() -> int:
        with replay.Transactions(url, [[plan]] * 5, 2) as transactions:
            return transactions.run_all().requests

    assert await asyncio.to_thread(again) == 5
    assert cluster.execute("SELECT value FROM counter") == [["6"]]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int8", "7", 7),
        ("bool", "t", True),
        ("text", None, None),
        ("text[]", '{"a,b",c,"d\\"e"}', ["a,b", "c", 'd"e']),
        ("text[]", "{}", []),
        ("uuid[]", f"{{{_ID}}}", [_ID]),
    ],
)
def test_a_parameter_of_the_log_becomes_the_value_that_was_sent(kind: str, text: str | None, value: object) -> None:
    assert to_python(kind, text) == value
