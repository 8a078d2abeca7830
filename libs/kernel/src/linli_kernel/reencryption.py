"""Brings what is encrypted under older keys under the active one, after a rotation of the key ring.

Where the work stands is in the rows themselves: a row that was done no longer counts, so the job can be stopped and begun
again at any point, and run twice at once; after a slice of time it lets other jobs go first. When nothing is left under a key, that key can be taken off the ring.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import RowMapping, text

from .clock import SystemClock
from .database import Database, Tx
from .identity import ANY_TENANT
from .jobs import JobContext, JobKind, MoreToDo, enqueue
from .privacy import KeyRing
from .refusals import CommandRefused
from .settings import ServiceSettings

KIND = "keys.reencrypt"
SLICE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted columns of a table; `row` are the columns that the values are bound to, joined by `:`, `batch` rows one transaction."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ("id",)
    row: tuple[str, ...] = ("id",)
    batch: int = 200

    @property
    def stale(self) -> str:
        """The SQL condition for rows with a value that is not under the active key."""
        active = "CAST(:active AS bytea)"
        return " OR ".join(f'substring("{name}" FROM 1 FOR length({active})) <> {active}' for name in self.columns)


# An answer that was kept for a retry quotes people's data like any other copy.
COMMON = (Sealed("idempotency_key", ("body",), key=("subject", "key"), row=("key",)),)


def job_kind(tables: Sequence[Sealed]) -> JobKind:
    """The job of a service with these tables beside those that every service has."""
    return JobKind(KIND, partial(_run, (*tables, *COMMON)))


async def _run(tables: Sequence[Sealed], context: JobContext) -> dict[str, Any]:
    ring: KeyRing = context.app.keyring
    began, done = time.monotonic(), context.done
    await context.progress(done, done + await _left(context.database, ring, tables))
    for sealed in tables:
        async with context.database.engine.connect() as connection:
            found = await connection.execute(text(f'SELECT DISTINCT tenant FROM "{sealed.table}" ORDER BY 1'))  # noqa: S608
            tenants = found.scalars().all()
        for tenant in tenants:
            after: dict[str, Any] = {}
            while rows := await _batch(context.database, ring, sealed, tenant, after):
                done += len(rows)
                after = {f"a_{name}": rows[-1][name] for name in sealed.key}
                await context.progress(done)
                if time.monotonic() - began > SLICE_SECONDS:
                    raise MoreToDo
    return {"rows": done}


async def _batch(
    database: Database, ring: KeyRing, sealed: Sealed, tenant: str, after: dict[str, Any]
) -> Sequence[RowMapping]:
    """Bring the next rows of a tenant under the active key and return them; none when the end is reached."""
    names, order = _listed((*sealed.key, *sealed.columns)), _listed(sealed.key)
    beyond = f"AND ({order}) > ({', '.join(f':{name}' for name in after)})" if after else ""
    same = " AND ".join(f'"{name}" = :k_{name}' for name in sealed.key)
    values = ", ".join(f'"{name}" = :v_{name}' for name in sealed.columns)
    # Locked, so that a change made meanwhile is not written over with the older value.
    find = (
        f'SELECT {names} FROM "{sealed.table}" WHERE tenant = :t AND ({sealed.stale}) {beyond} '  # noqa: S608
        f"ORDER BY {order} LIMIT :n FOR UPDATE"
    )
    change = f'UPDATE "{sealed.table}" SET {values} WHERE tenant = :t AND {same}'  # noqa: S608
    async with database.transaction(tenant) as tx:
        rows = await tx.all(text(find), {"t": tenant, "active": ring.active_header, "n": sealed.batch, **after})
        for row in rows:
            place = {"tenant": tenant, "table": sealed.table, "row": ":".join(str(row[name]) for name in sealed.row)}
            fresh = {
                f"v_{name}": None if row[name] is None else ring.rotate(bytes(row[name]), column=name, **place)
                for name in sealed.columns
            }
            await tx.execute(text(change), {"t": tenant, **{f"k_{name}": row[name] for name in sealed.key}, **fresh})
    return rows


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


async def _left(database: Database, ring: KeyRing, tables: Sequence[Sealed]) -> int:
    left = 0
    async with database.engine.connect() as connection:
        for sealed in tables:
            count = text(f'SELECT count(*) FROM "{sealed.table}" WHERE {sealed.stale}')  # noqa: S608
            left += int(await connection.scalar(count, {"active": ring.active_header}) or 0)
    return left


async def request(settings: ServiceSettings) -> str:
    """Put the job into the queue unless it waits there already; the next running worker takes it."""
    database = await Database.open(settings.sqlalchemy_url, SystemClock(), 1)
    try:
        async with database.transaction(ANY_TENANT) as tx:
            if await _waits(tx):
                return "re-encryption waits already"
            return f"re-encryption is job {await enqueue(tx, KIND, {})}"
    finally:
        await database.close()


async def _waits(tx: Tx) -> bool:
    waiting = text("SELECT 1 FROM job WHERE tenant = :t AND kind = :kind AND state = 'queued' LIMIT 1")
    return await tx.scalar(waiting, {"t": tx.tenant, "kind": KIND}) is not None


async def require_done(settings: ServiceSettings, tables: Sequence[Sealed]) -> str:
    """Refuse unless everything is under the active key, so that the others can be taken off the ring."""
    database = await Database.open(settings.sqlalchemy_url, SystemClock(), 1)
    try:
        ring = KeyRing.from_json(settings.keyring.get_secret_value())
        left = await _left(database, ring, (*tables, *COMMON))
    finally:
        await database.close()
    if left:
        raise CommandRefused(f"{left} rows are still under older keys: let the job {KIND} finish first")
    return "everything is under the active key"
