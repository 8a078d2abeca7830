"""Queries on ratings and their rectification. Every one takes the viewer; what is out of scope is not found."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from linli_kernel.scope import in_divisions, in_scope
from sqlalchemy import ColumnElement, Select, and_, func, select

from linli_services_desk.cases import repository as cases
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.cases.workflow import RATEABLE
from linli_services_desk.evaluations.tables import evaluation, evaluation_flag
from linli_services_desk.matters.tables import matter
from linli_services_desk.rectification.tables import rectification
from linli_services_desk.windows.tables import service_window, ticket

OF_CASE = tuple(desk_case.c[name] for name in ("number", "matter_name", "resident_id"))
WITH_CASE = rectification.join(
    desk_case, and_(desk_case.c.tenant == rectification.c.tenant, desk_case.c.id == rectification.c.case_id)
)
# The applicant's own rating, unless an appeal took it out.
COUNTED = and_(evaluation.c.source == "code", evaluation.c.excluded.is_(None))
SATISFIED_FROM = 3
# A flag is of a day in China; ratings that came after it from the same device that day belong to it too.
SAME_DEVICE_AND_DAY = and_(
    evaluation_flag.c.tenant == evaluation.c.tenant,
    evaluation_flag.c.device_index == evaluation.c.device_index,
    evaluation_flag.c.day == func.date(func.timezone("Asia/Shanghai", evaluation.c.given_at)),
)


def one(viewer: Viewer, case_id: UUID) -> Select[Any]:
    return (
        select(rectification, *OF_CASE)
        .select_from(WITH_CASE)
        .where(cases.visible(viewer), rectification.c.case_id == case_id)
    )


def listing(viewer: Viewer, state: str | None, after: tuple[date, UUID] | None, limit: int) -> Select[Any]:
    """What is due first comes first."""
    statement = select(rectification, *OF_CASE).select_from(WITH_CASE).where(cases.visible(viewer))
    if state is not None:
        statement = statement.where(rectification.c.state == state)
    if after is not None:
        day, case_id = after
        later = and_(rectification.c.due == day, rectification.c.case_id > case_id)
        statement = statement.where((rectification.c.due > day) | later)
    return statement.order_by(rectification.c.due, rectification.c.case_id).limit(limit + 1)


def ratings(
    viewer: Viewer,
    most: int | None,
    source: str | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
    *,
    bulk: bool = False,
    codes: Sequence[str] | None = None,
) -> Select[Any]:
    """Ratings, newest first, with the state of their rectification and whether their device rated in bulk that day."""
    joined = (
        evaluation.join(
            desk_case, and_(desk_case.c.tenant == evaluation.c.tenant, desk_case.c.id == evaluation.c.case_id)
        )
        .outerjoin(
            rectification,
            and_(rectification.c.tenant == evaluation.c.tenant, rectification.c.case_id == evaluation.c.case_id),
        )
        .outerjoin(evaluation_flag, SAME_DEVICE_AND_DAY)
    )
    flagged = evaluation_flag.c.day.is_not(None)
    of_rating = (desk_case.c.department, rectification.c.state.label("rectification"), flagged.label("bulk"))
    statement = (
        select(evaluation, *OF_CASE, *of_rating)
        .select_from(joined)
        # By the rating's own division alone: asked for twice it would seem rare, and all of them would be sorted.
        .where(in_scope(viewer, evaluation.c.tenant, evaluation.c.division), *cases.of_department(viewer))
    )
    if most is not None:
        statement = statement.where(evaluation.c.level <= most)
    if bulk:
        statement = statement.where(flagged)
    if codes is not None:
        statement = statement.where(in_divisions(codes, evaluation.c.division))
    if source is not None:
        statement = statement.where(evaluation.c.source == source)
    if before is not None:
        at, case_id = before
        earlier = and_(evaluation.c.given_at == at, evaluation.c.case_id < case_id)
        statement = statement.where((evaluation.c.given_at < at) | earlier)
    return statement.order_by(evaluation.c.given_at.desc(), evaluation.c.case_id.desc()).limit(limit + 1)


def figures(viewer: Viewer, by: str, since: datetime, until: datetime) -> Select[Any]:
    """Decided cases of a time by matter, window or department: rated, not rated, satisfied, bad."""
    key, name, joined = _grouped(by)
    rated = func.count().filter(COUNTED)
    return (
        select(
            key.label("key"),
            func.max(name).label("name"),
            func.count().label("decided"),
            rated.label("rated"),
            func.count().filter(and_(COUNTED, evaluation.c.level >= SATISFIED_FROM)).label("satisfied"),
            func.count().filter(and_(COUNTED, evaluation.c.level < SATISFIED_FROM)).label("bad"),
            func.count().filter(evaluation.c.source == "receipt").label("by_receipt"),
            func.avg(evaluation.c.level).filter(COUNTED).label("mean"),
        )
        .select_from(joined)
        .where(
            cases.visible(viewer),
            desk_case.c.decided_at >= since,
            desk_case.c.decided_at < until,
            desk_case.c.state.in_(sorted(RATEABLE)),
        )
        .group_by(key)
        .order_by(func.count().desc(), key)
        .limit(200)
    )


def _grouped(by: str) -> tuple[ColumnElement[Any], ColumnElement[Any], Any]:
    joined: Any = desk_case.outerjoin(
        evaluation, and_(evaluation.c.tenant == desk_case.c.tenant, evaluation.c.case_id == desk_case.c.id)
    )
    if by == "department":
        return desk_case.c.department, desk_case.c.department, joined
    if by == "matter":
        of = and_(matter.c.tenant == desk_case.c.tenant, matter.c.id == desk_case.c.matter_id)
        return desk_case.c.matter_id, matter.c.name, joined.join(matter, of)
    joined = joined.outerjoin(
        ticket, and_(ticket.c.tenant == desk_case.c.tenant, ticket.c.id == desk_case.c.ticket_id)
    ).outerjoin(
        service_window,
        and_(service_window.c.tenant == ticket.c.tenant, service_window.c.id == ticket.c.window_id),
    )
    return service_window.c.id, service_window.c.name, joined
