"""What supervision asks of further supplement notices: the officer's words, which are in no event (service tokens only)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from pydantic import Field
from sqlalchemy import and_, select
from starlette.requests import Request

from linli_services_desk.cases.tables import desk_case, supplement_notice
from linli_services_desk.policy import POLICY, Permission

internal_router = ServiceRouter(prefix="/internal/v1", include_in_schema=False)


class Asked(ApiModel):
    case_id: UUID
    notice: Annotated[int, Field(ge=1, le=1000)]


class AskedFor(ApiModel):
    notices: list[Asked] = Field(min_length=1, max_length=200)


@internal_router.post("/supplement-reasons", response_class=Response)
@reads
async def supplement_reasons(
    request: Request,
    order: AskedFor,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SUPPLEMENT_REASONS))],
    database: Annotated[Database, Depends(current_db)],
    tenant: Annotated[str, Header(alias="X-Linli-Tenant", max_length=32)],
) -> Response:
    """The reasons of these notices with their matter's name; they name nobody, see `pausing`."""
    asked = {(one.case_id, one.notice) for one in order.notices}
    _n = supplement_notice.c
    joined = supplement_notice.join(desk_case, and_(desk_case.c.tenant == _n.tenant, desk_case.c.id == _n.case_id))
    rows = await database.fetch_all(
        select(_n.case_id, _n.number.label("notice"), _n.reason, desk_case.c.matter_name)
        .select_from(joined)
        .where(_n.tenant == tenant, _n.case_id.in_(sorted({case for case, _ in asked})))
    )
    found = [dict(row) for row in rows if (row["case_id"], row["notice"]) in asked]
    act = Act(action="supplement-reasons.read", object_kind="case", object_id="list", detail={"found": len(found)})
    await read_audit(request, viewer, act, tenant)
    return fast_json({"items": found})
