"""The supervision committee's activity record (活动有记录): what it did, out of the county's log and written by nobody.

An opening of the seal is one line, once all custodians are there; a disclosure checked, a step of an inquiry, a meeting are one
line each. Nobody can add to it but by doing something, and every line is an entry that can be proved.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.identity import Role, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import Index, Select, and_, or_, select, tuple_
from sqlalchemy import text as sql

from linli_supervision.flags.facts import Fact, fact_of
from linli_supervision.ledger.tables import ledger_entry, ledger_subject

_e, _s = ledger_entry.c, ledger_subject.c
OPENED = "seal-use.open"
CHECKED = "committee.check"
OF_THE_SEAL = frozenset({OPENED, "seal-use.unseal", "seal-use.reclose", "seal-use.refuse"})
"""The opening of the seal is the committee's matter, whoever holds its pieces; that somebody refused belongs to it."""
ITS_OWN = frozenset({
    "seal-use.approve", "disclosure.check", "disclosure.return", "inquiry.plan", "inquiry.begin",
    "inquiry.clear", "inquiry.object", "inquiry.reject", "inquiry.accept", "committee.meet", CHECKED,
    "deliberation.accept", "deliberation.send-back",
})  # fmt: skip
"""The committee's when one of its members did it: a township approves uses of the seal, too."""
TOGETHER = frozenset({"open", "present"})
"""States of a use in which every custodian is there."""
WITH_A_PAGE = frozenset({"seal-use", "disclosure", "inquiry", "deliberation"})
BATCH = 200
Place = tuple[datetime, int]
"""When, and which entry: a field's work may reach the log days later."""

BY_THE_COMMITTEE = "action IN (" + ", ".join(f"'{action}'" for action in sorted(OF_THE_SEAL | ITS_OWN)) + ")"
"""In the words of the index, as `flags.tables.BEGINS_A_RULE` is."""

Index("ledger_entry_committee", _e.tenant, _e.division, _e.time, _e.index, postgresql_where=sql(BY_THE_COMMITTEE))


async def page(
    db: Database, viewer: Viewer, division: str, year: int, before: Place | None, limit: int
) -> list[dict[str, Any]]:
    """Return up to `limit + 1` lines of a year, newest first, from `before` on."""
    found: list[dict[str, Any]] = []
    while len(found) <= limit:
        rows = await db.fetch_all(_entries(viewer, division, year, before))
        facts = [fact for row in rows if (fact := fact_of(row)) is not None]
        found += [_line(fact) for fact in facts if fact.action != OPENED or fact.text("state") in TOGETHER]
        if len(rows) < BATCH:
            break
        before = rows[-1]["time"], rows[-1]["index"]
    return found[: limit + 1]


def last(viewer: Viewer, division: str, year: int) -> Select[Any]:
    """When a member of the committee last did something in a year; saying what it has is no activity."""
    start, end = _bounds(year)
    return (
        select(_e.time)
        .where(in_scope(viewer, _e.tenant, _e.division), _e.division == division)
        .where(sql(f"ledger_entry.{BY_THE_COMMITTEE}"), _e.action.in_(sorted(ITS_OWN - {CHECKED})))
        .where(_e.role == Role.SUPERVISOR.value, _e.outcome == "ok", _e.time >= start, _e.time < end)
        .order_by(_e.time.desc())
        .limit(1)
    )


def _bounds(year: int) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(date(one, 1, 1), time(), SHANGHAI) for one in (year, year + 1))
    return start, end


def _entries(viewer: Viewer, division: str, year: int, before: Place | None) -> Select[Any]:
    start, end = _bounds(year)
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    columns = (_e.index, _e.source, _e.source_seq, _e.action, _e.time, _e.role, _e.division, _s.content)
    statement = (
        select(*columns)
        .select_from(ledger_entry.join(ledger_subject, beside))
        .where(in_scope(viewer, _e.tenant, _e.division), _e.division == division)
        .where(sql(f"ledger_entry.{BY_THE_COMMITTEE}"))
        .where(or_(_e.action.in_(sorted(OF_THE_SEAL)), _e.role == Role.SUPERVISOR.value))
        .where(_e.time >= start, _e.time < end, _e.outcome == "ok")
    )
    if before is not None:
        statement = statement.where(tuple_(_e.time, _e.index) < before)
    return statement.order_by(_e.time.desc(), _e.index.desc()).limit(BATCH)


def _line(fact: Fact) -> dict[str, Any]:
    """`of` and `object_id` lead to what it was about; a meeting and an item of the check list stand on the committee's own page."""
    noun = fact.action.partition(".")[0]
    of = noun if noun in WITH_A_PAGE else None
    return {
        "entry": fact.index,
        "at": fact.time,
        "action": fact.action,
        "actor": fact.actor,
        "of": of,
        "object_id": fact.object_id if of else None,
        "item": fact.object_id if fact.action == CHECKED else fact.text("item"),
    }


def actors(lines: Iterable[Mapping[str, Any]]) -> set[UUID]:
    return {account for line in lines if (account := _account(line)) is not None}


def named(line: Mapping[str, Any], names: Mapping[UUID, str]) -> dict[str, Any] | None:
    account = _account(line)
    return None if account is None else {"id": account, "name": names.get(account)}


def _account(line: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(line["actor"] or "")
    except ValueError:
        return None
