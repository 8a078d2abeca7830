"""Many counters at once and the figures of a prefecture, in the registry as large as it has become.

A look-up is judged by how far its slowest answers lie from the usual one: that holds on a busy machine, too. The figures are
judged by the clock, and stand beside the same statements without the system.
"""

import asyncio
import time

from linli_launcher.bench import load
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_most, show
from linli_launcher.bench.scenarios import KEYS, Clerk, figures_of_a_prefecture, looking_up
from linli_launcher.databases import REGISTRY

CLIENTS = 32
SPREAD = 5.0
"""p99 to p50."""
FIGURES_MS = 300.0
AUDITOR = "auditor.4212"
_PEOPLE = "SELECT count(*) FROM resident"
_WAITING = "SELECT count(*) FROM (SELECT 1 FROM population_mark LIMIT 1) one"
_PATIENCE_SECONDS = 60.0


def look_ups(measured: Measured, clerk: Clerk) -> list[Bar]:
    """Every key under many clients, beside the same statements by as many connections without the system."""
    execute = measured.installation.postgres.execute
    residents = f"{int(execute(_PEOPLE, REGISTRY.database)[0][0]):,} residents"
    lines, bars = [], []
    for scenario in looking_up(clerk, execute(KEYS, REGISTRY.database)):
        found = measured.counted(measured.url, scenario.cycled(), {}, connections=CLIENTS)
        alone = measured.directly(scenario, CLIENTS)
        p50, p99 = found.percentile_ms(50), found.percentile_ms(99)
        lines.append(
            f"    {scenario.name:<20} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   {found.per_second:8.0f}/s,"
            f" {found.per_second / alone.per_second:.0%} of asyncpg alone ({alone.per_second:,.0f}/s)"
        )
        bars.append(at_most(f"by {scenario.name}, {residents}, {CLIENTS} clients, p99 to p50", p99 / p50, SPREAD, "×"))
    show(f"look-ups by {CLIENTS} clients among {residents}", lines)
    return bars


def figures(measured: Measured) -> list[Bar]:
    """The statistics of a prefecture, as one reader sees them."""
    _until_counted(measured)
    scenario = figures_of_a_prefecture(Clerk(measured.url, AUDITOR))
    show("figures of a prefecture", measured.compare(scenario).lines())
    alone = asyncio.run(load.measure("", measured.url, scenario.cycled(), seconds=measured.seconds, connections=1))
    return [at_most("figures of a prefecture, p50", alone.percentile_ms(50), FIGURES_MS, " ms")]


def _until_counted(measured: Measured) -> None:
    """Villages that were just loaded are counted by the registry beside its requests."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and measured.installation.postgres.execute(_WAITING, REGISTRY.database)[0][0]:
        time.sleep(1)
