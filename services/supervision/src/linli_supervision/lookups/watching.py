"""Puts the alerts of a day together: looks from the ledger, nearness from the registry, answers from this service.

Days are read one by one from the newest, each with a bounded number of looks: no span is read at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.errors import Unavailable
from linli_kernel.identity import Viewer

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.ledger import service
from linli_supervision.lookups import repository
from linli_supervision.lookups.domain import Alert, Look, asked_about, unusual
from linli_supervision.rows import Row


@dataclass(frozen=True)
class Watch:
    """`complete` is false when the registry did not answer, or a day had more looks than are read."""

    items: list[dict[str, Any]]
    following: date | None
    complete: bool


async def alerts_of(db: Database, registry: RegistryClient, viewer: Viewer, day: date) -> tuple[list[Alert], bool]:
    """Return a day's alerts in the viewer's area, and whether all rules could be asked."""
    rows = await repository.opened(db, viewer, day)
    looks = asked_about(_look(row) for row in rows)
    complete = len(rows) < repository.MOST_LOOKS
    try:
        near = await registry.near(viewer.tenant, {(look.actor, p) for look in looks for p in look.people})
    except Unavailable:
        near, complete = {}, False
    return unusual(looks, SHANGHAI, near), complete


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


def _look(row: Row) -> Look:
    entry = service.describe(row, 0)
    people = tuple(entry["people"] or ())
    names = ("index", "time", "action", "role")
    return Look(actor=entry["actor"] or "", people=people, case=entry["case_id"], **{n: entry[n] for n in names})
