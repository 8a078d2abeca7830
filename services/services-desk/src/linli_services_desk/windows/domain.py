"""Queue rules: who is called first and how long the others wait."""

from datetime import timedelta
from enum import StrEnum


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    DONE = "done"
    SKIPPED = "skipped"


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


# A transferred resident has waited once already and goes before everyone.
RANK_TRANSFERRED = 0
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
