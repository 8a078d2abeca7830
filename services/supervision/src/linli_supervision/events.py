"""What supervision listens to: everything, for the ledger; further supplement notices, for the list of those; the desk's, for figures and for papers that became void. What it tells is in `seals/announce.py`."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC

from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent

from linli_supervision.alarms.repository import driver_of
from linli_supervision.alarms.service import notice_missing
from linli_supervision.cockpit import keeping as figures
from linli_supervision.ledger.entry import Occurrence
from linli_supervision.ledger.ingest import append
from linli_supervision.repeated_supplements import repository as repeated_supplements
from linli_supervision.seals import voiding


def occurrence_of(event: IncomingEvent) -> Occurrence:
    return Occurrence(
        source=event.source.removeprefix("/"),
        seq=event.sequence,
        id=str(event.id),
        type=event.type,
        subject=event.subject,
        time=event.time.astimezone(UTC).isoformat(),
        data=event.data,
    )


def ledger_receiver(appended: Callable[[], None]) -> Callable[[Tx, Sequence[IncomingEvent]], Awaitable[None]]:
    """Return the inbox's batch handler; `appended` is called once the entries are durable."""

    async def receive(tx: Tx, events: Sequence[IncomingEvent]) -> None:
        # The inbox has spoken on this connection before: its transaction is open, and COPY joins it.
        driver = await driver_of(tx)
        occurrences = [occurrence_of(event) for event in events]
        # Everything that a source numbers is meant for the ledger, so a number left out was removed on the way.
        await notice_missing(tx, driver, occurrences[0].source, [occurrence.seq for occurrence in occurrences])
        await append(driver, tx.tenant, occurrences)
        await repeated_supplements.keep(tx, events)
        await figures.keep(tx, events)
        await voiding.keep(tx, events)
        tx.after_commit(appended)

    return receive
