"""The migrated database: the tables of the code, and a serving role that cannot rewrite the past."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from linli_registry.api import ROUTERS
from linli_registry.metadata import metadata
from linli_registry.population.load import connect


async def test_the_migration_makes_the_tables_of_the_metadata(module_database: Callable[..., Any]) -> None:
    assert ROUTERS  # importing them fills the metadata
    async with connect(module_database("registry").owner_url) as connection:
        rows = await connection.fetch(
            "SELECT table_name, column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        indexes = {row[0] for row in await connection.fetch("SELECT indexname FROM pg_indexes")}
    migrated = {(r["table_name"], r["column_name"], r["nullable"]) for r in rows if r["table_name"] in metadata.tables}
    assert migrated == {(t.name, c.name, bool(c.nullable)) for t in metadata.tables.values() for c in t.columns}
    assert {str(i.name) for t in metadata.tables.values() for i in t.indexes} <= indexes


@pytest.mark.parametrize("table", ["resident", "household", "membership", "life_event", "resident_history", "reveal"])
async def test_the_serving_role_cannot_delete(module_database: Callable[..., Any], table: str) -> None:
    async with connect(module_database("registry").app_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["division", "life_event", "resident_history", "reveal"])
async def test_the_serving_role_cannot_rewrite_the_past(module_database: Callable[..., Any], table: str) -> None:
    column = metadata.tables[table].columns.values()[0].name
    async with connect(module_database("registry").app_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"UPDATE {table} SET {column} = {column}")
