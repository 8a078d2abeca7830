"""Puts the alerts of a day together: looks from the ledger, nearness from the registry, answers from this service.

Days are read one by one from the newest; of each day this service holds a line for an account, never the looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nlargest
from typing import Any

from linli_kernel.database import Database
from linli_kernel.errors import Unavailable
from linli_kernel.identity import Viewer

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.lookups import repository
from linli_supervision.lookups.domain import LEAST, MOST_ENTRIES, NEVER, Alert, NearLooks, counted, in_order
from linli_supervision.rows import Row

COUNTED = ("many_without_case", "at_night", "many_reveals")
"""Rules that need no more than the ledger."""


@dataclass(frozen=True)
class Watch:
    """`complete` is false when the registry did not answer."""

    items: list[dict[str, Any]]
    following: date | None
    complete: bool


async def alerts_of(
    db: Database, registry: RegistryClient, viewer: Viewer, day: date, least: Mapping[str, int] = LEAST
) -> tuple[list[Alert], bool]:
    """Return a day's alerts in the viewer's area, and whether all rules could be asked. `least`: from how many people each
    rule asks; one that is not named asks nothing."""
    told, found = day.isoformat(), []
    for row in await repository.counts(db, viewer, day, least):
        by_rule = {rule: (row[rule], _entries(row[f"{rule}_entries"])) for rule in COUNTED}
        found += counted(row["actor"], row["role"], told, by_rule, least)
    near, complete = NearLooks(told), True
    try:
        async for batch in repository.pairs(db, viewer, day):
            near.add(batch, await registry.near(viewer.tenant, {(pair.actor, pair.person) for pair in batch}))
    except Unavailable:
        near, complete = NearLooks(told), False
    return in_order(found + [one for one in near.alerts() if one.people >= least.get(one.rule, NEVER)]), complete


async def unanswered(
    db: Database, registry: RegistryClient, viewer: Viewer, day: date, least: Mapping[str, int]
) -> list[tuple[Alert, str, datetime]]:
    """A day's alerts that nobody has answered, each with the place and the time of its first entry. Raises Unavailable
    when the registry does not answer: what could not be asked is asked again."""
    alerts, complete = await alerts_of(db, registry, viewer, day, least)
    if not complete:
        raise Unavailable(retry_after_seconds=5)
    answered = await repository.answers(db, viewer, day) if alerts else {}
    open_ones = [alert for alert in alerts if (alert.rule, alert.actor) not in answered]
    places = await repository.places(db, viewer.tenant, [min(alert.entries) for alert in open_ones])
    return [(alert, *places[min(alert.entries)]) for alert in open_ones]


def _entries(indexes: Sequence[int] | None) -> list[int]:
    return nlargest(MOST_ENTRIES, set(indexes or ()))


async def watch(
    db: Database, registry: RegistryClient, viewer: Viewer, days: Sequence[date], state: str | None, limit: int
) -> Watch:
    """Read whole days, newest first, until there are `limit` alerts."""
    items: list[dict[str, Any]] = []
    complete = True
    for day in days:
        if len(items) >= limit:
            return Watch(items, day, complete)
        alerts, whole = await alerts_of(db, registry, viewer, day)
        complete = complete and whole
        answered = await repository.answers(db, viewer, day) if alerts else {}
        shown = [_shown(alert, answered.get((alert.rule, alert.actor))) for alert in alerts]
        items += [alert for alert in shown if state is None or alert["state"] == state]
    return Watch(items, None, complete)


def days_back(today: date, since: date) -> list[date]:
    return [today - timedelta(days=number) for number in range((today - since).days + 1)]


def _shown(alert: Alert, answer: Row | None) -> dict[str, Any]:
    names = ("note", "answered_by", "answered_at")
    said: dict[str, Any] = {name: None if answer is None else answer[name] for name in names}
    said["state"] = "open" if answer is None else "answered"
    return alert.as_json() | said
