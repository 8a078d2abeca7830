"""The loops of supervision: signing the logs, closing seals whose window has run out."""

import asyncio

import structlog
from linli_kernel.app import Linli
from linli_kernel.errors import DomainError

from linli_supervision.ledger.worker import SequencerWorker
from linli_supervision.seals.opening import lapse_due

LAPSE_POLL_SECONDS = 5.0

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
