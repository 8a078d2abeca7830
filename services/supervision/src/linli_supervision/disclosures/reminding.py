"""Reminders of what is owed: once when its last day is near, once when it has passed without a publication; answers, findings and
meetings too.

The reminder's row and its event are one transaction, and the row's key is unique: whoever dies before the commit has told
nothing, whoever comes after it finds it told.
"""

import asyncio

import structlog
from linli_kernel.app import Linli
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Database
from linli_kernel.errors import DomainError
from linli_kernel.events import Event
from linli_kernel.profile import Profile
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.disclosures.duties import Duty
from linli_supervision.disclosures.overview import owed
from linli_supervision.disclosures.tables import disclosure_reminder
from linli_supervision.inquiries import reminding as oversight
from linli_supervision.questions import reminding as questions

POLL_SECONDS = 600.0
NEAR_DAYS = 3
STALE_DAYS = 7
"""What is missing for longer stands in the roll-up; a county that starts late is not flooded with reminders."""

log = structlog.get_logger("reminding")


async def remind_of_duties(linli: Linli) -> None:
    """Look every ten minutes until cancelled."""
    while True:
        try:
            for tenant in linli.profiles.tenants():
                profile = linli.profiles.for_tenant(tenant.key)
                await look(linli.database, tenant.key, profile, tenant.division[:6])
        except (OSError, DomainError) as error:
            log.warning("duties_not_reminded", kind=type(error).__name__)
        await asyncio.sleep(POLL_SECONDS)


async def look(db: Database, tenant: str, profile: Profile, area: str) -> int:
    """Tell what is near or newly missing in a county; returns how many reminders were new."""
    today = db.clock.today()
    villages = await owed(db, tenant, profile, area, today.year, today)
    found = [(village, duty) for village, one in villages.items() for duty in one.duties if _wanted(duty)]
    waiting = [(f"{_key(village, duty)}:{duty.state.value}", _event(village, duty)) for village, duty in found]
    waiting += await questions.reminders(db, tenant, today, NEAR_DAYS, STALE_DAYS)
    waiting += await oversight.reminders(db, tenant, profile, today, NEAR_DAYS, STALE_DAYS)
    told = 0
    async with db.transaction(tenant) as tx:
        for key, event in waiting:
            row = {"tenant": tenant, "key": key}
            made = insert(disclosure_reminder).values(row).on_conflict_do_nothing().returning(disclosure_reminder.c.key)
            if await tx.scalar(made) is not None:
                tx.announce(event)
                told += 1
    return told


def _wanted(duty: Duty) -> bool:
    return duty.open and -STALE_DAYS <= duty.days_left <= NEAR_DAYS


def _key(village: str, duty: Duty) -> str:
    return f"{village}:{duty.item}:{duty.occasion.id if duty.occasion else duty.period.start.isoformat()}"


def _event(village: str, duty: Duty) -> Event:
    key = _key(village, duty)
    data = contract.DutyReminded(
        duty=key,
        division=village,
        item=duty.item,
        due=duty.due.isoformat(),
        days=duty.days_left,
        state=duty.state.value,
    )
    return Event(type=contract.DISCLOSURE_DUTY_REMINDED, subject=key, data=data)
