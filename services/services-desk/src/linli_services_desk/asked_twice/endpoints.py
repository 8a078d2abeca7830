"""How often residents were asked for what was there, by village, matter, month or thing: figures only, nobody is named."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response
from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json
from linli_kernel.identity import Role, Viewer
from linli_kernel.permissions import require
from linli_kernel.scope import in_scope
from pydantic import Field
from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal_column, select

from linli_services_desk.asked_twice.domain import Kind
from linli_services_desk.asked_twice.tables import asked_twice
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1/asked-twice", tags=["asked-twice"])
By = Literal["village", "matter", "month", "thing"]
LONGEST_SPAN = timedelta(days=400)
USUAL_SPAN = timedelta(days=180)
MOST_GROUPS = 1200
_c = asked_twice.c


class Counted(ApiModel):
    """`cases` in which at least one thing was asked twice; the others count the things."""

    cases: int
    total: int
    material: int
    field: int
    supplement: int


class AskedTwice(Counted):
    key: str
    name: str


class AskedTwiceFigures(ApiModel):
    since: date
    until: date
    items: list[AskedTwice] = Field(max_length=MOST_GROUPS)
    total: Counted


@router.get("/figures", response_model=AskedTwiceFigures)
async def asked_twice_figures(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.ASKED_TWICE_READ))],
    database: Annotated[Database, Depends(current_db)],
    by: By = "village",
    since: Annotated[GivenDay | None, Query(description="first day; default: 180 days ago")] = None,
    until: Annotated[GivenDay | None, Query(description="last day; default: today")] = None,
) -> Response:
    """Things that residents were asked for twice. `material`: a paper on file was demanded; `field`: what the registry had was
    typed by hand; `supplement`: a notice named what was given."""
    last = until or database.clock.today()
    first = since or last - USUAL_SPAN
    if first > last or last - first > LONGEST_SPAN:
        raise Invalid(errors=[FieldError("/since", "desk.span", "时段应在 400 天以内", "A span of at most 400 days")])
    conditions = _within(viewer, first, last)
    rows = await database.fetch_all(_grouped(by, conditions))
    total = await database.fetch_one(select(*_counts()).where(*conditions))
    return fast_json(
        {"since": first, "until": last, "items": [dict(row) for row in rows], "total": dict(total) if total else {}}
    )


def _within(viewer: Viewer, first: date, last: date) -> list[ColumnElement[bool]]:
    begins, ends = (datetime.combine(day, time(), SHANGHAI) for day in (first, last + timedelta(days=1)))
    conditions = [in_scope(viewer, _c.tenant, _c.division), _c.asked_at >= begins, _c.asked_at < ends]
    if viewer.role is Role.DEPARTMENT_OFFICER:
        conditions.append(_c.department == viewer.department)
    return conditions


def _counts() -> list[ColumnElement[Any]]:
    kinds = [func.count().filter(_c.kind == kind.value).label(kind.value) for kind in Kind]
    return [func.count(_c.case_id.distinct()).label("cases"), func.count().label("total"), *kinds]


def _grouped(by: By, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    key, name = _key(by)
    newest_first = key.desc() if by == "month" else func.count().desc()
    return (
        select(key.label("key"), func.max(name).label("name"), *_counts())
        .where(and_(*conditions))
        .group_by(key)
        .order_by(newest_first, key)
        .limit(MOST_GROUPS)
    )


def _key(by: By) -> tuple[ColumnElement[str], ColumnElement[str]]:
    # Written out: a parameter would be another one in GROUP BY than in SELECT.
    place: ColumnElement[str] = literal_column("'Asia/Shanghai'")
    form: ColumnElement[str] = literal_column("'YYYY-MM'")
    month = func.to_char(func.timezone(place, _c.asked_at), form)
    match by:
        case "village":
            return _c.division, _c.division
        case "matter":
            return cast(_c.matter_id, Text), _c.matter_name
        case "month":
            return month, month
        case "thing":
            return _c.name, _c.name
