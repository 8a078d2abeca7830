"""Queries on whistles. Every one takes the viewer or a public token's tenant; what is out of scope is not found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.counted import Counted
from linli_kernel.identity import Role, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, select

from linli_services_desk.whistles.tables import whistle, whistle_duty, whistle_event, whistle_photo, whistle_report
from linli_services_desk.whistles.workflow import OPEN, Command, DutyState

# More candidates than a village has open at once; beyond it the newest count.
MOST_CANDIDATES = 200
TOWNSHIP_DIGITS = 9


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """A department sees the whistles that called it, everyone else those of the own area."""
    scope = and_(in_scope(viewer, whistle.c.tenant, whistle.c.division), *_township(viewer))
    if viewer.role is Role.DEPARTMENT_OFFICER:
        return and_(scope, called(viewer.department or ""))
    return scope


def called(department: str, *states: str) -> ColumnElement[bool]:
    """Whether a department is on the whistle, in one of the states if any are named."""
    share = select(whistle_duty.c.id).where(
        whistle_duty.c.tenant == whistle.c.tenant,
        whistle_duty.c.whistle_id == whistle.c.id,
        whistle_duty.c.department == department,
    )
    return exists(share.where(whistle_duty.c.state.in_(states)) if states else share)


def one(viewer: Viewer, whistle_id: UUID, *, lock: bool = False) -> Select[Any]:
    """A whistle; locked before its departments, which every other way in does too."""
    statement = select(whistle).where(visible(viewer), whistle.c.id == whistle_id)
    return statement.with_for_update() if lock else statement


def by_id(tenant: str, whistle_id: UUID, *, lock: bool = False, skip: bool = False) -> Select[Any]:
    statement = select(whistle).where(whistle.c.tenant == tenant, whistle.c.id == whistle_id)
    return statement.with_for_update(skip_locked=skip) if lock else statement


def listing(viewer: Viewer, *conditions: ColumnElement[bool], before: UUID | None, limit: int) -> Select[Any]:
    """Newest first; one row more than `limit` tells that there is a next page."""
    statement = select(whistle).where(visible(viewer), *conditions)
    if before is not None:
        statement = statement.where(whistle.c.id < before)
    return statement.order_by(whistle.c.id.desc()).limit(limit + 1)


def clock_shows(colour: str, now: datetime, soon: datetime) -> ColumnElement[bool]:
    match colour:
        case "overdue":
            return whistle.c.due_at < now
        case "soon":
            return and_(whistle.c.due_at >= now, whistle.c.due_at <= soon)
        case _:
            return whistle.c.due_at > soon


def counts_as(wanted: Counted) -> ColumnElement[bool]:
    """What a figure of the cockpit counts: what was whistled in a time, or what is not over yet."""
    if wanted.figure == "whistles_open":
        return whistle.c.state.in_(sorted(OPEN))
    e = whistle_event.c
    own = and_(e.tenant == whistle.c.tenant, e.whistle_id == whistle.c.id, e.command == Command.WHISTLE.value)
    return wanted.moments(select(func.min(e.at)).where(own).scalar_subquery())


def counts(viewer: Viewer, now: datetime) -> Select[Any]:
    """How many stand in each open state and how many of them are late."""
    late = func.count().filter(whistle.c.due_at < now)
    return (
        select(whistle.c.state, func.count().label("count"), late.label("overdue"))
        .where(visible(viewer), whistle.c.state.in_(sorted(OPEN)))
        .group_by(whistle.c.state)
    )


def duties(tenant: str, whistle_ids: Sequence[UUID]) -> Select[Any]:
    return (
        select(whistle_duty)
        .where(whistle_duty.c.tenant == tenant, whistle_duty.c.whistle_id.in_(whistle_ids))
        .order_by(whistle_duty.c.part.desc(), whistle_duty.c.id)
    )


def reports(tenant: str, whistle_id: UUID) -> Select[Any]:
    return (
        select(whistle_report)
        .where(whistle_report.c.tenant == tenant, whistle_report.c.whistle_id == whistle_id)
        .order_by(whistle_report.c.id)
    )


def events(tenant: str, whistle_id: UUID) -> Select[Any]:
    return (
        select(whistle_event)
        .where(whistle_event.c.tenant == tenant, whistle_event.c.whistle_id == whistle_id)
        .order_by(whistle_event.c.id)
    )


def photos(tenant: str, whistle_id: UUID) -> Select[Any]:
    """Facts of the photographs without their bytes."""
    names = ("id", "department", "media_type", "size", "created_at")
    return (
        select(*(whistle_photo.c[name] for name in names))
        .where(whistle_photo.c.tenant == tenant, whistle_photo.c.whistle_id == whistle_id)
        .order_by(whistle_photo.c.id)
    )


def photo(tenant: str, whistle_id: UUID, photo_id: UUID) -> Select[Any]:
    return select(whistle_photo).where(
        whistle_photo.c.tenant == tenant, whistle_photo.c.whistle_id == whistle_id, whistle_photo.c.id == photo_id
    )


def candidates(tenant: str, division: str, since: datetime) -> Select[Any]:
    """Open whistles of a village that a new one could be joined to, the newest first."""
    return (
        select(whistle)
        .where(
            whistle.c.tenant == tenant,
            whistle.c.division == division,
            whistle.c.state.in_(sorted(OPEN)),
            whistle.c.created_at >= since,
        )
        .order_by(whistle.c.id.desc())
        .limit(MOST_CANDIDATES)
    )


def by_secret(tenant: str, secret: str, *, lock: bool = False) -> Select[Any]:
    statement = select(whistle_report).where(whistle_report.c.tenant == tenant, whistle_report.c.secret == secret)
    return statement.with_for_update() if lock else statement


def reports_since(tenant: str, since: datetime, **where: Any) -> Select[Any]:
    """How many reports came in since a moment from a phone or for a village."""
    conditions = [whistle_report.c[name] == value for name, value in where.items()]
    return (
        select(func.count())
        .select_from(whistle_report)
        .where(whistle_report.c.tenant == tenant, whistle_report.c.at >= since, *conditions)
    )


def to_escalate(tenant: str, now: datetime, limit: int) -> Select[Any]:
    return (
        select(whistle_duty.c.whistle_id, whistle_duty.c.id)
        .where(
            whistle_duty.c.tenant == tenant,
            whistle_duty.c.escalate_at <= now,
            whistle_duty.c.state.in_((DutyState.PENDING.value, DutyState.WORKING.value)),
        )
        .order_by(whistle_duty.c.escalate_at)
        .limit(limit)
    )


def _township(viewer: Viewer) -> list[ColumnElement[bool]]:
    """A township's area again as an equality: by a range alone its newest are sought among those of the whole county."""
    match viewer.divisions:
        case (str(code),) if len(code) == TOWNSHIP_DIGITS:
            return [func.left(whistle.c.division, literal_column(str(TOWNSHIP_DIGITS))) == code]
        case _:
            return []
