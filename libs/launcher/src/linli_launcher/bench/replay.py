"""Running captured statements again: by asyncpg alone, or inside the bare application."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from linli_launcher.bench.capture import Statement, to_python
from linli_launcher.bench.load import Figures

Step = tuple[Any, list[Any]]  # a prepared statement and its values


async def prepare(connection: Any, statements: Sequence[dict[str, Any]]) -> list[Step]:
    """Prepare the statements of one request on a connection, with values of the types that the server names."""
    steps = []
    for statement in statements:
        prepared = await connection.prepare(statement["sql"])
        types = [parameter.name for parameter in prepared.get_parameters()]
        values = [to_python(kind, text) for kind, text in zip(types, statement["parameters"], strict=True)]
        steps.append((prepared, values))
    return steps


async def measure(
    name: str, url: str, plans: Sequence[Sequence[Statement]], *, seconds: float, connections: int
) -> Figures:
    """Run the statements of one request after the other on each connection for the given time."""
    opened = [await asyncpg.connect(url) for _ in range(connections)]
    latencies: list[float] = []
    try:
        prepared = [
            [await prepare(connection, [statement.as_json() for statement in plan]) for plan in plans]
            for connection in opened
        ]
        began = time.perf_counter()
        workers = (_work(itertools.cycle(steps), began + seconds, latencies) for steps in prepared)
        await asyncio.gather(*workers)
        return Figures(name, time.perf_counter() - began, latencies)
    finally:
        for connection in opened:
            await connection.close()


async def _work(requests: Iterator[list[Step]], until: float, latencies: list[float]) -> None:
    while (start := time.perf_counter()) < until:
        for prepared, values in next(requests):
            await prepared.fetch(*values)
        latencies.append(time.perf_counter() - start)


class Transactions:
    """Whole transactions on some connections of their own, prepared once; a plan is one or several, one after the other."""

    def __init__(self, url: str, plans: Sequence[Sequence[Sequence[Statement]]], connections: int) -> None:
        self._url = url
        self._plans = [[[statement.as_json() for statement in one] for one in plan] for plan in plans]
        self._connections = connections
        self._runner = asyncio.Runner()
        self._opened: list[tuple[Any, list[list[list[Step]]]]] = []

    def __enter__(self) -> "Transactions":
        self._runner.run(self._open())
        return self

    def __exit__(self, *ended: object) -> None:
        self._runner.run(self._close())
        self._runner.close()

    def run_all(self) -> Figures:
        """Run every plan once, as many at a time as there are connections."""
        return self._runner.run(self._run_all())

    async def _open(self) -> None:
        for _ in range(self._connections):
            connection = await asyncpg.connect(self._url)
            plans = [[await prepare(connection, one) for one in plan] for plan in self._plans]
            self._opened.append((connection, plans))

    async def _close(self) -> None:
        for connection, _ in self._opened:
            await connection.close()

    async def _run_all(self) -> Figures:
        waiting, latencies = iter(range(len(self._plans))), list[float]()
        began = time.perf_counter()

        async def work(connection: Any, plans: list[list[list[Step]]]) -> None:
            for number in waiting:
                start = time.perf_counter()
                for steps in plans[number]:
                    async with connection.transaction():
                        for prepared, values in steps:
                            await prepared.fetch(*values)
                latencies.append(time.perf_counter() - start)

        await asyncio.gather(*(work(connection, plans) for connection, plans in self._opened))
        return Figures("", time.perf_counter() - began, latencies)


def dumped(plans: Sequence[Sequence[Statement]]) -> str:
    """Return the plans as the bare application reads them."""
    return json.dumps([[statement.as_json() for statement in plan] for plan in plans])
