"""The queue of short messages: sent through an adapter, several at once, and tried again after a failure.

What one person is told goes out in the order in which it happened. A message is sent once: the adapter is given its key, and a key that it knows already it does not send again. Whoever dies while
sending leaves the messages to be taken again after the lease; the adapter then recognises the keys.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import structlog
from linli_kernel.database import Database, HotQuery, Tx, insert_of, params_of
from linli_kernel.errors import DomainError, Unavailable
from linli_kernel.events import Act
from linli_kernel.privacy import DecryptionError, mask_phone
from linli_kernel.sms import SmsProvider, SmsRefused
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from linli_services_desk.context import Desk
from linli_services_desk.evaluations import codes
from linli_services_desk.meetings import repository as meetings
from linli_services_desk.notices import repository
from linli_services_desk.notices.domain import after_quiet_hours, sms_templates
from linli_services_desk.notices.tables import demo_sms
from linli_services_desk.subscriptions import repository as subscriptions

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

    _ADD = insert_of(demo_sms, after=lambda statement: statement.on_conflict_do_nothing())

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
        at = self._database.clock.now()
        row = {"tenant": tenant, "key": key, "phone_masked": mask_phone(phone), "text": text, "sent_at": at}
        await self._database.fetch_all(self._ADD, params_of(demo_sms, [row]))


class ProviderSms:
    """Hands messages to the place's provider. A provider knows no counties, so the county is part of the number."""

    def __init__(self, provider: SmsProvider) -> None:
        self._provider = provider

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
        await self._provider.send(request_id(tenant, key), phone, text)


def request_id(tenant: str, key: str) -> str:
    return f"{tenant}/{key}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was taken to be sent."""

    tenant: str
    id: UUID
    key: str
    template: str
    facts: dict[str, Any]
    case_id: UUID | None
    report_id: UUID | None
    subscription_id: UUID | None
    meeting_call: UUID | None
    resident_id: UUID | None
    attempts: int

    @property
    def whom(self) -> UUID | None:
        """What stands for the person who is told: their messages go out one after the other."""
        return self.case_id or self.report_id or self.subscription_id or self.resident_id


@dataclass(frozen=True, slots=True)
class Composed:
    phone: str
    text: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of whom a message is for; `about` is what the act says."""

    phone: str
    language: str
    about: dict[str, Any]
    links: Mapping[str, str] = field(default_factory=dict)


_TAKE = HotQuery(
    text(
        "UPDATE sms_message SET state = 'sending', attempts = attempts + 1, not_before = :lease "
        "WHERE (tenant, id) IN (SELECT tenant, id FROM sms_message WHERE state IN ('queued', 'sending') "
        "AND not_before <= :now ORDER BY not_before, id LIMIT :most FOR UPDATE SKIP LOCKED) "
        "RETURNING tenant, id, key, template, facts, case_id, report_id, subscription_id, meeting_call, resident_id, attempts"
    )
)
# Whoever lost the lease meanwhile, or whose message has its receipt already, changes nothing.
_END = HotQuery(
    text(
        "UPDATE sms_message SET state = :state, failure = :failure, finished_at = :finished_at, "
        "not_before = coalesce(CAST(:not_before AS timestamptz), sms_message.not_before) "
        "FROM unnest(CAST(:tenants AS text[]), CAST(:ids AS uuid[]), CAST(:attempts AS integer[])) "
        "AS ended (tenant, id, attempts) WHERE sms_message.tenant = ended.tenant AND sms_message.id = ended.id "
        "AND sms_message.attempts = ended.attempts AND sms_message.state = 'sending'"
    )
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
        taken = await self._database.fetch_all(_TAKE, {"now": now, "lease": now + LEASE, "most": AT_ONCE})
        messages = sorted((Message(**row) for row in taken), key=lambda message: (message.tenant, message.id))
        by_tenant = groupby(messages, key=lambda message: message.tenant)
        await asyncio.gather(*[self._send(tenant, list(of_tenant), now) for tenant, of_tenant in by_tenant])
        return len(messages)

    async def _send(self, tenant: str, messages: list[Message], now: datetime) -> None:
        rules = self._desk.profile(tenant).desk.notices
        ring_at = after_quiet_hours(now, rules.quiet_from, rules.quiet_to)
        if ring_at > now:
            await self._end(messages, "queued", not_before=ring_at)
            return
        try:
            composed = await self._compose(tenant, messages, await self._phones(tenant, messages))
        except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            composed = dict.fromkeys((message.id for message in messages), error)
        of_one_person: defaultdict[UUID | None, list[Message]] = defaultdict(list)
        for message in messages:
            of_one_person[message.whom].append(message)
        became: dict[UUID, str | Exception] = {}
        await asyncio.gather(*(self._in_turn(told, composed, became, now + LEASE) for told in of_one_person.values()))
        for state in sorted({end for end in became.values() if isinstance(end, str)}):
            # A crash before this line: taken again after the lease, and the adapter knows the keys.
            await self._end([one for one in messages if became.get(one.id) == state], state, finished_at=now)
        for message in messages:
            if isinstance(fault := became.get(message.id), Exception):
                await self._again(message, fault, now)

    async def _in_turn(
        self,
        messages: list[Message],
        composed: dict[UUID, Composed | str | Exception],
        became: dict[UUID, str | Exception],
        until: datetime,
    ) -> None:
        for message in messages:
            # A provider that is this slow: whoever takes it next may be sending it already.
            if self._database.clock.now() < until:
                became[message.id] = await self._one(message, composed[message.id])

    async def _one(self, message: Message, composed: Composed | str | Exception) -> str | Exception:
        """Send one message; returns the state that it ends in, or what went wrong."""
        if isinstance(composed, str):
            return composed
        if self._sender is None:
            return "no_adapter"
        try:
            if isinstance(composed, Exception):
                raise composed
            await self._sender.send(message.tenant, message.key, composed.phone, composed.text)
        except Exception as error:
            # Whatever an adapter raises: the message waits and is tried again; the text of an error may quote a phone.
            log.warning("sms_not_sent", message=str(message.id), kind=type(error).__name__)
            return error
        return "sent"

    async def _phones(self, tenant: str, messages: list[Message]) -> dict[UUID, str | None] | Unavailable:
        """The phones of those who are called to meetings, or that the registry is away; asked outside of the transaction."""
        people = defaultdict(set)
        for message in messages:
            if message.resident_id:
                people[UUID(message.facts["deliberation_id"])].add(message.resident_id)
        found: dict[UUID, str | None] = {}
        try:
            for deliberation, called in people.items():
                reached = await self._desk.registry.reach(tenant, deliberation, sorted(called), phones=True)
                found |= {one: person.phone for one, person in reached.items()}
        except Unavailable as error:
            return error
        return found

    async def _compose(
        self, tenant: str, messages: list[Message], phones: dict[UUID, str | None] | Unavailable
    ) -> dict[UUID, Composed | str | Exception]:
        """Each message with phone and code, the state that it ends in because nobody can or wants to hear it, or its fault."""
        async with self._database.transaction(tenant) as tx:
            known = {
                **await self._applicants(tx, messages),
                **await self._reporters(tx, messages),
                **await self._subscribers(tx, messages),
                **await self._called(tx, messages, phones),
            }
            rating = [
                message.case_id
                for message in messages
                if message.case_id and isinstance(known.get(message.id), _Known) and _asks_to_rate(message)
            ]
            made = await codes.make(tx, self._desk, rating) if rating else {}
            return {
                message.id: self._worded(tx, message, known.get(message.id, "no_phone"), made) for message in messages
            }

    def _worded(
        self, tx: Tx, message: Message, known: "_Known | str | Exception", made: dict[UUID, str]
    ) -> Composed | str | Exception:
        if not isinstance(known, _Known):
            return known
        link, template = "", sms_templates()[message.template]
        if message.case_id in made and template.evaluation:
            link = f"{self._desk.public_url}/e/{message.tenant}.{made[message.case_id]}"
        facts = {**message.facts, "place": self._desk.profile(message.tenant).name.zh, "link": link, **known.links}
        try:
            text = (template.text.en if known.language == "en" else template.text.zh).format(**facts)
        except (KeyError, IndexError, ValueError) as error:
            return error
        tx.record(
            Act(action="sms.send", detail={"template": message.template, "attempt": message.attempts}, **known.about)
        )
        return Composed(known.phone, text)

    async def _applicants(self, tx: Tx, messages: list[Message]) -> dict[UUID, _Known | str | Exception]:
        cases = sorted({message.case_id for message in messages if message.case_id and not message.report_id})
        rows = await tx.quick(repository.APPLICANTS, {"tenant": tx.tenant, "cases": cases}) if cases else []
        by_case = {row["id"]: row for row in rows}
        return {
            message.id: self._applicant(tx.tenant, by_case[message.case_id])
            for message in messages
            if not message.report_id and message.case_id in by_case
        }

    def _applicant(self, tenant: str, case: Any) -> _Known | str | Exception:
        try:
            phone = self._desk.vault.open(case["applicant"], tenant, "desk_case", "applicant", case["id"]).get("phone")
        except DecryptionError as error:
            return error
        if not phone:
            return "no_phone"
        if case["sms"] is False:
            return "declined"
        about = {"object_kind": "case", "object_id": case["id"], "division": case["division"], "case_id": case["id"]}
        people = [case["resident_id"]] if case["resident_id"] else []
        return _Known(phone, case["language"] or "zh", {**about, "people": people})

    async def _reporters(self, tx: Tx, messages: list[Message]) -> dict[UUID, _Known | str | Exception]:
        """Whoever reported is told with the link under which the whistle is followed and rated."""
        reports = sorted({message.report_id for message in messages if message.report_id})
        rows = await tx.quick(repository.REPORTERS, {"tenant": tx.tenant, "reports": reports}) if reports else []
        by_report = {row["id"]: row for row in rows}
        return {
            message.id: self._reporter(tx.tenant, by_report[message.report_id])
            for message in messages
            if message.report_id in by_report
        }

    def _reporter(self, tenant: str, report: Any) -> _Known | str | Exception:
        try:
            phone = self._desk.vault.open(report["person"], tenant, "whistle_report", "person", report["id"]).get(
                "phone"
            )
        except DecryptionError as error:
            return error
        if not phone:
            return "no_phone"
        about = {"object_kind": "whistle", "object_id": report["whistle_id"], "division": report["division"]}
        return _Known(phone, "zh", about, {"link": f"{self._desk.public_url}/v/w/{tenant}.{report['secret']}"})

    async def _subscribers(self, tx: Tx, messages: list[Message]) -> dict[UUID, _Known | str | Exception]:
        """Whoever follows something is told with its address and the link that ends it; who left meanwhile wants no more."""
        followed = sorted({message.subscription_id for message in messages if message.subscription_id})
        if not followed:
            return {}
        rows = await tx.quick(subscriptions.SUBSCRIBERS, {"tenant": tx.tenant, "subscriptions": followed})
        by_id = {row["id"]: row for row in rows}
        return {
            message.id: self._subscriber(tx.tenant, message, by_id.get(message.subscription_id))
            for message in messages
            if message.subscription_id
        }

    def _subscriber(self, tenant: str, message: Message, one: Any) -> _Known | str | Exception:
        if one is None or one["sms"] is False:
            return "declined"
        try:
            phone = one["phone"] and self._desk.vault.open(one["phone"], tenant, "subscription", "phone", one["id"])
        except DecryptionError as error:
            return error
        if not phone:
            return "no_phone"
        about = {"object_kind": "subscription", "object_id": one["id"], "division": one["division"]}
        links = {
            "link": f"{self._desk.public_url}/disclosures/{message.facts['disclosure_id']}",
            "stop": f"{self._desk.public_url}/v/s/{tenant}.{one['secret']}",
        }
        return _Known(phone, one["language"] or "zh", {**about, "people": [one["resident_id"]]}, links)

    async def _called(
        self, tx: Tx, messages: list[Message], phones: dict[UUID, str | None] | Unavailable
    ) -> dict[UUID, _Known | str | Exception]:
        """Whoever is called to a meeting is told where to vote or to read of it, unless a later call was made meanwhile."""
        called = [message.id for message in messages if message.meeting_call]
        if not called:
            return {}
        rows = await tx.quick(meetings.CALLED, {"tenant": tx.tenant, "messages": called, "now": tx.now})
        return {row["id"]: self._one_called(row, phones) for row in rows}

    def _one_called(self, row: Any, phones: dict[UUID, str | None] | Unavailable) -> _Known | str | Exception:
        if row["outdated"] or row["sms"] is False:
            return "outdated" if row["outdated"] else "declined"
        if isinstance(phones, Unavailable):
            return phones
        phone = phones.get(row["resident_id"])
        if not phone:
            return "no_phone"
        deliberation = row["deliberation_id"]
        about = {"object_kind": "deliberation", "object_id": deliberation, "division": row["division"]}
        links = {"link": f"{self._desk.public_url}/v/d/{deliberation}"}
        return _Known(phone, row["language"] or "zh", {**about, "people": [row["resident_id"]]}, links)

    async def _again(self, message: Message, error: Exception, now: datetime) -> None:
        failure = error.code if isinstance(error, DomainError) else type(error).__name__
        if message.attempts >= MOST_ATTEMPTS or isinstance(error, SmsRefused):
            await self._end([message], "failed", failure=failure, finished_at=now)
            return
        pause = timedelta(seconds=min(15.0 * 2**message.attempts, LONGEST_PAUSE_SECONDS))
        await self._end([message], "queued", failure=failure, not_before=now + pause)

    async def _end(
        self,
        messages: Iterable[Message],
        state: str,
        *,
        failure: str | None = None,
        finished_at: datetime | None = None,
        not_before: datetime | None = None,
    ) -> None:
        rows = list(messages)
        values = {"state": state, "failure": failure, "finished_at": finished_at, "not_before": not_before}
        key = {name: [getattr(row, one) for row in rows] for name, one in _KEY.items()}
        await self._database.fetch_all(_END, {**values, **key})


_KEY = {"tenants": "tenant", "ids": "id", "attempts": "attempts"}


def _asks_to_rate(message: Message) -> bool:
    return sms_templates()[message.template].evaluation
