"""The queue of short messages: sent through an adapter, several at once, and tried again after a failure.

What one person is told goes out in the order in which it happened. A message is sent once: the adapter is given its key, and a key that it knows already it does not send again. Whoever dies while
sending leaves the message to be taken again after the lease; the adapter then recognises the key.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import structlog
from linli_kernel.database import Database, Tx
from linli_kernel.errors import DomainError
from linli_kernel.events import Act
from linli_kernel.privacy import mask_phone
from linli_kernel.sms import SmsProvider, SmsRefused
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.evaluations import codes
from linli_services_desk.notices import repository
from linli_services_desk.notices.domain import after_quiet_hours, sms_templates
from linli_services_desk.notices.tables import demo_sms, sms_message
from linli_services_desk.whistles.tables import whistle_report

log = structlog.get_logger("sms")
POLL_SECONDS = 1.0
LEASE = timedelta(minutes=1)
# Half of the connections that write; a slow provider keeps none of them while it is waited for.
AT_ONCE = 8
MOST_ATTEMPTS = 8
LONGEST_PAUSE_SECONDS = 3600.0


class SmsSender(Protocol):
    """A place's SMS gateway. Raises when it did not take the message.

    `key` goes to the provider as its request number: a key that was sent before is not sent again.
    """

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None: ...


class DemoSms:
    """Keeps messages where the demo shows them; one row per key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
        async with self._database.transaction(tenant) as tx:
            row = {"tenant": tenant, "key": key, "phone_masked": mask_phone(phone), "text": text, "sent_at": tx.now}
            await tx.execute(insert(demo_sms).values(row).on_conflict_do_nothing())


class ProviderSms:
    """Hands messages to the place's provider. A provider knows no counties, so the county is part of the number."""

    def __init__(self, provider: SmsProvider) -> None:
        self._provider = provider

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
        await self._provider.send(request_id(tenant, key), phone, text)


def request_id(tenant: str, key: str) -> str:
    return f"{tenant}/{key}"


@dataclass(frozen=True, slots=True)
class Composed:
    phone: str
    text: str


_TAKE = text(
    "UPDATE sms_message SET state = 'sending', attempts = attempts + 1, not_before = :lease "
    "WHERE (tenant, id) IN (SELECT tenant, id FROM sms_message WHERE state IN ('queued', 'sending') AND not_before <= :now "
    "ORDER BY not_before, id LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING tenant, id, key, template, facts, case_id, report_id, attempts"
)


class SmsQueue:
    """Sends what is due. Without an adapter (`sender` None) a message ends as `no_adapter`."""

    def __init__(self, database: Database, desk: Desk, sender: SmsSender | None) -> None:
        self._database = database
        self._desk = desk
        self._sender = sender

    async def run(self) -> None:
        while True:
            try:
                while await self.send_due():
                    pass
            except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("sms_queue_lost_database", kind=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def send_due(self) -> int:
        """Send the messages that wait longest, side by side; returns how many were taken."""
        now = self._database.clock.now()
        order = {"now": now, "lease": now + LEASE, "most": AT_ONCE}
        async with self._database.engine.begin() as connection:
            taken = [dict(row) for row in (await connection.execute(_TAKE, order)).mappings()]
        of_one_person: defaultdict[UUID | None, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(taken, key=lambda row: row["id"]):
            of_one_person[row["case_id"] or row["report_id"]].append(row)
        await asyncio.gather(*(self._send_in_turn(rows) for rows in of_one_person.values()))
        return len(taken)

    async def _send_in_turn(self, rows: list[dict[str, Any]]) -> None:
        until = self._database.clock.now() + LEASE
        for row in rows:
            # A provider that is this slow: whoever takes it next may be sending it already.
            if self._database.clock.now() < until:
                await self._send(row)

    async def _send(self, row: dict[str, Any]) -> None:
        now = self._database.clock.now()
        rules = self._desk.profile(row["tenant"]).desk.notices
        ring_at = after_quiet_hours(now, rules.quiet_from, rules.quiet_to)
        if ring_at > now:
            await self._end(row, state="queued", not_before=ring_at)
            return
        try:
            composed = await self._compose(row)
            if isinstance(composed, str):
                await self._end(row, state=composed, finished_at=now)
                return
            if self._sender is None:
                await self._end(row, state="no_adapter", finished_at=now)
                return
            await self._sender.send(row["tenant"], row["key"], composed.phone, composed.text)
        except Exception as error:
            # Whatever an adapter raises: the message waits and is tried again; the text of an error may quote a phone.
            log.warning("sms_not_sent", message=str(row["id"]), kind=type(error).__name__)
            await self._again(row, error, now)
            return
        # A crash before this line: taken again after the lease, and the adapter knows the key.
        await self._end(row, state="sent", failure=None, finished_at=now)

    async def _compose(self, row: dict[str, Any]) -> Composed | str:
        """The message with phone and code, or the state that it ends in because nobody can or wants to hear it."""
        async with self._database.transaction(row["tenant"]) as tx:
            found = await (self._to_reporter(tx, row) if row["report_id"] else self._to_applicant(tx, row))
            if isinstance(found, str):
                return found
            phone, language, link, about = found
            template = sms_templates()[row["template"]]
            facts = {**row["facts"], "place": self._desk.profile(row["tenant"]).name.zh, "link": link}
            detail = {"template": row["template"], "attempt": row["attempts"]}
            tx.record(Act(action="sms.send", detail=detail, **about))
            words = template.text.en if language == "en" else template.text.zh
            return Composed(phone, words.format(**facts))

    async def _to_applicant(self, tx: Tx, row: dict[str, Any]) -> tuple[str, str, str, dict[str, Any]] | str:
        """Phone, language, link and what the act is about."""
        tenant: str = row["tenant"]
        case = await tx.one(select(desk_case).where(desk_case.c.tenant == tenant, desk_case.c.id == row["case_id"]))
        if case is None:
            return "no_phone"
        phone = self._desk.vault.open(case["applicant"], tenant, "desk_case", "applicant", case["id"]).get("phone")
        if not phone:
            return "no_phone"
        resident = case["resident_id"]
        wishes = await tx.one(repository.preference(tenant, repository.RESIDENT, resident)) if resident else None
        if wishes is not None and not wishes["sms"]:
            return "declined"
        link = ""
        if sms_templates()[row["template"]].evaluation:
            link = f"{self._desk.public_url}/e/{tenant}.{await codes.make(tx, self._desk, case['id'])}"
        about = {"object_kind": "case", "object_id": case["id"], "division": case["division"], "case_id": case["id"]}
        people = [resident] if resident else []
        return phone, wishes["language"] if wishes else "zh", link, {**about, "people": people}

    async def _to_reporter(self, tx: Tx, row: dict[str, Any]) -> tuple[str, str, str, dict[str, Any]] | str:
        """Whoever reported is told with the link under which the whistle is followed and rated."""
        tenant: str = row["tenant"]
        mine = (whistle_report.c.tenant == tenant, whistle_report.c.id == row["report_id"])
        report = await tx.one(select(whistle_report).where(*mine))
        if report is None:
            return "no_phone"
        phone = self._desk.vault.open(report["person"], tenant, "whistle_report", "person", report["id"]).get("phone")
        if not phone:
            return "no_phone"
        about = {"object_kind": "whistle", "object_id": report["whistle_id"], "division": report["division"]}
        return phone, "zh", f"{self._desk.public_url}/v/w/{tenant}.{report['secret']}", about

    async def _again(self, row: dict[str, Any], error: Exception, now: datetime) -> None:
        failure = error.code if isinstance(error, DomainError) else type(error).__name__
        if row["attempts"] >= MOST_ATTEMPTS or isinstance(error, SmsRefused):
            await self._end(row, state="failed", failure=failure, finished_at=now)
            return
        pause = timedelta(seconds=min(15.0 * 2 ** row["attempts"], LONGEST_PAUSE_SECONDS))
        await self._end(row, state="queued", failure=failure, not_before=now + pause)

    async def _end(self, row: dict[str, Any], **values: Any) -> None:
        async with self._database.engine.begin() as connection:
            await connection.execute(
                update(sms_message)
                .where(
                    sms_message.c.tenant == row["tenant"],
                    sms_message.c.id == row["id"],
                    sms_message.c.attempts == row["attempts"],
                    sms_message.c.state == "sending",
                )
                .values(**values)
            )
