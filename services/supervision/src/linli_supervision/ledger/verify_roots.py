"""Which roots the walked leaves may lead to, where something disagrees about a leaf and only a signed root can decide.

A finding that would explain the disagreement is reported when a signed root has confirmed it. What no signed root confirms is
never passed over in silence: a change that was found must not hide another one beside it.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from linli_supervision.ledger.findings import Finding
from linli_supervision.ledger.merkle import CompactRange

MOST = 16
"""Ways to read a log with several disagreements that are followed at the same time; beyond, the first reading is taken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One hash that a leaf may have, and what was changed if it is the right one."""

    digest: bytes
    finding: Finding | None = None


@dataclass(slots=True)
class _Way:
    range: CompactRange = field(default_factory=CompactRange)
    findings: list[Finding] = field(default_factory=list)
    chosen: dict[Hashable, int] = field(default_factory=dict)

    def take(self, reading: Reading) -> None:
        self.range.append(reading.digest)
        # Leaves of one tile that say the same of it follow one another.
        if reading.finding is not None and self.findings[-1:] != [reading.finding]:
            self.findings.append(reading.finding)

    def copy(self) -> "_Way":
        return _Way(self.range.copy(), list(self.findings), dict(self.chosen))


class PossibleRoots:
    """Grows leaf by leaf; `settle` keeps the way that leads to what was signed."""

    def __init__(self) -> None:
        self._ways = [_Way()]

    def append(self, digest: bytes) -> None:
        for way in self._ways:
            way.range.append(digest)

    def append_one_of(self, readings: tuple[Reading, ...], together: Hashable) -> None:
        """Add a leaf that may be read in several ways, the likeliest first; leaves with the same `together` are read alike."""
        ways = list(self._ways)
        for way in ways:
            if together not in way.chosen:
                for number, reading in enumerate(readings[1:], start=1):
                    if len(self._ways) < MOST:
                        other = way.copy()
                        other.chosen[together] = number
                        other.take(reading)
                        self._ways.append(other)
            way.take(readings[way.chosen.setdefault(together, 0)])

    def settle(self, root: bytes) -> tuple[bool, list[Finding]]:
        """Hold the ways against a signed root; returns whether one of them leads there, and what it says was changed."""
        fitting = next((way for way in self._ways if way.range.root() == root), None)
        way = fitting or self._ways[0]
        found, way.findings, way.chosen = way.findings, [], {}
        self._ways = [way]
        return fitting is not None, found

    def unsettled(self) -> list[Finding]:
        """What the likeliest way says of the leaves after the last signed root."""
        return self._ways[0].findings
