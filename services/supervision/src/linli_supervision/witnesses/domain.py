"""Who a witness is, and when it is too quiet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SILENT_AFTER = timedelta(minutes=10)
"""A witness looks every few seconds; after so long without a signature on a log that grew somebody should ask."""


class WitnessKind(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMITTEE = "committee"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness with its newest cosignature; `waiting_since` is the time of the oldest checkpoint that it has not signed."""

    name: str
    key: str
    title: str
    kind: str
    since: datetime
    retired_at: datetime | None
    version: int
    size: int | None
    signed_at: datetime | None
    signature: bytes | None
    note: bytes | None
    waiting_since: datetime | None


def is_silent(witness: Witness, now: datetime) -> bool:
    """Say whether a witness leaves a log unsigned that grew; one that has just begun gets the same time."""
    if witness.retired_at is not None or witness.waiting_since is None:
        return False
    return now - max(witness.waiting_since, witness.since) > SILENT_AFTER
