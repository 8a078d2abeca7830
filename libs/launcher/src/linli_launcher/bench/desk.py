"""The desk when it is empty and when it is full: lives of cases, and the lists that people work with.

The county's other villages are filled with made cases; the halls that are measured lie in it and have their share. Both are judged beside a
second desk, which is there only meanwhile: lives by the clock while it is empty, lists by processor time when it has few cases.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from linli_launcher.bench import desk_lists, lives
from linli_launcher.bench.measured import Measured, measured_system
from linli_launcher.bench.report import Bar, at_least, at_most, not_measured, show
from linli_launcher.bench.scenarios import TENANT
from linli_launcher.databases import DESK
from linli_launcher.demo import fill_desk

SMALL, LARGE = 10_000, 1_000_000
LIVES_PER_SECOND = 40.0
OF_EMPTY_PERCENT = 80.0
MOST = 1.3
_SAMPLE = 110_000
"""Enough to take the loader's way for many: without indexes, which are made at the end."""
_MARGIN = 0.8
_CASES = f"SELECT count(*) FROM desk_case WHERE tenant = '{TENANT}'"  # noqa: S608


def measure(measured: Measured, cases: int, until: float) -> list[Bar]:
    """Compare the sizes; loading stops early enough for `until` (monotonic), and then a smaller size is measured and named."""
    began = time.monotonic()
    reached = _grow(measured, cases, until)
    seconds = time.monotonic() - began
    # What was loaded is on the disk before anybody waits for it, as on any other day of a full desk.
    measured.installation.postgres.execute("CHECKPOINT")
    with _beside(measured) as small:
        empty, full = lives.in_turns([small, measured])
        _fill(small, min(SMALL, cases))
        pairs = desk_lists.compare(small, measured)
    yardstick = lives.alone(measured, measured.seconds)
    show(
        f"lists among {SMALL:,} and {reached:,} cases (made in {seconds:.0f} s)",
        [pair.line(name) for name, pair in pairs.items()],
    )
    show("lives of cases", [_life_line("empty", empty), _life_line(f"{reached:,} cases", full)])
    print(f"    asyncpg alone {yardstick:.0f} lives/s, of which the system reaches {full.per_second / yardstick:.0%}")
    return _bars(empty, full, pairs, reached, cases)


@contextmanager
def _beside(measured: Measured) -> Iterator[Measured]:
    folder = measured.folder / "small"
    folder.mkdir()
    with measured_system(folder, measured.seconds) as small:
        yield small


def _bars(
    empty: lives.Lives, full: lives.Lives, pairs: Mapping[str, desk_lists.Pair], reached: int, wanted: int
) -> list[Bar]:
    if reached < wanted * 0.99:
        return [
            not_measured(f"desk at {wanted:,} cases", f"≥ {LIVES_PER_SECOND:g} lives/s", f"only {reached:,} in time")
        ]
    return [
        at_least(f"lives of cases at {reached:,}", full.per_second, LIVES_PER_SECOND, "/s"),
        at_least("lives of cases, of an empty desk", full.per_second / empty.per_second * 100, OF_EMPTY_PERCENT, " %"),
        *(at_most(f"{name}, {reached:,} to {SMALL:,}", pair.ratio, MOST, "×") for name, pair in pairs.items()),
    ]


def _life_line(name: str, found: lives.Lives) -> str:
    shares = ", ".join(f"{part} {ms:.1f}" for part, ms in found.cpu_ms.items())
    rounds = " ".join(f"{rate:.0f}" for rate in sorted(found.rates))
    return (
        f"    {name:<18} {found.per_second:6.1f} lives/s ({rounds})   p50 of a life {found.p50_ms:6.0f} ms, of a request "
        f"{found.request_p50_ms:5.1f} ms   processor ms of a life: {shares}"
    )


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
    fill_desk(measured.installation, measured.addresses, TENANT, cases)
    return _count(measured)


def _count(measured: Measured) -> int:
    return int(measured.installation.postgres.execute(_CASES, DESK.database)[0][0])
