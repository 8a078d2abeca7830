"""What an area owes: the duties of its villages from three queries, rolled up without another one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.profile import Profile
from linli_kernel.scope import division_range
from sqlalchemy import and_, select

from linli_supervision.disclosures import repository
from linli_supervision.disclosures.duties import Duty, DutyState, Known, Occasion, duties
from linli_supervision.disclosures.tables import disclosure, disclosure_occasion, disclosure_village
from linli_supervision.disclosures.workflow import State
from linli_supervision.questions.repository import open_by_village
from linli_supervision.questions.tables import disclosure_question
from linli_supervision.rows import Row

_v, _o = disclosure_village.c, disclosure_occasion.c
_BELOW = {4: 6, 6: 9, 9: 12, 12: 12}
"""Length of an area's code: length of the codes of what lies directly below it."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A village's year: from when it owes anything, its duties, and the state of what is being written."""

    since: date
    duties: list[Duty]
    states: Mapping[UUID, str]


async def owed(db: Database, tenant: str, profile: Profile, division: str, year: int, today: date) -> dict[str, Owed]:
    """Return by village what the villages of an area owe for a year; villages that do not take part are left out.

    With the year that is running comes what is still open of the year before: December's accounts and the yearly report can
    only be due in the year after.
    """
    low, high = division_range(division)
    begun = await db.fetch_all(
        select(_v.division, _v.since).where(_v.tenant == tenant, _v.division >= low, _v.division < high)
    )
    if not begun:
        return {}
    first, after = date(year - (year == today.year), 1, 1), date(year + 1, 1, 1)
    area = and_(disclosure.c.division >= low, disclosure.c.division < high)
    written = _by_village(await db.fetch_all(repository.of_villages(tenant, area, first, after)))
    happened = _by_village(
        await db.fetch_all(
            select(disclosure_occasion).where(
                _o.tenant == tenant,
                and_(_o.division >= low, _o.division < high),
                _o.day >= first,
                _o.day < after,
            )
        )
    )
    rules, calendar = profile.supervision.disclosure, WorkCalendar.official()

    def of(row: Row) -> list[Duty]:
        known = list(_known(written[row["division"]]))
        events = [Occasion(one["id"], one["item"], one["title"], one["day"]) for one in happened[row["division"]]]

        def of_year(asked: int) -> list[Duty]:
            return duties(
                rules.items,
                year=asked,
                since=row["since"],
                today=today,
                known=known,
                occasions=events,
                calendar=calendar,
            )

        before = [one for one in of_year(first.year) if one.open] if first.year < year else []
        return of_year(year) + before

    return {
        row["division"]: Owed(row["since"], of(row), {one["id"]: one["state"] for one in written[row["division"]]})
        for row in begun
    }


def _by_village(rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["division"]].append(row)
    return found


def _known(rows: Sequence[Row]) -> Iterator[Known]:
    """What is written for a village's duties, of several editions the one in force with the day of the first. What was published
    meets nothing once its last edition was withdrawn, and lends its day to no other one."""
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        if row["published_at"] is None:
            yield Known(row["id"], *_met_by(row), None)
        elif row["state"] == State.PUBLISHED:
            yield Known(row["id"], *_met_by(row), _first_published(row, by_id).astimezone(SHANGHAI).date())


def _first_published(row: Row, by_id: Mapping[UUID, Row]) -> datetime:
    """When the first edition of a disclosure was published."""
    while (earlier := by_id.get(row["replaces"])) is not None:
        row = earlier
    published: datetime = row["published_at"]
    return published


def _met_by(row: Row) -> tuple[str, date | None, UUID | None]:
    """The duty that a disclosure is of."""
    return row["item"], row["period_start"], row["occasion_id"]


async def rolled_up(
    db: Database, tenant: str, profile: Profile, division: str, year: int, today: date
) -> dict[str, Any]:
    """Return the counts of an area and of what lies directly below it, most missing first."""
    below: dict[str, dict[str, Any]] = {}
    total = _empty(division)
    for village, one in (await owed(db, tenant, profile, division, year, today)).items():
        for line in (total, _line(below, division, village)):
            line["villages"] += 1
            for duty in one.duties:
                line[duty.state.value] += 1
                line["done"] += duty.state is DutyState.LATE
    low, high = division_range(division)
    area = and_(disclosure_question.c.division >= low, disclosure_question.c.division < high)
    for row in await db.fetch_all(open_by_village(tenant, area, today)):
        for line in (total, _line(below, division, row["division"])):
            line["questions"] += row["waiting"]
            line["questions_overdue"] += row["overdue"]
    items = sorted(below.values(), key=lambda line: (-line["missing"], -line["due"], line["division"]))
    return {"division": division, "year": year, "total": total, "items": items}


def _line(below: dict[str, dict[str, Any]], division: str, village: str) -> dict[str, Any]:
    code = village[: _BELOW[len(division)]]
    return below.setdefault(code, _empty(code))


def _empty(division: str) -> dict[str, Any]:
    counts = ("villages", "done", "late", "due", "missing", "questions", "questions_overdue")
    return {"division": division, **dict.fromkeys(counts, 0)}
