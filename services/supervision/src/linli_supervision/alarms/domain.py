"""When a source of entries is well, and what an alarm may be about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOURCES = ("gateway", "registry", "desk", "supervision")
"""Every part that writes acts; one that was never heard of is silent, too."""
SILENT_AFTER = timedelta(seconds=90)
"""A source tells its newest number every 15 seconds: six in a row were lost."""


class AlarmKind(StrEnum):
    """Why somebody has to look."""

    MISSING = "missing"  # numbers of a source never arrived
    SILENT = "silent"  # a source does not tell anything any more
    BEHIND = "behind"  # a source has numbers that do not arrive
    REGRESSED = "regressed"  # a source has forgotten numbers that the log has
    INCONSISTENT = "inconsistent"  # what is stored does not lead to what was signed
    SPLIT_VIEW = "split_view"  # two histories bear the log's signature
    SHRUNK = "shrunk"  # a witness saw more than is there now
    UNSIGNED = "unsigned"  # a witness got a checkpoint without the log's signature
    WITNESS_SILENT = "witness_silent"  # a witness does not cosign any more


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the log is with one source, and what the source says of itself."""

    source: str
    recorded: int
    told: int
    told_before: int
    recorded_then: int
    told_at: datetime | None


def trouble(standing: Standing, now: datetime) -> AlarmKind | None:
    """Return what is wrong with a source, or None."""
    if standing.told_at is None or now - standing.told_at > SILENT_AFTER:
        return AlarmKind.SILENT
    # Held against what the log had when it was told: acts that arrived since are newer than the telling.
    if standing.told < standing.recorded_then:
        return AlarmKind.REGRESSED
    # What it had already the time before had 15 seconds to arrive.
    if standing.recorded < standing.told_before:
        return AlarmKind.BEHIND
    return None


def missing_runs(last: int, numbers: list[int]) -> list[tuple[int, int]]:
    """Return the runs of numbers that are missing between the last known one and these, as (first, last)."""
    runs = []
    for number in numbers:
        if number > last + 1:
            runs.append((last + 1, number - 1))
        last = max(last, number)
    return runs
