"""Telling those on a roll that a meeting is called, changed or off.

The event names nobody. It leaves a call and a job, written with the inbox's own mark, so an event that comes again tells nobody anew;
the job reads the roll from supervision page by page and queues a notice and a message for each. Their keys are the call and the
person: however often it runs, and wherever it was killed, each is told once. Whoever has no phone is counted at once; the phone
itself is asked for when the message leaves, and never kept.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import Unavailable
from linli_kernel.events import IncomingEvent
from linli_kernel.identity import account_of_resident
from linli_kernel.inbox import Handler
from linli_kernel.jobs import JobContext, JobKind, enqueue
from linli_kernel.profile import Profile
from sqlalchemy import text

from linli_services_desk.clients.registry import Reached
from linli_services_desk.clients.supervision import CalledPage
from linli_services_desk.context import Desk
from linli_services_desk.meetings import repository
from linli_services_desk.notices.domain import Audience
from linli_services_desk.notices.service import Telling, tell_called, tell_staff

JOB = "meeting.tell"
# A neighbour that is away is asked again until the meeting is over.
PAUSE = timedelta(minutes=1)
TEMPLATES = {"called": "meeting.called", "changed": "meeting.changed", "off": "meeting.off"}
INVITED = {**TEMPLATES, "called": "meeting.invited"}


def handlers() -> dict[str, Handler]:
    """Return what the desk's inbox does when a meeting is called, changed or called off."""

    async def moved(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        name = f"urn:linli:meeting:{tx.tenant}:{data['deliberation_id']}:{data['position']}:{data['call']}"
        row = {
            "tenant": tx.tenant,
            "id": uuid5(NAMESPACE_URL, name),
            "deliberation_id": UUID(data["deliberation_id"]),
            "division": data["division"],
            "position": data["position"],
            "number": data["call"],
            "state": data["state"],
            "at": datetime.fromisoformat(data["at"]),
            "created_at": tx.now,
        }
        if await tx.scalar(repository.keep(row)) is not None:
            await enqueue(tx, JOB, {**data, "id": str(row["id"])})

    return {contract.MEETING_MOVED: moved}


async def _tell(context: JobContext) -> dict[str, Any]:
    """Queue notices and messages page by page; begins again where it stopped, and later when a neighbour is away."""
    desk: Desk = context.app.extra["desk"]
    order = context.payload
    if context.database.clock.now() >= datetime.fromisoformat(order["at"]):
        await _end(context, UUID(order["id"]))
        return {"told": context.done}
    try:
        return await _pages(context, desk, order)
    except Unavailable:
        async with context.database.transaction(context.tenant) as tx:
            # The queue goes by the database's clock.
            await enqueue(tx, JOB, order, not_before=await tx.scalar(text("SELECT now()")) + PAUSE)
        return {"told": context.done}


async def _end(context: JobContext, call_id: UUID) -> None:
    async with context.database.transaction(context.tenant) as tx:
        await tx.execute(repository.told(tx.tenant, call_id, tx.now))


async def _pages(context: JobContext, desk: Desk, order: dict[str, Any]) -> dict[str, Any]:
    call_id, deliberation = UUID(order["id"]), UUID(order["deliberation_id"])
    profile, told = desk.profile(context.tenant), context.done
    cursor: str | None = order.get("cursor")
    village = await _named(desk, order["division"])
    while True:
        page = await desk.supervision.called(context.tenant, deliberation, order["position"], cursor)
        people = await desk.registry.reach(context.tenant, deliberation, page.items)
        async with context.database.transaction(context.tenant) as tx:
            # A later call that arrived meanwhile tells everybody itself.
            if page.calls == order["call"]:
                _queue(tx, profile, order, page, people, village)
                told += len(page.items)
            if page.calls != order["call"] or page.next_cursor is None:
                await tx.execute(repository.told(tx.tenant, call_id, tx.now))
                return {"told": told}
        cursor = page.next_cursor
        # A crash before this line: the page is told again under the same keys.
        await context.progress(told, remember={"cursor": cursor})


def _queue(
    tx: Tx, profile: Profile, order: Mapping[str, Any], page: CalledPage, people: Mapping[UUID, Reached], village: str
) -> None:
    """Write the notice and the message of everybody on a page of the roll."""
    template, division = (TEMPLATES if page.vote else INVITED)[order["state"]], order["division"]
    at = datetime.fromisoformat(order["at"]).astimezone(SHANGHAI)
    facts = {
        "number": "",
        "matter": page.title,
        "village": village,
        "hall": page.place,
        "at": f"{at.month}月{at.day}日{at:%H:%M}",
        "at_en": f"{at:%Y-%m-%d %H:%M}",
        "form": page.form.zh if page.form else "",
        "form_en": page.form.en if page.form else "",
        "deliberation_id": order["deliberation_id"],
    }
    tell_called(
        tx, profile, template, UUID(order["id"]), division, facts,
        {one: one in people and people[one].has_phone for one in page.items},
    )  # fmt: skip
    tellings = [
        Telling(f"{template}:{order['id']}:{account}", template, Audience(division, account=account), facts)
        for account in _accounts(tx.tenant, page.items, people)
    ]
    by_post = ((post, f"{template}:{order['id']}:{post}") for post in page.posts)
    tellings += [Telling(key, template, Audience(division, role=post), facts) for post, key in by_post]
    tell_staff(tx, *tellings)


def _accounts(tenant: str, roll: Sequence[UUID], people: Mapping[UUID, Reached]) -> list[UUID]:
    """The account that each has as a resident, and those of staff among them."""
    found = [
        account
        for one in roll
        for account in (account_of_resident(tenant, one), *(people[one].accounts if one in people else ()))
    ]
    return list(dict.fromkeys(found))


async def _named(desk: Desk, division: str) -> str:
    """What people call the village; a registry that is down is waited for, since it has the phones as well."""
    return await desk.registry.village_name(division) or ""


TELL = JobKind(JOB, _tell)
