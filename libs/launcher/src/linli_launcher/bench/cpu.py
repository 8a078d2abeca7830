"""Processor time of the processes that a measurement is about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

from linli_launcher.bench.load import Figures


def spent(pid: int) -> float:
    """Return the seconds of processor time of a process and all its children, those that ended included."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    return float(total + sum(_own(child) for child in process.children(recursive=True)))


def _since(pid: int, before: float) -> float:
    try:
        return spent(pid) - before
    except psutil.NoSuchProcess:
        # A database session that its pool closed for having been idle: it did nothing meanwhile.
        return 0.0


def _own(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


@contextmanager
def counted(pids: Mapping[str, int]) -> Iterator[dict[str, float]]:
    """Yield a dictionary that holds, after the block, the seconds that each named process spent in it."""
    before = {name: spent(pid) for name, pid in pids.items()}
    used: dict[str, float] = {}
    yield used
    used.update({name: _since(pid, before[name]) for name, pid in pids.items()})


def share(figures: Figures, name: str) -> float:
    """Return the part of the counted processor time that one process used."""
    total = sum(figures.cpu_seconds.values())
    return figures.cpu_seconds[name] / total if total else 0.0
