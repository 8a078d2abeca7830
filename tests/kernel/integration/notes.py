"""The smallest service there is: notes, to try what every service stands on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from fastapi import Depends, Request
from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import Conflict, NotFound
from linli_kernel.events import Act, Event
from linli_kernel.hot import hot
from linli_kernel.http import (
    ApiModel,
    ServiceRouter,
    current_db,
    current_tx,
    fast_json,
    match_version,
    read_audit,
    reads,
)
from linli_kernel.identity import Role, Viewer
from linli_kernel.jobs import JobContext, accepted, enqueue
from linli_kernel.permissions import PUBLIC, Policy, allow, public, require
from sqlalchemy import text
from starlette.responses import Response

SOME_NOTE = "01990000-0000-7000-8000-00000000000a"


class Permission(StrEnum):
    WRITE = "note.write"
    OPEN = "note.open"
    JOBS = "job.read"


POLICY: Policy = {Permission.WRITE: allow(Role.CLERK), Permission.OPEN: PUBLIC, Permission.JOBS: allow(Role.CLERK)}


class Taken(Conflict):
    code = "note.taken"
    zh = "“{word}”已被使用"
    en = "“{word}” is taken"


class Uncountable(Conflict):
    code = "note.uncountable"
    zh = "数到 {to} 太多"
    en = "{to} is too many to count"


class NewNote(ApiModel):
    word: str


class Note(ApiModel):
    id: UUID
    word: str


Writer = Annotated[Viewer, Depends(require(POLICY, Permission.WRITE))]
routes = ServiceRouter(prefix="/api/notes/v1")
COUNT = HotQuery(text("SELECT count(*) AS n FROM note WHERE tenant = :tenant"))


@routes.post("/notes", status_code=201, response_model=Note)
@hot
async def add_note(viewer: Writer, body: NewNote, tx: Annotated[Tx, Depends(current_tx)]) -> Any:
    if await tx.one(text("SELECT 1 FROM note WHERE tenant = :t AND word = :w"), {"t": tx.tenant, "w": body.word}):
        raise Taken(word=body.word)
    note = uuid4()
    await tx.execute(text("INSERT INTO note VALUES (:t, :id, :w)"), {"t": tx.tenant, "id": note, "w": body.word})
    tx.announce(Event(type="cn.linli.notes.note.added.v1", subject=str(note), data={"id": note}))
    tx.record(Act(action="note.add", object_kind="note", object_id=note))
    if body.word == "explode":
        raise RuntimeError("half-done")
    return fast_json({"id": note, "word": body.word}, status=201, etag=1)


@routes.get("/notes/count")
async def count_notes(viewer: Writer, db: Annotated[Database, Depends(current_db)], limit: int = 5) -> dict[str, int]:
    return {"n": await db.fetch_value(COUNT, {"tenant": viewer.tenant})}


@routes.post("/notes/search", response_model=Note)
@reads
@hot
async def search_notes(request: Request, viewer: Writer, body: NewNote) -> Response:
    await read_audit(request, viewer, Act(action="note.search", object_kind="note", object_id=""))
    if body.word == "gone":
        raise NotFound
    return fast_json({"id": viewer.subject, "word": body.word})


@routes.patch("/notes/{note_id}")
async def change_note(
    viewer: Writer,
    note_id: UUID,
    version: Annotated[int, Depends(match_version)],
    tx: Annotated[Tx, Depends(current_tx)],
) -> dict[str, int]:
    return {"version": version}


@routes.get("/open", dependencies=[Depends(public(POLICY, Permission.OPEN))])
async def open_page() -> dict[str, str]:
    return {"hello": "邻里"}


@routes.post("/imports", status_code=202)
async def start_import(viewer: Writer, tx: Annotated[Tx, Depends(current_tx)], to: int = 3) -> Any:
    return accepted("/api/notes/v1", await enqueue(tx, "count", {"to": to}))


async def count_to(context: JobContext) -> dict[str, Any]:
    if context.payload["to"] > 3:
        raise Uncountable(to=context.payload["to"])
    for done in range(context.payload["to"]):
        await context.progress(done + 1, context.payload["to"])
    return {"reached": context.payload["to"]}


async def outbox(client: httpx.AsyncClient) -> list[asyncpg.Record]:
    pool = client.app.state.linli.database.pool  # type: ignore[attr-defined]
    return list(await pool.fetch("SELECT * FROM outbox ORDER BY seq"))
