"""The relay: brings the outbox to the other services, in order and at least once.

One process per service delivers at a time (an advisory lock that dies with its connection); the receiver applies each event once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec
import structlog

from .errors import Unavailable
from .neighbours import Neighbours

log = structlog.get_logger("relay")

BATCH = 1000
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.05
"""So long after a commit others are waited for: in a busy hall one delivery then brings a dozen entries, not two."""
LONGEST_PAUSE_SECONDS = 30.0
TELL_SECONDS = 15.0
"""So often a target that keeps count hears the newest numbers, be there news or not: silence is then a sign."""
LOCK = "linli.relay"

_PENDING = """
SELECT s.tenant, s.last, coalesce(c.delivered, 0) AS delivered
FROM outbox_seq s LEFT JOIN relay_cursor c ON c.tenant = s.tenant AND c.target = $1
WHERE s.last > coalesce(c.delivered, 0)
"""
_ROWS = "SELECT seq, id, type, subject, time, data::text AS data FROM outbox WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3"
_HEADS = "SELECT tenant, last FROM outbox_seq"
_ADVANCE = """
INSERT INTO relay_cursor (tenant, target, delivered, failures, last_error, updated_at) VALUES ($1, $2, $3, $4, $5, now())
ON CONFLICT (tenant, target) DO UPDATE SET delivered = excluded.delivered, failures = excluded.failures,
  last_error = excluded.last_error, updated_at = now()
"""
# Ids are of the driver's own class.
_encode = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver and the event types it wants, by prefix; one that keeps count is told the newest numbers as well."""

    name: str
    url: str
    prefixes: tuple[str, ...]
    keeps_count: bool = False

    def wants(self, type_: str) -> bool:
        return type_.startswith(self.prefixes)


@dataclass(slots=True)
class _Pause:
    failures: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Relay:
    source: str
    pool: asyncpg.Pool
    neighbours: Neighbours
    targets: tuple[Target, ...]
    _poked: asyncio.Event = field(default_factory=asyncio.Event)
    _pauses: dict[tuple[str, str], _Pause] = field(default_factory=dict)
    _tell_at: float = 0.0

    def poke(self) -> None:
        """Something was committed: deliver without waiting for the next poll."""
        self._poked.set()

    async def run(self) -> None:
        """Deliver until cancelled; takes over when the process that holds the lock ends."""
        while True:
            try:
                async with self.pool.acquire() as connection:
                    if await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", LOCK):
                        try:
                            await self._lead(connection)
                        finally:
                            await connection.execute("SELECT pg_advisory_unlock_all()")
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("relay_lost_database", kind=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _lead(self, connection: Any) -> None:
        while True:
            self._poked.clear()
            busy = await self.deliver_pending(connection)
            if time.monotonic() >= self._tell_at:
                self._tell_at = time.monotonic() + TELL_SECONDS
                await self.tell_heads(connection)
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._poked.wait(), POLL_SECONDS)
                    await asyncio.sleep(GATHER_SECONDS)

    async def deliver_pending(self, connection: Any) -> bool:
        """Send one batch to every target that has something pending; True if there may be more at once.

        After a batch that was not full the next one is left to grow: under load that is a thousand entries, not five.
        """
        more = False
        for target in self.targets:
            for row in await connection.fetch(_PENDING, target.name):
                pause = self._pauses.setdefault((row["tenant"], target.name), _Pause())
                if time.monotonic() >= pause.until:
                    reached = await self._deliver(connection, target, row["tenant"], row["delivered"], pause)
                    more |= reached is not None and reached < row["last"]
        return more

    async def tell_heads(self, connection: Any) -> None:
        """Tell who keeps count the newest number of every tenant; one that is not reached hears it the next time."""
        listeners = [target for target in self.targets if target.keeps_count]
        if not listeners:
            return
        heads = {row["tenant"]: row["last"] for row in await connection.fetch(_HEADS)}
        body = msgspec.json.encode({"source": self.source, "heads": heads})
        for target in listeners:
            try:
                await self.neighbours.request("POST", f"{target.url}/internal/v1/heads", content=body)
            except Unavailable:
                log.info("heads_not_told", target=target.name)

    async def _deliver(self, connection: Any, target: Target, tenant: str, after: int, pause: _Pause) -> int | None:
        """Send one batch; return the cursor after it, None when nothing could be delivered."""
        rows = await connection.fetch(_ROWS, tenant, after, BATCH)
        if not rows:
            return None
        upto: int = rows[-1]["seq"]
        wanted = [self._envelope(tenant, row) for row in rows if target.wants(row["type"])]
        error = ""
        try:
            # Also when nothing in it is wanted: a receiver that was not told how far it is would report a gap later.
            upto, error = await self._send(target, tenant, after, upto, wanted)
        except Unavailable as failure:
            error = failure.code
        if error:
            pause.failures += 1
            pause.until = time.monotonic() + min(2.0 ** min(pause.failures, 10) / 8, LONGEST_PAUSE_SECONDS)
            log.warning("delivery_failed", target=target.name, tenant=tenant, error=error, failures=pause.failures)
            await connection.execute(_ADVANCE, tenant, target.name, after, pause.failures, error)
            return None
        pause.failures, pause.until = 0, 0.0
        # A crash before this line sends the batch again; the receiver's inbox knows it.
        await connection.execute(_ADVANCE, tenant, target.name, upto, 0, None)
        return upto

    async def _send(
        self, target: Target, tenant: str, after: int, upto: int, events: list[dict[str, Any]]
    ) -> tuple[int, str]:
        answer = await self.neighbours.request(
            "POST",
            f"{target.url}/internal/v1/events",
            content=_encode(events),
            headers={
                "Content-Type": "application/cloudevents-batch+json",
                "X-Linli-Source": self.source,
                "X-Linli-Tenant": tenant,
                "X-Linli-After": str(after),
                "X-Linli-Upto": str(upto),
            },
        )
        if answer.status_code == 409:
            # The receiver is behind our cursor (it was restored from a backup): go back to what it has.
            last = answer.headers.get("X-Linli-Last", "")
            return (int(last), "") if last.isdigit() and int(last) != after else (after, "gap")
        if answer.status_code >= 300:
            return after, f"status_{answer.status_code}"
        return upto, ""

    def _envelope(self, tenant: str, row: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": row["id"],
            "source": f"/{self.source}",
            "type": row["type"],
            "subject": row["subject"],
            "time": row["time"],
            "datacontenttype": "application/json",
            "tenant": tenant,
            "sequence": row["seq"],
            "data": msgspec.Raw(row["data"].encode()),
        }
