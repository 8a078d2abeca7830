"""Ended sessions are refused at once: here, and at every service.

The list in the database is the truth; the push saves the services the two seconds until they look again, and may fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from linli_kernel.clock import Clock
from linli_kernel.database import Database, Tx
from linli_kernel.tokens import LIFETIME_SECONDS, Revocations

from linli_gateway.services import Services
from linli_gateway.sessions import repository

log = structlog.get_logger(__name__)

PAGE = 1000


class Revoker:
    """Keeps this process's list of ended sessions and tells the services."""

    def __init__(self, database: Database, clock: Clock, revocations: Revocations, services: Services) -> None:
        self._database = database
        self._clock = clock
        self._revocations = revocations
        self._services = services
        self._cursor = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def after_commit(self, tx: Tx, ended: Iterable[UUID]) -> None:
        """Refuse the sessions from the moment the transaction is durable."""
        sids = [str(sid) for sid in ended]
        if sids:
            until = tx.now + timedelta(seconds=LIFETIME_SECONDS)
            tx.after_commit(lambda: self._spread(sids, until))

    async def follow(self) -> None:
        """Learn what other processes ended since the last look."""
        while rows := await repository.revocations_after(self._database, self._cursor, self._clock.now(), PAGE):
            for row in rows:
                self._revocations.end(str(row["sid"]), row["until"].timestamp())
                self._cursor = row["seq"]
        self._revocations.forget_expired()

    async def close(self) -> None:
        """Give up pushes under way; the services find the sessions on the list."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spread(self, sids: list[str], until: datetime) -> None:
        for sid in sids:
            self._revocations.end(sid, until.timestamp())
        body = {"sessions": [{"sid": sid, "until": until.timestamp()} for sid in sids]}
        task = asyncio.get_running_loop().create_task(self._push(body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _push(self, body: dict[str, Any]) -> None:
        names = self._services.names
        told = await asyncio.gather(*(self._services.post(name, "/internal/v1/revocations", body) for name in names))
        for name, answer in zip(names, told, strict=True):
            if answer is None:
                log.info("revocation_not_pushed", service=name)
