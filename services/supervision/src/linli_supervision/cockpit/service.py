"""Puts an area's figures together: of what lies directly below the area and of all of it."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli_kernel.calendar import WorkCalendar
from linli_kernel.database import Database
from linli_kernel.errors import Unavailable
from linli_kernel.identity import Viewer
from linli_kernel.permissions import may
from linli_kernel.profile import Profile
from sqlalchemy.sql import ClauseElement

from linli_supervision.clients.registry import People, Place, RegistryClient
from linli_supervision.cockpit import duties, repository
from linli_supervision.cockpit.area import Area
from linli_supervision.cockpit.counting import MEASURES
from linli_supervision.cockpit.retelling import NOUNS
from linli_supervision.cockpit.time import MONTHS_OF_TREND, Span, months_back
from linli_supervision.policy import POLICY, Permission

NEIGHBOUR_SECONDS = 1.5
"""The figures of supervision wait no longer for the registry's."""
FIGURES = (
    *MEASURES,
    "in_work", "running", "paused", "overdue", "due_soon", "whistles_open",
    "villages", "duties_done", "duties_late", "duties_due", "duties_missing", "disclosures",
    "deliberations", "deliberations_open", "solved", "meetings", "group_meetings", "committee_meetings", "inquiries_open",
)  # fmt: skip
STILL_OPEN = ("duties_due", "duties_missing")
Lines = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Asked:
    """Who asks for what, today."""

    db: Database
    viewer: Viewer
    area: Area
    profile: Profile
    span: Span
    today: date


async def figures(asked: Asked) -> dict[str, Any]:
    """Return the area's figures, those of what lies below it, its months, and whether the time before is counted to its end."""
    lines, by_month, before = await asyncio.gather(_by_part(asked), months(asked), _before(asked))
    watched = may(POLICY, Permission.FLAG_READ, asked.viewer)
    names = (*FIGURES, "flags_open") if watched else FIGURES
    total, below = dict.fromkeys(names, 0), defaultdict[str, dict[str, int]](lambda: dict.fromkeys(names, 0))
    for part, counts in _all(lines):
        for line in (total, below[asked.area.part(part)]):
            for name, count in counts.items():
                line[name] += count
    ended = len(asked.area.prefix) == len(asked.area.part(asked.area.prefix.ljust(12, "0")))
    return {"total": total, "below": {} if ended else dict(below), "months": by_month, "before": before}


async def _before(asked: Asked) -> dict[str, Any]:
    row = await asked.db.fetch_one(repository.retold(asked.area))
    readings = len(asked.area.tenants) * len(NOUNS)
    return {"read": row["read"], "complete": row["finished"] >= readings} if row else {"read": 0, "complete": False}


def _all(lines: Iterable[Lines]) -> Iterable[tuple[str, Mapping[str, int]]]:
    for some in lines:
        yield from some.items()


async def _by_part(asked: Asked) -> list[Lines]:
    area, span, today = asked.area, asked.span, asked.today
    soon = WorkCalendar.official().add_working_days(today, asked.profile.desk.clock.amber_days).day
    statements: list[ClauseElement] = [
        repository.told(area, span.kind, span.first, span.after),
        repository.cases_in_work(area, today, soon),
        repository.whistles_open(area),
        repository.published(area, span.first, span.after),
        repository.deliberated(area, span.first, span.after),
        repository.met(area, span.first, span.after, asked.profile.supervision.group_procedures),
        repository.committees_met(area, span.first, span.after),
        repository.inquiries_open(area),
    ]
    if may(POLICY, Permission.FLAG_READ, asked.viewer):
        statements.append(repository.flags_open(area, asked.viewer))
    found = await asyncio.gather(_duties(asked), *(_lines(asked.db, statement) for statement in statements))
    return list(found)


async def _lines(db: Database, statement: ClauseElement) -> Lines:
    found: dict[str, dict[str, int]] = {}
    for row in await db.fetch_all(statement):
        counts = dict(row.items())
        found[counts.pop("part")] = counts
    return found


async def _duties(asked: Asked) -> Lines:
    """What the villages owe for the year, as it stands today; with the running year what is still open of the year before."""
    year = asked.span.last.year
    if year != asked.today.year:
        return await _duties_of(asked, year)
    found, before = await asyncio.gather(_duties_of(asked, year), _duties_of(asked, year - 1))
    return {
        village: {**line, **{name: line[name] + before.get(village, {}).get(name, 0) for name in STILL_OPEN}}
        for village, line in found.items()
    }


async def _duties_of(asked: Asked, year: int) -> Lines:
    items, db, area = asked.profile.supervision.disclosure.items, asked.db, asked.area
    owed = duties.terms(items, year, asked.today, WorkCalendar.official())
    begun, met, happened = await asyncio.gather(
        db.fetch_all(repository.villages(area)),
        db.fetch_all(repository.duties_met(area, owed, year, asked.today)),
        db.fetch_all(repository.occasions(area, year, asked.today)),
    )
    by_part = {row["part"]: row for row in met}
    return duties.counted(begun, by_part, happened, owed, {item.code: item for item in items}, asked.today)


async def months(asked: Asked) -> list[dict[str, Any]]:
    """Return the area's last months, oldest first."""
    starts = months_back(min(asked.span.last, asked.today), MONTHS_OF_TREND)
    first, after = starts[0], asked.span.after
    counted = await asyncio.gather(
        asked.db.fetch_all(repository.told_by_time(asked.area, "month", first, after)),
        asked.db.fetch_all(repository.published_by_month(asked.area, first, after)),
        asked.db.fetch_all(repository.solved_by_month(asked.area, first, after)),
    )
    found = {month: dict.fromkeys((*MEASURES, "disclosures", "solved"), 0) for month in starts}
    for row in (row for rows in counted for row in rows):
        counts = dict(row.items())
        found.get(counts.pop("begins"), {}).update(counts)
    return [{"month": month.strftime("%Y-%m"), **found[month]} for month in starts]


async def neighbours(
    registry: RegistryClient, area: Area, authorization: str
) -> tuple[list[Place] | None, People | None]:
    """Return what lies below the area, itself first, and its people; None of what the registry does not answer in time."""
    named, counted = await asyncio.gather(
        _or_nothing(registry.places(area.prefix)), _or_nothing(registry.people(area.prefix, authorization))
    )
    return named, counted


async def _or_nothing(answer: Awaitable[Any]) -> Any:
    try:
        return await asyncio.wait_for(answer, NEIGHBOUR_SECONDS)
    except (Unavailable, TimeoutError):
        return None
