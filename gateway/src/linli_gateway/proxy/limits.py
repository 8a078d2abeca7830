"""Token buckets in memory: how many requests one caller may make.

Each process counts for itself, so the limit of a machine is the setting times its processes. The table of buckets is
bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Limit:
    """A bucket's refill and size."""

    per_second: float
    burst: int


class RateLimiter:
    """One bucket per key; a full bucket is forgotten when room is needed."""

    def __init__(self, limit: Limit, *, capacity: int = 100_000, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._capacity = capacity
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Take one token; return 0 when it was there, else the seconds until the next one."""
        now = self._clock()
        limit = self._limit
        found = self._buckets.get(key)
        if found is None:
            tokens = float(limit.burst)
            if len(self._buckets) >= self._capacity:
                self._buckets.popitem(last=False)
        else:
            tokens = min(found[0] + (now - found[1]) * limit.per_second, limit.burst)
            self._buckets.move_to_end(key)
        if tokens < 1.0:
            self._buckets[key] = (tokens, now)
            return (1.0 - tokens) / limit.per_second
        self._buckets[key] = (tokens - 1.0, now)
        return 0.0

    def __len__(self) -> int:
        return len(self._buckets)


class Full(Exception):
    """The caller holds as many places as one may."""


class Places:
    """How much one caller has under way at once: who uploads slowly or follows events holds a connection to a service."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[Hashable, int] = {}

    @contextmanager
    def one(self, key: Hashable) -> Iterator[None]:
        """Hold one place; raises Full."""
        if self._taken.get(key, 0) >= self._most:
            raise Full
        self._taken[key] = self._taken.get(key, 0) + 1
        try:
            yield
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]
