"""Which reminders and escalations a deadline asks for today.

A reminder belongs to a deadline, not to the day it is sent: after a week's standstill it is made up for once, and a deadline that
moves asks anew. Of several reminders that are late only the most urgent is sent; every escalation is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from linli_kernel.calendar import WorkCalendar


class Rule(Protocol):
    """When an overdue case is brought before which role."""

    @property
    def overdue_days(self) -> int: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reminder:
    """`role` is whom an overdue matter is brought before; None: whoever has to act. `days` left, or days late."""

    kind: str
    days: int
    role: str | None = None


def due_reminders(
    calendar: WorkCalendar, due: date, today: date, before: Collection[int], escalation: Sequence[Rule]
) -> list[Reminder]:
    if due >= today:
        left = calendar.working_days_between(today, due)
        reached = [days for days in before if left <= days]
        return [Reminder(f"before-{min(reached)}", left)] if reached else []
    late = calendar.working_days_between(due, today)
    return [
        Reminder(f"overdue-{rule.overdue_days}-{rule.role}", late, rule.role)
        for rule in escalation
        if late >= rule.overdue_days
    ]


def last_day_to_look_at(calendar: WorkCalendar, today: date, before: Collection[int]) -> date:
    """Deadlines after this day ask for nothing today."""
    return calendar.add_working_days(today, max(before, default=0)).day
