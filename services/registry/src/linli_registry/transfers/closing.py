"""Closes people at the origin whom another county has taken in.

An acceptance is a fact like a death: nothing that was registered of them here meanwhile keeps them in two counties. What they
did here from the day of arrival on is undone, whoever stays behind gets a head, and the origin is told what it did not ask for.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id

from linli_registry.households import commands as c
from linli_registry.households import repository as households
from linli_registry.households.domain import decide
from linli_registry.households.facts import CARE_AGE, Person, Presence
from linli_registry.households.facts import State as Households
from linli_registry.households.service import commit_event
from linli_registry.metadata import Row
from linli_registry.transfers import repository
from linli_registry.transfers.meanwhile import DEAD, VOID
from linli_registry.transfers.workflow import State

ACCEPTED_FIRST, HEAD_CHOSEN, GUARDIAN = (
    "registry.accepted_first",
    "registry.head_chosen",
    "registry.needs_guardian",
)
OPEN = (State.REQUESTED, State.WAITING, State.CANCELLING)


class Fate(StrEnum):
    """What became of somebody whom the other county took in, as far as the origin knows."""

    CAME = "came"
    DIED_THERE = "died_there"
    NEVER_CAME = "never_came"


def fate(presence: str, death: date | None, arrival: date) -> Fate:
    if presence == Presence.VOID or (death is not None and death < arrival):
        return Fate.NEVER_CAME
    return Fate.CAME if death is None else Fate.DIED_THERE


async def close(tx: Tx, viewer: Viewer, here: Row, there: Row) -> tuple[UUID | None, str | None] | None:
    """Return the event that closed them, if any was needed, and what the origin is told; None when it is closed already."""
    arrival, people = there["moved_on"], [UUID(person) for person in here["people"]]
    heirs = [here["new_head"]] if here["new_head"] else []
    homes = await households.lived_since(tx, tx.tenant, people, arrival)
    # In the order of a life event that takes a transfer back: households, people, then the transfer.
    known = {*homes, *([here["household"]] if here["household"] else [])}
    state = await households.load_state(tx, viewer, known, [*people, *heirs], arrival)
    if await repository.locked_state(tx, here["id"]) not in OPEN:
        return None
    own = [state.people[person] for person in people]
    came = tuple(one.id for one in own if fate(one.presence, one.death_date, arrival) is not Fate.NEVER_CAME)
    stays = [m for one in came for m in state.stays(one) if m.until is None or m.until > arrival]
    if any(stay.household not in state.households for stay in stays):
        # Somebody moved between the first look and the lock; the next round reads anew.
        raise StaleVersion
    command = c.Gone(day=arrival, members=came, heir=here["new_head"])
    effects = decide(state, command, tx.clock.today(), new_id)
    left = sorted({stay.household for stay in stays})
    problem = _told(here, own, state, state.apply(effects), left, tx.clock.today())
    if not effects:
        return None, problem
    home = here["household"] or next(iter(left), None)
    place = (home, here["division"], here["reason"], list(here["evidence"]))
    more = {"source": "exchange", "of_transfer": here["id"], "person": None if home else people[0]}
    more["other"] = next((one for one in left if one != home), None)
    return await commit_event(tx, viewer, "move_out", command, effects, state, {}, *place, **more), problem


def _told(
    here: Row, people: list[Person], before: Households, after: Households, homes: list[UUID], today: date
) -> str | None:
    """What the origin's clerk must know: of the people first, then of those who stay behind."""
    if any(not person.alive for person in people):
        return DEAD
    if any(person.presence == Presence.VOID for person in people):
        return VOID
    for home in homes:
        staying = [after.people[stay.resident] for stay in after.open_members(home)]
        if staying and all(person.below(CARE_AGE, today) for person in staying):
            return GUARDIAN
    if here["state"] == State.CANCELLING:
        return ACCEPTED_FIRST
    chosen = [_new_head(before, after, home) for home in homes]
    return HEAD_CHOSEN if any(head not in (None, here["new_head"]) for head in chosen) else None


def _new_head(before: Households, after: Households, home: UUID) -> UUID | None:
    """Who heads the others from now on and did not before."""
    was, now = before.head(home), after.head(home)
    if now is None or (was is not None and was.resident == now.resident) or len(after.open_members(home)) < 2:
        return None
    return now.resident
