"""Statements of a transaction, whichever way they take: done together, undone together, none lost."""

from __future__ import annotations

import contextlib

import asyncpg
import httpx
import pytest
from linli_kernel.database import Database, HotQuery
from linli_kernel.events import Act
from linli_kernel.testing import TENANT
from sqlalchemy import text

from tests.kernel.integration.notes import outbox


async def test_values_beside_a_statement_that_is_no_hot_query_are_refused(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    statement = text("SELECT CAST(:wanted AS integer)")
    with pytest.raises(TypeError):
        await database.fetch_value(statement, {"wanted": 1})
    assert await database.fetch_value(statement.bindparams(wanted=1)) == 1


WORDS = HotQuery(text("SELECT word FROM note WHERE tenant = :tenant ORDER BY word"))
ADD_NOTE = HotQuery(text("INSERT INTO note (tenant, id, word) VALUES (:tenant, gen_random_uuid(), :word)"))


async def _words(database: Database) -> list[str]:
    async with database.transaction(TENANT) as tx:
        return [row["word"] for row in await tx.quick(WORDS, {"tenant": TENANT})]


async def test_quick_statements_are_in_the_same_transaction_as_all_others(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    slow = text("INSERT INTO note (tenant, id, word) VALUES (:tenant, gen_random_uuid(), :word)")
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction(TENANT) as tx:
            await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "quick"})
            await tx.execute(slow, {"tenant": TENANT, "word": "slow"})
            raise ZeroDivisionError
    assert await _words(database) == []
    async with database.transaction(TENANT) as tx:
        await tx.execute(slow, {"tenant": TENANT, "word": "slow"})
        await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "quick"})
        with contextlib.suppress(ZeroDivisionError):
            async with tx.part():
                await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "undone"})
                raise ZeroDivisionError
        tx.record(Act(action="note.add", object_kind="note", object_id="x"))
    assert await _words(database) == ["quick", "slow"]
    assert [row["data"]["action"] for row in await outbox(client)] == ["note.add"]


async def test_writes_that_wait_are_sent_before_whatever_follows_them(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    async with database.transaction(TENANT) as tx:
        for word in ("a", "b"):
            tx.later(ADD_NOTE, {"tenant": TENANT, "word": word})
        assert [row["word"] for row in await tx.quick(WORDS, {"tenant": TENANT})] == ["a", "b"]
        tx.later(ADD_NOTE, {"tenant": TENANT, "word": "c"})
        assert await tx.scalar(text("SELECT count(*) FROM note")) == 3
        tx.later(ADD_NOTE, {"tenant": TENANT, "word": "before"})
        with contextlib.suppress(ZeroDivisionError):
            async with tx.part():
                tx.later(ADD_NOTE, {"tenant": TENANT, "word": "undone"})
                raise ZeroDivisionError
        async with tx.part():
            tx.later(ADD_NOTE, {"tenant": TENANT, "word": "kept"})
        for word in ("y", "z"):
            tx.later(ADD_NOTE, {"tenant": TENANT, "word": word})
            tx.record(Act(action="note.add", object_kind="note", object_id=word))
    assert await _words(database) == ["a", "b", "before", "c", "kept", "y", "z"]
    assert [row["subject"] for row in await outbox(client)] == ["y", "z"]


async def test_a_waiting_write_that_cannot_be_done_undoes_the_whole_command(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    impossible = HotQuery(
        text("INSERT INTO note (tenant, id, word) VALUES (:tenant, gen_random_uuid(), CAST(1 / 0 AS text))")
    )

    async def fail() -> None:
        async with database.transaction(TENANT) as tx:
            await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "first"})
            tx.later(impossible, {"tenant": TENANT})
            tx.record(Act(action="note.add", object_kind="note", object_id="x"))

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail()
    assert await _words(database) == []
    assert await outbox(client) == []


async def test_a_connection_that_a_quick_statement_lost_is_not_used_again(client: httpx.AsyncClient) -> None:
    database: Database = client.app.state.linli.database  # type: ignore[attr-defined]
    ended = HotQuery(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async def lose() -> None:
        async with database.transaction(TENANT) as tx:
            await tx.quick(ADD_NOTE, {"tenant": TENANT, "word": "lost"})
            await tx.quick(ended, {})

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await lose()
    assert await _words(database) == []
