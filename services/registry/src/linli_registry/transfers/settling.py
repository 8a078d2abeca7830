"""Takes over at the destination what it could not know when it accepted somebody.

What was edited at the origin until it closed is edited here too, unless it was changed here since. Who died after arriving dies
here; who died before, or was no real registration, never came. So both counties say the same without anybody's doing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.database import Tx
from linli_kernel.errors import DomainError, NotFound, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy import RowMapping

from linli_registry.context import Context
from linli_registry.households import commands as c
from linli_registry.households import repository as households
from linli_registry.households.domain import decide
from linli_registry.households.facts import Effect, Register
from linli_registry.households.facts import State as Households
from linli_registry.households.service import commit_event
from linli_registry.metadata import Row
from linli_registry.residents import repository as repository_of_residents
from linli_registry.residents import service as residents
from linli_registry.residents.keys import ENCRYPTED
from linli_registry.residents.schemas import ResidentPatch
from linli_registry.transfers.closing import Fate, fate
from linli_registry.transfers.meanwhile import DEAD, EDITED, VOID
from linli_registry.transfers.package import Package, Traveller, pack, unseal

BY_HAND = "registry.settle_by_hand"


@dataclass(frozen=True)
class Known:
    """What the origin knows at the end: how the people are written down there, and what became of each."""

    package: Package
    fates: Mapping[UUID, tuple[Fate, date | None]]


def known(rows: Sequence[RowMapping], context: Context, origin: Viewer, arrival: date) -> Known:
    found = {row["id"]: (fate(row["presence"], row["death_date"], arrival), row["death_date"]) for row in rows}
    return Known(pack(list(rows), Households(), context.keys(origin)), found)


async def settle(tx: Tx, context: Context, viewer: Viewer, there: Row, origin: Known) -> str | None:
    """Make the destination's records say what the origin knows; returns what its clerk is told."""
    accepted = unseal(there["package"], context.keyring, viewer.tenant, there["id"])
    own = {one.id: UUID(here) for one, here in zip(accepted.people, there["people"], strict=True)}
    problem = await _registered(tx, context, viewer, there, own, origin)
    for was, now in _pairs(accepted, origin.package):
        if origin.fates[was.id][0] is Fate.NEVER_CAME:
            continue
        edits = {name: value for name, value in now.values().items() if value != was.values()[name]}
        if edits:
            told = await _edited(tx, context, viewer, own[was.id], was.values(), edits)
            problem = told if told == BY_HAND else problem or told
    return problem


def _pairs(before: Package, after: Package) -> list[tuple[Traveller, Traveller]]:
    found = {one.id: one for one in after.people}
    return [(one, found[one.id]) for one in before.people if one.id in found]


async def _registered(
    tx: Tx, context: Context, viewer: Viewer, there: Row, own: dict[UUID, UUID], origin: Known
) -> str | None:
    """Register who died, and take back the arrival of who never came."""
    never = {own[key]: death for key, (what, death) in origin.fates.items() if what is Fate.NEVER_CAME}
    died = {own[key]: death for key, (what, death) in origin.fates.items() if what is Fate.DIED_THERE and death}
    if not never and not died:
        return None
    arrival, gone = there["moved_on"], [*never, *died]
    homes = {there["household"], *await households.lived_since(tx, viewer.tenant, gone, arrival)}
    state = await households.load_state(tx, viewer, homes, gone, arrival)
    events: list[tuple[str, c.Event]] = []
    if never:
        dead = {key: death for key, death in never.items() if death is not None}
        unmade = frozenset(await _made_for_it(tx, viewer, there)) & never.keys()
        events.append(("move_out", c.NeverCame(day=arrival, members=tuple(never), unmade=unmade, dead=dead)))
    events += [("death", c.Died(day=death, resident=key)) for key, death in died.items() if state.people[key].alive]
    for kind, command in events:
        effects = decide(state, command, context.today, new_id)
        place = (there["household"], there["division"], there["reason"], list(there["evidence"]))
        await commit_event(tx, viewer, kind, command, effects, state, {}, *place, source="exchange")
        state = state.apply(effects)
    return VOID if any(death is None for death in never.values()) else DEAD


async def _made_for_it(tx: Tx, viewer: Viewer, there: Row) -> set[UUID]:
    """Return whose record the acceptance made."""
    event = await households.event_of(tx, viewer.tenant, there["event"])
    effects = msgspec.convert(event["effects"], tuple[Effect, ...]) if event is not None else ()
    return {effect.resident for effect in effects if isinstance(effect, Register)}


async def _edited(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, was: dict[str, Any], edits: dict[str, Any]
) -> str | None:
    """Edit what is still as it was accepted, and return what is told of it."""
    row = await repository_of_residents.locked(tx, viewer, key)
    keys = context.keys(viewer)
    here = {name: keys.open(name, row[name], key) if name in ENCRYPTED else row[name] for name in edits}
    patch = {name: value for name, value in edits.items() if here[name] == was[name]}
    if not patch:
        return None
    connection = await tx.connection()
    try:
        async with connection.begin_nested():
            change = ResidentPatch(**patch, source="exchange")
            await residents.change(tx, context, viewer, key, row["version"], change)
    except (StaleVersion, NotFound):
        raise
    except (DomainError, ValueError):
        # Such as a number that somebody else has here.
        return BY_HAND
    return EDITED
