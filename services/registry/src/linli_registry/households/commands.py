"""The life events as values: what the rules need to know, ids and codes only."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linli_registry.households.facts import Effect, Household, Presence


@dataclass(frozen=True, kw_only=True)
class Event:
    """`day` is the day the event took place, not the day it was registered.

    `relations` states relation codes that the clerk knows better than the kinship links do.
    """

    day: date
    relations: dict[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command(Event):
    """An event of a household."""

    household: UUID


@dataclass(frozen=True, kw_only=True)
class Found(Command):
    """Open a household with its first members; exactly one of them is the head."""

    new: Household
    head: UUID
    members: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Birth(Command):
    child: UUID
    parents: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Adoption(Command):
    child: UUID
    parents: tuple[UUID, ...]
    new_head_there: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Death(Command):
    resident: UUID
    new_head: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MoveIn(Command):
    members: tuple[UUID, ...]
    presence: Presence = Presence.REGISTERED_HERE


@dataclass(frozen=True, kw_only=True)
class MoveOut(Command):
    members: tuple[UUID, ...]
    new_head: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Return(Command):
    resident: UUID
    presence: Presence = Presence.REGISTERED_HERE


@dataclass(frozen=True, kw_only=True)
class Split(Command):
    """`members` leave `household` for `new` under `head`; `new_head` heads those who stay, if the head leaves."""

    new: Household
    members: tuple[UUID, ...]
    head: UUID
    new_head: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Join(Command):
    """All members of `other` come into `household`; `other` closes."""

    other: UUID


@dataclass(frozen=True, kw_only=True)
class ChangeOfHead(Command):
    new_head: UUID


@dataclass(frozen=True, kw_only=True)
class MarriageIn(Command):
    newcomer: UUID
    spouse: UUID
    presence: Presence = Presence.REGISTERED_HERE
    new_head_there: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Divorce(Command):
    """The marriage of a member ends; who moves away does so by an event of its own."""

    resident: UUID


@dataclass(frozen=True, kw_only=True)
class Correction(Event):
    """Undo the effects of an earlier event, newest effect first."""

    effects: tuple[Effect, ...]


@dataclass(frozen=True, kw_only=True)
class Gone(Event):
    """From the day on they live in no household of the county, whatever was registered of them since.

    `heir` heads those who stay behind, where that can be.
    """

    members: tuple[UUID, ...]
    heir: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Died(Event):
    """Somebody died, wherever in the county, or in no household at all."""

    resident: UUID


@dataclass(frozen=True, kw_only=True)
class Parted(Event):
    """The marriage of somebody ends who is in no household."""

    resident: UUID


@dataclass(frozen=True, kw_only=True)
class NeverCame(Event):
    """They were taken in from the day on and had died before, or never were: `dead` says on which day.

    `unmade` are those whose record was made for the move alone.
    """

    members: tuple[UUID, ...]
    unmade: frozenset[UUID] = frozenset()
    dead: dict[UUID, date] = field(default_factory=dict)
