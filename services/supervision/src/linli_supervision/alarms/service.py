"""Noticing: numbers that are missing in what arrives, sources that fell silent or behind, witnesses that stopped.

What is noticed is raised once for each place; the screen shows the present state besides.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from linli_kernel.database import Database, Tx
from linli_kernel.events import Act

from linli_supervision.alarms import repository
from linli_supervision.alarms.domain import AlarmKind, missing_runs, trouble
from linli_supervision.rows import Connection
from linli_supervision.witnesses import repository as witnesses
from linli_supervision.witnesses.domain import is_silent

_LAST = "SELECT max(source_seq) FROM ledger_entry WHERE tenant = $1 AND source = $2"


async def notice_missing(tx: Tx, connection: Connection, source: str, numbers: Sequence[int]) -> None:
    """Raise an alarm for every run of numbers that a delivery leaves out; call it before its entries are appended."""
    last = await connection.fetchval(_LAST, tx.tenant, source) or 0
    for first, until in missing_runs(last, sorted(numbers)):
        place = f"{source} {first}" if first == until else f"{source} {first}–{until}"
        facts = {"source": source, "first": first, "last": until}
        if await repository.raise_alarm(connection, tx.tenant, AlarmKind.MISSING, place, facts, tx.now):
            record(tx, AlarmKind.MISSING, {"source": source, "first": first, "last": until})


def record(tx: Tx, kind: AlarmKind, detail: dict[str, object]) -> None:
    """An alarm is an act of the log itself: whoever removed it later would leave a hole."""
    tx.record(
        Act(action="ledger.alarm", object_kind="ledger", object_id=tx.tenant, detail={"kind": kind.value, **detail})
    )


async def watch_sources(db: Database, connection: Connection, now: datetime) -> None:
    """Raise what the sources of every log have come to; once for each time that it began."""
    for tenant in await repository.logs(connection):
        for standing, _ in await repository.standings(db, tenant):
            kind = trouble(standing, now)
            if kind is None:
                continue
            since = standing.told_at.isoformat(timespec="seconds") if standing.told_at else "–"
            place = (
                f"{standing.source} {since}" if kind is AlarmKind.SILENT else f"{standing.source} {standing.recorded}"
            )
            facts = {"source": standing.source, "recorded": standing.recorded, "told": standing.told}
            await _raise(db, tenant, kind, place, facts, {"source": standing.source})


async def watch_witnesses(db: Database, connection: Connection, now: datetime) -> None:
    """Raise an alarm for a witness that has not signed although the log grew."""
    for tenant in await repository.logs(connection):
        for witness in await witnesses.list_witnesses(db, tenant):
            if is_silent(witness, now):
                place = f"{witness.name} {witness.size}"
                facts = {"witness": witness.name, "title": witness.title, "size": witness.size}
                await _raise(db, tenant, AlarmKind.WITNESS_SILENT, place, facts, {"witness": witness.name})


async def _raise(
    db: Database, tenant: str, kind: AlarmKind, place: str, facts: Mapping[str, object], detail: dict[str, object]
) -> None:
    """What the clock notices is an entry of the log like what a delivery shows."""
    async with db.transaction(tenant) as tx:
        if await repository.raise_in(tx, kind, place, facts):
            record(tx, kind, detail)
