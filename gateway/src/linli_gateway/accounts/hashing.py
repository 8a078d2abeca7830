"""Password hashes, computed off the event loop by a bounded pool.

An unknown name costs as much as a known one, and a flood of sign-ins waits in a short line instead of taking all the
memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linli_gateway.accounts.errors import TooBusy

# OWASP's parameters for Argon2id: 19 MiB, two passes, one lane; about 23 ms of one core (measured 2026-11).
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
THREADS: Final = 2
# At 23 ms each on two threads the last in line waits about half a second.
LONGEST_LINE: Final = 48

T = TypeVar("T")


class Passwords:
    """Hashes and verifies; one per process."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = _HASHER.hash("the password of no account")

    async def hash(self, password: str) -> str:
        """Return the encoded hash with its parameters and salt."""
        return await self._run(_HASHER.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Say whether the password is right; without a stored hash the same work is done for nothing."""
        right = await self._run(_verify, stored or self._nobody, password)
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Say whether the hash was made with weaker parameters than today's."""
        return _HASHER.check_needs_rehash(stored)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *arguments: str) -> T:
        if self._waiting >= LONGEST_LINE:
            raise TooBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        finally:
            self._waiting -= 1


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
