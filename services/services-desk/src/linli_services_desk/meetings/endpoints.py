"""Routes of calls to meetings: how many were told of each, and who has to be told in person."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require

from linli_services_desk.meetings import repository
from linli_services_desk.meetings.schemas import CallsToMeetings, UntoldList
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.schema import Row

router = ServiceRouter(prefix="/api/desk/v1/meeting-calls", tags=["meetings"])
Db = Annotated[Database, Depends(current_db)]
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.MEETING_CALL_READ))]
Caller = Annotated[Viewer, Depends(require(POLICY, Permission.MEETING_UNTOLD))]
BUCKETS = {
    "sent": "sent", "delivered": "sent", "queued": "waiting", "sending": "waiting", "no_phone": "no_phone",
    "declined": "declined", "failed": "failed", "undelivered": "failed", "no_adapter": "failed", "outdated": "outdated",
}  # fmt: skip
_CALL = ("id", "position", "number", "state", "at", "created_at", "told_at")


@router.get("", response_model=CallsToMeetings)
async def list_calls(
    viewer: Reader, database: Db, deliberation_id: Annotated[UUID, Query(description="whose meetings")]
) -> Response:
    """How often the meetings of a deliberation were called, changed or called off, newest first, and how many were told."""
    rows = await database.fetch_all(repository.counts(viewer, deliberation_id))
    return fast_json({"items": [_counted(list(of)) for _, of in groupby(rows, key=lambda row: row["id"])]})


@router.get("/{call_id}/untold", response_model=UntoldList)
async def list_untold(
    request: Request, call_id: UUID, viewer: Caller, database: Db, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """Those whom no message of a call reaches, by id: they are told in person. Names are the registry's to show."""
    after = Cursor.parse(cursor, UUID)
    rows = await database.fetch_all(repository.untold(viewer, call_id, after[0] if after else None, limit))
    if not rows:
        raise NotFound
    kept, following = page(rows, limit, lambda row: [row["resident_id"]])
    found = [row for row in kept if row["resident_id"] is not None]
    act = Act(
        action="meeting.untold",
        object_kind="deliberation",
        object_id=rows[0]["deliberation_id"],
        division=rows[0]["division"],
        people=[row["resident_id"] for row in found],
    )
    await read_audit(request, viewer, act)
    shown = [{"resident": row["resident_id"], "reason": BUCKETS[row["state"]]} for row in found]
    return fast_json({"items": shown, "next_cursor": following})


def _counted(rows: Sequence[Row]) -> dict[str, Any]:
    """One call with its messages by what became of them."""
    counts = dict.fromkeys(dict.fromkeys(BUCKETS.values()), 0)
    for row in rows:
        if row["became"] is not None:
            counts[BUCKETS[row["became"]]] += row["messages"]
    return {**{name: rows[0][name] for name in _CALL}, "people": sum(counts.values()), **counts}
