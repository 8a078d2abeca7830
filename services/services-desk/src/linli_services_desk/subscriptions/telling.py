"""Telling subscribers: one notice for all who follow a village, and a job that queues the messages to their phones.

The notice and the job are written with the inbox's own mark, so an event that comes again tells nobody anew; a message's key is
the subscription and what was published, so a job that runs again queues nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import Unavailable
from linli_kernel.events import IncomingEvent
from linli_kernel.inbox import Handler
from linli_kernel.jobs import JobContext, JobKind, enqueue
from linli_kernel.succession import codes_within
from sqlalchemy import ColumnElement

from linli_services_desk.context import Desk
from linli_services_desk.notices.domain import Audience
from linli_services_desk.notices.inquiries import OUTCOMES
from linli_services_desk.notices.service import Telling, tell_staff, tell_subscribers
from linli_services_desk.subscriptions import repository

JOB = "subscription.tell"
BATCH = 500
"""A village of three thousand subscribers is six turns; a cancel is noticed between them."""
OF_COMPLAINT = {"objection": "subscription.inquired", "appeal": "subscription.inquired_appeal"}
"""An appeal is made against the answer to a question; whoever asked waits for both under the question's id."""
OF_QUESTION = {"answered": "subscription.answered", "decided": "subscription.decided"}


def template_of(type_: str, edition: int) -> str:
    if type_ == contract.DISCLOSURE_WITHDRAWN:
        return "subscription.withdrawn"
    return "subscription.corrected" if edition > 1 else "subscription.published"


def handlers(desk: Callable[[], Desk], codes: Callable[[], Callable[[str], Sequence[str]]]) -> dict[str, Handler]:
    """Return what the desk's inbox does for subscribers; `codes` gives a village's code and those of before."""

    async def published(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        divisions = list(codes()(data["division"]))
        who = repository.of_village(divisions, data["category"])
        if await tx.scalar(repository.somebody(tx.tenant, who)) is None:
            return
        template = template_of(event.type, data["edition"])
        item = desk().profile(tx.tenant).supervision.disclosure.item(data["item"])
        facts = {
            "number": "",
            "matter": item.name.zh if item else data["item"],
            "matter_en": item.name.en if item else data["item"],
            "category": data["category"],
            "disclosure_id": data["disclosure_id"],
        }
        for division in divisions:
            to = Audience(division, role=repository.RESIDENT)
            tell_staff(tx, Telling(f"{template}:{data['disclosure_id']}:{division}", template, to, facts))
        about = {"divisions": divisions, "category": data["category"], "of": data["disclosure_id"]}
        await enqueue(tx, JOB, {"template": template, "facts": facts, **about})

    async def answered(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        template = OF_QUESTION.get(data["state"])
        if template is None:
            return
        await _to_askers(tx, desk(), data, data["question_id"], template, data["state"], {})

    async def inquired(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        outcome = OUTCOMES.get(data.get("outcome") or "")
        template = OF_COMPLAINT.get(data.get("complaint") or "")
        if outcome is None or template is None:
            return
        facts = {"outcome": outcome[0], "outcome_en": outcome[1]}
        await _to_askers(tx, desk(), data, data["complaint_id"], template, data["inquiry_id"], facts)

    return {
        contract.DISCLOSURE_PUBLISHED: published,
        contract.DISCLOSURE_WITHDRAWN: published,
        contract.DISCLOSURE_QUESTION_MOVED: answered,
        contract.INQUIRY_MOVED: inquired,
    }


async def _to_askers(
    tx: Tx, desk: Desk, data: Mapping[str, Any], question: str, template: str, of: str, more: Mapping[str, str]
) -> None:
    """Tell those who wait for a question's answer, in the app now and by message in a job."""
    key = desk.vault.question_index(UUID(question))
    asked = await tx.all(repository.accounts(tx.tenant, repository.of_question(key)))
    facts = {"number": "", "matter": "", "matter_en": "", "disclosure_id": data["disclosure_id"], **more}
    told = [
        Telling(f"{template}:{of}:{one['id']}", template, Audience(one["division"], account=one["account"]), facts)
        for one in asked
    ]
    tell_staff(tx, *told)
    if told:
        about = {"question": key.hex(), "divisions": [data["division"]]}
        await enqueue(tx, JOB, {"template": template, "facts": facts, "of": of, **about})


async def _queue_messages(context: JobContext) -> dict[str, Any]:
    """Queue a message for each who left a phone, batch by batch; begins again where it stopped."""
    desk: Desk = context.app.extra["desk"]
    order, queued = context.payload, context.done
    facts = {**order["facts"], "village": await _named(desk, order["divisions"][0])}
    after = UUID(order["after"]) if "after" in order else None
    who = _who(order)
    while True:
        async with context.database.transaction(context.tenant) as tx:
            found = await tx.all(repository.phones_after(tx.tenant, who, after, BATCH))
            keys = {f"{order['template']}:{order['of']}:{one['id']}": one for one in found}
            tell_subscribers(tx, desk.profile(context.tenant), order["template"], keys, facts)
        queued += len(found)
        if len(found) < BATCH:
            return {"queued": queued}
        after = found[-1]["id"]
        await context.progress(queued, remember={"after": str(after)})


def _who(order: Mapping[str, Any]) -> ColumnElement[bool]:
    if "question" in order:
        return repository.of_question(bytes.fromhex(order["question"]))
    return repository.of_village(order["divisions"], order["category"])


async def _named(desk: Desk, division: str) -> str:
    """What people call the village; a registry that is down delays no message."""
    try:
        return await desk.registry.village_name(division) or ""
    except Unavailable:
        return ""


def codes_of(linli: Any) -> Callable[[str], Sequence[str]]:
    """A village's code first, then those of what became part of it."""
    return lambda division: list(dict.fromkeys([division, *(codes_within(linli, division) or ())]))


TELL = JobKind(JOB, _queue_messages)
