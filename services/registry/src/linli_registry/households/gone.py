"""Who is found to live in no household of the county from a day on, however much was registered of them since.

A death is a fact, and so is that another county has taken somebody in: neither is refused for what it leaves. Stays that
reach beyond the day end on it, those that began later never were, and everybody who stays behind has a head on every day.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from linli_registry.households import errors
from linli_registry.households.commands import Died, Gone, NeverCame
from linli_registry.households.draft import Draft, living
from linli_registry.households.facts import Leave, Presence, ReopenHousehold, State, Untie, VoidTie, Withdraw

WIDOWED = "30"


def live_elsewhere(command: Gone, draft: Draft) -> None:
    homes = _vacated(draft, command.members)
    for resident in command.members:
        draft.set_fact(resident, "presence", Presence.MOVED_OUT)
    _resettle(draft, homes, command.heir)


def died(command: Died, draft: Draft) -> None:
    living(draft.state, command.resident, command.day)
    with bereaved(draft, command.resident) as survivor:
        homes = _vacated(draft, (command.resident,))
        draft.set_fact(command.resident, "death_date", command.day.isoformat())
        _resettle(draft, homes, survivor)


def never_came(command: NeverCame, draft: Draft) -> None:
    gone = set(command.members)
    homes = _vacated(draft, command.members)
    for link in list(draft.state.links.values()):
        if link.until is None and link.since == command.day and gone & {link.a, link.b}:
            draft.do(VoidTie(link))
    for resident in command.members:
        draft.set_fact(resident, "presence", Presence.MOVED_OUT)
        if resident in command.unmade:
            draft.do(Withdraw(resident))
        elif (death := command.dead.get(resident)) and draft.state.people[resident].alive:
            with bereaved(draft, resident):
                draft.set_fact(resident, "death_date", death.isoformat())
    _resettle(draft, homes, None)


@contextmanager
def bereaved(draft: Draft, resident: UUID) -> Iterator[UUID | None]:
    """Give who is widowed by a death; the marriage ends last, so that the in-laws of the dead are still named as such."""
    marriage = draft.state.spouse_link(resident)
    survivor = None
    if marriage:
        survivor = marriage.b if marriage.a == resident else marriage.a
        if survivor in draft.state.people:
            draft.set_fact(survivor, "marriage", WIDOWED)
    yield survivor
    if marriage:
        draft.do(Untie(marriage.id, max(draft.command.day, marriage.since)))


def in_no_household(state: State, resident: UUID, day: date) -> None:
    """Raise why an event of `day` is not one of somebody without a household."""
    if state.open_stay(resident):
        raise errors.LivesInHousehold
    last = max((stay.until for stay in state.stays(resident) if stay.until), default=None)
    if last is not None and day < last:
        raise errors.EventTooEarly(since=last)


def _vacated(draft: Draft, people: Iterable[UUID]) -> set[UUID]:
    """End every stay that reaches beyond the day; returns whose households that were."""
    day, homes = draft.command.day, set()
    for resident in people:
        for stay in sorted(draft.state.stays(resident), key=lambda one: one.since, reverse=True):
            if stay.until is None or stay.until > day:
                draft.do(Leave(stay.id, max(day, stay.since), stay.until))
                homes.add(stay.household)
    return homes


def _resettle(draft: Draft, homes: Iterable[UUID], heir: UUID | None) -> None:
    for home in sorted(homes):
        closed_on = draft.state.households[home].closed_on
        if closed_on is not None:
            # It may have been empty earlier than was known.
            draft.do(ReopenHousehold(home, closed_on))
        draft.settle(home, None, voluntary=False, heir=heir)
