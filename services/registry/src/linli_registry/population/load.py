"""Loads made villages by COPY, each village in one transaction: a killed load goes on where it stopped.

A large load drops secondary indexes and foreign keys first and makes whatever is missing at its end; since "missing" is
judged against the table definitions, running the command again also repairs a load that was killed in between.
"""

import asyncio
import io
import multiprocessing
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import asynccontextmanager

import asyncpg
from linli_kernel.privacy import KeyRing
from sqlalchemy import Index, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, ForeignKeyConstraint

from linli_registry.grids.tables import dwelling, grid
from linli_registry.households.tables import household, kinship, membership
from linli_registry.population.village import COLUMNS, Village, VillageRows
from linli_registry.residents.tables import resident

LOADED: tuple[Table, ...] = (grid, dwelling, household, resident, membership, kinship)
LARGE = 100_000
"""From here on rebuilding the indexes is quicker than keeping them."""
_VILLAGES_PER_TASK = 4
Progress = Callable[[int], None]


def dsn(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


@asynccontextmanager
async def connect(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn(url))
    try:
        yield connection
    finally:
        await connection.close()


async def load_villages(url: str, keyring: str, villages: Sequence[Village]) -> int:
    """Make and store villages one after the other; returns how many people were added."""
    ring, added = KeyRing.from_json(keyring), 0
    async with connect(url) as connection:
        for village in villages:
            rows = VillageRows(village, ring)
            text = rows.build()
            async with connection.transaction():
                for table, columns in COLUMNS.items():
                    await connection.copy_to_table(table, source=io.BytesIO(text[table]), columns=columns.split())
                # The figures of a village that was loaded are counted from here on.
                mark = "INSERT INTO population_mark (tenant, id, division) VALUES ($1, gen_random_uuid(), $2)"
                await connection.execute(mark, village.tenant, village.code)
            added += rows.counts["resident"]
    return added


def _task(url: str, keyring: str, villages: Sequence[Village]) -> int:
    return asyncio.run(load_villages(url, keyring, villages))


async def load_in_parallel(
    url: str, keyring: str, villages: Sequence[Village], workers: int, progress: Progress
) -> int:
    """Spread the villages over `workers` processes; memory stays flat because each holds one village at a time."""
    chunks = [villages[n : n + _VILLAGES_PER_TASK] for n in range(0, len(villages), _VILLAGES_PER_TASK)]
    # Spawned, not forked: the parent runs an event loop.
    context = multiprocessing.get_context("spawn")

    def run() -> int:
        done = 0
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            for finished in as_completed([pool.submit(_task, url, keyring, chunk) for chunk in chunks]):
                done += finished.result()
                progress(done)
        return done

    return await asyncio.to_thread(run)


async def drop_secondary(url: str) -> None:
    """Drop the foreign keys and secondary indexes of the loaded tables."""
    async with connect(url) as connection, connection.transaction():
        for table in LOADED:
            for constraint in _foreign_keys(table):
                await connection.execute(f'ALTER TABLE {table.name} DROP CONSTRAINT IF EXISTS "{constraint.name}"')
        for index in _indexes():
            await connection.execute(f'DROP INDEX IF EXISTS "{index.name}"')


async def make_missing(url: str, workers: int = 2) -> None:
    """Create every index and foreign key that the table definitions name and the database lacks, then analyse."""
    async with connect(url) as connection:
        present = {
            row[0] for row in await connection.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        }
        constraints = {
            row[0] for row in await connection.fetch("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        }
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    waiting = [str(CreateIndex(index).compile(dialect=dialect)) for index in _indexes() if index.name not in present]
    keys = [
        str(AddConstraint(key).compile(dialect=dialect))
        for table in LOADED
        for key in _foreign_keys(table)
        if key.name not in constraints
    ]

    async def work() -> None:
        async with connect(url) as connection:
            await connection.execute("SET maintenance_work_mem = '256MB'")
            while waiting:
                await connection.execute(waiting.pop())

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    async with connect(url) as connection:
        for statement in keys:
            await connection.execute(statement)
        # Index-only scans need the visibility map, and the planner needs figures.
        for table in LOADED:
            await connection.execute(f"VACUUM (ANALYZE) {table.name}")


def _indexes() -> list[Index]:
    """Largest last, so that popping starts with it and the workers end together."""
    found = [index for table in LOADED for index in sorted(table.indexes, key=lambda i: str(i.name))]
    return sorted(found, key=lambda i: (str(i.name).startswith("resident_"), i.name == "resident_grams"))


def _foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return [c for c in table.constraints if isinstance(c, ForeignKeyConstraint)]
