"""The yardstick (a): the same statements by asyncpg, with nothing in between."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from linli_launcher.bench.load import Figures

Connection = Any  # asyncpg.Connection or a proxy of one
Work = Callable[[Connection], Awaitable[object]]


async def measure(name: str, url: str, work: Work, *, seconds: float, connections: int) -> Figures:
    """Do the work over and over on each connection for the given time."""
    pool = [await asyncpg.connect(url) for _ in range(connections)]
    latencies: list[float] = []
    began = time.perf_counter()
    until = began + seconds

    async def worker(connection: Connection) -> None:
        while (start := time.perf_counter()) < until:
            await work(connection)
            latencies.append(time.perf_counter() - start)

    try:
        await asyncio.gather(*(worker(connection) for connection in pool))
        return Figures(name, time.perf_counter() - began, latencies)
    finally:
        for connection in pool:
            await connection.close()
