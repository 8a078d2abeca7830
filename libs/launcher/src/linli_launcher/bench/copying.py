"""The yardstick of whatever stores rows: COPY of the very same rows into the same tables with all their indexes."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True)
class Copied:
    """How long COPY took into all tables, and out of the first one alone."""

    into_seconds: float
    first_out_seconds: float


async def copied(dsn: str, tables: Sequence[str]) -> Copied:
    """Copy the rows of `tables` out and into empty copies of them, which are dropped again."""
    connection = await asyncpg.connect(dsn)
    into = first_out = 0.0
    try:
        for table in tables:
            with tempfile.TemporaryFile() as file:
                began = time.perf_counter()
                await connection.copy_from_table(table, output=file, format="csv")
                if table == tables[0]:
                    first_out = time.perf_counter() - began
                file.seek(0)
                await connection.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
                began = time.perf_counter()
                await connection.copy_to_table(f"bench_{table}", source=file, format="csv")
                into += time.perf_counter() - began
                await connection.execute(f"DROP TABLE bench_{table}")
    finally:
        await connection.close()
    return Copied(into, first_out)
