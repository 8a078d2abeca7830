"""Reads looks out of the ledger, those at one person and, folded by account, those of an area on one day; keeps what was
answered."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import CTE, BigInteger, ColumnElement, and_, case, cast, exists, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSON, aggregate_order_by, insert

from linli_supervision.ledger.tables import ledger_entry, ledger_reference, ledger_subject
from linli_supervision.lookups.domain import LOOKS, MOST_ENTRIES, NEVER, NIGHT, OPENED, WHOLE, Pair
from linli_supervision.lookups.tables import lookup_answer
from linli_supervision.rows import Row

_e, _r, _s, _a = ledger_entry.c, ledger_reference.c, ledger_subject.c, lookup_answer.c
_BINDS = ("case.open", "case.link")
"""The desk's own acts that say whose a case is."""
BATCH = 5_000
"""Pairs of account and person in one question to the registry, which takes 20,000."""


async def at_person(
    db: Database, tenant: str, records: Sequence[UUID], before: int | None, limit: int
) -> Sequence[Row]:
    """Every look at a person (all records of it) by whoever it was, newest first: the person's right has no area."""
    refs = [str(record) for record in records]
    mine = select(_r.index).where(_r.tenant == tenant, _r.kind == "person", _r.ref.in_(refs))
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    statement = (
        select(ledger_entry, ledger_subject.c.salt, ledger_subject.c.content)
        .select_from(ledger_entry.outerjoin(ledger_subject, beside))
        .where(_e.tenant == tenant, _e.index.in_(mine), _e.action.in_(sorted(LOOKS)))
        .order_by(_e.index.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(_e.index < before)
    return list(await db.fetch_all(statement))


def _opened(viewer: Viewer, day: date) -> CTE:
    """Every (entry, person) of a record that was opened on a day in the viewer's area without a case of theirs.

    Whoever looks names the case, so the name alone excuses nothing. The database folds the looks; how many a day has
    makes it slower and nothing longer.
    """
    begins = datetime.combine(day, time(), SHANGHAI)
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    data = cast(func.convert_from(_s.content, "UTF8"), JSON)["data"]
    listed = case((func.json_typeof(data["people"]) == "array", data["people"]), else_=cast("[]", JSON))
    named = func.json_array_elements_text(listed).table_valued("value").lateral("named")
    hour = func.extract("hour", func.timezone("Asia/Shanghai", _e.time))
    shown = (
        _e.index,
        _e.role,
        _e.action,
        data["actor"].astext.label("actor"),
        named.c.value.label("person"),
        or_(hour >= NIGHT[0], hour < NIGHT[1]).label("night"),
    )
    return (
        select(*shown)
        .select_from(ledger_entry.join(ledger_subject, beside).join(named, true()))
        .where(in_scope(viewer, _e.tenant, _e.division), _e.action.in_(sorted(OPENED)))
        .where(_e.time >= begins, _e.time < begins + timedelta(days=1))
        .where(data["actor"].astext.is_not(None))
        .where(or_(data["case_id"].astext.is_(None), ~_is_theirs(data["case_id"].astext)))
        .cte("opened")
    )


def _newest(indexes: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """The newest entries under a condition, as an array that may hold one entry more than once."""
    gathered = func.array_agg(aggregate_order_by(indexes, indexes.desc()), type_=ARRAY(BigInteger)).filter(condition)
    return gathered[1 : MOST_ENTRIES * 2]


def _is_theirs(case_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the desk opened that case for somebody whom the entry names, or linked it to them: a household is seen whole."""
    of_case, of_person, seen, bound = (*(ledger_reference.alias() for _ in range(3)), ledger_entry.alias())
    tables = (
        of_case.join(bound, and_(bound.c.tenant == of_case.c.tenant, bound.c.index == of_case.c.index))
        .join(of_person, and_(of_person.c.tenant == of_case.c.tenant, of_person.c.index == of_case.c.index))
        .join(seen, and_(seen.c.tenant == of_case.c.tenant, seen.c.ref == of_person.c.ref))
    )
    return (
        exists()
        .select_from(tables)
        .where(of_case.c.tenant == _e.tenant, of_case.c.kind == "object", of_case.c.ref == case_id)
        .where(bound.c.action.in_(_BINDS), of_person.c.kind == "person")
        .where(seen.c.kind == "person", seen.c.index == _e.index)
        .correlate_except(of_case, of_person, seen, bound)
    )


async def counts(db: Database, viewer: Viewer, day: date, least: Mapping[str, int]) -> Sequence[Row]:
    """By account how many people it opened in all, at night and whole; only accounts that a rule asks about."""
    o = _opened(viewer, day).c
    under = {"many_without_case": true(), "at_night": o.night, "many_reveals": o.action.in_(sorted(WHOLE))}
    people = {rule: func.count(o.person.distinct()).filter(condition) for rule, condition in under.items()}
    entries = [_newest(o.index, condition).label(f"{rule}_entries") for rule, condition in under.items()]
    statement = (
        select(o.actor, func.max(o.role).label("role"), *(n.label(rule) for rule, n in people.items()), *entries)
        .group_by(o.actor)
        .having(or_(*(people[rule] >= least.get(rule, NEVER) for rule in under)))
        .order_by(o.actor)
    )
    return list(await db.fetch_all(statement))


async def pairs(db: Database, viewer: Viewer, day: date) -> AsyncIterator[list[Pair]]:
    """Whom each account opened, a batch at a time: the registry is asked about each batch, and none is left out."""
    o = _opened(viewer, day).c
    shown = (o.actor, o.person, func.max(o.role).label("role"), func.bool_or(o.night).label("night"))
    statement = (
        select(*shown, _newest(o.index, true()).label("entries"))
        .group_by(o.actor, o.person)
        .order_by(o.actor, o.person)
        .limit(BATCH)
    )
    after: tuple[str, str] | None = None
    while True:
        begin = statement if after is None else statement.where(tuple_(o.actor, o.person) > after)
        found = [
            Pair(row["actor"], row["role"], row["person"], row["night"], tuple(row["entries"]))
            for row in await db.fetch_all(begin)
        ]
        if found:
            yield found
        if len(found) < BATCH:
            return
        after = found[-1].actor, found[-1].person


async def places(db: Database, tenant: str, indexes: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    """Where and when entries were made."""
    if not indexes:
        return {}
    statement = select(_e.index, _e.division, _e.time).where(_e.tenant == tenant, _e.index.in_(indexes))
    return {row["index"]: (row["division"], row["time"]) for row in await db.fetch_all(statement)}


async def answers(db: Database, viewer: Viewer, day: date) -> dict[tuple[str, str], Row]:
    """What was answered to the alerts of a day, by rule and account."""
    rows = await db.fetch_all(select(lookup_answer).where(_a.tenant == viewer.tenant, _a.day == day))
    return {(row["rule"], str(row["actor"])): row for row in rows}


async def answer(tx: Tx, viewer: Viewer, values: dict[str, Any]) -> bool:
    """Keep an answer; False when the alert has one."""
    made = insert(lookup_answer).values(tenant=viewer.tenant, **values).on_conflict_do_nothing()
    return await tx.scalar(made.returning(_a.rule)) is not None
