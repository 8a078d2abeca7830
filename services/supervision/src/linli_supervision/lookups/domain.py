"""What counts as looking at a person, and which looks are unusual.

An alert is a question to a person, never a finding: a clerk may have had good reasons. It names the account and the
number of people, not whom; rule, account and day name an alert.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

LOOKS = frozenset(
    {
        "resident.read", "resident.search", "resident.reveal", "resident.prefill", "resident.history",
        "resident.elsewhere", "resident.desk-summary", "household.read", "household.events", "household.history",
        "household.kinship", "household.evidence", "duplicates.read", "duplicates.compare", "merge.read", "merges.read",
        "transfer.read", "transfer.list", "case.read", "case.reveal", "document.read", "attachment.read",
        "signature.read", "ledger.search", "ledger.timeline", "ledger.extract",
    }
)  # fmt: skip
"""Acts by which somebody saw a person's data."""
WHOLE = frozenset({"resident.reveal", "resident.prefill"})
"""Looks that show whole numbers; one for a form names the case that it is for."""
OPENED = WHOLE | {"resident.read", "resident.history", "household.read", "household.evidence"}
"""Looks at one record on purpose; a list of search results is no opened record."""
MANY_PEOPLE = 30
"""Opened without any case in one day. A counter serves some 40 people a day, most of them with a case."""
NIGHT = (22, 6)
"""From, until (hours): nobody's counter is open."""
MANY_REVEALS = 10
"""Whole numbers shown without a case in one day."""
MOST_ENTRIES = 20
"""Named as evidence; the count is of all."""
LEAST = {
    "many_without_case": MANY_PEOPLE,
    "many_reveals": MANY_REVEALS,
    "at_night": 1,
    "own_relatives": 1,
    "neighbour_at_night": 1,
}
"""Rule: from how many people in one day it asks."""
NEVER = 2**31 - 1
"""What a rule that is not asked would have to reach."""


@dataclass(frozen=True)
class Nearness:
    """What the person looked at is to the account's own person. `path`: parent, child and spouse, step by step, empty for the
    own person; None when only the household is the same."""

    relative: bool
    neighbour: bool
    path: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Pair:
    """One account that opened one person's record on a day without a case, at night or not, with the newest entries."""

    actor: str
    role: str
    person: str
    night: bool
    entries: tuple[int, ...]


@dataclass
class Alert:
    """What one account did on one day, under one rule; it grows by counts, never by the people themselves."""

    rule: str
    actor: str
    role: str
    day: str
    people: int = 0
    entries: list[int] = field(default_factory=list)

    def add(self, pair: Pair) -> None:
        self.people += 1
        self.entries = nlargest(MOST_ENTRIES, {*self.entries, *pair.entries})

    def as_json(self) -> dict[str, Any]:
        shown = {"rule": self.rule, "actor": self.actor, "role": self.role, "day": self.day}
        return shown | {"people": self.people, "entries": sorted(self.entries)}


def counted(
    actor: str,
    role: str,
    day: str,
    counts: Mapping[str, tuple[int, Iterable[int]]],
    least: Mapping[str, int] = LEAST,
) -> list[Alert]:
    """Return the alerts of how many people an account opened by rule."""
    return [
        Alert(rule, actor, role, day, people, list(entries))
        for rule, (people, entries) in counts.items()
        if people >= least.get(rule, NEVER)
    ]


class NearLooks:
    """Gathers what was opened of relatives and neighbours, pair by pair."""

    def __init__(self, day: str) -> None:
        self._day = day
        self._found: dict[tuple[str, str], Alert] = {}

    def add(self, pairs: Iterable[Pair], near: Mapping[tuple[str, str], Nearness]) -> None:
        for pair in pairs:
            nearness = near.get((pair.actor, pair.person))
            if nearness is None:
                continue
            for rule, counts in (
                ("own_relatives", nearness.relative),
                ("neighbour_at_night", nearness.neighbour and pair.night),
            ):
                if counts:
                    fresh = Alert(rule, pair.actor, pair.role, self._day)
                    self._found.setdefault((rule, pair.actor), fresh).add(pair)

    def alerts(self) -> list[Alert]:
        return list(self._found.values())


def in_order(alerts: Iterable[Alert]) -> list[Alert]:
    """Most people first."""
    return sorted(alerts, key=lambda alert: (alert.people, alert.actor, alert.rule), reverse=True)
