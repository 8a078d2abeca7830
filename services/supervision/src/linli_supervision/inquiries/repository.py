"""Queries over inquiries and the committee's records, always within the viewer's area."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_divisions, in_scope
from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.inquiries.tables import committee_check, committee_meeting, inquiry, inquiry_step
from linli_supervision.inquiries.workflow import State, Step
from linli_supervision.ledger.tables import ledger_checkpoint, ledger_entry, ledger_reference

_i, _s, _m, _c, _e = inquiry.c, inquiry_step.c, committee_meeting.c, committee_check.c, ledger_entry.c
_r, _p = ledger_reference.c, ledger_checkpoint.c
PLANNED = "inquiry.plan"
MOST_DRAWN_FROM = 20_000
"""More than a village's acts of one kind in a year."""
MOST_MEETINGS = 60


def one(viewer: Viewer, inquiry_id: UUID) -> Select[Any]:
    return select(inquiry).where(in_scope(viewer, _i.tenant, _i.division), _i.id == inquiry_id)


def listing(
    viewer: Viewer,
    codes: Sequence[str] | None,
    states: Sequence[str],
    before: UUID | None,
    limit: int,
    complaint: UUID | None = None,
) -> Select[Any]:
    """Newest first; `codes`: an area by the prefixes that it means; `complaint`: only what that led to."""
    statement = select(inquiry).where(in_scope(viewer, _i.tenant, _i.division), _i.state.in_(states))
    if codes is not None:
        statement = statement.where(in_divisions(codes, _i.division))
    if complaint is not None:
        statement = statement.where(_i.complaint_id == complaint)
    if before is not None:
        statement = statement.where(_i.id < before)
    return statement.order_by(_i.id.desc()).limit(limit + 1)


def steps(tenant: str, inquiry_id: UUID) -> Select[Any]:
    return select(inquiry_step).where(_s.tenant == tenant, _s.inquiry_id == inquiry_id).order_by(_s.number)


def last_rectified(viewer: Viewer, inquiry_id: UUID) -> Select[Any]:
    """By whom it was put right the last time."""
    joined = inquiry_step.join(inquiry, and_(_i.tenant == _s.tenant, _i.id == _s.inquiry_id))
    wanted = and_(in_scope(viewer, _i.tenant, _i.division), _i.id == inquiry_id, _s.step == Step.RECTIFY.value)
    return select(_s.by).select_from(joined).where(wanted).order_by(_s.number.desc()).limit(1)


async def add_step(tx: Tx, values: dict[str, Any]) -> None:
    number = select(func.count() + 1).where(_s.tenant == tx.tenant, _s.inquiry_id == values["inquiry_id"])
    await tx.execute(insert(inquiry_step).values(tenant=tx.tenant, number=number.scalar_subquery(), **values))


def pool(
    tenant: str, division: str, actions: Sequence[str], since: datetime, until: datetime, size: int | None = None
) -> Select[Any]:
    """Indexes of a village's entries of these kinds; `size`: only those that a log of that size has."""
    statement = (
        select(_e.index)
        .where(_e.tenant == tenant, _e.division == division, _e.action.in_(actions))
        .where(_e.time >= since, _e.time < until)
    )
    if size is not None:
        statement = statement.where(_e.index < size)
    return statement.order_by(_e.index).limit(MOST_DRAWN_FROM)


def first_signed_after(tenant: str, inquiry_id: UUID) -> Select[Any]:
    """The first checkpoint that holds the act by which an inquiry was planned."""
    planned = (
        select(func.min(_r.index))
        .join(ledger_entry, and_(_e.tenant == _r.tenant, _e.index == _r.index))
        .where(_r.tenant == tenant, _r.ref == str(inquiry_id), _r.kind == "object", _e.action == PLANNED)
        .scalar_subquery()
    )
    signed = select(_p.size, _p.root).where(_p.tenant == tenant, _p.size > planned)
    return signed.order_by(_p.size).limit(1)


async def drawn_and_open(tx: Tx, division: str, question: int) -> bool:
    """Whether an inquiry at random into a question is still open there; whoever asks is the only one who does until the commit."""
    place = f"draw:{tx.tenant}:{division}:{question}"
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place, 0))))
    open_ones = select(_i.id).where(_i.tenant == tx.tenant, _i.division == division, _i.question == question)
    return await tx.scalar(open_ones.where(_i.origin == "random", _i.state != State.CLOSED.value).limit(1)) is not None


def meetings(viewer: Viewer, division: str, year: int) -> Select[Any]:
    """A year's meetings, newest first."""
    return (
        select(committee_meeting)
        .where(in_scope(viewer, _m.tenant, _m.division), _m.division == division)
        .where(_m.day >= date(year, 1, 1), _m.day <= date(year, 12, 31))
        .order_by(_m.day.desc(), _m.id.desc())
        .limit(MOST_MEETINGS)
    )


def meetings_of_area(
    viewer: Viewer,
    codes: Sequence[str] | None,
    since: date,
    until: date | None,
    before: tuple[date, UUID] | None,
    limit: int,
) -> Select[Any]:
    """Meetings of committees from a day to another, newest first."""
    statement = select(committee_meeting).where(in_scope(viewer, _m.tenant, _m.division), _m.day >= since)
    if codes is not None:
        statement = statement.where(in_divisions(codes, _m.division))
    if until is not None:
        statement = statement.where(_m.day <= until)
    if before is not None:
        day, key = before
        statement = statement.where((_m.day < day) | and_(_m.day == day, _m.id < key))
    return statement.order_by(_m.day.desc(), _m.id.desc()).limit(limit + 1)


def checks(viewer: Viewer, division: str) -> Select[Any]:
    return select(committee_check).where(in_scope(viewer, _c.tenant, _c.division), _c.division == division)


async def keep_check(tx: Tx, row: dict[str, Any]) -> None:
    made = insert(committee_check).values(tenant=tx.tenant, **row)
    changed = {name: row[name] for name in ("met", "note", "by_name", "at")}
    await tx.execute(made.on_conflict_do_update(index_elements=["tenant", "division", "item"], set_=changed))
