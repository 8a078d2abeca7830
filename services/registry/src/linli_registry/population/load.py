"""Loads made villages by COPY, each village in one transaction: a killed load goes on where it stopped.

A large load drops secondary indexes and foreign keys first and makes whatever is missing at its end; since "missing" is
judged against the table definitions, running the command again also repairs a load that was killed in between.
"""

import asyncio
import io
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from linli_kernel import bulk
from linli_kernel.bulk import connect
from linli_kernel.privacy import KeyRing
from sqlalchemy import Index, Table

from linli_registry.grids.tables import dwelling, grid
from linli_registry.households.tables import household, kinship, membership
from linli_registry.population.village import COLUMNS, Village, VillageRows
from linli_registry.residents.tables import resident

LOADED: tuple[Table, ...] = (grid, dwelling, household, resident, membership, kinship)
_VILLAGES_PER_TASK = 4
Progress = Callable[[int], None]


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
    await bulk.drop_secondary(url, LOADED)


async def make_missing(url: str) -> None:
    """Create every index and foreign key that the table definitions name and the database lacks, then analyse."""
    await bulk.make_missing(url, LOADED, order=_order)


def _order(index: Index) -> tuple[bool, bool, str]:
    """Those of the largest table last, the largest of them at the end."""
    name = str(index.name)
    return name.startswith("resident_"), name == "resident_grams", name
