"""Loading many rows by COPY: without foreign keys and secondary indexes, which are made again at the end.

What is missing is judged against the table definitions, so running a load again also repairs one that was killed in between.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import Index, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, ForeignKeyConstraint

LARGE = 100_000
"""Rows of the largest table; from here on rebuilding the indexes is quicker than keeping them."""
_FOREIGN_KEYS = """
SELECT k.conrelid::regclass::text AS name, k.conname, k.confrelid::regclass::text AS target, array_agg(a.attname::text ORDER BY p.position) AS columns
FROM pg_constraint k
CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS p (number, position)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number
WHERE k.contype = 'f' AND k.conrelid::regclass::text = ANY($1) GROUP BY 1, 2, 3
"""
Key = tuple[str, str, tuple[str, ...]]
Order = Callable[[Index], object]


def dsn(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


@asynccontextmanager
async def connect(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn(url))
    try:
        yield connection
    finally:
        await connection.close()


async def drop_secondary(url: str, tables: Sequence[Table]) -> None:
    """Drop the foreign keys and secondary indexes of the tables."""
    async with connect(url) as connection, connection.transaction():
        for key, name in (await _foreign_keys(connection, tables)).items():
            await connection.execute(f'ALTER TABLE {key[0]} DROP CONSTRAINT "{name}"')
        for index in _indexes(tables):
            await connection.execute(f'DROP INDEX IF EXISTS "{index.name}"')


async def make_missing(
    url: str, tables: Sequence[Table], *, order: Order = lambda index: str(index.name), workers: int = 2
) -> None:
    """Create every index and foreign key that the definitions name and the database lacks, then analyse.

    `order` puts the quickest index first: workers take the last one first and so end together.
    """
    async with connect(url) as connection:
        present = {
            row[0] for row in await connection.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        }
        keys = await _foreign_keys(connection, tables)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    absent = [index for index in sorted(_indexes(tables), key=order) if index.name not in present]  # type: ignore[arg-type]
    await _in_parallel(url, [str(CreateIndex(index).compile(dialect=dialect)) for index in absent], workers)
    async with connect(url) as connection:
        for table in tables:
            for constraint in _constraints(table):
                if _key(table, constraint) not in keys:
                    await connection.execute(str(AddConstraint(constraint).compile(dialect=dialect)))
    # Index-only scans need the visibility map, and the planner needs figures.
    await _in_parallel(url, [f"VACUUM (ANALYZE) {table.name}" for table in tables], workers)


async def _in_parallel(url: str, waiting: list[str], workers: int) -> None:
    async def work() -> None:
        async with connect(url) as connection:
            await connection.execute("SET maintenance_work_mem = '256MB'")
            while waiting:
                await connection.execute(waiting.pop())

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())


async def _foreign_keys(connection: "asyncpg.Connection[asyncpg.Record]", tables: Sequence[Table]) -> dict[Key, str]:
    """Name of each foreign key by what it says: a key without a name of its own has the server's."""
    rows = await connection.fetch(_FOREIGN_KEYS, [table.name for table in tables])
    return {(row["name"], row["target"], tuple(row["columns"])): row["conname"] for row in rows}


def _key(table: Table, constraint: ForeignKeyConstraint) -> Key:
    return table.name, constraint.referred_table.name, tuple(constraint.column_keys)


def _indexes(tables: Sequence[Table]) -> list[Index]:
    return [index for table in tables for index in table.indexes]


def _constraints(table: Table) -> list[ForeignKeyConstraint]:
    found = [c for c in table.constraints if isinstance(c, ForeignKeyConstraint)]
    return sorted(found, key=lambda c: tuple(c.column_keys))
