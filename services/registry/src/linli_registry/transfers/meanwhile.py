"""What happens at the origin to people whose transfer still waits for the other county's answer.

Who died, left the household or was no real registration cannot go as was asked: the request is taken back at once, and both
sides are told why. Those who still want to go are asked for anew.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.events import Act

from linli_registry.households.facts import Membership, Presence, State
from linli_registry.transfers import repository
from linli_registry.transfers.package import CARRIED, STATED
from linli_registry.transfers.workflow import ALLOWED
from linli_registry.transfers.workflow import State as At

DEAD, VOID, LEFT = "registry.person_dead", "registry.registration_void", "registry.left_household"
EDITED = "registry.edited_since"
TAKEN_ALONG = frozenset((*STATED, *CARRIED, "relation"))
"""What of a person is put before the other county."""
_AWAY = (Presence.MOVED_OUT, Presence.VOID)


def why_not(state: State, person: UUID) -> str:
    """Return the code of what keeps somebody from going, who does not live in the household any more."""
    known = state.people.get(person)
    if known is not None and not known.alive:
        return DEAD
    return VOID if known is not None and known.presence == Presence.VOID else LEFT


async def edited(tx: Tx, people: Collection[UUID], fields: Iterable[str] = TAKEN_ALONG) -> None:
    """See that the other county is shown people as their records say from now on."""
    if people and not TAKEN_ALONG.isdisjoint(fields):
        await tx.execute(repository.to_renew(tx, people))


async def take_back(tx: Tx, before: State, after: State, *, but: UUID | None = None) -> None:
    """Take back what was asked for people who do not live in their household any more; `but` takes them away itself."""
    left = [stay for stay in before.memberships.values() if stay.open and not _stays(after, stay)]
    alone = sorted(person for person in before.people if _alone_and_gone(before, after, person))
    if not left and not alone:
        return
    for row in await tx.all(repository.moving_from(tx.tenant, sorted({stay.household for stay in left}), alone)):
        named = {UUID(person) for person in row["people"]}
        leaving = alone if row["household"] is None else [s.resident for s in left if s.household == row["household"]]
        gone = sorted(named & set(leaving))
        if not gone or row["id"] == but:
            continue
        problem = why_not(after, gone[0])
        await repository.change(tx, row["id"], sorted(ALLOWED["cancel"]), state=At.CANCELLING, problem=problem)
        act = Act(action="transfer.overtaken", object_kind="transfer", object_id=row["id"], people=gone)
        tx.record(act)


def _alone_and_gone(before: State, after: State, person: UUID) -> bool:
    """Whether somebody who was in no household died, left or turned out to be no real registration."""
    was, now = before.people[person], after.people[person]
    if before.open_stay(person) is not None or after.open_stay(person) is not None:
        return False
    return (was.alive and not now.alive) or (was.presence != now.presence and now.presence in _AWAY)


def _stays(after: State, stay: Membership) -> bool:
    now = after.open_stay(stay.resident)
    return now is not None and now.household == stay.household
