"""Long work as jobs: written in the caller's transaction, run by a worker, with progress, cancel and resume.

A job whose worker died is taken up again after its heartbeat stops, so every kind must be safe to run twice.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response, StreamingResponse

from .database import Database, Tx
from .errors import DomainError, NotFound, Unavailable
from .http import ApiModel, ServiceRouter, current_db, current_tx, fast_json
from .identity import Role, Viewer
from .ids import new_id
from .pagination import Cursor, CursorParam, Limit, page
from .permissions import Policy, require
from .problems import language

log = structlog.get_logger("jobs")
HEARTBEAT_SECONDS = 5.0
# Four missed heartbeats: the worker is gone, not slow.
ABANDONED_SECONDS = 20.0
POLL_SECONDS = 1.0
MOST_ATTEMPTS = 8
KEPT_ERRORS = 200
UNEXPECTED = "系统出现意外问题，已记录", "An unexpected fault; it was recorded"
_LOST = (DBAPIError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)


class Cancelled(Exception):
    """The user cancelled; the job leaves nothing half-done behind."""


class MoreToDo(Exception):
    """The job kept its process long enough: it goes behind the jobs that wait and is called again later."""


@dataclass(slots=True)
class JobContext:
    """What a running job may use; `progress` also carries the cancel request back.

    `done` is how far it said it was when it last ran.
    """

    database: Database
    tenant: str
    id: UUID
    payload: dict[str, Any]
    content: bytes | None
    created_by: UUID | None
    app: Any
    done: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    async def progress(self, done: int, total: int | None = None, *, remember: Mapping[str, Any] | None = None) -> None:
        """Store how far it is, and what the payload shall hold when it runs again; raises Cancelled when asked for."""
        async with self.database.engine.begin() as connection:
            cancelled = await connection.scalar(
                text(
                    "UPDATE job SET done = :done, total = coalesce(:total, total), heartbeat_at = now(), "
                    "errors = CAST(:errors AS jsonb), payload = payload || CAST(:remember AS jsonb) "
                    "WHERE tenant = :t AND id = :id RETURNING cancel_requested"
                ),
                {
                    "done": done,
                    "total": total,
                    "errors": _encode(self.errors[:KEPT_ERRORS]),
                    "remember": _encode(remember or {}),
                    "t": self.tenant,
                    "id": self.id,
                },
            )
        if cancelled:
            raise Cancelled


def job_error(code: str, zh: str, en: str, pointer: str = "") -> dict[str, Any]:
    """An error as a job keeps it: in both languages, whoever reads it chooses."""
    return {"pointer": pointer, "code": code, "detail": zh, "detail_en": en}


Run = Callable[[JobContext], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A name and what runs; the returned object becomes the job's `result`. `private`: nobody but who asked for it sees it."""

    name: str
    run: Run
    private: bool = False


class JobError(ApiModel):
    pointer: str = ""
    code: str
    detail: str


class Job(ApiModel):
    """Long work: `state` is queued, running, done, failed or cancelled."""

    id: UUID
    kind: str
    state: str
    done: int
    total: int | None
    errors: list[JobError] = Field(default_factory=list)
    result: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPage(ApiModel):
    items: list[Job]
    next_cursor: str | None


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def enqueue(
    tx: Tx, kind: str, payload: Mapping[str, Any], *, content: bytes | None = None, not_before: datetime | None = None
) -> UUID:
    """Write a job in the caller's transaction; returns its id."""
    job = new_id()
    await tx.execute(
        text(
            "INSERT INTO job (tenant, id, kind, payload, content, created_by, not_before) "
            "VALUES (:t, :id, :kind, CAST(:payload AS jsonb), :content, :by, coalesce(:at, now()))"
        ),
        {
            "t": tx.tenant,
            "id": job,
            "kind": kind,
            "payload": _encode(payload),
            "content": content,
            "by": tx.viewer.subject if tx.viewer else None,
            "at": not_before,
        },
    )
    if not_before is None:
        tx.after_commit(tx.database.poke_jobs)
    return job


def accepted(prefix: str, job: UUID) -> Response:
    """The 202 answer that names the job."""
    location = f"{prefix}/jobs/{job}"
    return fast_json({"id": job, "href": location}, status=202, headers={"Location": location})


_TAKE = """
UPDATE job SET state = 'running', started_at = coalesce(started_at, now()), heartbeat_at = now(), attempts = attempts + 1
WHERE (tenant, id) IN (
  SELECT tenant, id FROM job
  WHERE not_before <= now() AND (state = 'queued' OR (state = 'running' AND heartbeat_at < now() - make_interval(secs => :abandoned)))
  ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING tenant, id, kind, payload, content, created_by, attempts, done
"""
_END = text(
    "UPDATE job SET state = :state, result = CAST(:result AS jsonb), errors = CAST(:errors AS jsonb), finished_at = now(), "
    "content = NULL WHERE tenant = :t AND id = :id"
)
_BEHIND = text(
    "UPDATE job SET state = 'queued', not_before = now(), attempts = attempts - 1 WHERE tenant = :t AND id = :id"
)
_AGAIN = text("UPDATE job SET state = 'queued', not_before = :at WHERE tenant = :t AND id = :id")


class JobRunner:
    """Takes one job at a time; several processes may run one each."""

    def __init__(self, database: Database, kinds: Mapping[str, JobKind], app: Any) -> None:
        self._database = database
        self._kinds = kinds
        self._app = app
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """A job was written here: begin it at once, not at the next look."""
        self._poked.set()

    async def run(self) -> None:
        while True:
            self._poked.clear()
            try:
                while await self.run_one():
                    pass
            except Exception as error:
                log.warning("job_loop", kind=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._poked.wait(), POLL_SECONDS)

    async def run_one(self) -> bool:
        """Run one waiting job; False when there is none."""
        async with self._database.engine.begin() as connection:
            row = (await connection.execute(text(_TAKE), {"abandoned": ABANDONED_SECONDS})).mappings().first()
        if row is None:
            return False
        context = JobContext(
            self._database,
            row["tenant"],
            row["id"],
            row["payload"],
            row["content"],
            row["created_by"],
            self._app,
            row["done"],
        )
        heart = asyncio.create_task(self._beat(context))
        try:
            await self._run(context, self._kinds.get(row["kind"]), row["attempts"])
        finally:
            heart.cancel()
        return True

    async def _run(self, context: JobContext, kind: JobKind | None, attempts: int) -> None:
        try:
            if kind is None:
                raise LookupError("no such job kind")
            result = await kind.run(context)
            await self._end(context, "done", result)
        except Cancelled:
            await self._end(context, "cancelled", None)
        except MoreToDo:
            async with self._database.engine.begin() as connection:
                await connection.execute(_BEHIND, {"t": context.tenant, "id": context.id})
        except Unavailable as error:
            if attempts >= MOST_ATTEMPTS:
                await self._refused(context, error)
                return
            pause = timedelta(seconds=min(2.0**attempts, 300.0))
            async with self._database.engine.begin() as connection:
                now = (await connection.scalar(text("SELECT now()"))) + pause
                await connection.execute(_AGAIN, {"at": now, "t": context.tenant, "id": context.id})
        except DomainError as error:
            await self._refused(context, error)
        except _LOST as error:
            if isinstance(error, DBAPIError) and not error.connection_invalidated:
                await self._unexpected(context, error)
                return
            # The database went away: the job is as it was after its last commit, and is taken up again once it is back.
            log.warning("job_interrupted", job=str(context.id), kind=type(error).__name__)
        except Exception as error:
            await self._unexpected(context, error)

    async def _unexpected(self, context: JobContext, error: Exception) -> None:
        log.error("job_failed", job=str(context.id), kind=type(error).__name__)
        await self._fail(context, job_error("unexpected", *UNEXPECTED))

    async def _refused(self, context: JobContext, error: DomainError) -> None:
        context.errors += [job_error(one.code, one.zh, one.en, one.pointer) for one in error.errors]
        await self._fail(context, job_error(error.code, error.text("zh"), error.text("en")))

    async def _fail(self, context: JobContext, error: dict[str, Any]) -> None:
        context.errors.append(error)
        await self._end(context, "failed", None)

    async def _end(self, context: JobContext, state: str, result: dict[str, Any] | None) -> None:
        async with self._database.engine.begin() as connection:
            await connection.execute(
                _END,
                {
                    "state": state,
                    "result": _encode(result) if result is not None else None,
                    "errors": _encode(context.errors[:KEPT_ERRORS]),
                    "t": context.tenant,
                    "id": context.id,
                },
            )

    async def _beat(self, context: JobContext) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            # A beat that is lost with the database must not be the last one.
            with contextlib.suppress(*_LOST):
                async with self._database.engine.begin() as connection:
                    await connection.execute(
                        text("UPDATE job SET heartbeat_at = now() WHERE tenant = :t AND id = :id"),
                        {"t": context.tenant, "id": context.id},
                    )


_COLUMNS = "id, kind, state, done, total, errors, result, created_at, started_at, finished_at"
_FINISHED = {"done", "failed", "cancelled"}


def _shown(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A job as its reader sees it: what went wrong in the reader's language."""
    told = []
    for error in row["errors"]:
        detail, english = error["detail"], error.get("detail_en")
        told.append({**error, "detail": english if lang == "en" and english else detail})
        told[-1].pop("detail_en", None)
    return {**row, "errors": told}


def router(prefix: str, policy: Policy, permission: Any) -> APIRouter:
    """The job routes of a service: list, state, live progress, cancel. One sees one's own; a county administrator the
    tenant's, except the private ones of others."""
    routes = ServiceRouter(prefix=prefix, tags=["jobs"])
    may_see = Annotated[Viewer, Depends(require(policy, permission))]

    def others(request: Request, viewer: Viewer) -> list[str]:
        """The kinds of job that the viewer sees although somebody else asked for them."""
        kinds: Mapping[str, JobKind] = request.app.state.linli.kinds
        return [one.name for one in kinds.values() if not one.private] if viewer.role is Role.COUNTY_ADMIN else []

    async def load(request: Request, database: Database, viewer: Viewer, job: UUID) -> dict[str, Any]:
        row = await database.pool.fetchrow(
            f"SELECT {_COLUMNS} FROM job WHERE tenant = $1 AND id = $2 AND (created_by = $3 OR kind = ANY($4::text[]))",  # noqa: S608
            viewer.tenant, job, viewer.subject, others(request, viewer),
        )  # fmt: skip
        if row is None:
            raise NotFound
        return _shown(dict(row), language(request))

    @routes.get("/jobs", response_model=JobPage)
    async def list_jobs(
        request: Request,
        viewer: may_see,
        database: Annotated[Database, Depends(current_db)],
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> Response:
        """Jobs, newest first."""
        after = Cursor.parse(cursor, UUID)
        rows = await database.pool.fetch(
            f"SELECT {_COLUMNS} FROM job WHERE tenant = $1 AND (created_by = $2 OR kind = ANY($3::text[])) "  # noqa: S608
            "AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
            viewer.tenant, viewer.subject, others(request, viewer), after[0] if after else None, limit + 1,
        )  # fmt: skip
        kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
        items = [_shown(dict(row), language(request)) for row in kept]
        return fast_json({"items": items, "next_cursor": next_cursor})

    @routes.get("/jobs/{job_id}", response_model=Job)
    async def get_job(
        request: Request, viewer: may_see, job_id: UUID, database: Annotated[Database, Depends(current_db)]
    ) -> Response:
        """State and progress of one job."""
        return fast_json(await load(request, database, viewer, job_id))

    @routes.get(
        "/jobs/{job_id}/events",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def follow_job(viewer: may_see, job_id: UUID, request: Request) -> Response:
        """Progress as server-sent events until the job ends."""
        database: Database = request.app.state.linli.database
        await load(request, database, viewer, job_id)

        async def stream() -> AsyncIterator[bytes]:
            last = b""
            while not await request.is_disconnected():
                state = await load(request, database, viewer, job_id)
                body = bytes(fast_json(state).body)
                if body != last:
                    yield b"event: progress\ndata: " + body + b"\n\n"
                    last = body
                if state["state"] in _FINISHED:
                    return
                await asyncio.sleep(0.3)

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})

    @routes.delete("/jobs/{job_id}", status_code=202, response_model=Job, responses={202: {"model": Job}})
    async def cancel_job(
        request: Request, viewer: may_see, job_id: UUID, tx: Annotated[Tx, Depends(current_tx)]
    ) -> Response:
        """Ask a job to stop; what it has not finished is undone."""
        row = await tx.one(
            text(
                "UPDATE job SET cancel_requested = true, "  # noqa: S608 - the interpolated text is constant
                "state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END, "
                "finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END "
                f"WHERE tenant = :t AND id = :id AND (created_by = :by OR kind = ANY(CAST(:kinds AS text[]))) "
                f"RETURNING {_COLUMNS}"
            ).columns(errors=JSONB, result=JSONB),
            {"t": viewer.tenant, "id": job_id, "by": viewer.subject, "kinds": others(request, viewer)},
        )
        if row is None:
            raise NotFound
        return fast_json(_shown(dict(row), language(request)), status=202)

    return routes
