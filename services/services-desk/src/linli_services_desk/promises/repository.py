"""Queries on promises. The list takes the viewer; the scheduler's goes through a county."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from linli_services_desk.cases.repository import visible
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.materials.tables import case_material
from linli_services_desk.promises.domain import FOLLOWED

_m = case_material.c
WITH_CASE = case_material.join(desk_case, and_(desk_case.c.tenant == _m.tenant, desk_case.c.id == _m.case_id))


def owed() -> ColumnElement[bool]:
    """Open promises of cases that go on: not of a case that was refused."""
    return and_(
        # Written out, so that the index of promises fits whatever the plan.
        _m.state == literal_column("'deferred'"),
        _m.promise_date.is_not(None),
        desk_case.c.state.in_(sorted(FOLLOWED)),
        func.coalesce(desk_case.c.outcome, "approved") == "approved",
    )


def listing(
    viewer: Viewer, *conditions: ColumnElement[bool], after: tuple[date, UUID, str] | None, limit: int
) -> Select[Any]:
    """What is due first comes first."""
    place = tuple_(_m.promise_date, _m.case_id, _m.material_id)
    statement = (
        select(desk_case, _m.material_id, _m.name.label("material"), _m.promise_date, _m.promise_note)
        .select_from(WITH_CASE)
        .where(visible(viewer), owed(), *conditions)
    )
    if after is not None:
        statement = statement.where(place > tuple_(*after))
    return statement.order_by(_m.promise_date, _m.case_id, _m.material_id).limit(limit + 1)


def counts(viewer: Viewer, today: date) -> Select[int, int, int]:
    """All open promises, those whose day is past, and those with the ones of today."""
    overdue = func.count().filter(_m.promise_date < today)
    upto = func.count().filter(_m.promise_date <= today)
    return (
        select(func.count().label("open"), overdue.label("overdue"), upto.label("due"))
        .select_from(WITH_CASE)
        .where(visible(viewer), owed())
    )


def upto(viewer: Viewer, day: date, limit: int) -> Select[Any]:
    """What was promised for the day or before it and has not come."""
    return listing(viewer, _m.promise_date <= day, after=None, limit=limit)


def due_by(tenant: str, upto: date, after: tuple[date, UUID], changed_since: datetime, limit: int) -> Select[Any]:
    """A case and a day on which something was promised for it, with what; for the scheduler."""
    names = ("division", "department", "number", "matter_name", "resident_id", "opened_by", "holder")
    names_of = func.string_agg(_m.name, aggregate_order_by(literal("、"), _m.material_id))
    columns = (desk_case.c.id, *(desk_case.c[name] for name in names))
    return (
        select(*columns, _m.promise_date.label("due"), names_of.label("materials"))
        .select_from(WITH_CASE)
        .where(
            _m.tenant == tenant,
            owed(),
            _m.promise_date <= upto,
            or_(_m.updated_at >= changed_since, desk_case.c.updated_at >= changed_since),
            tuple_(_m.promise_date, desk_case.c.id) > tuple_(*after),
        )
        .group_by(*columns, _m.promise_date)
        .order_by(_m.promise_date, desk_case.c.id)
        .limit(limit)
    )
