"""Queries on notices. A viewer sees what is addressed to the account, or to its role over its area and department."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_area, in_scope
from sqlalchemy import ColumnElement, Select, and_, any_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.notices.tables import demo_sms, notice, notice_preference, notice_read, sms_message
from linli_services_desk.whistles.tables import whistle_report

ACCOUNT, RESIDENT = "account", "resident"
_CASES: Any = bindparam("cases", type_=ARRAY(desk_case.c.id.type))
_REPORTS: Any = bindparam("reports", type_=ARRAY(whistle_report.c.id.type))
APPLICANTS = HotQuery(
    select(
        *(desk_case.c.id, desk_case.c.applicant, desk_case.c.resident_id, desk_case.c.division),
        *(notice_preference.c.sms, notice_preference.c.language),
    )
    .select_from(
        desk_case.outerjoin(
            notice_preference,
            and_(
                notice_preference.c.tenant == desk_case.c.tenant,
                notice_preference.c.kind == RESIDENT,
                notice_preference.c.subject == desk_case.c.resident_id,
            ),
        )
    )
    .where(desk_case.c.tenant == bindparam("tenant"), desk_case.c.id == any_(_CASES))
)
"""Whom messages of these cases are for, and whether they want any."""
REPORTERS = HotQuery(
    select(whistle_report).where(whistle_report.c.tenant == bindparam("tenant"), whistle_report.c.id == any_(_REPORTS))
)


def addressed_to(viewer: Viewer) -> ColumnElement[bool]:
    by_role = and_(
        notice.c.role == viewer.role.value,
        in_area(viewer, notice.c.division),
        or_(notice.c.department.is_(None), notice.c.department == viewer.department),
    )
    return and_(notice.c.tenant == viewer.tenant, or_(notice.c.account == viewer.subject, by_role))


def has_read(viewer: Viewer) -> ColumnElement[bool]:
    return (
        select(notice_read.c.notice_id)
        .where(
            notice_read.c.tenant == notice.c.tenant,
            notice_read.c.account == viewer.subject,
            notice_read.c.notice_id == notice.c.id,
        )
        .exists()
    )


def listing(viewer: Viewer, *, unread: bool, before: UUID | None, limit: int) -> Select[Any]:
    """Newest first, with whether this account has read it."""
    statement = select(notice, has_read(viewer).label("read")).where(addressed_to(viewer))
    if unread:
        statement = statement.where(~has_read(viewer))
    if before is not None:
        statement = statement.where(notice.c.id < before)
    return statement.order_by(notice.c.id.desc()).limit(limit + 1)


def unread(viewer: Viewer, muted: Sequence[str], since: datetime, limit: int) -> Select[Any]:
    """Unread notices that the account wants to hear of; what is older than `since` no longer calls."""
    return (
        select(notice, literal(False).label("read"))
        .where(
            addressed_to(viewer), ~has_read(viewer), notice.c.topic.not_in(list(muted)), notice.c.created_at >= since
        )
        .order_by(notice.c.id.desc())
        .limit(limit)
    )


def mark_read(viewer: Viewer, ids: Sequence[UUID] | None, at: datetime, limit: int) -> Insert:
    """Mark the named notices, or the newest `limit` unread ones; those of somebody else are left alone."""
    return mark(viewer, addressed_to(viewer), ids, at, limit)


def mark(viewer: Viewer, own: ColumnElement[bool], ids: Sequence[UUID] | None, at: datetime, limit: int) -> Insert:
    """`own` says which notices are the viewer's."""
    wanted = (
        select(notice.c.tenant, literal(viewer.subject), notice.c.id, literal(at))
        .where(own, ~has_read(viewer))
        .order_by(notice.c.id.desc())
        .limit(limit)
    )
    if ids is not None:
        wanted = wanted.where(notice.c.id.in_(list(ids)))
    columns = ["tenant", "account", "notice_id", "read_at"]
    marked = insert(notice_read).from_select(columns, wanted).on_conflict_do_nothing()
    return marked.returning(notice_read.c.notice_id)  # type: ignore[return-value]


def preference(tenant: str, kind: str, subject: UUID) -> Select[Any]:
    return select(notice_preference).where(
        notice_preference.c.tenant == tenant,
        notice_preference.c.kind == kind,
        notice_preference.c.subject == subject,
    )


def set_preference(row: dict[str, Any]) -> Insert:
    kept = {name: row[name] for name in ("muted", "sms", "language", "updated_at")}
    return (
        insert(notice_preference)
        .values(row)
        .on_conflict_do_update(index_elements=["tenant", "kind", "subject"], set_=kept)
    )


def has_case(viewer: Viewer, resident: UUID) -> Select[Any]:
    """Whether the desk has dealt with this resident in the viewer's area."""
    return select(func.count()).select_from(
        select(desk_case.c.id)
        .where(in_scope(viewer, desk_case.c.tenant, desk_case.c.division), desk_case.c.resident_id == resident)
        .limit(1)
        .subquery()
    )


def messages(viewer: Viewer, state: str | None, before: UUID | None, limit: int) -> Select[Any]:
    statement = select(sms_message).where(in_scope(viewer, sms_message.c.tenant, sms_message.c.division))
    if state is not None:
        statement = statement.where(sms_message.c.state == state)
    if before is not None:
        statement = statement.where(sms_message.c.id < before)
    return statement.order_by(sms_message.c.id.desc()).limit(limit + 1)


def demo_messages(viewer: Viewer, limit: int) -> Select[Any]:
    """What the demo's adapter sent, newest first."""
    joined = demo_sms.join(
        sms_message, and_(sms_message.c.tenant == demo_sms.c.tenant, sms_message.c.key == demo_sms.c.key)
    )
    return (
        select(demo_sms.c.phone_masked, demo_sms.c.text, demo_sms.c.sent_at, sms_message.c.case_id)
        .select_from(joined)
        .where(in_scope(viewer, sms_message.c.tenant, sms_message.c.division), demo_sms.c.tenant == viewer.tenant)
        .order_by(demo_sms.c.sent_at.desc(), demo_sms.c.key)
        .limit(limit)
    )
