"""What counts as looking at a person, and which looks are unusual.

An alert is a question to a person, never a finding: a clerk may have had good reasons. It names the account and the
number of people, not whom.
"""

from collections import defaultdict
from collections.abc import Iterable
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


def unusual(looks: Iterable[Look], zone: tzinfo) -> list[Alert]:
    """Return the alerts of the looks, newest day first, most people first."""
    gathered: dict[tuple[str, str, str], Alert] = defaultdict(lambda: Alert("", "", "", ""))
    for look in looks:
        if look.action not in OPENED or look.case is not None or not look.people:
            continue
        local = look.time.astimezone(zone)
        rules = ["many_without_case"]
        rules += ["at_night"] if at_night(local.hour) else []
        rules += ["many_reveals"] if look.action == "resident.reveal" else []
        for rule in rules:
            day = local.date().isoformat()
            alert = gathered[rule, look.actor, day]
            alert.rule, alert.actor, alert.role, alert.day = rule, look.actor, look.role, day
            alert.people |= set(look.people)
            alert.entries.append(look.index)
    least = {"many_without_case": MANY_PEOPLE, "at_night": 1, "many_reveals": MANY_REVEALS}
    found = [alert for alert in gathered.values() if len(alert.people) >= least[alert.rule]]
    return sorted(found, key=lambda alert: (alert.day, len(alert.people), alert.actor, alert.rule), reverse=True)
