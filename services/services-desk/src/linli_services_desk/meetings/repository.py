"""Queries on calls to meetings, and on what became of their messages. Staff see their own area."""

from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import Select, Update, and_, any_, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from linli_services_desk.meetings.tables import meeting_call
from linli_services_desk.notices.tables import notice_preference, sms_message

RESIDENT = "resident"
MOST_CALLS = 20
UNTOLD = ("no_phone", "declined", "failed", "undelivered", "no_adapter")
_c, _m, _p = meeting_call.c, sms_message.c, notice_preference.c
_later = meeting_call.alias("later")
_IDS: Any = bindparam("messages", type_=ARRAY(_m.id.type))
CALLED = HotQuery(
    select(
        *(_m.id, _m.resident_id, _c.division, _c.deliberation_id, _p.sms, _p.language),
        or_(
            _c.at < bindparam("now", type_=_c.at.type),
            exists().where(
                _later.c.tenant == _c.tenant,
                _later.c.deliberation_id == _c.deliberation_id,
                _later.c.position == _c.position,
                _later.c.number > _c.number,
            ),
        ).label("outdated"),
    )
    .select_from(
        sms_message.join(meeting_call, and_(_c.tenant == _m.tenant, _c.id == _m.meeting_call)).outerjoin(
            notice_preference,
            and_(_p.tenant == _m.tenant, _p.kind == literal(RESIDENT), _p.subject == _m.resident_id),
        )
    )
    .where(_m.tenant == bindparam("tenant"), _m.id == any_(_IDS))
)
"""Whom these messages are for, whether they want any, and whether another call or the hour of the meeting has overtaken them."""


def keep(row: dict[str, Any]) -> Insert:
    """Keep a call; one that is there already stays, and no row comes back."""
    return insert(meeting_call).values(row).on_conflict_do_nothing().returning(_c.id)  # type: ignore[return-value]


def told(tenant: str, call_id: UUID, at: Any) -> Update:
    return update(meeting_call).where(_c.tenant == tenant, _c.id == call_id).values(told_at=at)


def counts(viewer: Viewer, deliberation_id: UUID) -> Select[Any]:
    """The newest calls of a deliberation, a row for each state that messages of it are in."""
    columns = (_c.id, _c.position, _c.number, _c.state, _c.at, _c.created_at, _c.told_at)
    mine = in_scope(viewer, _c.tenant, _c.division)
    some = select(*_c).where(mine, _c.deliberation_id == deliberation_id)
    some_c = some.order_by(_c.created_at.desc(), _c.number.desc()).limit(MOST_CALLS).subquery().c
    shown = [some_c[column.name] for column in columns]
    messages = and_(_m.tenant == some_c.tenant, _m.meeting_call == some_c.id)
    return (
        select(*shown, _m.state.label("became"), func.count(_m.id).label("messages"))
        .outerjoin(sms_message, messages)
        .group_by(*shown, _m.state)
        .order_by(some_c.created_at.desc(), some_c.number.desc(), _m.state)
    )


def untold(viewer: Viewer, call_id: UUID, after: UUID | None, limit: int) -> Select[Any]:
    """Those whom no message of a call reaches, in the order of ids; of a call that reached everybody one row without a person."""
    message = and_(_m.tenant == _c.tenant, _m.meeting_call == _c.id, _m.state.in_(UNTOLD))
    if after is not None:
        message = and_(message, _m.resident_id > after)
    return (
        select(_c.division, _c.deliberation_id, _m.resident_id, _m.state)
        .select_from(meeting_call.outerjoin(sms_message, message))
        .where(in_scope(viewer, _c.tenant, _c.division), _c.id == call_id)
        .order_by(_m.resident_id)
        .limit(limit + 1)
    )
