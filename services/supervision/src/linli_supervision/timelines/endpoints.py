"""The route of time lines. Looking at one is itself an entry."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.given import GivenMoment
from linli_kernel.http import ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_supervision.ledger import service
from linli_supervision.ledger.addresses import Log, Tenant, log_viewer, own_log, position
from linli_supervision.ledger.schemas import EntryPage
from linli_supervision.policy import POLICY, Permission
from linli_supervision.timelines.service import Subject, around

router = ServiceRouter(prefix="/api/supervision/v1/ledger", tags=["ledger"])
Watcher = Annotated[Viewer, Depends(require(POLICY, Permission.LEDGER_TIMELINE))]


class Timeline(EntryPage):
    """Entries, newest first; `complete` is false when the registry could not name the person's merged records. `case_id` is
    the case around which it is, also when it was asked for by a number."""

    complete: bool
    case_id: UUID | None


@router.get("/{tenant}/timeline", response_model=Timeline)
async def timeline(
    request: Request,
    viewer: Watcher,
    tenant: Tenant,
    db: Annotated[Database, Depends(current_db)],
    log: Log,
    person: Annotated[UUID | None, Query(description="a resident, with all records merged into one")] = None,
    case: Annotated[UUID | None, Query(description="a case")] = None,
    number: Annotated[
        str | None, Query(min_length=2, max_length=60, description="a case, by its number or that of one of its papers")
    ] = None,
    official: Annotated[UUID | None, Query(description="an account: what it did, and what was done to it")] = None,
    action: Annotated[str | None, Query(max_length=100, description="such as `resident.reveal`")] = None,
    since: Annotated[GivenMoment | None, Query(alias="from", description="RFC 3339 with offset")] = None,
    until: Annotated[GivenMoment | None, Query(alias="to", description="RFC 3339 with offset, exclusive")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Everything in your area around one person, one case or one official, newest first. Name exactly one of them."""
    viewer = log_viewer(request, viewer, tenant)
    own_log(viewer, tenant)
    before = Cursor.parse(cursor, position)
    extra = request.app.state.linli.extra
    subject = await Subject.named(extra["desk"], viewer, number, person, case, official)
    of_case = subject.id if subject.kind == "case" else None
    found = await around(
        db, extra["registry"], viewer, subject, action=action, since=since, until=until,
        before=before[0] if before else None, limit=limit,
    )  # fmt: skip
    kept, following = page(found.rows, limit, lambda row: [row["index"]])
    size = (await log.newest()).size
    items = await service.shown(extra["gateway"], kept, size)
    act = Act(
        action="ledger.timeline",
        object_kind=subject.kind,
        object_id=subject.id,
        people=subject.people,
        case_id=of_case,
        detail={"found": len(items)},
    )
    await read_audit(request, viewer, act)
    return fast_json(
        {"items": items, "next_cursor": following, "size": size, "complete": found.complete, "case_id": of_case}
    )
