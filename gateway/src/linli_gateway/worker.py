"""What each gateway process does on the side: follow keys and revocations, note who is on line, forget what is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from linli_kernel import succession
from linli_kernel.identity import ANY_TENANT

from linli_gateway.attempts import repository as attempts
from linli_gateway.keys.service import reload_after
from linli_gateway.parts import Parts
from linli_gateway.proxy.upstreams import REGISTRY
from linli_gateway.resident_codes import repository as resident_codes
from linli_gateway.sessions import repository as sessions

log = structlog.get_logger(__name__)

# Another process's sign-out is refused here within a second; this process's own at once.
FOLLOW_SECONDS: Final = 1.0
SEEN_SECONDS: Final = 20.0
FORGET_SECONDS: Final = 3600.0
SUCCESSION_SECONDS: Final = 60.0
# Longer than any refresh token lives, so that the reuse of an old one is still noticed.
KEPT: Final = timedelta(days=31)


class Worker:
    """The loops of one process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; needs the running loop."""
        loops = (
            (self.follow_revocations, FOLLOW_SECONDS),
            (self.note_seen, SEEN_SECONDS),
            (self.reload_keys, reload_after().total_seconds()),
            (self.forget, FORGET_SECONDS),
            (self.follow_succession, SUCCESSION_SECONDS),
        )
        self._tasks = [asyncio.create_task(_repeat(work, seconds)) for work, seconds in loops]

    async def stop(self) -> None:
        """End the loops; what was seen since the last note is written."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self.note_seen()
        except Exception as error:
            log.warning("seen_not_noted", kind=type(error).__name__)

    async def follow_revocations(self) -> None:
        await self._parts.revoker.follow()

    async def reload_keys(self) -> None:
        """Take over keys that another process has made, and make the next one when it is due."""
        await self._parts.keys.load()
        self._parts.verifier.set_keys(self._parts.keys.jwks())

    async def follow_succession(self) -> None:
        """Learn which divisions of our counties ended and what they became; without an answer what was known stays."""

        async def get(path: str) -> Any | None:
            return await self._parts.services.get(REGISTRY, path, signed=False)

        known = await succession.read(get, set(self._parts.counties.values()))
        if known is not None:
            self._parts.succession = known

    async def note_seen(self) -> None:
        """Write down when sessions were last used, many at once."""
        seen, self._parts.seen = self._parts.seen, {}
        if seen:
            async with self._parts.database.transaction(ANY_TENANT) as tx:
                await sessions.touch(tx, seen)

    async def forget(self) -> None:
        """Remove budgets, refresh tokens and revocations that are over."""
        async with self._parts.database.transaction(ANY_TENANT) as tx:
            await attempts.forget_before(tx, tx.now - timedelta(days=1))
            await resident_codes.forget_before(tx, tx.now - timedelta(days=1))
            await sessions.forget_before(tx, tx.now - KEPT)


async def _repeat(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as error:
            # A lost database comes back: the next round does what this one could not.
            log.warning("round_failed", work=getattr(work, "__name__", ""), kind=type(error).__name__)
