"""Writes planned households: set by set, inside the one transaction of a commit.

Nothing is visible before that transaction ends, and a commit that is cancelled or killed leaves nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from linli_kernel import outbox
from linli_kernel.database import Tx
from linli_kernel.events import Act
from sqlalchemy import RowMapping, bindparam, update

from linli_registry.history.recording import many_confirmed
from linli_registry.households.repository import next_number
from linli_registry.households.tables import household
from linli_registry.imports.known import Known, repeated
from linli_registry.imports.making import COLUMNS, SOURCE, Made, Maker
from linli_registry.imports.repository import copy
from linli_registry.imports.rows import Row
from linli_registry.imports.staging import Planner
from linli_registry.residents.tables import resident
from linli_registry.statistics.counting import touch
from linli_registry.transfers import meanwhile

_h, _r = household.c, resident.c
Households = Sequence[Sequence[Row]]


@dataclass(frozen=True)
class Writer:
    """One commit: what `maker` makes of the plans of `planner` goes into the register through `tx`."""

    tx: Tx
    maker: Maker
    planner: Planner
    repeated: Mapping[bytes, Sequence[int]]

    async def known(self, households: Households) -> Known:
        """Read and lock what the rows can meet, and the number after which each village goes on."""
        found = await self.planner.known(self.tx, households, lock=True)
        found.repeated = self.repeated
        villages = {self.planner.setting.village_of(rows[0]) or "" for rows in households}
        for village in sorted(villages - self.maker.numbers.keys() - {""}):
            following = await next_number(self.tx, self.tx.tenant, village)
            self.maker.numbers[village] = int(following.removeprefix(village[6:])) - 1
        return found

    def make(self, households: Households, found: Known, coming: Sequence[RowMapping]) -> tuple[Made, Households]:
        """Decide one batch and read the next."""
        return self.maker.make(self.planner.decide(households, found)), self.planner.read(coming)

    async def flush(self, made: Made) -> None:
        """Write the rows of a batch."""
        await self._update(made)
        for table, columns in COLUMNS.items():
            if rows := made.rows.get(table):
                await copy(self.tx, table, columns, rows)
        if made.filled:
            bump = update(household).where(_h.tenant == self.tx.tenant, _h.id.in_(made.filled))
            await self.tx.execute(bump.values(version=_h.version + 1))

    async def _update(self, made: Made) -> None:
        """Update people, those with the same columns in one statement."""
        connection = await self.tx.connection()
        for names, rows in made.updates.items():
            statement = (
                update(resident)
                .where(_r.tenant == self.tx.tenant, _r.id == bindparam("key"))
                .values(version=_r.version + 1, **{name: bindparam(f"new_{name}") for name in names})
            )
            await connection.execute(statement, rows)
        await meanwhile.edited(self.tx, [row["key"] for rows in made.updates.values() for row in rows])
        await many_confirmed(self.tx, self.planner.setting.viewer, made.confirmed, SOURCE)

    async def finish(self, act: Act) -> None:
        """Send everything that was announced: the last statements before the commit."""
        await touch(self.tx, self.maker.villages)
        self.maker.act(act)
        events = self.maker.events
        await outbox.write_many(await self.tx.connection(), self.tx.tenant, events.count, events.rows(self.tx.now))


async def write_all(writer: Writer, progress: Callable[[int], Awaitable[None]]) -> None:
    """Plan and write batch after batch: while the database stores one, the next is decided and the one after it read."""
    batches = writer.planner.batches(writer.tx)
    households: Households = await asyncio.to_thread(writer.planner.read, await _next(batches))
    made, done = Made(), 0
    while households:
        found = await writer.known(households)
        coming = await _next(batches)
        making = asyncio.create_task(asyncio.to_thread(writer.make, households, found, coming))
        try:
            await writer.flush(made)
            await progress(done)
        except BaseException:
            making.cancel()
            raise
        done += sum(map(len, households))
        made, households = await making
    await writer.flush(made)
    await progress(done)


async def _next(batches: AsyncIterator[Sequence[RowMapping]]) -> Sequence[RowMapping]:
    async for stored in batches:
        return stored
    return ()


async def writer_of(tx: Tx, planner: Planner, reason: str) -> Writer:
    """Begin the commit of the planner's import; `reason` is what the history says."""
    maker = Maker(planner.setting, planner.key, reason, tx.now, tx.request_id)
    return Writer(tx, maker, planner, await repeated(tx, planner.setting.viewer, planner.key))
