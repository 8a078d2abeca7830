"""`linli bench`: the system through its gateway against the same statements without it, on the same rows in one run.

Processor time is counted per process, so the ratios hold on a busy machine where requests per second do not.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from linli_launcher.bench import cpu, load, replay
from linli_launcher.bench.capture import LOGGING_SETTINGS, Statement, StatementLog
from linli_launcher.bench.load import Figures
from linli_launcher.bench.scenarios import TENANT, Clerk, Scenario, own_reads, proving, reading
from linli_launcher.bench.serve import UNLIMITED
from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import BY_KEY, REGISTRY, SUPERVISION
from linli_launcher.errors import LauncherFailure
from linli_launcher.installation import Installation
from linli_launcher.postgres import free_port
from linli_launcher.started import started_process, started_system

CONNECTIONS = 16
_LEDGER_ENTRIES = 20_000
_LEDGER_SECONDS = 120
# The relay delivers these like any others; they repeat an act of this run under new ids.
_MORE_ACTS = """
WITH head AS (UPDATE outbox_seq SET last = last + {count} WHERE tenant = '{tenant}' RETURNING last),
     act AS (SELECT type, subject, data FROM outbox
             WHERE tenant = '{tenant}' AND type LIKE 'cn.linli.act%' ORDER BY seq DESC LIMIT 1)
INSERT INTO outbox (tenant, seq, id, type, subject, time, data)
SELECT '{tenant}', head.last - {count} + n, gen_random_uuid(), type, subject, now(), data
FROM head, act, generate_series(1, {count}) n
"""


@dataclass(frozen=True)
class Compared:
    """One scenario: through the gateway, at the service itself, in the bare application, and by asyncpg alone."""

    through: Figures
    bare: Figures | None = None
    direct: Figures | None = None

    def lines(self) -> list[str]:
        lines = [_line("through the gateway", self.through)]
        if self.bare is not None:
            lines.append(_line("bare ASGI, same statements", self.bare))
        if self.direct is not None:
            lines.append(_line("asyncpg alone", self.direct))
        share = cpu.share(self.through, "gateway")
        lines.append(f"    gateway's own share of the processor time {share:.0%}")
        if self.bare is not None:
            ratio = self.through.per_cpu_second / self.bare.per_cpu_second
            lines.append(f"    per core used: {ratio:.0%} of bare ASGI")
        return lines


def _line(name: str, figures: Figures) -> str:
    percentiles = f"p50 {figures.percentile_ms(50):6.1f} ms  p99 {figures.percentile_ms(99):6.1f} ms"
    per_core = f"{figures.per_cpu_second:7.0f} per core-second" if figures.cpu_seconds else ""
    return f"    {name:<28}{figures.per_second:8.0f} requests/s  {percentiles}  {per_core}"


class Bench:
    """A running system and the means to measure it."""

    def __init__(self, folder: Path, running: dict[str, Any], installation: Installation, seconds: float) -> None:
        self._folder = folder
        self._running = running
        self._installation = installation
        self._seconds = seconds
        self._log = StatementLog(installation.postgres)

    def compare(self, scenario: Scenario) -> Compared:
        plans = self._plans(scenario) if scenario.compared else []
        pids = {key: self._running["pids"][key] for key in ("gateway", scenario.answered_by)}
        through = self._measured(self._running["url"], scenario.cycled(), pids)
        if not scenario.compared:
            return Compared(through)
        url = self._installation.urls(BY_KEY[scenario.answered_by]).app_url.replace("+asyncpg", "")
        direct = asyncio.run(replay.measure("direct", url, plans, seconds=self._seconds, connections=CONNECTIONS))
        return Compared(through, self._bare(scenario, url, plans), direct)

    def ledger_entries_per_second(self) -> float:
        """From rows in a service's outbox to a signed checkpoint over them, the way between included."""
        postgres = self._installation.postgres
        wanted = self.ledger_size() + _LEDGER_ENTRIES
        postgres.execute(_MORE_ACTS.format(count=_LEDGER_ENTRIES, tenant=TENANT), REGISTRY.database)
        began = time.perf_counter()
        while self.ledger_size() < wanted:
            if time.perf_counter() - began > _LEDGER_SECONDS:
                raise LauncherFailure(f"{_LEDGER_ENTRIES} entries were not in the ledger after {_LEDGER_SECONDS} s")
            time.sleep(0.1)
        return _LEDGER_ENTRIES / (time.perf_counter() - began)

    def ledger_size(self) -> int:
        asked = f"SELECT coalesce(max(size), 0) FROM ledger_checkpoint WHERE tenant = '{TENANT}'"  # noqa: S608
        return int(self._installation.postgres.execute(asked, SUPERVISION.database)[0][0])

    def _plans(self, scenario: Scenario) -> list[list[Statement]]:
        """Send each variant once and read from the log what the service asked."""
        database = BY_KEY[scenario.answered_by].database
        with self._log.recording():
            plans = [own_reads(self._log.during(database, self._sender(variant))) for variant in scenario.requests]
        if not all(plans):
            raise LauncherFailure(f"{scenario.name}: no statement was captured")
        return plans

    def _sender(self, variant: bytes) -> Callable[[], object]:
        url = self._running["url"]
        return lambda: asyncio.run(load.measure("one", url, lambda: variant, seconds=0, connections=1))

    def _measured(self, url: str, requests: Callable[[], bytes], pids: dict[str, int]) -> Figures:
        def run(seconds: float) -> Figures:
            return asyncio.run(load.measure("", url, requests, seconds=seconds, connections=CONNECTIONS))

        run(self._seconds / 4)  # pools, prepared statements and remembered tokens are warm in a bureau, too
        with cpu.counted(pids) as used:
            figures = run(self._seconds)
        figures.cpu_seconds = used
        return figures

    def _bare(self, scenario: Scenario, url: str, plans: list[list[Statement]]) -> Figures:
        port = free_port()
        file = self._folder / "plans.json"
        file.write_text(replay.dumped(plans), encoding="utf-8")
        command = [
            *("uvicorn", "linli_launcher.bench.bare:application", "--port", str(port), "--loop", "uvloop"),
            *("--http", "httptools", "--no-access-log", "--log-level", "warning"),
        ]
        environment = os.environ | {"LINLI_BENCH_URL": url, "LINLI_BENCH_PLANS": str(file)}
        with started_process(command, f"http://127.0.0.1:{port}", "/0", self._folder / "bare.log", environment) as pid:
            variants = Scenario(
                scenario.name, "", tuple(load.request("GET", f"/{number}") for number in range(len(plans)))
            )
            return self._measured(f"http://127.0.0.1:{port}", variants.cycled(), {"bare": pid})


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        data = folder / "data"
        command = ["linli_launcher.bench.serve", str(data), str(free_port())]
        with started_system(command, data, os.environ | UNLIMITED) as running:
            installation = Installation(DataDirectory(data), database_settings=LOGGING_SETTINGS)
            if not installation.postgres.attach():
                raise LauncherFailure("the database of the measured system does not answer")
            bench = Bench(folder, running, installation, seconds)
            print(
                f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {CONNECTIONS} connections, {seconds:g} s each"
            )
            for scenario in reading(Clerk(running["url"])):
                _show(scenario.name, bench.compare(scenario).lines())
            _show(
                "ledger append",
                [f"    {bench.ledger_entries_per_second():8.0f} entries/s, outbox to signed checkpoint"],
            )
            _show("ledger proof", bench.compare(proving(bench.ledger_size())).lines())


def _show(name: str, lines: list[str]) -> None:
    print("\n".join([name, *lines]), flush=True)


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]) if sys.argv[1:] else 5)
    except (LauncherFailure, httpx.HTTPError) as failure:
        sys.exit(f"linli bench: {failure}")
