"""Finding cases by the applicant's name or the case number, without putting a name into an address."""

from typing import Annotated, Literal

from fastapi import Depends, Request, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from pydantic import Field

from linli_services_desk.cases import reading, repository, views
from linli_services_desk.cases.schemas import CaseList
from linli_services_desk.cases.workflow import State
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1", tags=["cases"])


class CaseSearch(ApiModel):
    """`q`: the applicant's whole name or a whole case number."""

    q: Annotated[str, Field(min_length=1, max_length=60)]
    state: list[State] = Field(default_factory=list, max_length=11)
    clock: Literal["green", "amber", "red", "overdue", "paused", "done"] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/cases/search", response_model=CaseList)
@reads
async def search_cases(
    request: Request,
    wanted: CaseSearch,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CASE_READ))],
    database: Annotated[Database, Depends(current_db)],
    desk: CurrentDesk,
) -> Response:
    """Cases in scope by name or number, newest first."""
    conditions = reading.filters(
        desk, database, viewer, states=[one.value for one in wanted.state], clock=wanted.clock, q=wanted.q
    )
    rows = await database.fetch_all(repository.listing(viewer, *conditions, before=None, limit=wanted.limit))
    kept = rows[: wanted.limit]
    people = sorted({row["resident_id"] for row in kept if row["resident_id"]})
    await read_audit(request, viewer, Act(action="case.search", object_kind="case", object_id="list", people=people))
    now = database.clock.now()
    return fast_json({"items": [views.brief(desk, row, now) for row in kept], "next_cursor": None})
