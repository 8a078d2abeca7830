"""The complaint that an inquiry was opened by, chosen among what the village's people brought up: questions about disclosures,
appeals against their answers, whistles, bad ratings.

It is named by reference. Who complained is nowhere in it; the outcome reaches them on the way by which they were known before.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli_kernel.errors import FieldError, Invalid
from linli_kernel.identity import Viewer
from linli_kernel.profile import Profile
from linli_kernel.scope import in_scope
from sqlalchemy import Select, and_, func, select

from linli_supervision.flags.facts import Fact, fact_of
from linli_supervision.inquiries.schemas import Complaint, ComplaintKind, ComplaintName
from linli_supervision.inquiries.tables import inquiry
from linli_supervision.inquiries.workflow import State
from linli_supervision.ledger.tables import ledger_entry, ledger_subject
from linli_supervision.questions.tables import disclosure_question
from linli_supervision.rows import Row

DAYS = 180
"""Longer than any clock of a complaint runs."""
MOST = 60
WORDS = 60
_q, _e, _s, _i = disclosure_question.c, ledger_entry.c, ledger_subject.c, inquiry.c
WHISTLED = ("desk.whistle.reported", "desk.whistle.called")
RATED = "desk.evaluation.given"
Fetch = Callable[[Any], Awaitable[Sequence[Row]]]


async def known(fetch: Fetch, viewer: Viewer, profile: Profile, division: str, now: datetime) -> list[Complaint]:
    """Return what people of a village complained of in the last months, newest first."""
    since = now - timedelta(days=DAYS)
    asked = [one for row in await fetch(_questions(viewer, division, since)) for one in _of_question(row, since)]
    facts = [fact_of(row) for row in await fetch(_entries(viewer, division, since))]
    told = _once(one for fact in facts if fact is not None for one in _of_fact(fact, profile))
    return sorted([*asked, *told], key=lambda one: one.at, reverse=True)[:MOST]


async def chosen(
    fetch: Fetch, viewer: Viewer, profile: Profile, division: str, now: datetime, name: ComplaintName
) -> Complaint:
    """Return the complaint of that name in the village; raises Invalid where there is none."""
    for one in await known(fetch, viewer, profile, division, now):
        if (one.kind, one.id) == (name.kind, name.id):
            return one
    fault = FieldError(
        "/complaint", "inquiry.complaint", "本村没有这件反映", "There is no such complaint in the village"
    )
    raise Invalid(errors=[fault])


def shown(row: Row) -> dict[str, Any] | None:
    if not row["complaint"]:
        return None
    return {"kind": row["complaint"], "id": row["complaint_id"], "disclosure_id": None, **row["complaint_facts"]}


def outcome_of(row: Row) -> str | None:
    """What an inquiry came to; a finding has its day by which it was to be put right."""
    if row["state"] != State.CLOSED:
        return None
    return "nothing_wrong" if row["due"] is None else "put_right"


async def after(fetch: Fetch, tenant: str, complaints: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """Return the inquiries that complaints of one page led to, by the complaint and oldest first."""
    wanted = and_(_i.tenant == tenant, _i.complaint_id.in_(complaints))
    columns = (_i.complaint_id, _i.id, _i.state, _i.due, _i.created_at)
    found: dict[UUID, list[Row]] = {one: [] for one in complaints}
    for row in await fetch(select(*columns).where(wanted).order_by(_i.id).limit(MOST * 10)):
        found[row["complaint_id"]].append(row)
    return found


def _questions(viewer: Viewer, division: str, since: datetime) -> Select[Any]:
    here = and_(in_scope(viewer, _q.tenant, _q.division), _q.division == division)
    last = func.coalesce(_q.appealed_at, _q.asked_at)
    return select(disclosure_question).where(here, last >= since).order_by(last.desc(), _q.id.desc()).limit(MOST)


def _entries(viewer: Viewer, division: str, since: datetime) -> Select[Any]:
    beside = and_(_s.tenant == _e.tenant, _s.index == _e.index)
    columns = (_e.index, _e.source, _e.source_seq, _e.action, _e.time, _e.role, _e.division, _s.content)
    return (
        select(*columns)
        .select_from(ledger_entry.join(ledger_subject, beside))
        .where(in_scope(viewer, _e.tenant, _e.division), _e.division == division)
        .where(_e.action.in_((*WHISTLED, RATED)), _e.time >= since)
        .order_by(_e.index.desc())
        .limit(MOST * 10)
    )


def _of_question(row: Row, since: datetime) -> Iterator[Complaint]:
    """The question, and the appeal against its answer: each may open an inquiry of its own, under the question's id."""
    said: list[tuple[ComplaintKind, str, datetime | None]] = [
        ("appeal", row["appeal"], row["appealed_at"]),
        ("objection", row["text"], row["asked_at"]),
    ]
    for kind, text, at in said:
        if at is not None and at >= since:
            words = text if len(text) <= WORDS else f"{text[:WORDS]}…"
            yield Complaint(kind=kind, id=row["id"], zh=words, en=words, at=at, disclosure_id=row["disclosure_id"])


def _of_fact(fact: Fact, profile: Profile) -> Iterator[Complaint]:
    if fact.action == RATED:
        level, case = fact.said.get("level"), fact.text("case_id")
        if isinstance(level, int) and case and level <= profile.desk.evaluation.bad_from:
            yield _told("rating", case, fact, profile.desk.evaluation.levels[level])
    elif (whistle := fact.text("whistle_id")) and fact.said.get("from_state") is None:
        category = profile.desk.whistle.category(fact.text("category") or "")
        yield _told("whistle", whistle, fact, category.name if category else None)


def _told(kind: ComplaintKind, name: str, fact: Fact, words: Any) -> Complaint:
    zh, en = (words.zh, words.en) if words else ("", "")
    return Complaint(kind=kind, id=UUID(name), zh=zh, en=en, at=fact.time, disclosure_id=None)


def _once(found: Iterable[Complaint]) -> list[Complaint]:
    return list({(one.kind, one.id): one for one in found}.values())
