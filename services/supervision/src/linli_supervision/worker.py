"""The loops of supervision: signing the logs, watching their sources and witnesses, closing seals whose window has run out."""

import asyncio

import asyncpg
import structlog
from linli_kernel.app import Linli
from linli_kernel.errors import DomainError

from linli_supervision.alarms.service import watch_sources, watch_witnesses
from linli_supervision.ledger.worker import SequencerWorker
from linli_supervision.seals.affix_worker import affix_due
from linli_supervision.seals.opening import lapse_due

LAPSE_POLL_SECONDS = 5.0
AFFIX_POLL_SECONDS = 2.0
WATCH_POLL_SECONDS = 60.0
"""At a start the first look waits as long: the others start at the same time and have to be heard first."""

log = structlog.get_logger("worker")


async def sign_logs(linli: Linli) -> None:
    sequencer: SequencerWorker = linli.extra["sequencer"]
    await sequencer.run()


async def close_windows(linli: Linli) -> None:
    while True:
        try:
            await lapse_due(linli.database)
        except (OSError, DomainError) as error:
            log.warning("windows_not_closed", kind=type(error).__name__)
        await asyncio.sleep(LAPSE_POLL_SECONDS)


async def affix_seals(linli: Linli) -> None:
    """Ask the provider for the statutory seals that wait; without one nothing ever waits."""
    while linli.extra["eseal"] is not None:
        try:
            await affix_due(linli.database, linli.keyring, linli.extra["eseal"])
        except (OSError, DomainError) as error:
            log.warning("seals_not_affixed", kind=type(error).__name__)
        await asyncio.sleep(AFFIX_POLL_SECONDS)


async def watch_logs(linli: Linli) -> None:
    while True:
        await asyncio.sleep(WATCH_POLL_SECONDS)
        try:
            async with linli.database.pool.acquire() as connection:
                await watch_sources(linli.database, connection, linli.clock.now())
                await watch_witnesses(linli.database, connection, linli.clock.now())
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("logs_not_watched", kind=type(error).__name__)
