"""The migrated database is the one that the code describes."""

from __future__ import annotations

from typing import Any

from linli_gateway.tables import metadata
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import create_async_engine


async def test_columns_and_keys_of_the_migration_are_those_of_the_tables(fresh_database: Any) -> None:
    url = fresh_database("gateway").owner_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: {
                table: {
                    column["name"]: (column["nullable"], column["type"].compile(sync.dialect))
                    for column in inspect(sync).get_columns(table)
                }
                for table in metadata.tables
            }
        )
    await engine.dispose()
    described = {
        name: {column.name: (column.nullable, column.type.compile(engine.dialect)) for column in table.columns}
        for name, table in metadata.tables.items()
    }
    assert found == described


async def test_the_logs_can_only_grow(fresh_database: Any) -> None:
    engine = create_async_engine(fresh_database("gateway").app_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        for table in ("sign_in", "operation", "outbox"):
            for right in ("UPDATE", "DELETE"):
                allowed = await connection.exec_driver_sql(f"SELECT has_table_privilege('{table}', '{right}')")
                assert allowed.scalar() is False, (table, right)
    await engine.dispose()
