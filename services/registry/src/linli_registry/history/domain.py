"""What a record was on a past day, from what it is now and the changes made to it.

A change has two times: the day from which it holds, and its place in the order of recording. On a day a field has the
value of the change recorded last among those that held by then. Before the first change its old value held. Changes of
an event that was corrected, and those of the correction itself, never were. So the record as of today is the record.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Change:
    """`fields` gives old and new value by field."""

    day: date
    fields: Mapping[str, tuple[Any, Any]]
    event: UUID | None = None


def as_of(current: Mapping[str, Any], changes: Iterable[Change], undone: Collection[UUID], day: date) -> dict[str, Any]:
    """Return `current` as it was on `day`; `changes` are in the order of recording."""
    values = dict(current)
    counted = [change for change in changes if change.event is None or change.event not in undone]
    for change in reversed(counted):
        values |= {name: old for name, (old, _) in change.fields.items()}
    for change in counted:
        if change.day <= day:
            values |= {name: new for name, (_, new) in change.fields.items()}
    return values
