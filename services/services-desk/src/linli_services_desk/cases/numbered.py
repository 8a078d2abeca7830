"""Which case bears a number, itself or on one of its papers: what supervision asks for an auditor (service tokens only).

A number is unique in its village; which villages there are stands in the counters that the numbers were drawn from.
"""

from typing import Annotated

from fastapi import Depends, Header, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from pydantic import Field
from sqlalchemy import select, union
from starlette.requests import Request

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.documents.papers import DocumentKind
from linli_services_desk.documents.tables import document, number_counter
from linli_services_desk.policy import POLICY, Permission

internal_router = ServiceRouter(prefix="/internal/v1", include_in_schema=False)
MOST = 20
"""Of one county; a number that names no village may stand in several."""


class OfNumber(ApiModel):
    number: Annotated[str, Field(min_length=2, max_length=60)]


@internal_router.post("/cases/by-number", response_class=Response)
@reads
async def cases_by_number(
    request: Request,
    wanted: OfNumber,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CASE_BY_NUMBER))],
    database: Annotated[Database, Depends(current_db)],
    tenant: Annotated[str, Header(alias="X-Linli-Tenant", max_length=32)],
) -> Response:
    """The cases of a county that bear the number; ids and villages, nobody."""
    number = "".join(wanted.number.split())
    halls = select(number_counter.c.division).where(number_counter.c.tenant == tenant).distinct()
    c, d = desk_case.c, document.c
    cases = select(c.id.label("case_id"), c.division).where(
        c.tenant == tenant, c.division.in_(halls), c.number == number
    )
    papers = select(d.case_id, d.division).where(
        d.tenant == tenant,
        d.division.in_(halls),
        d.kind.in_([one.value for one in DocumentKind]),
        d.number == number,
        d.case_id.is_not(None),
    )
    rows = await database.fetch_all(union(cases, papers).order_by("division", "case_id").limit(MOST))
    act = Act(action="case.search", object_kind="case", object_id="list", detail={"found": len(rows)})
    await read_audit(request, viewer, act, tenant)
    return fast_json({"items": [dict(row) for row in rows]})
