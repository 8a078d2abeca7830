"""The loop that signs checkpoints, one tenant after the other.

Every process may run it: the lease lets one work at a time, and the unique key of the checkpoints would stop a second.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import asyncpg
import structlog
from linli_kernel.privacy import KeyRing

from linli_supervision.alarms.domain import AlarmKind
from linli_supervision.alarms.repository import raise_alarm
from linli_supervision.ledger.keys import signing_key
from linli_supervision.ledger.note import SigningKey
from linli_supervision.ledger.sequencer import LogInconsistent, give_lease, grow, take_lease
from linli_supervision.rows import Connection

POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.25
"""Rest after a round, so that a busy log gets a few checkpoints a second and not one for every act."""

_PENDING = """
SELECT t.tenant, c.size
FROM (SELECT DISTINCT tenant FROM inbox UNION SELECT unnest($1::text[])) t(tenant)
CROSS JOIN LATERAL (SELECT coalesce(max(size), -1) AS size FROM ledger_checkpoint c WHERE c.tenant = t.tenant) c
WHERE c.size < 0 OR EXISTS (SELECT 1 FROM ledger_entry e WHERE e.tenant = t.tenant AND e.index >= c.size)
ORDER BY t.tenant
"""

log = structlog.get_logger("ledger")


class SequencerWorker:
    """`tenants` get an empty, signed log at once; others when their first act arrives."""

    def __init__(
        self, pool: asyncpg.Pool, keyring: KeyRing, now: Callable[[], datetime], tenants: Iterable[str] = ()
    ) -> None:
        self._pool = pool
        self._keyring = keyring
        self._now = now
        self._tenants = sorted(tenants)
        self._poked = asyncio.Event()
        self._keys: dict[str, SigningKey] = {}

    def poke(self) -> None:
        """Entries were committed: sign them without waiting for the next poll."""
        self._poked.set()

    async def run(self) -> None:
        while True:
            try:
                await self.sign_pending()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("sequencer_lost_database", kind=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await asyncio.wait_for(self._poked.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def sign_pending(self) -> None:
        """Sign what is pending in every tenant; one broken log does not hold up the others."""
        self._poked.clear()
        async with self._pool.acquire() as connection:
            for row in await connection.fetch(_PENDING, self._tenants):
                tenant = row["tenant"]
                if not await take_lease(connection, tenant):
                    continue
                try:
                    await self._sign(connection, tenant)
                except LogInconsistent as error:
                    log.error("ledger_inconsistent", tenant=tenant, error=str(error))
                    place = f"checkpoint {row['size']}"
                    told = {"size": row["size"], "said": str(error)}
                    await raise_alarm(connection, tenant, AlarmKind.INCONSISTENT, place, told, self._now())
                finally:
                    await give_lease(connection, tenant)

    async def _sign(self, connection: Connection, tenant: str) -> None:
        if tenant not in self._keys:
            self._keys[tenant] = await signing_key(connection, self._keyring, tenant, self._now())
        while await grow(connection, tenant, self._keys[tenant], self._now()) is not None:
            pass
