"""Queries on cases. Every one takes the viewer; what is out of scope is not found."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.identity import Role, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Insert, Select, Update, and_, any_, func, insert, literal, or_, select, update

from linli_services_desk.cases.tables import case_history, case_step, desk_case, supplement_notice
from linli_services_desk.cases.workflow import FINISHED, PAUSED, RUNNING
from linli_services_desk.materials.tables import case_material
from linli_services_desk.windows.tables import hall

HALL = tuple(column.label(f"hall_{column.name}") for column in hall.c if column.name not in ("tenant", "division"))


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """A department officer sees the department's cases in the county, everyone else the cases of the own area."""
    return and_(in_scope(viewer, desk_case.c.tenant, desk_case.c.division), *of_department(viewer))


def of_department(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What a department's officer sees less than others in the same area."""
    if viewer.role is not Role.DEPARTMENT_OFFICER:
        return []
    own = desk_case.c.department == viewer.department
    return [or_(own, literal(viewer.department) == any_(desk_case.c.departments))]


def one(viewer: Viewer, case_id: UUID) -> Select[Any]:
    """A case with the state of its materials and the facts of its hall, in one statement."""
    states = (
        select(
            func.jsonb_object_agg(
                case_material.c.material_id,
                func.jsonb_build_object("state", case_material.c.state, "promise_date", case_material.c.promise_date),
            )
        )
        .where(case_material.c.tenant == desk_case.c.tenant, case_material.c.case_id == desk_case.c.id)
        .scalar_subquery()
    )
    joined = desk_case.outerjoin(
        hall, and_(hall.c.tenant == desk_case.c.tenant, hall.c.division == desk_case.c.division)
    )
    return (
        select(desk_case, states.label("materials"), *HALL)
        .select_from(joined)
        .where(visible(viewer), desk_case.c.id == case_id)
    )


def in_state(states: Sequence[str]) -> ColumnElement[bool]:
    return desk_case.c.state.in_(states)


def clock_shows(colour: str, today: date, red: date, amber: date) -> ColumnElement[bool]:
    """Filter by the colour of the clock. `red` and `amber` are the last due days that show these colours today."""
    running = desk_case.c.state.in_(sorted(RUNNING))
    due = desk_case.c.due
    match colour:
        case "overdue":
            return and_(running, due < today)
        case "red":
            return and_(running, due >= today, due <= red)
        case "amber":
            return and_(running, due > red, due <= amber)
        case "green":
            return and_(running, due > amber)
        case "paused":
            return desk_case.c.state.in_(sorted(PAUSED))
        case _:
            return desk_case.c.state.in_(sorted(FINISHED))


def waits_for(viewer: Viewer) -> ColumnElement[bool]:
    """Cases whose next act is the viewer's: a step of its role, or at the window what it opened or was handed over."""
    named = literal(viewer.role.value) == any_(desk_case.c.step_roles)
    if viewer.role is Role.DEPARTMENT_OFFICER:
        # A step without a department of its own belongs to the matter's department, another one says whose it is.
        theirs = literal(f"{viewer.role.value}:{viewer.department}") == any_(desk_case.c.step_roles)
        named = or_(theirs, and_(named, desk_case.c.department == viewer.department))
    step = and_(desk_case.c.state.in_(sorted(RUNNING)), named)
    own = and_(
        func.coalesce(desk_case.c.holder, desk_case.c.opened_by) == viewer.subject,
        desk_case.c.state.in_(("draft", "received", "supplement", "decided")),
    )
    return or_(step, own)


def listing(viewer: Viewer, *conditions: ColumnElement[bool], before: UUID | None, limit: int) -> Select[Any]:
    """Newest first; one row more than `limit` tells that there is a next page."""
    statement = select(desk_case).where(visible(viewer), *conditions)
    if before is not None:
        statement = statement.where(desk_case.c.id < before)
    return statement.order_by(desk_case.c.id.desc()).limit(limit + 1)


def by_due(viewer: Viewer, *conditions: ColumnElement[bool], limit: int) -> Select[Any]:
    return select(desk_case).where(visible(viewer), *conditions).order_by(desk_case.c.due, desk_case.c.id).limit(limit)


def add(row: dict[str, Any]) -> Insert:
    return insert(desk_case).values(row)


def change(tenant: str, case_id: UUID, expected: int, values: dict[str, Any]) -> Update:
    """Return nothing when somebody changed the case since `expected` was read."""
    return (
        update(desk_case)
        .where(desk_case.c.tenant == tenant, desk_case.c.id == case_id, desk_case.c.version == expected)
        .values(**values, version=expected + 1)
        .returning(desk_case.c.version)
    )


def add_history(row: dict[str, Any]) -> Insert:
    return insert(case_history).values(row)


def add_step(row: dict[str, Any]) -> Insert:
    return insert(case_step).values(row)


def steps(tenant: str, case_id: UUID) -> Select[Any]:
    return (
        select(case_step)
        .where(case_step.c.tenant == tenant, case_step.c.case_id == case_id)
        .order_by(case_step.c.version)
    )


def history(tenant: str, case_id: UUID) -> Select[Any]:
    return (
        select(case_history)
        .where(case_history.c.tenant == tenant, case_history.c.case_id == case_id)
        .order_by(case_history.c.version)
    )


def notices(tenant: str, case_id: UUID) -> Select[Any]:
    return (
        select(supplement_notice)
        .where(supplement_notice.c.tenant == tenant, supplement_notice.c.case_id == case_id)
        .order_by(supplement_notice.c.number)
    )


def add_notice(row: dict[str, Any]) -> Insert:
    return insert(supplement_notice).values(row)


def answer_notices(tenant: str, case_id: UUID, at: Any) -> Update:
    return (
        update(supplement_notice)
        .where(
            supplement_notice.c.tenant == tenant,
            supplement_notice.c.case_id == case_id,
            supplement_notice.c.answered_at.is_(None),
        )
        .values(answered_at=at)
    )
