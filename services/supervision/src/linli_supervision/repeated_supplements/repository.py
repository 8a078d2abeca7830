"""Keeps further notices as they are delivered, and lists those of the viewer's area."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.contracts import desk as contract
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.repeated_supplements.tables import repeated_supplement

_c = repeated_supplement.c


async def keep(tx: Tx, events: Sequence[IncomingEvent]) -> None:
    """Keep what is a further notice, in the transaction of the inbox; the same notice is never kept twice."""
    rows = [_row(tx.tenant, event) for event in events if _further(event)]
    if rows:
        await tx.execute(insert(repeated_supplement).values(rows).on_conflict_do_nothing())


def listing(
    viewer: Viewer, department: str | None, before: tuple[datetime, UUID, int] | None, limit: int
) -> Select[Any]:
    """Newest first."""
    statement = select(repeated_supplement).where(in_scope(viewer, _c.tenant, _c.division))
    if department is not None:
        statement = statement.where(_c.department == department)
    if before is not None:
        at, case_id, notice = before
        beside = and_(_c.case_id == case_id, _c.notice < notice)
        same = and_(_c.asked_at == at, or_(_c.case_id < case_id, beside))
        statement = statement.where(or_(_c.asked_at < at, same))
    return statement.order_by(_c.asked_at.desc(), _c.case_id.desc(), _c.notice.desc()).limit(limit + 1)


def _further(event: IncomingEvent) -> bool:
    return event.type == contract.CASE_SUPPLEMENT_ASKED and bool(event.data.get("reason_code"))


def _row(tenant: str, event: IncomingEvent) -> dict[str, Any]:
    data = event.data
    return {
        "tenant": tenant,
        "case_id": UUID(data["case_id"]),
        "notice": data["supplement"],
        "case_number": data.get("number") or "",
        "division": data["division"],
        "department": data["department"],
        "matter_id": UUID(data["matter_id"]),
        "reason_code": data["reason_code"],
        "asked_at": event.time,
    }
