"""The clerk's day at a glance, and what the desk knows of one resident.

Both are reads over cases, papers and the queue; they show only what the viewer may see.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, func, select

from linli_services_desk.cases import repository, views
from linli_services_desk.cases.clock import colour_bounds
from linli_services_desk.cases.schemas import CaseBrief
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.cases.workflow import IN_WORK, TIMED
from linli_services_desk.context import CurrentDesk
from linli_services_desk.documents.tables import document
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.materials.tables import paper
from linli_services_desk.matters.tables import matter, matter_version
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.promises import repository as promises
from linli_services_desk.promises.endpoints import Promise
from linli_services_desk.promises.endpoints import shown as promised
from linli_services_desk.schema import Row
from linli_services_desk.windows import repository as queue
from linli_services_desk.windows.schemas import Ticket
from linli_services_desk.windows.tables import ticket

router = ServiceRouter(prefix="/api/desk/v1", tags=["workbench"])
CurrentDb = Annotated[Database, Depends(current_db)]
# A list at the side of a screen: what does not fit is found by the filter of the same name.
LISTED = 20
LIKELY = 5
EXPIRING_DAYS = 30
# Enough that the five are found behind those for which somebody is too young.
CANDIDATES = 40
YOUNGEST = ("form_schema", "properties", "birth_date", "x-rule", "min_age")
LATELY = 1_000
"""Cases that tell what is asked for: a village's half year."""


class Counts(ApiModel):
    overdue: int
    due_soon: int
    supplements_back: int
    mine: int
    unlinked: int
    awaiting_seal: int
    promises_due: int
    queue: int


class Workbench(ApiModel):
    """Overdue first. `mine` is what waits for the viewer's post; `promises_due` what was promised for today or before."""

    day: date
    working_day: bool
    counts: Counts
    overdue: list[CaseBrief]
    due_soon: list[CaseBrief]
    supplements_back: list[CaseBrief]
    mine: list[CaseBrief]
    unlinked: list[CaseBrief]
    promises_due: list[Promise]
    waiting: int
    ticket: Ticket | None


class PaperOnFile(ApiModel):
    id: UUID
    kind: str
    name: str
    expires_on: date | None
    days_left: int | None


class LikelyMatter(ApiModel):
    id: UUID
    code: str
    name: str
    times: int


class LastCase(ApiModel):
    at: datetime
    matter_name: str
    evaluation: int | None


class DeskSummary(ApiModel):
    running: list[CaseBrief]
    papers: list[PaperOnFile]
    expiring: list[PaperOnFile]
    matters: list[LikelyMatter]
    last: LastCase | None


@router.get("/workbench", response_model=Workbench)
async def workbench(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.WORKBENCH_READ))],
    database: CurrentDb,
    desk: CurrentDesk,
) -> Response:
    """Today: overdue, due soon, supplements out, what waits for me, and my ticket in hand."""
    today, now = database.clock.today(), database.clock.now()
    _, amber = colour_bounds(desk.calendar, desk.thresholds(viewer.tenant), today)
    running = desk_case.c.state.in_(sorted(TIMED))
    conditions = {
        "overdue": running & (desk_case.c.due < today),
        "due_soon": running & (desk_case.c.due >= today) & (desk_case.c.due <= amber),
        "supplements_back": desk_case.c.state == "supplement",
        "mine": repository.waits_for(viewer),
        "unlinked": (desk_case.c.link == "unlinked") & _in_work(),
    }
    rows = {
        name: await database.fetch_all(repository.by_due(viewer, condition, limit=LISTED))
        for name, condition in conditions.items()
    }
    counts = await _counts(database, viewer, conditions)
    owed = await database.fetch_all(promises.upto(viewer, today, LISTED))
    rows_of_people = [*owed[:LISTED], *(row for listed in rows.values() for row in listed)]
    people = sorted({row["resident_id"] for row in rows_of_people if row["resident_id"]})
    await read_audit(request, viewer, Act(action="workbench.read", object_kind="case", object_id="list", people=people))
    in_hand = await database.fetch_one(
        select(ticket)
        .where(
            in_scope(viewer, ticket.c.tenant, ticket.c.division),
            ticket.c.day == today,
            ticket.c.called_by == viewer.subject,
            ticket.c.state == "called",
        )
        .order_by(ticket.c.called_at.desc())
    )
    return fast_json(
        {
            "day": today,
            "working_day": desk.calendar.is_working_day(today),
            "counts": counts,
            **{name: [views.brief(desk, row, now) for row in listed] for name, listed in rows.items()},
            "promises_due": [promised(desk, row, today, now) for row in owed[:LISTED]],
            "waiting": counts["queue"],
            "ticket": _ticket(in_hand) if in_hand else None,
        }
    )


@router.get("/residents/{resident_id}/desk-summary", response_model=DeskSummary)
async def desk_summary(
    request: Request,
    resident_id: UUID,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SUMMARY_READ))],
    database: CurrentDb,
    desk: CurrentDesk,
    age: Annotated[
        int | None, Query(ge=0, le=150, description="leaves out matters for which they are too young")
    ] = None,
) -> Response:
    """Running cases, papers on file, what expires within 30 days, and the five likeliest matters."""
    today, now = database.clock.today(), database.clock.now()
    running = await database.fetch_all(
        repository.listing(
            viewer,
            desk_case.c.resident_id == resident_id,
            _in_work(),
            before=None,
            limit=LISTED,
        )
    )
    papers = await database.fetch_all(
        select(paper.c.id, paper.c.kind, paper.c.name, paper.c.valid_until)
        .where(in_scope(viewer, paper.c.tenant, paper.c.division), paper.c.resident_id == resident_id)
        .order_by(paper.c.kind)
    )
    act = Act(action="resident.desk-summary", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    valid = [_paper(row, today) for row in papers if row["valid_until"] is None or row["valid_until"] >= today]
    expiring = [row for row in valid if row["days_left"] is not None and row["days_left"] <= EXPIRING_DAYS]
    return fast_json(
        {
            "running": [views.brief(desk, row, now) for row in running],
            "papers": valid,
            "expiring": expiring,
            "matters": await _likely(database, viewer, age),
            "last": await _last(database, viewer, resident_id),
        }
    )


async def _counts(database: Database, viewer: Viewer, conditions: dict[str, Any]) -> dict[str, int]:
    counted = [func.count().filter(condition).label(name) for name, condition in conditions.items()]
    row = await database.fetch_one(select(*counted).where(repository.visible(viewer), _in_work()))
    awaiting = await database.fetch_value(
        select(func.count()).where(
            in_scope(viewer, document.c.tenant, document.c.division), document.c.state == "awaiting_seal"
        )
    )
    owed = await database.fetch_one(promises.counts(viewer, database.clock.today()))
    hall = next((code for code in viewer.divisions if len(code) == 12), None)
    waiting = await database.fetch_all(queue.waiting(viewer.tenant, hall, database.clock.today())) if hall else []
    found = dict(row) if row else {}
    return {
        **{name: found.get(name, 0) for name in conditions},
        "awaiting_seal": awaiting or 0,
        "promises_due": owed["due"] if owed else 0,
        "queue": len(waiting),
    }


def _in_work() -> ColumnElement[bool]:
    return desk_case.c.state.in_(sorted(IN_WORK))


def _paper(row: Row, today: date) -> dict[str, Any]:
    until: date | None = row["valid_until"]
    return {
        **{name: row[name] for name in ("id", "kind", "name")},
        "expires_on": until,
        "days_left": (until - today).days if until else None,
    }


async def _last(database: Database, viewer: Viewer, resident_id: UUID) -> dict[str, Any] | None:
    """The resident's last finished case and how it was rated."""
    joined = desk_case.outerjoin(
        evaluation, (evaluation.c.tenant == desk_case.c.tenant) & (evaluation.c.case_id == desk_case.c.id)
    )
    row = await database.fetch_one(
        select(desk_case.c.decided_at.label("at"), desk_case.c.matter_name, evaluation.c.level.label("evaluation"))
        .select_from(joined)
        .where(repository.visible(viewer), desk_case.c.resident_id == resident_id, desk_case.c.decided_at.is_not(None))
        .order_by(desk_case.c.decided_at.desc())
        .limit(1)
    )
    return dict(row) if row else None


async def _likely(database: Database, viewer: Viewer, age: int | None) -> list[dict[str, Any]]:
    """The matters most asked for in the viewer's area lately, then in the catalogue's own order.

    With an age without those that ask for more years.
    """
    lately = repository.listing(viewer, before=None, limit=LATELY).with_only_columns(desk_case.c.matter_id).subquery()
    used = select(lately.c.matter_id, func.count().label("times")).group_by(lately.c.matter_id).subquery()
    times = func.coalesce(used.c.times, 0)
    first = (
        select(matter.c.tenant, matter.c.id, matter.c.code, matter.c.name, matter.c.published_version, matter.c.rank)
        .add_columns(times.label("times"))
        .select_from(matter.outerjoin(used, used.c.matter_id == matter.c.id))
        .where(matter.c.tenant == viewer.tenant, matter.c.state == "published")
        .order_by(times.desc(), matter.c.rank)
        .limit(CANDIDATES)
        .subquery()
    )
    statement = select(first.c.id, first.c.code, first.c.name, first.c.times).order_by(
        first.c.times.desc(), first.c.rank
    )
    if age is not None:
        of = (matter_version.c.tenant == first.c.tenant) & (matter_version.c.matter_id == first.c.id)
        version = first.join(matter_version, of & (matter_version.c.number == first.c.published_version))
        youngest = matter_version.c.definition[YOUNGEST].as_integer()
        statement = statement.select_from(version).where(func.coalesce(youngest, 0) <= age)
    return [dict(row) for row in await database.fetch_all(statement.limit(LIKELY))]


def _ticket(row: Any) -> dict[str, Any]:
    names = ("id", "label", "number", "priority", "state", "division", "window_id", "calls", "taken_at", "called_at")
    return {name: row[name] for name in names}
