"""What the registry tells the others: ids, codes and days, never a name or a number."""

from uuid import UUID

from linli_kernel.contracts.registry import (
    HOUSEHOLD_CHANGED,
    RESIDENT_CHANGED,
    RESIDENT_DIED,
    RESIDENT_MERGED,
    RESIDENT_MOVED,
    RESIDENT_REGISTERED,
    RESIDENT_UNMERGED,
    HouseholdChanged,
    ResidentChanged,
    ResidentDied,
    ResidentMerged,
    ResidentMoved,
    ResidentRegistered,
    ResidentUnmerged,
)
from linli_kernel.events import Event


def registered(resident: UUID, division: str, presence: str) -> Event:
    data = ResidentRegistered(resident=resident, division=division, presence=presence)
    return Event(type=RESIDENT_REGISTERED, subject=str(resident), data=data)


def changed(resident: UUID, division: str, version: int, fields: list[str]) -> Event:
    data = ResidentChanged(resident=resident, division=division, version=version, fields=fields)
    return Event(type=RESIDENT_CHANGED, subject=str(resident), data=data)


def died(data: ResidentDied) -> Event:
    return Event(type=RESIDENT_DIED, subject=str(data.resident), data=data)


def moved(data: ResidentMoved) -> Event:
    return Event(type=RESIDENT_MOVED, subject=str(data.resident), data=data)


def household_changed(data: HouseholdChanged) -> Event:
    return Event(type=HOUSEHOLD_CHANGED, subject=str(data.household), data=data)


def merged(data: ResidentMerged) -> Event:
    return Event(type=RESIDENT_MERGED, subject=str(data.kept), data=data)


def unmerged(data: ResidentUnmerged) -> Event:
    return Event(type=RESIDENT_UNMERGED, subject=str(data.kept), data=data)
