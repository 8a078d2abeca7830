"""`linli bench`: the system through its gateway against the same statements without it, on the same rows in one run.

A run makes a system of its own in a temporary folder, keeps to its time, and leaves neither process nor file.
"""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from linli_launcher.bench import acceptance, board, cockpit, crowd, desk, growth, ledger, lists
from linli_launcher.bench.measured import CONNECTIONS, Measured, measured_system
from linli_launcher.bench.report import Bar, at_least, show, show_bars
from linli_launcher.bench.scenarios import Clerk, reading

ACCEPTANCE_PERCENT = 25.0
_AFTER_GROWTH_SECONDS = 420.0
"""The second half of the look-ups, the crowd, the figures, the cockpit, and the end of the system."""

_DESK_SECONDS = 600.0
"""For making the cases; the desk's measurements themselves take about two minutes more."""


@dataclass(frozen=True)
class Extent:
    """How much is measured. `seconds` is the length of one measurement, `minutes` the time of the whole run.

    `residents`, `rows` and `cases` of 0 leave their part out.
    """

    seconds: float = 5
    residents: int = 3_000_000
    entries: int = 100_000
    minutes: float = 45
    rows: int = 20_000
    cases: int = 1_000_000


def main(extent: Extent) -> None:
    ends = time.monotonic() + extent.minutes * 60
    with (
        tempfile.TemporaryDirectory(prefix="linli-bench-") as name,
        measured_system(Path(name), extent.seconds) as measured,
    ):
        load = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, load {load:.1f}, {CONNECTIONS} connections, {extent.seconds:g} s each")
        _measure(measured, extent, ends)


def _measure(measured: Measured, extent: Extent, ends: float) -> None:
    bars: list[Bar] = []
    for scenario in reading(Clerk(measured.url)):
        show(scenario.name, measured.compare(scenario).lines())
    accepted = acceptance.compare(measured, Clerk(measured.url))
    show("one case accepted", accepted.lines())
    if accepted.direct is not None:
        percent = accepted.through.per_second / accepted.direct.per_second * 100
        bars.append(at_least("acceptance, of asyncpg alone", percent, ACCEPTANCE_PERCENT, " %"))
    bars += board.measure(measured, Clerk(measured.url))
    bars += ledger.measure(measured, extent.entries)
    if extent.rows:
        bars += lists.measure(measured, Clerk(measured.url), extent.rows)
    if extent.cases:
        bars += desk.measure(measured, extent.cases, time.monotonic() + _DESK_SECONDS)
    growth.load(measured, growth.SMALL)
    bars += crowd.look_ups(measured, Clerk(measured.url))
    if extent.residents:
        bars += growth.measure(measured, extent.residents, ends - _AFTER_GROWTH_SECONDS)
        bars += crowd.look_ups(measured, Clerk(measured.url))
    bars += crowd.figures(measured)
    bars += cockpit.measure(measured)
    print(f"load at the end {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    show_bars(bars)
