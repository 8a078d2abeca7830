"""Further supplement notices of one's area, with the officer's reason as the desk keeps it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database
from linli_kernel.errors import Unavailable
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_supervision.clients.desk import DeskClient
from linli_supervision.policy import POLICY, Permission
from linli_supervision.repeated_supplements import repository

router = ServiceRouter(prefix="/api/supervision/v1/repeated-supplements", tags=["repeated supplements"])


class RepeatedSupplement(ApiModel):
    """`notice` counts the notices of the case, from 2. `reason` and `matter_name` are null while the desk does not answer."""

    case_id: UUID
    notice: int
    case_number: str
    division: str
    department: str
    matter_id: UUID
    matter_name: str | None
    reason_code: str
    reason_name: str
    reason_name_en: str
    reason: str | None
    asked_at: datetime


class RepeatedSupplementPage(ApiModel):
    items: list[RepeatedSupplement]
    next_cursor: str | None


@router.get("", response_model=RepeatedSupplementPage)
async def repeated_supplements(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.REPEATED_SUPPLEMENT_READ))],
    database: Annotated[Database, Depends(current_db)],
    department: Annotated[str | None, Query(max_length=60)] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Cases of your area whose applicant was asked more than once, newest first. Nobody is named."""
    parsed = Cursor.parse(cursor, datetime.fromisoformat, UUID, int)
    before = (parsed[0], parsed[1], parsed[2]) if parsed else None
    rows = await database.fetch_all(repository.listing(viewer, department, before, limit))
    kept, following = page(rows, limit, lambda row: [row["asked_at"].isoformat(), row["case_id"], row["notice"]])
    said = await _said(request, viewer.tenant, kept)
    detail = {"found": len(kept)}
    act = Act(action="repeated-supplements.read", object_kind="case", object_id="list", detail=detail)
    await read_audit(request, viewer, act)
    names = {
        one.code: one.name for one in request.app.state.linli.profiles.for_tenant(viewer.tenant).desk.supplement.reasons
    }
    return fast_json({"items": [_shown(row, said, names) for row in kept], "next_cursor": following})


async def _said(request: Request, tenant: str, rows: Any) -> dict[tuple[UUID, int], Any]:
    if not rows:
        return {}
    desk: DeskClient = request.app.state.linli.extra["desk"]
    try:
        return await desk.supplement_reasons(tenant, [(row["case_id"], row["notice"]) for row in rows])
    except Unavailable:
        return {}


def _shown(row: Any, said: dict[tuple[UUID, int], Any], names: dict[str, Any]) -> dict[str, Any]:
    told = said.get((row["case_id"], row["notice"]))
    name = names.get(row["reason_code"])
    columns = ("case_id", "notice", "case_number", "division", "department", "matter_id", "reason_code", "asked_at")
    return {
        **{column: row[column] for column in columns},
        "reason": told.reason if told else None,
        "matter_name": told.matter_name if told else None,
        "reason_name": name.zh if name else row["reason_code"],
        "reason_name_en": name.en if name else row["reason_code"],
    }
