"""What the administrator of the installation sees of a service: long work, deliveries, events that lie aside.

All counties at once, and nothing of people: no payload, no text of an error, no body of an event leaves here.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from .database import Database, Tx
from .events import Act
from .http import ApiModel, ServiceRouter, current_db, current_tx, fast_json
from .identity import Viewer
from .pagination import Cursor, CursorParam, Limit, page
from .permissions import Policy, require

MOST_LISTED = 500
Tenant = Annotated[str, Field(pattern=r"^(\*|[a-z0-9]{2,20})$")]
Source = Annotated[str, Field(pattern="^[a-z-]{1,40}$")]


class OverseenJob(ApiModel):
    """Long work of some county; `failures` are the codes of what went wrong, without the rows that they concern."""

    id: UUID
    tenant: str
    kind: str
    state: str
    done: int
    total: int | None
    failures: list[str]
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class OverseenJobs(ApiModel):
    items: list[OverseenJob]
    next_cursor: str | None


class Delivery(ApiModel):
    """How far a receiver has the events of a county; `written` − `delivered` still wait."""

    tenant: str
    target: str
    written: int
    delivered: int
    failures: int
    last_error: str | None
    updated_at: datetime


class Deliveries(ApiModel):
    items: list[Delivery]


class DeadLetter(ApiModel):
    """An event that no handler could apply; `error` is the kind of the failure."""

    tenant: str
    source: str
    sequence: int
    type: str
    error: str
    received_at: datetime


class DeadLetters(ApiModel):
    items: list[DeadLetter]


class Replay(ApiModel):
    tenant: Tenant
    source: Source
    sequence: Annotated[int, Field(ge=1, lt=2**53)]


_JOBS = """
SELECT id, tenant, kind, state, done, total, attempts, created_at, started_at, finished_at,
  ARRAY(SELECT DISTINCT fault->>'code' FROM jsonb_array_elements(errors) AS fault ORDER BY 1) AS failures
FROM job WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""
_DELIVERIES = """
SELECT s.tenant, c.target, s.last AS written, c.delivered, c.failures, c.last_error, c.updated_at
FROM outbox_seq s JOIN relay_cursor c USING (tenant) ORDER BY s.tenant, c.target
"""
_DEAD = """
SELECT tenant, source, seq AS sequence, event->>'type' AS type, error, received_at
FROM dead_letter ORDER BY received_at, tenant, source, seq LIMIT $1
"""
State = Annotated[str | None, Query(pattern="^(queued|running|done|failed|cancelled)$")]
Db = Annotated[Database, Depends(current_db)]


def router(prefix: str, policy: Policy, permission: Any) -> APIRouter:
    """The upkeep routes of a service; whoever the policy lets in sees every county."""
    routes = ServiceRouter(prefix=f"{prefix}/upkeep", tags=["upkeep"])
    overseer = Annotated[Viewer, Depends(require(policy, permission))]

    @routes.get("/jobs", response_model=OverseenJobs)
    async def list_overseen_jobs(
        viewer: overseer, database: Db, state: State = None, limit: Limit = 50, cursor: CursorParam = None
    ) -> Response:
        """Long work of every county, newest first, without what it is about."""
        after = Cursor.parse(cursor, UUID)
        rows = await database.pool.fetch(_JOBS, state, after[0] if after else None, limit + 1)
        kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
        return fast_json({"items": [dict(row) for row in kept], "next_cursor": next_cursor})

    @routes.get("/deliveries", response_model=Deliveries)
    async def list_deliveries(viewer: overseer, database: Db) -> Response:
        """How far every receiver of this service's events is."""
        return fast_json({"items": [dict(row) for row in await database.pool.fetch(_DELIVERIES)]})

    @routes.get("/dead-letters", response_model=DeadLetters)
    async def list_dead_letters(viewer: overseer, database: Db) -> Response:
        """Events that could not be applied, oldest first; at most 500."""
        return fast_json({"items": [dict(row) for row in await database.pool.fetch(_DEAD, MOST_LISTED)]})

    @routes.post("/dead-letters/replay", status_code=204)
    async def replay_dead_letter(
        viewer: overseer, order: Replay, request: Request, tx: Annotated[Tx, Depends(current_tx)]
    ) -> Response:
        """Apply an event that lay aside; it stays there when it fails again (409)."""
        tx.use_tenant(order.tenant)
        await request.app.state.linli.inbox.replay(tx, order.source, order.sequence)
        detail = {"source": order.source, "sequence": order.sequence}
        tx.record(Act(action="dead-letter.replay", object_kind="dead-letter", object_id=order.source, detail=detail))
        return Response(status_code=204)

    return routes
