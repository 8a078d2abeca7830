"""What will be overdue, first what is due first; and how much of it each department and each person has on each day.

A leader sees the own area, a department the cases of its own matters.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from pydantic import Field
from sqlalchemy import ColumnElement, Text, and_, func, select

from linli_services_desk.cases import repository, views
from linli_services_desk.cases.holding import holder as in_hands_of
from linli_services_desk.cases.schemas import CaseBrief
from linli_services_desk.cases.tables import case_history, desk_case
from linli_services_desk.cases.workflow import TIMED
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1/outlook", tags=["outlook"])
Leader = Annotated[Viewer, Depends(require(POLICY, Permission.OUTLOOK_READ))]
Db = Annotated[Database, Depends(current_db)]
# How far a leader looks ahead unless another day is named.
WORKING_DAYS_AHEAD = 10
MOST_GROUPS = 400
Upto = Annotated[GivenDay | None, Query(description="last deadline; default: ten working days ahead")]


class OutlookCase(CaseBrief):
    """`holder` has it in hand at the window; who acts next is the step's role."""

    department: str
    due: date
    overdue: bool
    holder: UUID
    holder_name: str


class OutlookList(ApiModel):
    items: list[OutlookCase]
    next_cursor: str | None


class Load(ApiModel):
    """Running cases of one department in one person's hands that are due on one day."""

    department: str
    holder: UUID
    holder_name: str
    due: date
    cases: int


class OutlookFigures(ApiModel):
    today: date
    upto: date
    overdue: int
    items: list[Load] = Field(max_length=MOST_GROUPS)


@router.get("", response_model=OutlookList)
async def outlook(
    request: Request,
    viewer: Leader,
    database: Db,
    desk: CurrentDesk,
    department: Annotated[str | None, Query(max_length=60)] = None,
    holder: Annotated[UUID | None, Query(description="in whose hands")] = None,
    day: Annotated[GivenDay | None, Query(description="due on this day")] = None,
    upto: Upto = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Running cases in scope by deadline, the overdue first."""
    today = database.clock.today()
    conditions = [_due_by(upto or desk.calendar.add_working_days(today, WORKING_DAYS_AHEAD).day)]
    if department is not None:
        conditions.append(desk_case.c.department == department)
    if holder is not None:
        conditions.append(in_hands_of() == holder)
    if day is not None:
        conditions.append(desk_case.c.due == day)
    after = Cursor.parse(cursor, date.fromisoformat, UUID)
    if after is not None:
        later = and_(desk_case.c.due == after[0], desk_case.c.id > after[1])
        conditions.append((desk_case.c.due > after[0]) | later)
    rows = await database.fetch_all(repository.by_due(viewer, *conditions, limit=limit + 1))
    kept, next_cursor = page(rows, limit, lambda row: [row["due"], row["id"]])
    names = await _openers(database, viewer, [row["id"] for row in kept if row["holder_name"] is None])
    people = sorted({row["resident_id"] for row in kept if row["resident_id"]})
    await read_audit(request, viewer, Act(action="outlook.read", object_kind="case", object_id="list", people=people))
    now = database.clock.now()
    items = [
        {
            **views.brief(desk, row, now),
            "department": row["department"],
            "due": row["due"],
            "overdue": row["due"] < today,
            "holder": row["holder"] or row["opened_by"],
            "holder_name": row["holder_name"] or names.get(row["id"], ""),
        }
        for row in kept
    ]
    return fast_json({"items": items, "next_cursor": next_cursor})


@router.get("/figures", response_model=OutlookFigures)
async def outlook_figures(viewer: Leader, database: Db, desk: CurrentDesk, upto: Upto = None) -> Response:
    """How many running cases are due, by department, person and day."""
    today = database.clock.today()
    last = upto or desk.calendar.add_working_days(today, WORKING_DAYS_AHEAD).day
    grouped = (desk_case.c.department, in_hands_of(), desk_case.c.due)
    columns = (
        desk_case.c.department,
        in_hands_of().label("holder"),
        desk_case.c.due,
        func.count().label("cases"),
        func.max(desk_case.c.holder_name).label("holder_name"),
        func.min(desk_case.c.id.cast(Text)).label("example"),
    )
    rows = await database.fetch_all(
        select(*columns)
        .where(repository.visible(viewer), _due_by(last))
        .group_by(*grouped)
        .order_by(desk_case.c.due, func.count().desc())
        .limit(MOST_GROUPS)
    )
    overdue = await database.fetch_value(
        select(func.count()).where(repository.visible(viewer), _running(), desk_case.c.due < today)
    )
    names = await _openers(database, viewer, [UUID(row["example"]) for row in rows if row["holder_name"] is None])
    items = [
        {
            "department": row["department"],
            "holder": row["holder"],
            "holder_name": row["holder_name"] or names.get(UUID(row["example"]), ""),
            "due": row["due"],
            "cases": row["cases"],
        }
        for row in rows
    ]
    return fast_json({"today": today, "upto": last, "overdue": overdue or 0, "items": items})


def _running() -> ColumnElement[bool]:
    return desk_case.c.state.in_(sorted(TIMED))


def _due_by(day: date) -> ColumnElement[bool]:
    return and_(_running(), desk_case.c.due <= day)


async def _openers(database: Database, viewer: Viewer, cases: list[UUID]) -> dict[UUID, str]:
    """Who opened each case, by name: the first entry of its history."""
    if not cases:
        return {}
    first = (case_history.c.tenant == viewer.tenant, case_history.c.case_id.in_(cases), case_history.c.version == 1)
    rows = await database.fetch_all(select(case_history.c.case_id, case_history.c.actor_name).where(*first))
    return {row["case_id"]: row["actor_name"] for row in rows}
