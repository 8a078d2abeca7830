"""Route of the disclosures that are open to all."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.app import Linli
from linli_kernel.database import Database
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public
from linli_kernel.scope import in_divisions
from linli_kernel.succession import codes_within
from sqlalchemy import select
from starlette.responses import Response

from linli_supervision.disclosures.tables import disclosure
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/public/v1/disclosures", tags=["public disclosures"])


class Disclosure(ApiModel):
    id: UUID
    division: str
    category: str
    item: str
    title: str
    body: str
    period_start: date | None
    period_end: date | None
    published_at: datetime


class DisclosurePage(ApiModel):
    items: list[Disclosure]
    next_cursor: str | None


def _tenants(request: Request, division: str) -> list[str]:
    """The county that a division lies in; public pages have no tenant of their own."""
    linli: Linli = request.app.state.linli
    return [tenant.key for tenant in linli.profiles.tenants() if tenant.division[:6] == division[:6]]


@router.get("", response_model=DisclosurePage, dependencies=[Depends(public(POLICY, Permission.DISCLOSURE_PUBLIC))])
async def list_disclosures(
    request: Request,
    database: Annotated[Database, Depends(current_db)],
    division: Annotated[str, Query(pattern="^([0-9]{6}|[0-9]{9}|[0-9]{12})$", description="county, township, village")],
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What has been published in an area, newest first."""
    columns = [column for column in disclosure.c if column.name not in {"tenant", "version"}]
    query = select(*columns).where(
        disclosure.c.tenant.in_(_tenants(request, division)),
        in_divisions(codes_within(request.app.state.linli, division) or (), disclosure.c.division),
    )
    after = Cursor.parse(cursor, UUID)
    if after is not None:
        query = query.where(disclosure.c.id < after[0])
    rows = await database.fetch_all(query.order_by(disclosure.c.id.desc()).limit(limit + 1))
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [dict(row) for row in kept], "next_cursor": next_cursor})
