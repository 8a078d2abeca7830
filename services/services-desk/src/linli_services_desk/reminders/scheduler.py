"""The scheduler of reminders: one process at a time walks through what is due, and fires each reminder once.

The row of a reminder, its notice and its event are one transaction, and the row's key is unique: whoever dies before the commit
has sent nothing, whoever comes after it finds it sent. The lock only saves two processes the same work; nothing depends on it.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from linli_kernel.calendar import WorkCalendar
from linli_kernel.contracts import desk as contract
from linli_kernel.database import Database, Tx
from linli_kernel.events import Act, Event
from linli_kernel.profile import Profile
from linli_kernel.profile.desk import DeskProfile
from sqlalchemy import Select, Text, and_, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import DBAPIError

from linli_services_desk.cases.hand import plan_from
from linli_services_desk.cases.tables import desk_case, supplement_notice
from linli_services_desk.cases.views import progress_of
from linli_services_desk.cases.workflow import TIMED, State, ready
from linli_services_desk.context import Desk
from linli_services_desk.notices.domain import role_over
from linli_services_desk.notices.service import Telling, tell_of_case, tell_staff
from linli_services_desk.promises import repository as promises
from linli_services_desk.rectification.service import RESPONSIBLE
from linli_services_desk.rectification.tables import rectification
from linli_services_desk.rectification.workflow import UNFINISHED
from linli_services_desk.reminders.domain import Reminder, due_reminders, last_day_to_look_at
from linli_services_desk.reminders.tables import reminder

log = structlog.get_logger("reminders")
LOCK = "linli.reminders"
POLL_SECONDS = 60.0
BATCH = 200
RECTIFY = "rectification"
PROMISE = "promise"
SUPPLEMENT = "supplement"
LATE = "late"
"""Told to the clerk alone: whoever applied holds the case, so nobody is brought before an officer for it."""
# No step of a case: it came back and waits to be accepted again.
WINDOW = "window"
FIRST = (date.min, UUID(int=0))
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# A command that began before the last look may have committed after it.
OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something with a deadline, and who has to act: a step of a case, a rectification, or a promised material."""

    what: str
    step: str
    step_name: tuple[str, str]
    role: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that has not been sent for this deadline."""

    row: Any
    waiting: Waiting
    one: Reminder

    def key(self, tenant: str) -> dict[str, Any]:
        step, kind, day = self.waiting.step, self.one.kind, self.row["due"]
        return {"tenant": tenant, "case_id": self.row["id"], "step": step, "kind": kind, "day": day}


class Scheduler:
    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk
        self._looked: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look every minute until cancelled; takes over when the process that holds the lock ends."""
        while True:
            try:
                async with self._database.pool.acquire() as connection:
                    if await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", LOCK):
                        try:
                            await self._lead()
                        finally:
                            await connection.execute("SELECT pg_advisory_unlock_all()")
            except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("reminders_lost_database", kind=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _lead(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(POLL_SECONDS)

    async def look(self) -> int:
        """Fire what is due in every county; returns how many reminders were fired."""
        fired = 0
        for tenant in self._desk.profiles.tenants():
            for source in SOURCES:
                after: tuple[date, UUID] | None = FIRST
                while after is not None:
                    count, after = await self._batch(tenant.key, source, after)
                    fired += count
            self._looked[tenant.key] = self._database.clock.now()
        return fired

    async def _batch(
        self, tenant: str, source: "Source", after: tuple[date, UUID]
    ) -> tuple[int, tuple[date, UUID] | None]:
        """Fire for one batch in one transaction; returns how many, and where the next batch begins."""
        profile = self._desk.profile(tenant)
        rules = profile.desk
        now = self._database.clock.now()
        before, today = source.before(rules), now.date()
        upto = last_day_to_look_at(self._desk.calendar, today, before)
        found: list[Due] = []
        async with self._database.transaction(tenant) as tx:
            rows = await tx.all(source.rows(tenant, upto, after, self._changed_since(tenant, now)))
            for row in rows:
                wanted = source.wanted(self._desk.calendar, row["due"], today, rules)
                for waiting in source.waits(row):
                    found += [
                        Due(row, waiting, one) for one in wanted if f"{waiting.step}/{one.kind}" not in row["fired"]
                    ]
            fired = await _fire(tx, found, profile)
        return fired, (rows[-1]["due"], rows[-1]["id"]) if len(rows) == BATCH else None

    def _changed_since(self, tenant: str, now: datetime) -> datetime:
        """A day is looked through once; after that only cases that moved can ask for something new."""
        looked = self._looked.get(tenant)
        return looked - OVERLAP if looked is not None and looked.date() == now.date() else BEGINNING


async def _fire(tx: Tx, found: Sequence[Due], profile: Profile) -> int:
    if not found:
        return 0
    rows = [{**due.key(tx.tenant), "fired_at": tx.now} for due in found]
    columns = (reminder.c.case_id, reminder.c.step, reminder.c.kind)
    stored = await tx.all(insert(reminder).values(rows).on_conflict_do_nothing().returning(*columns))
    fresh = {(row["case_id"], row["step"], row["kind"]) for row in stored}
    firing = [due for due in found if (due.row["id"], due.waiting.step, due.one.kind) in fresh]
    tell_staff(tx, *(_telling(due) for due in firing))
    for due in firing:
        if due.one.role is not None:
            _escalated(tx, due.row, due.waiting, due.one)
        elif due.waiting.what in (PROMISE, SUPPLEMENT) and due.one.kind != LATE:
            await _remind_applicant(tx, due, profile)
    return len(firing)


async def _remind_applicant(tx: Tx, due: Due, profile: Profile) -> None:
    row, day = due.row, due.row["due"].isoformat()
    facts = {"number": row["number"], "matter": row["matter_name"], "due": day, "materials": row["materials"]}
    what = due.waiting.what
    tell_of_case(tx, profile, row, f"{what}:{row['id']}:{due.one.kind}:{day}", f"{what}.due", facts)


def _telling(due: Due) -> Telling:
    row, waiting, one = due.row, due.waiting, due.one
    template = "overdue" if one.role else "late" if one.kind == LATE else "due_today" if one.days == 0 else "due_soon"
    facts = {
        "matter": row["matter_name"],
        "number": row["number"],
        "step": waiting.step_name[0],
        "step_en": waiting.step_name[1],
        "due": row["due"].isoformat(),
        "days": one.days,
    }
    key = f"{waiting.what}:{row['id']}:{waiting.step}:{one.kind}:{row['due'].isoformat()}"
    audience = role_over(one.role or waiting.role, row["division"], waiting.department or row["department"])
    return Telling(key, f"{waiting.what}.{template}", audience, facts, row["id"])


def _escalated(tx: Tx, row: Any, waiting: Waiting, one: Reminder) -> None:
    data = contract.CaseEscalated(
        case_id=str(row["id"]),
        division=row["division"],
        department=row["department"],
        what=waiting.what,
        overdue_days=one.days,
        role=one.role or "",
        due=row["due"].isoformat(),
    )
    tx.announce(Event(type=contract.CASE_ESCALATED, subject=str(row["id"]), data=data))
    tx.record(
        Act(
            action=f"{waiting.what}.escalate",
            object_kind="case",
            object_id=row["id"],
            people=[row["resident_id"]] if row["resident_id"] else [],
            division=row["division"],
            case_id=row["id"],
            detail={"kind": one.kind, "step": waiting.step},
        )
    )


def _fired(tenant: str, case_id: Any, due: Any) -> Any:
    """What was already sent for this deadline, as `step/kind`."""
    sent = select(func.array_agg(reminder.c.step + "/" + reminder.c.kind)).where(
        reminder.c.tenant == tenant, reminder.c.case_id == case_id, reminder.c.day == due
    )
    return func.coalesce(sent.scalar_subquery(), literal([], type_=ARRAY(Text))).label("fired")


def _cases(tenant: str, upto: date, after: tuple[date, UUID], changed_since: datetime) -> Select[Any]:
    table = desk_case.c
    return (
        select(desk_case, _fired(tenant, table.id, table.due))
        .where(
            table.tenant == tenant,
            table.state.in_(sorted(TIMED)),
            table.due <= upto,
            table.updated_at >= changed_since,
            tuple_(table.due, table.id) > tuple_(*after),
        )
        .order_by(table.due, table.id)
        .limit(BATCH)
    )


def _rectifications(tenant: str, upto: date, after: tuple[date, UUID], changed_since: datetime) -> Select[Any]:
    table = rectification.c
    names = ("division", "department", "due", "state")
    joined = rectification.join(desk_case, and_(desk_case.c.tenant == table.tenant, desk_case.c.id == table.case_id))
    return (
        select(
            table.case_id.label("id"),
            *(table[name] for name in names),
            *(desk_case.c[name] for name in ("number", "matter_name", "resident_id")),
            _fired(tenant, table.case_id, table.due),
        )
        .select_from(joined)
        .where(
            table.tenant == tenant,
            table.state.in_(sorted(UNFINISHED)),
            table.due <= upto,
            tuple_(table.due, table.case_id) > tuple_(*after),
        )
        .order_by(table.due, table.case_id)
        .limit(BATCH)
    )


def _promises(tenant: str, upto: date, after: tuple[date, UUID], changed_since: datetime) -> Select[Any]:
    found = promises.due_by(tenant, upto, after, changed_since, BATCH).subquery()
    return select(found, _fired(tenant, found.c.id, found.c.due)).order_by(found.c.due, found.c.id)


def _supplements(tenant: str, upto: date, after: tuple[date, UUID], changed_since: datetime) -> Select[Any]:
    table = supplement_notice.c
    names = ("division", "department", "number", "matter_name", "resident_id", "opened_by", "holder")
    joined = supplement_notice.join(
        desk_case, and_(desk_case.c.tenant == table.tenant, desk_case.c.id == table.case_id)
    )
    item = func.jsonb_array_elements(table["items"]).table_valued("value").alias("item")
    return (
        select(
            desk_case.c.id,
            *(desk_case.c[name] for name in names),
            table.answer_by.label("due"),
            func.coalesce(
                select(func.string_agg(item.c.value.op("->>")("name"), literal("、")))
                .select_from(item)
                .scalar_subquery(),
                "",
            ).label("materials"),
            _fired(tenant, table.case_id, table.answer_by),
        )
        .select_from(joined)
        .where(
            table.tenant == tenant,
            table.answered_at.is_(None),
            desk_case.c.state == State.SUPPLEMENT.value,
            table.answer_by <= upto,
            desk_case.c.updated_at >= changed_since,
            tuple_(table.answer_by, table.case_id) > tuple_(*after),
        )
        .order_by(table.answer_by, table.case_id)
        .limit(BATCH)
    )


def _steps(row: Any) -> Sequence[Waiting]:
    if row["state"] == State.RECEIVED:
        return [Waiting("case", WINDOW, ("窗口重新受理", "acceptance at the window"), "clerk")]
    return [
        Waiting("case", step.key, (step.name_zh, step.name_en), step.role, step.department)
        for step in ready(progress_of(row), plan_from(row["steps"]))
    ]


def _rectifying(row: Any) -> Sequence[Waiting]:
    return [Waiting("rectification", RECTIFY, ("整改", "rectification"), RESPONSIBLE)]


def _promising(row: Any) -> Sequence[Waiting]:
    return [Waiting(PROMISE, PROMISE, (row["materials"], row["materials"]), "clerk")]


def _supplementing(row: Any) -> Sequence[Waiting]:
    return [Waiting(SUPPLEMENT, SUPPLEMENT, ("补正材料", "the papers asked for"), "clerk")]


def _usual(rules: DeskProfile) -> Collection[int]:
    return rules.notices.remind_days_before


@dataclass(frozen=True, slots=True)
class Source:
    """Where deadlines are found, who has to act on them, and how many working days before they are reminded."""

    rows: Callable[[str, date, tuple[date, UUID], datetime], Select[Any]]
    waits: Callable[[Any], Sequence[Waiting]]
    before: Callable[[DeskProfile], Collection[int]] = _usual
    escalates: bool = True

    def wanted(self, calendar: WorkCalendar, due: date, today: date, rules: DeskProfile) -> list[Reminder]:
        if not self.escalates and due < today:
            return [Reminder(LATE, calendar.working_days_between(due, today))]
        return due_reminders(calendar, due, today, self.before(rules), rules.escalation)


SOURCES = (
    Source(_cases, _steps),
    Source(_rectifications, _rectifying),
    Source(_promises, _promising, lambda rules: rules.deferred.remind_days_before),
    Source(_supplements, _supplementing, lambda rules: rules.supplement.remind_days_before, escalates=False),
)
