"""The running system that is measured, and how one scenario is measured in it and beside it.

Processor time is counted per process, so the ratios hold on a busy machine where requests per second do not.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli_launcher.bench import cpu, load, replay
from linli_launcher.bench.capture import LOGGING_SETTINGS, Statement, StatementLog
from linli_launcher.bench.load import Figures
from linli_launcher.bench.report import Compared
from linli_launcher.bench.scenarios import Scenario, own_reads
from linli_launcher.bench.serve import UNLIMITED
from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import BY_KEY, Component
from linli_launcher.errors import LauncherFailure
from linli_launcher.installation import Addresses, Installation
from linli_launcher.postgres import free_port
from linli_launcher.started import started_process, started_system

CONNECTIONS = 16


@dataclass(frozen=True)
class Measured:
    """`seconds` is the length of one measurement."""

    folder: Path
    running: dict[str, Any]
    installation: Installation
    seconds: float

    @property
    def url(self) -> str:
        return str(self.running["url"])

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.running["host"], self.running["ports"], self.running["public_url"])

    @property
    def log(self) -> StatementLog:
        return StatementLog(self.installation.postgres)

    def dsn(self, component: Component, *, owner: bool = False) -> str:
        urls = self.installation.urls(component)
        return (urls.owner_url if owner else urls.app_url).replace("+asyncpg", "")

    def compare(self, scenario: Scenario) -> Compared:
        """Measure through the gateway, by the bare application and by asyncpg alone."""
        plans = self._plans(scenario)
        through = self.through(scenario)
        return Compared(through, self._bare(self._reading(scenario), plans), self._direct(scenario, plans, CONNECTIONS))

    def directly(self, scenario: Scenario, connections: int) -> Figures:
        """Measure the same statements by asyncpg alone."""
        return self._direct(scenario, self._plans(scenario), connections)

    def _direct(self, scenario: Scenario, plans: list[list[Statement]], connections: int) -> Figures:
        url = self._reading(scenario)
        return asyncio.run(replay.measure("direct", url, plans, seconds=self.seconds, connections=connections))

    def _reading(self, scenario: Scenario) -> str:
        return self.dsn(BY_KEY[scenario.answered_by])

    def through(self, scenario: Scenario) -> Figures:
        return self.counted(self.url, scenario.cycled(), self.pids(scenario.answered_by))

    def pids(self, key: str) -> dict[str, int]:
        return {name: self.running["pids"][name] for name in ("gateway", key)}

    def _sessions(self, component: Component) -> dict[str, int]:
        """Return the processes that serve the component's database connections."""
        asked = f"SELECT pid FROM pg_stat_activity WHERE usename = '{component.database}'"  # noqa: S608
        rows = self.installation.postgres.execute(asked)
        return {f"postgres {pid}": int(pid) for (pid,) in rows}

    def _plans(self, scenario: Scenario) -> list[list[Statement]]:
        """Send each variant once and read from the log what the service asked."""
        database = BY_KEY[scenario.answered_by].database
        with self.log.recording():
            plans = [own_reads(self.log.during(database, self.sender(variant))) for variant in scenario.requests]
        if not all(plans):
            raise LauncherFailure(f"{scenario.name}: no statement was captured")
        return plans

    def sender(self, variant: bytes) -> Callable[[], object]:
        return lambda: asyncio.run(load.measure("one", self.url, lambda: variant, seconds=0, connections=1))

    def counted(
        self,
        url: str,
        requests: Callable[[], bytes],
        pids: dict[str, int],
        *,
        connections: int = CONNECTIONS,
        database: Component | None = None,
    ) -> Figures:
        """Measure with the processor time of the named processes, and of the sessions of a component's database."""

        def run(length: float) -> Figures:
            return asyncio.run(load.measure("", url, requests, seconds=length, connections=connections))

        run(self.seconds / 4)  # pools, prepared statements and remembered tokens are warm in a bureau, too
        with cpu.counted(pids | (self._sessions(database) if database else {})) as used:
            figures = run(self.seconds)
        figures.cpu_seconds = used
        return figures

    def _bare(self, url: str, plans: list[list[Statement]]) -> Figures:
        port = free_port()
        file = self.folder / "plans.json"
        file.write_text(replay.dumped(plans), encoding="utf-8")
        command = [
            *("uvicorn", "linli_launcher.bench.bare:application", "--port", str(port), "--loop", "uvloop"),
            *("--http", "httptools", "--no-access-log", "--log-level", "warning"),
        ]
        environment = os.environ | {"LINLI_BENCH_URL": url, "LINLI_BENCH_PLANS": str(file)}
        with started_process(command, f"http://127.0.0.1:{port}", "/0", self.folder / "bare.log", environment) as pid:
            variants = Scenario("bare", "", tuple(load.request("GET", f"/{number}") for number in range(len(plans))))
            return self.counted(f"http://127.0.0.1:{port}", variants.cycled(), {"bare": pid})


@contextmanager
def measured_system(folder: Path, seconds: float) -> Iterator[Measured]:
    """Start a demo in a folder of its own, to be measured; it ends with the block."""
    folder.chmod(0o711)
    data = folder / "data"
    command = ["linli_launcher.bench.serve", str(data), str(free_port())]
    with started_system(command, data, os.environ | UNLIMITED) as running:
        installation = Installation(DataDirectory(data), database_settings=LOGGING_SETTINGS)
        if not installation.postgres.attach():
            raise LauncherFailure("the database of the measured system does not answer")
        yield Measured(folder, running, installation, seconds)
