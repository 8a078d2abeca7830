"""Is a look-up as quick among millions as among thousands? The same questions before and after the registry has grown.

Judged by processor time per answer (service and its database sessions), which a busy machine does not change; the median
latency stands beside it.
"""

import time
from dataclasses import dataclass

from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_most, not_measured, show
from linli_launcher.bench.scenarios import KEYS, Clerk, Scenario, looking_up
from linli_launcher.databases import REGISTRY

SMALL = 30_000
MOST = 1.3
_SAMPLE = 120_000
"""Enough to take the loader's way for many: without indexes, which are made at the end."""
_MARGIN = 0.85
"""Indexes of many rows take a little more than those of few."""
_CONNECTIONS = 4
_ROUNDS = 3
"""The cheapest counts: whatever else runs on the machine can only make an answer dearer."""
_COUNT = "SELECT count(*) FROM resident"


@dataclass(frozen=True)
class _Cost:
    """One look-up at one size."""

    cpu_ms: float
    p50_ms: float


def measure(measured: Measured, residents: int, until: float) -> list[Bar]:
    """Compare both sizes; loading stops at `until` (monotonic), and then a smaller size is measured and named."""
    load(measured, SMALL)
    small = _costs(measured)
    began = time.monotonic()
    reached = _grow(measured, residents, until)
    large = _costs(measured)
    show(
        f"look-ups among {SMALL:,} and {reached:,} residents (loaded in {time.monotonic() - began:.0f} s)",
        [_line(name, small[name], large[name]) for name in small],
    )
    if reached < residents * 0.99:
        return [not_measured(f"look-ups at {residents:,}", f"≤ {MOST}×", f"only {reached:,} residents in time")]
    return [
        at_most(f"by {name}, {reached:,} to {SMALL:,}", large[name].cpu_ms / small[name].cpu_ms, MOST, "×")
        for name in small
    ]


def _line(name: str, small: _Cost, large: _Cost) -> str:
    return (
        f"    {name:<20} processor {small.cpu_ms:6.2f} → {large.cpu_ms:6.2f} ms ({large.cpu_ms / small.cpu_ms:.2f}×)"
        f"   p50 {small.p50_ms:6.1f} → {large.p50_ms:6.1f} ms ({large.p50_ms / small.p50_ms:.2f}×)"
    )


def _costs(measured: Measured) -> dict[str, _Cost]:
    # A clerk of before the loading would hold a token that is over.
    scenarios = looking_up(Clerk(measured.url), measured.installation.postgres.execute(KEYS, REGISTRY.database))
    rounds = [{scenario.name: _cost(measured, scenario) for scenario in scenarios} for _ in range(_ROUNDS)]
    return {name: min((costs[name] for costs in rounds), key=lambda cost: cost.cpu_ms) for name in rounds[0]}


def _cost(measured: Measured, scenario: Scenario) -> _Cost:
    pids = {"registry": measured.running["pids"]["registry"]}
    figures = measured.counted(measured.url, scenario.cycled(), pids, connections=_CONNECTIONS, database=REGISTRY)
    return _Cost(1000 / figures.per_cpu_second, figures.percentile_ms(50))


def _grow(measured: Measured, residents: int, until: float) -> int:
    """Load a tenth of a million to learn this machine's pace, then as many as will be there in time."""
    before, began = _count(measured), time.monotonic()
    if residents <= before + _SAMPLE:
        return load(measured, residents)
    there = load(measured, before + _SAMPLE)
    per_second = (there - before) / (time.monotonic() - began)
    affordable = there + int(per_second * (until - time.monotonic()) * _MARGIN)
    return load(measured, min(residents, affordable)) if affordable > there else there


def load(measured: Measured, residents: int) -> int:
    """Fill the prefecture up to so many people; returns how many there are."""
    measured.installation.run_task(REGISTRY, "make_population", {"residents": residents}, measured.addresses)
    return _count(measured)


def _count(measured: Measured) -> int:
    return int(measured.installation.postgres.execute(_COUNT, REGISTRY.database)[0][0])
