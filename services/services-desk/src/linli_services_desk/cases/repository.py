"""Queries on cases. Every one takes the viewer; what is out of scope is not found."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery, Tx, insert_of, params_of
from linli_kernel.identity import Role, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Update,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from linli_services_desk.cases.tables import case_history, case_step, desk_case, supplement_notice
from linli_services_desk.cases.workflow import PAUSED, RATEABLE, RUNNING, TIMED
from linli_services_desk.materials.tables import case_material
from linli_services_desk.windows.tables import hall

NOBODY = UUID(int=0)
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
    """A case with the state of its materials, who completed which step, and the facts of its hall, in one statement."""
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
    completion = func.jsonb_build_array(case_step.c.key, case_step.c.completed_by)
    completions = (
        select(func.jsonb_agg(aggregate_order_by(completion, case_step.c.version)))
        .where(case_step.c.tenant == desk_case.c.tenant, case_step.c.case_id == desk_case.c.id)
        .scalar_subquery()
    )
    joined = desk_case.outerjoin(
        hall, and_(hall.c.tenant == desk_case.c.tenant, hall.c.division == desk_case.c.division)
    )
    return (
        select(desk_case, states.label("materials"), completions.label("completions"), *HALL)
        .select_from(joined)
        .where(visible(viewer), desk_case.c.id == case_id)
    )


@lru_cache(maxsize=1_000)
def _one_for(tenant: str, role: Role, divisions: tuple[str, ...], department: str | None, lock: bool) -> HotQuery:
    """`one` for everybody who sees the same; its only value is `case_id`."""
    viewer = Viewer(NOBODY, "", tenant, role, divisions, department=department)
    any_case: Any = bindparam("case_id", type_=desk_case.c.id.type)
    found = one(viewer, any_case)
    # What belongs to a case refers to its key, which stays: such rows may be written meanwhile.
    return HotQuery(found.with_for_update(of=desk_case, key_share=True) if lock else found)


def one_quickly(viewer: Viewer, *, lock: bool) -> HotQuery:
    return _one_for(viewer.tenant, viewer.role, viewer.divisions, viewer.department, lock)


def in_state(states: Sequence[str]) -> ColumnElement[bool]:
    return desk_case.c.state.in_(states)


def decided() -> ColumnElement[bool]:
    """Decided on its merits: neither refused at the window nor taken back by the applicant, which end a case as well."""
    return and_(desk_case.c.decided_at.is_not(None), desk_case.c.outcome != "not_accepted")


def clock_shows(colour: str, today: date, red: date, amber: date) -> ColumnElement[bool]:
    """Filter by the colour of the clock. `red` and `amber` are the last due days that show these colours today."""
    running = desk_case.c.state.in_(sorted(TIMED))
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
            # What was withdrawn or not accepted ended without a clock.
            return desk_case.c.state.in_(sorted(RATEABLE))


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


ADD, ADD_HISTORY, ADD_STEP = insert_of(desk_case), insert_of(case_history), insert_of(case_step)


@lru_cache(maxsize=200)
def change(names: frozenset[str]) -> HotQuery:
    """Change these columns; nothing is returned when somebody changed the case since version `expected` was read."""
    wanted: Any = bindparam("expected", type_=desk_case.c.version.type)
    changed = {name: bindparam(name, type_=desk_case.c[name].type) for name in sorted(names)}
    return HotQuery(
        update(desk_case)
        .where(
            desk_case.c.tenant == bindparam("of_tenant"),
            desk_case.c.id == bindparam("of_case"),
            desk_case.c.version == wanted,
        )
        .values(**changed, version=wanted + 1)
        .returning(desk_case.c.version)
    )


def add_history(tx: Tx, row: dict[str, Any]) -> None:
    tx.later(ADD_HISTORY, params_of(case_history, [row]))


def add_step(tx: Tx, row: dict[str, Any]) -> None:
    tx.later(ADD_STEP, params_of(case_step, [row]))


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
