"""Figures of the time before they were kept: the desk tells its cases and whistles again, page after page, each once.

A page is counted only when every event that the desk had written by then has been applied, and while no other is: what the
figures already know of a case is then never older than the page. How far it is stands in the same transaction, so a restart
goes on where it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.errors import Unavailable
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.clients.desk import DeskClient, Page
from linli_supervision.cockpit import keeping
from linli_supervision.cockpit.counting import Figures, RetoldCase, RetoldWhistle, case_retold, whistle_retold
from linli_supervision.cockpit.tables import cockpit_retold

PAUSE_SECONDS = 0.05
"""Between two pages: events and requests come first."""
PATIENCE_SECONDS, LOOK_SECONDS = 10.0, 0.2
"""A page is kept so long for the events that are still on their way: at a busy desk some always are."""
AGAIN_SECONDS = 5.0
DONE_SECONDS = 3_600.0
_CLAIM = text(
    "INSERT INTO inbox (tenant, source, last_seq) VALUES (:t, 'desk', 0) ON CONFLICT (tenant, source) DO NOTHING"
)
_APPLIED = text("SELECT last_seq FROM inbox WHERE tenant = :t AND source = 'desk'")
_HOLD = text("SELECT last_seq FROM inbox WHERE tenant = :t AND source = 'desk' FOR UPDATE")
_r = cockpit_retold.c

log = structlog.get_logger("cockpit")


class EventsOnTheirWay(Exception):
    """The desk has written events that were not applied yet."""


async def _cases(tx: Tx, told: Sequence[tuple[UUID, RetoldCase]], figures: Figures) -> None:
    known = await keeping.known_cases(tx, [key for key, _ in told])
    await keeping.store_cases(tx, {key: case_retold(one, known.get(key), figures) for key, one in told})


async def _whistles(tx: Tx, told: Sequence[tuple[UUID, RetoldWhistle]], figures: Figures) -> None:
    known = await keeping.known_whistles(tx, [key for key, _ in told])
    await keeping.store_whistles(tx, {key: whistle_retold(one, known.get(key), figures) for key, one in told})


@dataclass(frozen=True)
class Noun:
    """What is told again: how a page is asked for and how it is counted."""

    name: str
    ask: Callable[[DeskClient, str, UUID | None], Awaitable[Page[Any]]]
    count: Callable[[Tx, Sequence[tuple[UUID, Any]], Figures], Awaitable[None]]


NOUNS = (Noun("cases", DeskClient.cases_of_before, _cases), Noun("whistles", DeskClient.whistles_of_before, _whistles))


async def retell(linli: Linli) -> None:
    """The service's loop: every county, each noun to its end, once in the life of an installation."""
    while True:
        waiting = False
        for tenant in linli.profiles.tenants():
            for noun in NOUNS:
                try:
                    await read_to_its_end(linli, tenant.key, noun)
                except (Unavailable, EventsOnTheirWay) as reason:
                    log.info("cockpit_waits", noun=noun.name, kind=type(reason).__name__)
                    waiting = True
        await asyncio.sleep(AGAIN_SECONDS if waiting else DONE_SECONDS)


async def read_to_its_end(linli: Linli, tenant: str, noun: Noun) -> None:
    more = True
    while more:
        more = await read_on(linli, tenant, noun)
        await asyncio.sleep(PAUSE_SECONDS)


async def read_on(linli: Linli, tenant: str, noun: Noun) -> bool:
    """Count the next page; False when there is none. Raises Unavailable, EventsOnTheirWay."""
    asked = select(cockpit_retold).where(_r.tenant == tenant, _r.noun == noun.name)
    row = await linli.database.fetch_one(asked)
    if row is not None and row["finished_at"] is not None:
        return False
    after = row["after"] if row else None
    page = await noun.ask(linli.extra["desk"], tenant, after)
    await _until_applied(linli, tenant, page.head)
    async with linli.database.transaction(tenant) as tx:
        # The inbox takes the same row: no event is applied until this is committed.
        await tx.execute(_CLAIM, {"t": tenant})
        await tx.execute(_HOLD, {"t": tenant})
        now = await tx.one(asked)
        if (now["after"] if now else None) == after:
            await _count(tx, noun, page)
    return bool(page.items)


async def _until_applied(linli: Linli, tenant: str, head: int) -> None:
    looks = int(PATIENCE_SECONDS / LOOK_SECONDS)
    while int(await linli.database.fetch_value(_APPLIED.bindparams(t=tenant)) or 0) < head:
        if looks <= 0:
            raise EventsOnTheirWay
        looks -= 1
        await asyncio.sleep(LOOK_SECONDS)


async def _count(tx: Tx, noun: Noun, page: Page[Any]) -> None:
    figures = Figures()
    await noun.count(tx, page.items, figures)
    await keeping.move(tx, figures)
    last = page.items[-1][0] if page.items else None
    kept = insert(cockpit_retold).values(
        tenant=tx.tenant, noun=noun.name, after=last, read=len(page.items), finished_at=None if last else tx.now
    )
    changed = {
        "after": func.coalesce(kept.excluded.after, _r.after),
        "read": _r.read + kept.excluded.read,
        "finished_at": kept.excluded.finished_at,
    }
    await tx.execute(kept.on_conflict_do_update(index_elements=["tenant", "noun"], set_=changed))
