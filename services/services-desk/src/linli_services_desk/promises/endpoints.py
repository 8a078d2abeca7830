"""The list of promises: who owes which material by when, the overdue first."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_services_desk.cases import views
from linli_services_desk.cases.schemas import CaseBrief
from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.materials.tables import case_material
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.promises import repository
from linli_services_desk.schema import Row

router = ServiceRouter(prefix="/api/desk/v1/promises", tags=["promises"])
Which = Literal["due", "overdue"]
_promised = case_material.c.promise_date


class Promise(ApiModel):
    """A material that is to come for a case. `days_left` in working days, negative when its day is past."""

    case: CaseBrief
    material_id: str
    material: str
    promise_date: date
    note: str | None
    days_left: int
    overdue: bool


class PromiseList(ApiModel):
    """`open`, `overdue` and `due` (overdue or of today) count the whole area, not the page."""

    open: int
    overdue: int
    due: int
    items: list[Promise]
    next_cursor: str | None


@router.get("", response_model=PromiseList)
async def list_promises(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.PROMISE_READ))],
    database: Annotated[Database, Depends(current_db)],
    desk: CurrentDesk,
    which: Annotated[Which | None, Query(description="`due`: its day is still to come; default: all")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Promised materials (容缺) of cases in scope that have not come, by their day."""
    today, now = database.clock.today(), database.clock.now()
    conditions = () if which is None else (_promised >= today if which == "due" else _promised < today,)
    parsed = Cursor.parse(cursor, date.fromisoformat, UUID, str)
    after = (parsed[0], parsed[1], parsed[2]) if parsed else None
    rows = await database.fetch_all(repository.listing(viewer, *conditions, after=after, limit=limit))
    kept, next_cursor = page(rows, limit, lambda row: [row["promise_date"], row["id"], row["material_id"]])
    counts = await database.fetch_one(repository.counts(viewer, today))
    people = sorted({row["resident_id"] for row in kept if row["resident_id"]})
    await read_audit(request, viewer, Act(action="promise.list", object_kind="case", object_id="list", people=people))
    items = [shown(desk, row, today, now) for row in kept]
    return fast_json(
        {"open": 0, "overdue": 0, "due": 0, **dict(counts or {}), "items": items, "next_cursor": next_cursor}
    )


def shown(desk: Desk, row: Row, today: date, now: datetime) -> dict[str, Any]:
    return {
        "case": views.brief(desk, row, now),
        "material_id": row["material_id"],
        "material": row["material"],
        "promise_date": row["promise_date"],
        "note": row["promise_note"],
        "days_left": _days_left(desk, row["promise_date"], today),
        "overdue": row["promise_date"] < today,
    }


def _days_left(desk: Desk, day: date, today: date) -> int:
    between = desk.calendar.working_days_between
    return between(today, day) if day >= today else -between(day, today)
