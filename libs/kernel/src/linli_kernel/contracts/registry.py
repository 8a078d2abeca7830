"""Wire formats of the registry's events. Additive only: a field is never renamed, retyped or removed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

RESIDENT_REGISTERED = "cn.linli.registry.resident.registered.v1"
RESIDENT_CHANGED = "cn.linli.registry.resident.changed.v1"
RESIDENT_DIED = "cn.linli.registry.resident.died.v1"
RESIDENT_MOVED = "cn.linli.registry.resident.moved.v1"
RESIDENT_MERGED = "cn.linli.registry.resident.merged.v1"
RESIDENT_UNMERGED = "cn.linli.registry.resident.unmerged.v1"
HOUSEHOLD_CHANGED = "cn.linli.registry.household.changed.v1"


class ResidentRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """A person entered the registry; `presence` as in the place's profile."""

    resident: UUID
    division: str
    presence: str


class ResidentChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of a resident changed; `fields` are names of columns, never values."""

    resident: UUID
    division: str
    version: int
    fields: list[str]


class ResidentDied(msgspec.Struct, frozen=True, kw_only=True):
    """`reversed` tells that the death was registered by mistake and is taken back."""

    resident: UUID
    division: str
    date: date
    reversed: bool = False


class ResidentMoved(msgspec.Struct, frozen=True, kw_only=True):
    """Division or kind of presence changed by a life event."""

    resident: UUID
    division: str
    presence: str
    date: date


class HouseholdChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A life event of a household; `people` are all residents it touched, `other_household` the second household."""

    household: UUID
    division: str
    event: UUID
    kind: str
    date: date
    people: list[UUID]
    other_household: UUID | None = None
    corrects: UUID | None = None


class ResidentMerged(msgspec.Struct, frozen=True, kw_only=True):
    """Two records turned out to be one person: whatever hangs on `absorbed` belongs to `kept` from now on."""

    kept: UUID
    absorbed: UUID
    merge: UUID
    division: str


class ResidentUnmerged(msgspec.Struct, frozen=True, kw_only=True):
    """A merge was undone: what it moved goes back; what came to `kept` later stays."""

    kept: UUID
    absorbed: UUID
    merge: UUID
    division: str
