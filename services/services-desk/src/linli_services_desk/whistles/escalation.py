"""The watch for missed limits: township leader, then county leader.

What is due stands in the department's row and moves in the transaction that tells of it, so each step is taken exactly once,
however many processes watch and whenever they are killed.
"""

import asyncio
from uuid import UUID

import structlog
from linli_kernel.app import Linli
from linli_kernel.contracts import whistles as contract
from linli_kernel.database import Database
from sqlalchemy import update

from linli_services_desk.context import Desk
from linli_services_desk.whistles import repository, tally
from linli_services_desk.whistles.hand import change_duty, line, next_escalation, running, take
from linli_services_desk.whistles.tables import whistle
from linli_services_desk.whistles.telling import tell

log = structlog.get_logger("whistles")
# A quarter of a minute is nothing against limits in hours.
WATCH_SECONDS = 15.0
BATCH = 200
STEP = "escalate"


async def watch(linli: Linli) -> None:
    """The loop beside relay and jobs."""
    desk: Desk = linli.extra["desk"]
    while True:
        await sweep(linli.database, desk)
        await asyncio.sleep(WATCH_SECONDS)


async def sweep(database: Database, desk: Desk) -> int:
    """Take every step that is due now in all counties; returns how many were taken."""
    taken = 0
    for place in desk.profiles.tenants():
        due = await database.fetch_all(repository.to_escalate(place.key, database.clock.now(), BATCH))
        for row in due:
            taken += await _escalate(database, desk, place.key, row["whistle_id"], row["id"])
    return taken


async def _escalate(database: Database, desk: Desk, tenant: str, whistle_id: UUID, duty_id: UUID) -> int:
    async with database.transaction(tenant) as tx:
        # One that somebody is working on is looked at again in the next round.
        row = await tx.one(repository.by_id(tenant, whistle_id, lock=True, skip=True))
        if row is None:
            return 0
        hand = await take(tx, desk, row)
        duty = next(one for one in hand.duties.values() if one["id"] == duty_id)
        clock = running(duty)
        if clock is None or duty["escalate_at"] is None or duty["escalate_at"] > tx.now:
            return 0
        level, missed = duty["escalated"] + 1, "report_missed" if clock["what"] == "report_in" else "solution_missed"
        due = duty["report_due"] if clock["what"] == "report_in" else duty["solution_due"]
        steps = {"escalated": 1, missed: int(not duty[missed])}
        await tally.count(tx, {duty["department"]: steps}, hand.duties)
        await change_duty(tx, duty, escalated=level, escalate_at=next_escalation(hand, due, level), **{missed: True})
        # The version stays: an officer who is about to answer is not sent back for it.
        highest = max(level, hand.row["escalation"])
        await tx.execute(
            update(whistle).where(whistle.c.tenant == tenant, whistle.c.id == whistle_id).values(escalation=highest)
        )
        role = hand.rules.escalation[level - 1].role
        await line(tx, desk, hand, STEP, department=duty["department"])
        await tell(tx, desk, hand, contract.ESCALATED, hand.state,
            department=duty["department"], clock=clock["what"], role=role, level=level,
        )  # fmt: skip
    log.info("whistle_escalated", whistle=str(whistle_id), level=level)
    return 1
