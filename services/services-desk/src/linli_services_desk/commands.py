"""What `linli` runs for the desk: the catalogue's import and the demo's first day.

Every command can be run again and changes nothing the second time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from linli_kernel import reencryption
from linli_kernel.clock import Clock, SystemClock
from linli_kernel.database import Database, Tx
from linli_kernel.neighbours import Neighbours
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profiles
from linli_kernel.settings import ServiceSettings
from sqlalchemy import select, update

from linli_services_desk.context import Desk, make_desk
from linli_services_desk.demo import HALLS
from linli_services_desk.demo_cases import seed_cases
from linli_services_desk.demo_whistles import seed_whistles
from linli_services_desk.matters import importer
from linli_services_desk.matters.domain import sample_matters
from linli_services_desk.matters.service import ImportReport, import_rows, publish_sample
from linli_services_desk.sealed import SEALED
from linli_services_desk.volume.load import fill
from linli_services_desk.windows.domain import Channel, Priority, TicketState
from linli_services_desk.windows.halls import open_hall
from linli_services_desk.windows.service import take
from linli_services_desk.windows.tables import service_window, ticket

# What the hall has behind it when the clerk comes in: tickets served at these minutes each.
SERVED_MINUTES = (6, 9, 4, 12, 7)
WAITING = (Priority.NORMAL, Priority.ELDER, Priority.NORMAL, Priority.NORMAL)


@asynccontextmanager
async def _opened(settings: ServiceSettings, clock: Clock | None = None) -> AsyncIterator[Database]:
    database = await Database.open(settings.sqlalchemy_url, clock or SystemClock(), 2)
    try:
        yield database
    finally:
        await database.close()


async def import_matters(settings: ServiceSettings, tenant: str, path: Path) -> dict[str, Any]:
    """Import a county's catalogue from a CSV file and return the report."""
    content = await asyncio.to_thread(path.read_text, "utf-8-sig")
    async with _opened(settings) as database:
        profile = Profiles.load(settings.profiles_dir).for_tenant(tenant)
        report = ImportReport()
        async with database.transaction(tenant) as tx:
            await import_rows(tx, tenant, profile, importer.rows(content), report)
        return report.as_json()


async def seed_demo(settings: ServiceSettings, clock: Clock | None = None) -> dict[str, Any]:
    """Publish the sample matters, import the demo's catalogue, and open the two halls with today's queue."""
    profiles = Profiles.load(settings.profiles_dir)
    catalogue = files("linli_services_desk") / "data" / "matters-guangan.csv"
    entries = list(importer.rows(catalogue.read_text(encoding="utf-8")))
    neighbours = Neighbours(settings)
    desk = make_desk(settings, KeyRing.from_json(settings.keyring.get_secret_value()), profiles, neighbours)
    async with _opened(settings, clock) as database, neighbours.client:
        for place in HALLS:
            tenant = place["tenant"]
            profile = profiles.for_tenant(tenant)
            async with database.transaction(tenant) as tx:
                for definition in sample_matters():
                    await publish_sample(tx, tenant, profile, definition)
                await import_rows(tx, tenant, profile, entries, ImportReport())
            async with database.transaction(tenant) as tx:
                await _open_hall(tx, desk, place)
            await seed_cases(database, desk, tenant, place["division"], place["village_name"])
            await seed_whistles(database, desk, tenant, place["division"])
    return {"halls": len(HALLS), "matters": len(sample_matters()), "catalogue": len(entries)}


async def _open_hall(tx: Tx, desk: Desk, place: dict[str, Any]) -> None:
    """The hall with the day's queue: some served, some waiting."""
    await open_hall(tx, desk, place)
    key = {"tenant": place["tenant"], "division": place["division"]}
    today = tx.now.date()
    waiting = select(ticket.c.id).where(ticket.c.tenant == key["tenant"], ticket.c.day == today).limit(1)
    if await tx.scalar(waiting) is not None:
        return
    first = await tx.scalar(
        select(service_window.c.id)
        .where(service_window.c.tenant == key["tenant"], service_window.c.division == key["division"])
        .order_by(service_window.c.number)
    )
    begun = tx.now - timedelta(minutes=sum(SERVED_MINUTES) + 20)
    for minutes in SERVED_MINUTES:
        row = await take(tx, key["division"], Priority.NORMAL, Channel.KIOSK, None)
        served = update(ticket).where(ticket.c.tenant == key["tenant"], ticket.c.id == row["id"])
        ended = begun + timedelta(minutes=minutes)
        await tx.execute(
            served.values(
                state=TicketState.DONE.value,
                window_id=first,
                calls=1,
                taken_at=begun - timedelta(minutes=5),
                first_called_at=begun,
                called_at=begun,
                finished_at=ended,
            )
        )
        begun = ended
    for priority in WAITING:
        await take(tx, key["division"], priority, Channel.KIOSK, None)


async def make_cases(settings: ServiceSettings, tenant: str, villages: list[str], cases: int) -> int:
    """Fill a county up to so many cases, with a tenth as many whistles; returns how many cases were added."""
    if settings.migration_url is None:
        raise ValueError("migration_url is needed: this command writes as the owner of the tables")
    ring = settings.keyring.get_secret_value()
    return await fill(settings.migration_url, ring, settings.profiles_dir, tenant, villages, cases)


async def reencrypt(settings: ServiceSettings) -> str:
    """Order that everything is brought under the active key."""
    return await reencryption.request(settings)


async def require_one_key(settings: ServiceSettings) -> str:
    """Refuse while something is under another key than the active one."""
    return await reencryption.require_done(settings, SEALED)
