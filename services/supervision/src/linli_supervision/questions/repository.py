"""Queries over questions: staff see those of their area, everybody the answered ones, the asker the own one by its secret."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from linli_supervision.disclosures.tables import disclosure
from linli_supervision.questions.domain import WAITING
from linli_supervision.questions.tables import disclosure_question

_q, _d = disclosure_question.c, disclosure.c
_TITLED = disclosure_question.join(disclosure, and_(_d.tenant == _q.tenant, _d.id == _q.disclosure_id))
_COLUMNS = (disclosure_question, _d.title)
_BEGUN: tuple[date, UUID] = (date.min, UUID(int=0))


def visible(viewer: Viewer) -> ColumnElement[bool]:
    return in_scope(viewer, _q.tenant, _q.division)


def one(viewer: Viewer, question_id: UUID) -> Select[Any]:
    return select(*_COLUMNS).select_from(_TITLED).where(visible(viewer), _q.id == question_id)


def by_secret(tenant: str, secret: str) -> Select[Any]:
    return select(*_COLUMNS).select_from(_TITLED).where(_q.tenant == tenant, _q.secret == secret)


def waiting(viewer: Viewer, after: tuple[date, UUID] | None, limit: int) -> Select[Any]:
    """What waits for somebody, first what is due first."""
    return (
        select(*_COLUMNS)
        .select_from(_TITLED)
        .where(visible(viewer), _q.state.in_(WAITING), tuple_(_q.due, _q.id) > (after or _BEGUN))
        .order_by(_q.due, _q.id)
        .limit(limit + 1)
    )


def finished(viewer: Viewer, before: UUID | None, limit: int) -> Select[Any]:
    """What is answered, newest first."""
    statement = select(*_COLUMNS).select_from(_TITLED).where(visible(viewer), _q.state.not_in(WAITING))
    if before is not None:
        statement = statement.where(_q.id < before)
    return statement.order_by(_q.id.desc()).limit(limit + 1)


def answered(tenant: str, disclosure_ids: Sequence[UUID], limit: int) -> Select[Any]:
    """What everybody reads below a disclosure: all editions together, newest first. The village may have left the answer to
    whoever decided above it."""
    said = or_(_q.answered_at.is_not(None), _q.decided_at.is_not(None))
    return (
        select(disclosure_question)
        .where(_q.tenant == tenant, _q.disclosure_id.in_(disclosure_ids), said)
        .order_by(_q.id.desc())
        .limit(limit)
    )


def open_of(tenant: str, disclosure_ids: Sequence[UUID], today: date) -> Select[Any, Any]:
    """How many wait for an answer, and how many of them are late."""
    counted: Select[Any, Any] = select(
        func.count().label("waiting"), func.count().filter(_q.due < today).label("overdue")
    ).where(_q.tenant == tenant, _q.disclosure_id.in_(disclosure_ids), _q.state.in_(WAITING))
    return counted


def open_by_village(tenant: str, area: ColumnElement[bool], today: date) -> Select[Any]:
    return (
        select(_q.division, func.count().label("waiting"), func.count().filter(_q.due < today).label("overdue"))
        .where(_q.tenant == tenant, area, _q.state.in_(WAITING))
        .group_by(_q.division)
    )
