"""What counts as looking at a person, and which looks are unusual.

An alert is a question to a person, never a finding: a clerk may have had good reasons. It names the account and the
number of people, not whom; rule, account and day name an alert.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

LOOKS = frozenset(
    {
        "resident.read", "resident.search", "resident.reveal", "resident.prefill", "resident.history",
        "resident.on", "resident.elsewhere", "resident.desk-summary", "household.read", "household.events",
        "household.history", "duplicates.compare", "merge.read", "case.read", "document.read", "ledger.search",
    }
)  # fmt: skip
"""Acts by which somebody saw a person's data."""
OPENED = frozenset({"resident.read", "resident.reveal", "resident.history", "household.read"})
"""Looks at one record on purpose; a list of search results is no opened record."""
MANY_PEOPLE = 30
"""Opened without any case in one day. A counter serves some 40 people a day, most of them with a case."""
NIGHT = (22, 6)
"""From, until (hours): nobody's counter is open."""
MANY_REVEALS = 10
"""Whole numbers shown without a case in one day."""
LEAST = {
    "many_without_case": MANY_PEOPLE,
    "many_reveals": MANY_REVEALS,
    "at_night": 1,
    "own_relatives": 1,
    "neighbour_at_night": 1,
}
"""Rule: from how many people in one day it asks."""


@dataclass(frozen=True)
class Nearness:
    """What the person looked at is to the account's own person."""

    relative: bool
    neighbour: bool


STRANGER = Nearness(relative=False, neighbour=False)


@dataclass(frozen=True)
class Look:
    """One entry of the ledger that shows somebody's data."""

    index: int
    time: datetime
    action: str
    actor: str
    role: str
    people: tuple[str, ...]
    case: str | None = None


@dataclass
class Alert:
    rule: str
    actor: str
    role: str
    day: str
    people: set[str] = field(default_factory=set)
    entries: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        shown = {"rule": self.rule, "actor": self.actor, "role": self.role, "day": self.day}
        return shown | {"people": len(self.people), "entries": sorted(self.entries)[-20:]}


def at_night(hour: int) -> bool:
    return hour >= NIGHT[0] or hour < NIGHT[1]


def asked_about(looks: Iterable[Look]) -> list[Look]:
    """Return the records opened without a case: what the rules are about."""
    return [look for look in looks if look.action in OPENED and look.case is None and look.people]


def unusual(looks: Iterable[Look], zone: tzinfo, near: Mapping[tuple[str, str], Nearness] | None = None) -> list[Alert]:
    """Return the alerts of the looks, newest day first, most people first; `near` by account and person."""
    gathered: dict[tuple[str, str, str], Alert] = defaultdict(lambda: Alert("", "", "", ""))
    for look in asked_about(looks):
        local = look.time.astimezone(zone)
        for rule, people in _broken(look, at_night(local.hour), near or {}).items():
            day = local.date().isoformat()
            alert = gathered[rule, look.actor, day]
            alert.rule, alert.actor, alert.role, alert.day = rule, look.actor, look.role, day
            alert.people |= people
            alert.entries.append(look.index)
    found = [alert for alert in gathered.values() if len(alert.people) >= LEAST[alert.rule]]
    return sorted(found, key=lambda alert: (alert.day, len(alert.people), alert.actor, alert.rule), reverse=True)


def _broken(look: Look, night: bool, near: Mapping[tuple[str, str], Nearness]) -> dict[str, set[str]]:
    """Return by rule the people of a look that count for it."""
    found = {person: near.get((look.actor, person), STRANGER) for person in look.people}
    counted = {
        "many_without_case": set(look.people),
        "at_night": set(look.people) if night else set(),
        "many_reveals": set(look.people) if look.action == "resident.reveal" else set(),
        "own_relatives": {person for person, nearness in found.items() if nearness.relative},
        "neighbour_at_night": {person for person, nearness in found.items() if nearness.neighbour and night},
    }
    return {rule: people for rule, people in counted.items() if people}
