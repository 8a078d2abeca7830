"""Who heads a household on the days that an event, perhaps registered late, leaves without a head.

From the day of the event until today every day on which somebody lives in the household gets one head, who lives there
that day. Others may have come and gone meanwhile: each is told anew what she was to the head of each of her days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli_registry.households.facts import HEAD, Membership

Choice = Callable[[Sequence[UUID], date], UUID]
Relation = Callable[[UUID, UUID], str]
"""(head, person) → what the person is to the head."""


@dataclass(frozen=True)
class Tenure:
    """`head` heads the household from `since` up to, not including, `until`."""

    head: UUID
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Part:
    """A stretch of a stay with one relation."""

    since: date
    until: date | None
    relation: str


def tenures(stays: Sequence[Membership], day: date, choose: Choice) -> list[Tenure]:
    """Return who heads the household from `day` on wherever nobody does; `choose` picks among who lives there that day."""
    found: list[Tenure] = []
    at: date | None = day
    while at is not None:
        here = [stay for stay in stays if stay.holds(at)]
        if not here:
            at = min((stay.since for stay in stays if stay.since > at), default=None)
            continue
        head = next((stay for stay in here if stay.relation == HEAD), None)
        if head is None:
            chosen = choose([stay.resident for stay in here], at)
            own = next(stay for stay in here if stay.resident == chosen)
            taken_over = [stay.since for stay in stays if stay.relation == HEAD and stay.since > at]
            until = min([*taken_over, *([own.until] if own.until else [])], default=None)
            found.append(Tenure(chosen, at, until))
        else:
            until = head.until
        at = until
    return found


def parts(stay: Membership, heads: Sequence[Tenure], relation: Relation) -> list[Part]:
    """Cut a stay where its head changes; a stretch that no tenure covers keeps its relation."""
    cut: list[Part] = []
    at = stay.since

    def add(until: date | None, code: str) -> None:
        if cut and cut[-1].relation == code:
            cut[-1] = Part(cut[-1].since, until, code)
        else:
            cut.append(Part(at, until, code))

    for tenure in heads:
        if not stay.overlaps(tenure.since, tenure.until):
            continue
        begin = max(tenure.since, stay.since)
        if begin > at:
            add(begin, stay.relation)
            at = begin
        until = min([end for end in (tenure.until, stay.until) if end is not None], default=None)
        add(until, relation(tenure.head, stay.resident))
        if until is None:
            return cut
        at = until
    if stay.until is None or at < stay.until:
        add(stay.until, stay.relation)
    return cut
