"""The inbox: applies each delivered event once, in order, in one transaction with its effect.

A batch that starts beyond what was applied is a gap: it is refused and counted, never skipped over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import asyncpg
import msgspec
import structlog
from fastapi import APIRouter, Request
from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from .database import Database, Tx
from .errors import Conflict, Forbidden, Invalid, NotFound
from .events import IncomingEvent
from .identity import Role
from .permissions import viewer_of

log = structlog.get_logger("inbox")
Handler = Callable[[Tx, IncomingEvent], Awaitable[None]]
BatchHandler = Callable[[Tx, Sequence[IncomingEvent]], Awaitable[None]]


def together(*listeners: Mapping[str, Handler]) -> dict[str, Handler]:
    """Return the handlers of several listeners: what two of them listen to is told to one after the other."""
    joined: dict[str, Handler] = {}
    for listener in listeners:
        for type_, handler in listener.items():
            joined[type_] = _one_after_the_other(joined[type_], handler) if type_ in joined else handler
    return joined


def _one_after_the_other(first: Handler, second: Handler) -> Handler:
    async def both(tx: Tx, event: IncomingEvent) -> None:
        await first(tx, event)
        await second(tx, event)

    return both


GAPS = Counter("linli_inbox_gaps", "Batches that began beyond what was applied", ["source", "tenant"])
DEAD = Counter("linli_inbox_dead_letters", "Events that no handler could apply", ["source"])

_CLAIM = text("INSERT INTO inbox (tenant, source, last_seq) VALUES (:t, :s, 0) ON CONFLICT (tenant, source) DO NOTHING")
_LAST = text("SELECT last_seq FROM inbox WHERE tenant = :t AND source = :s FOR UPDATE")
_ADVANCE = text("UPDATE inbox SET last_seq = :last, updated_at = now() WHERE tenant = :t AND source = :s")
_BURY = text(
    "INSERT INTO dead_letter (tenant, source, seq, event, error) VALUES (:t, :s, :seq, CAST(:event AS jsonb), :error) "
    "ON CONFLICT (tenant, source, seq) DO NOTHING"
)


_EXHUME = text(
    "SELECT CAST(event AS text) FROM dead_letter WHERE tenant = :t AND source = :s AND seq = :seq FOR UPDATE"
)
_FORGET = text("DELETE FROM dead_letter WHERE tenant = :t AND source = :s AND seq = :seq")


# What the whole batch fails with: it is delivered again.
_OF_THE_DATABASE = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class StillDead(Conflict):
    code = "inbox.still_dead"
    zh = "这条消息仍然无法处理（{kind}），已留待下次"
    en = "The event still cannot be applied ({kind}); it stays aside"


class Inbox:
    """`handlers` by type prefix see single events; `batch` (if any) sees all new ones first."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], batch: BatchHandler | None = None) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._batch = batch

    async def receive(self, source: str, tenant: str, after: int, upto: int, events: Sequence[IncomingEvent]) -> int:
        """Apply what is new; returns the last applied number, less than `after` when there is a gap."""
        async with self._database.transaction(tenant) as tx:
            await tx.execute(_CLAIM, {"t": tenant, "s": source})
            last = int(await tx.scalar(_LAST, {"t": tenant, "s": source}))
            if after > last:
                GAPS.labels(source, tenant).inc()
                log.error("gap", source=source, tenant=tenant, applied=last, after=after)
                return last
            fresh = [event for event in events if event.sequence > last]
            if fresh and self._batch is not None:
                await self._batch(tx, fresh)
            for event in fresh:
                await self._apply(tx, source, event)
            if upto > last:
                await tx.execute(_ADVANCE, {"t": tenant, "s": source, "last": upto})
            return max(upto, last)

    async def replay(self, tx: Tx, source: str, sequence: int) -> None:
        """Apply a dead letter of the transaction's tenant once more and take it away; raises StillDead.

        Later events were applied meanwhile: a handler must stand an event that comes late.
        """
        key = {"t": tx.tenant, "s": source, "seq": sequence}
        stored = await tx.scalar(_EXHUME, key)
        if stored is None:
            raise NotFound
        event = msgspec.json.decode(stored, type=IncomingEvent)
        handler = self._handler(event)
        try:
            if handler is not None:
                await handler(tx, event)
        except _OF_THE_DATABASE:
            raise
        except Exception as error:
            log.error("dead_letter_again", source=source, type=event.type, sequence=sequence, kind=type(error).__name__)
            raise StillDead(kind=type(error).__name__) from error
        await tx.execute(_FORGET, key)

    def _handler(self, event: IncomingEvent) -> Handler | None:
        return next((h for prefix, h in self._handlers.items() if event.type.startswith(prefix)), None)

    async def _apply(self, tx: Tx, source: str, event: IncomingEvent) -> None:
        handler = self._handler(event)
        if handler is None:
            return
        try:
            async with tx.part():
                await handler(tx, event)
        except _OF_THE_DATABASE:
            raise
        except Exception as error:
            # One event that cannot be applied must not hold up all that follow: it waits aside for a replay.
            DEAD.labels(source).inc()
            log.error("dead_letter", source=source, type=event.type, sequence=event.sequence, kind=type(error).__name__)
            parameters = {"t": event.tenant, "s": source, "seq": event.sequence, "error": type(error).__name__}
            await tx.execute(_BURY, {**parameters, "event": msgspec.json.encode(event).decode()})


def router(inbox: Callable[[Request], Inbox]) -> APIRouter:
    """The internal endpoint that relays deliver to; service tokens only, not part of the public document."""
    routes = APIRouter(include_in_schema=False)
    decoder = msgspec.json.Decoder(list[IncomingEvent])

    @routes.post("/internal/v1/events")
    async def receive_events(request: Request) -> Response:
        if viewer_of(request).role is not Role.SERVICE:
            raise Forbidden
        headers = request.headers
        try:
            after, upto = int(headers["x-linli-after"]), int(headers["x-linli-upto"])
            source, tenant = headers["x-linli-source"], headers["x-linli-tenant"]
            events = decoder.decode(await request.body())
        except (KeyError, ValueError, msgspec.MsgspecError) as error:
            raise Invalid from error
        if any(event.tenant != tenant for event in events):
            raise Invalid
        last = await inbox(request).receive(source, tenant, after, upto, events)
        return Response(status_code=409 if last < after else 204, headers={"X-Linli-Last": str(last)})

    return routes
