"""Queries on subscriptions: one's own by account, by the secret of a message, by what they follow; staff only count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    and_,
    any_,
    bindparam,
    delete,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.notices.repository import has_read, mark
from linli_services_desk.notices.tables import notice, notice_preference
from linli_services_desk.subscriptions.tables import subscription

RESIDENT = "resident"
MOST_ASKERS = 20
"""Who wait for the answer to one question: whoever has its token, and those it was shown to."""
_s = subscription.c
_SUBSCRIPTIONS: Any = bindparam("subscriptions", type_=ARRAY(_s.id.type))
SUBSCRIBERS = HotQuery(
    select(
        *(_s.id, _s.phone, _s.secret, _s.resident_id, _s.division, notice_preference.c.sms),
        notice_preference.c.language,
    )
    .select_from(
        subscription.outerjoin(
            notice_preference,
            and_(
                notice_preference.c.tenant == _s.tenant,
                notice_preference.c.kind == RESIDENT,
                notice_preference.c.subject == _s.resident_id,
            ),
        )
    )
    .where(_s.tenant == bindparam("tenant"), _s.id == any_(_SUBSCRIPTIONS))
)
"""Whom messages of these subscriptions are for, and whether they want any."""


def own(viewer: Viewer) -> Select[Any]:
    return (
        select(subscription)
        .where(_s.tenant == viewer.tenant, _s.account == viewer.subject)
        .order_by(_s.created_at.desc(), _s.id)
    )


def wish(row: dict[str, Any]) -> Insert:
    """Store a wish; one that is there already takes the new categories and phone and keeps its secret."""
    changed = {name: row[name] for name in ("categories", "phone")}
    return (
        insert(subscription).values(row).on_conflict_do_update(index_elements=["tenant", "id"], set_=changed)
    ).returning(subscription)  # type: ignore[return-value]


def end_own(viewer: Viewer, subscription_id: UUID) -> Delete:
    mine = and_(_s.tenant == viewer.tenant, _s.account == viewer.subject, _s.id == subscription_id)
    return delete(subscription).where(mine).returning(subscription)  # type: ignore[return-value]


def by_secret(tenant: str, secret: str) -> Select[Any]:
    return select(subscription).where(_s.tenant == tenant, _s.secret == secret)


def end_by_secret(tenant: str, secret: str) -> Delete:
    return delete(subscription).where(_s.tenant == tenant, _s.secret == secret).returning(subscription)  # type: ignore[return-value]


def count(viewer: Viewer, divisions: Sequence[str]) -> Select[Any]:
    return select(func.count()).where(
        in_scope(viewer, _s.tenant, _s.division), _s.division.in_(list(divisions)), _s.question_index.is_(None)
    )


def of_village(divisions: Sequence[str], category: str) -> ColumnElement[bool]:
    """Who follows what a village publishes in a category; `divisions` are its code and those of before."""
    wanted = or_(func.cardinality(_s.categories) == 0, literal(category) == any_(_s.categories))
    return and_(_s.division.in_(list(divisions)), _s.question_index.is_(None), wanted)


def of_question(question_index: bytes) -> ColumnElement[bool]:
    return _s.question_index == question_index


def accounts(tenant: str, who: ColumnElement[bool]) -> Select[Any]:
    return select(_s.id, _s.account, _s.division).where(_s.tenant == tenant, who).limit(MOST_ASKERS)


def somebody(tenant: str, who: ColumnElement[bool]) -> Select[Any]:
    return select(_s.id).where(_s.tenant == tenant, who).limit(1)


def phones_after(tenant: str, who: ColumnElement[bool], after: UUID | None, limit: int) -> Select[Any]:
    """Those of them who left a phone, in the order of ids."""
    statement = select(_s.id, _s.division).where(_s.tenant == tenant, who, _s.phone.is_not(None))
    if after is not None:
        statement = statement.where(_s.id > after)
    return statement.order_by(_s.id).limit(limit)


def own_news(viewer: Viewer, followed: Sequence[Any]) -> ColumnElement[bool]:
    """What was told to this resident: calls to meetings, answers, the own cases, and since it follows them what villages published."""
    of_villages = [
        and_(
            notice.c.division == one["division"],
            notice.c.created_at >= one["created_at"],
            notice.c.facts["category"].astext.in_(one["categories"])
            if one["categories"]
            else notice.c.role == RESIDENT,
        )
        for one in followed
        if one["question_index"] is None
    ]
    told = and_(notice.c.role == RESIDENT, or_(*of_villages)) if of_villages else false()
    return and_(notice.c.tenant == viewer.tenant, or_(notice.c.account == viewer.subject, told))


def _news(viewer: Viewer, followed: Sequence[Any]) -> Select[Any]:
    """With whether it was read, and the code of the receipt where it is about a case that is still this resident's."""
    case = and_(
        desk_case.c.tenant == notice.c.tenant,
        desk_case.c.id == notice.c.case_id,
        desk_case.c.resident_id == viewer.resident,
        # Before it has a number it has no receipt.
        desk_case.c.number.is_not(None),
    )
    return (
        select(notice, has_read(viewer).label("read"), desk_case.c.receipt_token)
        .select_from(notice.outerjoin(desk_case, case))
        .where(own_news(viewer, followed))
    )


def news(
    viewer: Viewer, followed: Sequence[Any], before: UUID | None, limit: int, *, unread: bool = False
) -> Select[Any]:
    """Newest first, in the order of ids: telling others of the same, or telling it again, moves nothing."""
    statement = _news(viewer, followed)
    if unread:
        statement = statement.where(~has_read(viewer))
    if before is not None:
        statement = statement.where(notice.c.id < before)
    return statement.order_by(notice.c.id.desc()).limit(limit + 1)


def one_of_news(viewer: Viewer, followed: Sequence[Any], news_id: UUID) -> Select[Any]:
    return _news(viewer, followed).where(notice.c.id == news_id)


def count_unread(viewer: Viewer, followed: Sequence[Any], most: int) -> Select[Any]:
    some = select(notice.c.id).where(own_news(viewer, followed), ~has_read(viewer)).limit(most).subquery()
    return select(func.count()).select_from(some)


def mark_news(viewer: Viewer, followed: Sequence[Any], ids: Sequence[UUID] | None, at: datetime, limit: int) -> Insert:
    """Mark the named ones, or the newest `limit` unread; those of somebody else are left alone."""
    return mark(viewer, own_news(viewer, followed), ids, at, limit)
