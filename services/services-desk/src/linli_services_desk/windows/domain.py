"""Queue rules: who is called first, how long the others wait, and what a day was like."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from linli_services_desk.schema import Row

K = TypeVar("K")


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    DONE = "done"
    SKIPPED = "skipped"
    LEFT = "left"


class Priority(StrEnum):
    ELDER = "elder"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    VETERAN = "veteran"
    NORMAL = "normal"


class Channel(StrEnum):
    CLERK = "clerk"
    KIOSK = "kiosk"
    PHONE = "phone"


# A transferred resident has waited once already and goes before everyone; who missed the call and came back follows.
RANK_TRANSFERRED = 0
RANK_BACK = 5
RANK_PRIORITY = 10
RANK_NORMAL = 20


def rank(priority: Priority) -> int:
    return RANK_NORMAL if priority is Priority.NORMAL else RANK_PRIORITY


def label(priority: Priority, number: int) -> str:
    """A012; priority tickets carry Y (优先), so the hall sees why one goes first."""
    return f"{'A' if priority is Priority.NORMAL else 'Y'}{number:03d}"


def expected_wait(ahead: int, open_windows: int, mean_service: timedelta | None) -> int | None:
    """Whole minutes until the call, from the hall's measured times; None while nothing has been measured."""
    if mean_service is None or open_windows < 1:
        return None
    rounds = -(-ahead // open_windows)
    return round(rounds * mean_service.total_seconds() / 60)


@dataclass(slots=True)
class Tally:
    """What a day, a window or a category came to. Times are sums of seconds over what was called, or served and `timed`."""

    tickets: int = 0
    served: int = 0
    skipped: int = 0
    left: int = 0
    waiting: int = 0
    called: int = 0
    timed: int = 0
    wait_seconds: float = 0
    longest_wait: float = 0
    service_seconds: float = 0

    def add(self, row: Row) -> None:
        for name in ("tickets", "served", "skipped", "left", "waiting", "called", "timed"):
            setattr(self, name, getattr(self, name) + row[name])
        self.wait_seconds += float(row["wait_seconds"] or 0)
        self.longest_wait = max(self.longest_wait, float(row["longest_wait"] or 0))
        self.service_seconds += float(row["service_seconds"] or 0)

    def shown(self) -> dict[str, int | float | None]:
        """Counts, and times in minutes; None where nothing was measured."""
        counts = {name: getattr(self, name) for name in ("tickets", "served", "skipped", "left", "waiting")}
        return {
            **counts,
            "mean_wait_minutes": _mean(self.wait_seconds, self.called),
            "longest_wait_minutes": _mean(self.longest_wait, 1 if self.called else 0),
            "mean_service_minutes": _mean(self.service_seconds, self.timed),
        }


def tallies(rows: Iterable[Row], key: Callable[[Row], K]) -> dict[K, Tally]:
    """Add rows up under a key, in the order in which the keys come first."""
    found: dict[K, Tally] = {}
    for row in rows:
        found.setdefault(key(row), Tally()).add(row)
    return found


def _mean(seconds: float, count: int) -> float | None:
    return round(seconds / 60 / count, 1) if count else None
