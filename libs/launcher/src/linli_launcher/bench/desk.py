"""The desk when it is empty and when it is full: lives of cases, and the lists that people work with.

The county's other villages are filled with made cases; the halls that are measured lie in it and have their share. Lists are judged by
processor time per answer (service and its database sessions), as look-ups are; lives by the clock.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from linli_launcher.bench import lives
from linli_launcher.bench.load import request
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_least, at_most, not_measured, show
from linli_launcher.bench.scenarios import TENANT, VILLAGE, Clerk, Scenario
from linli_launcher.databases import DESK
from linli_launcher.demo import fill_desk
from linli_launcher.installation import Addresses

SMALL, LARGE = 10_000, 1_000_000
LIVES_PER_SECOND = 40.0
OF_EMPTY_PERCENT = 80.0
MOST = 1.3
_CONNECTIONS = 4
_SAMPLE = 110_000
"""Enough to take the loader's way for many: without indexes, which are made at the end."""
_MARGIN = 0.8
_CASES = f"SELECT count(*) FROM desk_case WHERE tenant = '{TENANT}'"  # noqa: S608
_TOWNSHIP = VILLAGE[:9]
# Who asks, and what: each list as its page asks for it.
_LISTS = {
    "case list": (f"clerk.{VILLAGE}", ("cases", "cases?mine=true", "cases?state=supplement")),
    "case list of a county": (f"county_admin.{TENANT}", ("cases", "cases?state=handling", "cases?clock=overdue")),
    "overdue view": (f"township_officer.{_TOWNSHIP}", ("outlook", "outlook/figures")),
    "overdue view of a county": (f"county_admin.{TENANT}", ("outlook", "outlook/figures")),
    "workbench": (f"clerk.{VILLAGE}", ("workbench",)),
    "whistle list": (f"township_officer.{_TOWNSHIP}", ("whistles", "whistles?state=called", "whistle-counts")),
    "whistle list of a department": (f"department_officer.{TENANT}", ("whistles", "whistles?mine=true")),
    "league table": (f"county_admin.{TENANT}", ("whistle-league",)),
}


@dataclass(frozen=True)
class _Cost:
    """One list at one size, and the same statements by asyncpg alone."""

    cpu_ms: float
    p50_ms: float
    alone_ms: float


def measure(measured: Measured, cases: int, until: float) -> list[Bar]:
    """Compare the sizes; loading stops early enough for `until` (monotonic), and then a smaller size is measured and named."""
    places = lives.halls(measured)
    empty = lives.through(measured, places, measured.seconds)
    _fill(measured, min(SMALL, cases))
    small = _costs(measured)
    began = time.monotonic()
    reached = _grow(measured, cases, until)
    seconds = time.monotonic() - began
    large = _costs(measured)
    full = lives.through(measured, places, measured.seconds)
    yardstick = lives.alone(measured, places, measured.seconds)
    show(
        f"lists among {SMALL:,} and {reached:,} cases (made in {seconds:.0f} s)",
        [_line(name, small[name], large[name]) for name in small],
    )
    show("lives of cases", [_life_line("empty", empty), _life_line(f"{reached:,} cases", full)])
    print(f"    asyncpg alone {yardstick:.0f} lives/s, of which the system reaches {full.per_second / yardstick:.0%}")
    return _bars(empty, full, small, large, reached, cases)


def _bars(
    empty: lives.Lives, full: lives.Lives, small: dict[str, _Cost], large: dict[str, _Cost], reached: int, wanted: int
) -> list[Bar]:
    if reached < wanted * 0.99:
        return [
            not_measured(f"desk at {wanted:,} cases", f"≥ {LIVES_PER_SECOND:g} lives/s", f"only {reached:,} in time")
        ]
    return [
        at_least(f"lives of cases at {reached:,}", full.per_second, LIVES_PER_SECOND, "/s"),
        at_least("lives of cases, of an empty desk", full.per_second / empty.per_second * 100, OF_EMPTY_PERCENT, " %"),
        *(
            at_most(f"{name}, {reached:,} to {SMALL:,}", large[name].cpu_ms / small[name].cpu_ms, MOST, "×")
            for name in small
        ),
    ]


def _line(name: str, small: _Cost, large: _Cost) -> str:
    return (
        f"    {name:<30} processor {small.cpu_ms:6.2f} → {large.cpu_ms:6.2f} ms ({large.cpu_ms / small.cpu_ms:.2f}×)"
        f"   p50 {small.p50_ms:6.1f} → {large.p50_ms:6.1f} ms   asyncpg alone {small.alone_ms:6.1f} → {large.alone_ms:6.1f} ms"
    )


def _life_line(name: str, found: lives.Lives) -> str:
    used = found.requests.cpu_seconds
    shares = ", ".join(f"{part} {seconds / max(1, len(found.took)) * 1000:.1f}" for part, seconds in used.items())
    return (
        f"    {name:<18} {found.per_second:6.1f} lives/s   p50 of a life {found.p50_ms:6.0f} ms, of a request "
        f"{found.requests.percentile_ms(50):5.1f} ms   processor ms of a life: {shares}"
    )


def _costs(measured: Measured) -> dict[str, _Cost]:
    return {name: _cost(measured, name, account, paths) for name, (account, paths) in _LISTS.items()}


def _cost(measured: Measured, name: str, account: str, paths: Sequence[str]) -> _Cost:
    token = Clerk(measured.url, account).token
    scenario = Scenario(name, DESK.key, tuple(request("GET", f"/api/desk/v1/{path}", token=token) for path in paths))
    pids = {"desk": measured.running["pids"]["desk"]}
    figures = measured.counted(measured.url, scenario.cycled(), pids, connections=_CONNECTIONS, database=DESK)
    alone = measured.directly(scenario, _CONNECTIONS)
    return _Cost(1000 / figures.per_cpu_second, figures.percentile_ms(50), alone.percentile_ms(50))


def _grow(measured: Measured, cases: int, until: float) -> int:
    """Make a tenth of a million to learn this machine's pace, then as many as will be there in time."""
    before, began = _count(measured), time.monotonic()
    if cases <= before + _SAMPLE:
        return _fill(measured, cases)
    there = _fill(measured, before + _SAMPLE)
    per_second = (there - before) / (time.monotonic() - began)
    affordable = there + int(per_second * (until - time.monotonic()) * _MARGIN)
    return _fill(measured, min(cases, affordable)) if affordable > there else there


def _fill(measured: Measured, cases: int) -> int:
    running = measured.running
    addresses = Addresses(running["host"], running["ports"], running["public_url"])
    fill_desk(measured.installation, addresses, TENANT, cases)
    return _count(measured)


def _count(measured: Measured) -> int:
    return int(measured.installation.postgres.execute(_CASES, DESK.database)[0][0])
