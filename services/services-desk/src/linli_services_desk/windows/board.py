"""The board on the wall, read once a second however many screens ask for it.

A change made in this process is shown at once; one made in another process at the latest a second later.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Response
from linli_kernel.database import Tx
from linli_kernel.http import fast_json

Key = tuple[str, str]
FRESH_SECONDS = 1.0
# Far more halls than one process serves; a list of invented villages cannot fill the memory.
MOST_HALLS = 5_000


class Boards:
    """The newest board of each hall. Those who ask while it is being read wait for that one reading."""

    def __init__(self) -> None:
        self._shown: dict[Key, tuple[float, dict[str, Any]]] = {}
        self._reading: dict[Key, asyncio.Task[dict[str, Any]]] = {}

    async def read(self, key: Key, ask: Callable[[Key], Awaitable[dict[str, Any]]]) -> Response:
        known = self._shown.get(key)
        if known is not None and time.monotonic() < known[0]:
            return fast_json(known[1])
        task = self._reading.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(key, ask))
            self._reading[key] = task
        # A screen that goes away does not end the reading of the others.
        return fast_json(await asyncio.shield(task))

    def forget_after(self, tx: Tx, division: str) -> None:
        """Read anew once the change is committed."""
        key = (tx.tenant, division)

        def forget() -> None:
            self._shown.pop(key, None)
            self._reading.pop(key, None)

        tx.after_commit(forget)

    async def _ask(self, key: Key, ask: Callable[[Key], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        mine = asyncio.current_task()
        try:
            found = await ask(key)
            # A reading that began before a change does not hide it.
            if self._reading.get(key) is mine:
                if len(self._shown) >= MOST_HALLS:
                    self._shown.clear()
                self._shown[key] = (time.monotonic() + FRESH_SECONDS, found)
            return found
        finally:
            if self._reading.get(key) is mine:
                del self._reading[key]
