"""What supervision's figures ask once (service tokens only): every case and whistle by its days and places, page after page.

No person, number or text is in an answer. `head` is read after the page: whatever the page knows, an event up to that number told.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Response
from linli_kernel.database import Database
from linli_kernel.http import ServiceRouter, current_db, fast_json
from linli_kernel.permissions import require
from sqlalchemy import Select, and_, case, func, select, text

from linli_services_desk.cases.repository import decided
from linli_services_desk.cases.tables import case_history, desk_case
from linli_services_desk.cases.workflow import State
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.rectification.repository import COUNTED
from linli_services_desk.schema import Row
from linli_services_desk.whistles.tables import whistle, whistle_duty, whistle_event
from linli_services_desk.whistles.workflow import Command

PAGE = 1_000
_HEAD = text("SELECT last FROM outbox_seq WHERE tenant = :tenant")
_CLOCKS = (
    ("report_in", "reported_at", "report_due", "report_missed"),
    ("solution", "solved_at", "solution_due", "solution_missed"),
)
_c, _h, _w, _d, _e = desk_case.c, case_history.c, whistle.c, whistle_duty.c, whistle_event.c

internal_router = ServiceRouter(
    prefix="/internal/v1/records",
    include_in_schema=False,
    dependencies=[Depends(require(POLICY, Permission.RECORD_TELL))],
)
Db = Annotated[Database, Depends(current_db)]
Tenant = Annotated[str, Header(alias="X-Linli-Tenant", max_length=32)]
After = Annotated[UUID | None, Query(description="the last one of the page before")]


@internal_router.get("/cases", response_class=Response)
async def tell_cases(database: Db, tenant: Tenant, after: After = None) -> Response:
    """Cases by their ids, with the days on which they were accepted, not accepted or decided, and the rating that counts."""
    rows = await database.fetch_all(_cases(tenant, after))
    return await _page(database, tenant, [dict(row) for row in rows])


@internal_router.get("/whistles", response_class=Response)
async def tell_whistles(database: Db, tenant: Tenant, after: After = None) -> Response:
    """Whistles by their ids, with the departments' clocks: when each was met, or ran out."""
    rows = await database.fetch_all(_whistles(tenant, after))
    of_page = select(whistle_duty).where(_d.tenant == tenant, _d.whistle_id.in_([row["id"] for row in rows]))
    duties = await database.fetch_all(of_page.order_by(_d.whistle_id))
    clocks = {key: list(_clocks(list(some))) for key, some in groupby(duties, key=lambda row: row["whistle_id"])}
    return await _page(database, tenant, [{**dict(row), "clocks": clocks.get(row["id"], [])} for row in rows])


def _cases(tenant: str, after: UUID | None) -> Select[Any]:
    not_accepted = (
        select(func.max(_h.at))
        .where(_h.tenant == _c.tenant, _h.case_id == _c.id, _h.to_state == State.NOT_ACCEPTED.value)
        .scalar_subquery()
    )
    rated = and_(evaluation.c.tenant == _c.tenant, evaluation.c.case_id == _c.id, COUNTED)
    decided_at = case((decided(), _c.decided_at)).label("decided_at")
    days = (_c.due, not_accepted.label("not_accepted_at"), _c.accepted_at, decided_at)
    found = select(_c.id, _c.division, _c.state, *days, evaluation.c.level)
    return _following(found.select_from(desk_case.outerjoin(evaluation, rated)), desk_case, tenant, after)


def _whistles(tenant: str, after: UUID | None) -> Select[Any]:
    whistled = (
        select(func.min(_e.at))
        .where(_e.tenant == _w.tenant, _e.whistle_id == _w.id, _e.command == Command.WHISTLE.value)
        .scalar_subquery()
    )
    found = select(_w.id, _w.division, _w.state, whistled.label("whistled_at"), _w.closed_at)
    return _following(found, whistle, tenant, after)


def _following(found: Select[Any], table: Any, tenant: str, after: UUID | None) -> Select[Any]:
    found = found.where(table.c.tenant == tenant)
    if after is not None:
        found = found.where(table.c.id > after)
    return found.order_by(table.c.id).limit(PAGE)


def _clocks(duties: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for duty in duties:
        for clock, met, due, missed in _CLOCKS:
            at: datetime | None = duty[due] if duty[missed] else duty[met]
            if at is not None:
                yield {"department": duty["department"], "clock": clock, "at": at, "missed": duty[missed]}


async def _page(database: Database, tenant: str, items: Sequence[Mapping[str, Any]]) -> Response:
    head = await database.fetch_value(_HEAD.bindparams(tenant=tenant))
    return fast_json({"items": items, "head": head or 0})
