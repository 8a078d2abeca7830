"""Somebody on a roll, as the registry tells it: ids alone."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Eligible:
    """`household` is whose vote it is where households vote."""

    resident: UUID
    household: UUID | None
