"""Makes what a cockpit counts for many villages, by COPY, as a year of a prefecture leaves it; the benchmark asks for it.

A village that already publishes is left alone, so a demo's own records stay as they are. Nothing made here names a person, and
no act is written: it is for systems that are thrown away.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from linli_kernel import bulk
from linli_kernel.clock import SHANGHAI
from linli_kernel.profile import Profile, Profiles
from sqlalchemy import Table

from linli_supervision.cockpit.counting import MEASURES
from linli_supervision.cockpit.tables import cockpit_case, cockpit_figure, cockpit_whistle
from linli_supervision.cockpit.time import MONTHS_OF_TREND, months_back
from linli_supervision.deliberations.tables import deliberation, deliberation_step
from linli_supervision.disclosures.duties import periods
from linli_supervision.disclosures.tables import disclosure, disclosure_village
from linli_supervision.flags.tables import flag
from linli_supervision.inquiries.tables import committee_meeting, inquiry

_NAMES = UUID("6d1f5c0e-8f0b-5b52-9c57-7d1f0a6f3e11")
_WEEKS = 52
_CASES, _WHISTLES, _TALKS, _MEETINGS, _STEPS = 100, 6, 4, 4, 4
"""Of a village: cases that are remembered (an eighth of them in work), whistles, deliberations, meetings of its committee, steps of a deliberation."""
_DONE_OF_TEN = 8
_STATES = ("accepted", "handling", "supplement", "received", *("closed",) * 28)
Record = tuple[Any, ...]


@dataclass(frozen=True)
class _Village:
    tenant: str
    code: str
    profile: Profile
    random: Random

    def id(self, what: str, number: int) -> UUID:
        return uuid5(_NAMES, f"{self.code}:{what}:{number}")


@dataclass(frozen=True)
class _Made:
    """What is made of a noun: its table, the columns that have no default, and the rows of one village."""

    table: Table
    columns: tuple[str, ...]
    rows: Callable[[_Village, date], Iterator[Record]]


async def fill(url: str, profiles: Profiles, codes: Sequence[str], today: date) -> int:
    """Fill the villages that publish nothing yet; returns how many they were."""
    counties = {tenant.key: profiles.for_tenant(tenant.key) for tenant in profiles.tenants()}
    async with bulk.connect(url) as connection:
        known = {row["division"] for row in await connection.fetch("SELECT division FROM disclosure_village")}
        villages = [
            _Village(code[:6], code, counties[code[:6]], Random(int(code)))  # noqa: S311 - made figures, the same in every run
            for code in codes
            if code[:6] in counties and code not in known
        ]
        async with connection.transaction():
            for made in MADE:
                records = [row for village in villages for row in made.rows(village, today)]
                await connection.copy_records_to_table(made.table.name, records=records, columns=made.columns)
        for made in MADE:
            await connection.execute(f"VACUUM (ANALYZE) {made.table.name}")
    return len(villages)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def _figures(village: _Village, today: date) -> Iterator[Record]:
    monday = today - timedelta(days=today.weekday())
    begins = [("month", first) for first in months_back(today, MONTHS_OF_TREND)]
    begins += [("week", monday - timedelta(weeks=back)) for back in range(_WEEKS)]
    for span, first in begins:
        yield village.tenant, span, first, village.code, *(village.random.randint(0, 40) for _ in MEASURES)


def _cases(village: _Village, today: date) -> Iterator[Record]:
    for number in range(_CASES):
        due = today + timedelta(days=village.random.randint(-3, 20))
        yield village.tenant, village.id("case", number), village.code, village.random.choice(_STATES), due


def _whistles(village: _Village, today: date) -> Iterator[Record]:
    for number in range(_WHISTLES):
        yield village.tenant, village.id("whistle", number), village.code, "handling" if number == 0 else "closed"


def _publishing(village: _Village, today: date) -> Iterator[Record]:
    yield village.tenant, village.code, date(today.year, 1, 1)


def _published(village: _Village, today: date) -> Iterator[Record]:
    number = 0
    for item in village.profile.supervision.disclosure.items:
        for period in periods(item, today.year):
            number += 1
            if period.end < today and village.random.randrange(10) < _DONE_OF_TEN:
                at = _moment(min(today, period.end + timedelta(days=village.random.randint(1, 20))))
                named = (village.code, item.category, item.code, item.code, "")
                yield village.tenant, village.id("disclosure", number), *named, period.start, period.end, at


def _deliberated(village: _Village, today: date) -> Iterator[Record]:
    procedures = village.profile.supervision.deliberations
    for number in range(_TALKS):
        procedure = procedures[number % len(procedures)]
        begun, ended = today - timedelta(days=90 * number + 60), today - timedelta(days=90 * number + 5)
        state, end = ("open", None) if number == 0 else ("finished", _moment(ended))
        words = (village.code, procedure.code, "", procedure.code, village.profile.id)
        by = (village.id("author", 0), "", _moment(begun), end)
        yield village.tenant, village.id("deliberation", number), *words, "[]", state, _STEPS, "", *by


def _steps(village: _Village, today: date) -> Iterator[Record]:
    for number in range(_TALKS):
        for position in range(_STEPS):
            held = today - timedelta(days=90 * number + 55 - position * 10)
            key = (village.tenant, village.id("deliberation", number), position)
            yield *key, f"step_{position}", _moment(held), held


def _met(village: _Village, today: date) -> Iterator[Record]:
    for number in range(_MEETINGS):
        day = today - timedelta(days=80 * number + 1)
        yield village.tenant, village.id("meeting", number), village.code, day, 3, "", "", ""


def _inquired(village: _Village, today: date) -> Iterator[Record]:
    for number, state in enumerate(("closed", "under_way")):
        at = _moment(today - timedelta(days=20 + number))
        yield village.tenant, village.id("inquiry", number), village.code, 1, "planned", "", "", state, "", "{}", at


def _flagged(village: _Village, today: date) -> Iterator[Record]:
    state = village.random.choice(("open", "closed"))
    at = _moment(today - timedelta(days=9))
    facts: Record = ([], "[]", "{}", "{}", at, at)
    yield village.tenant, village.id("flag", 0), "made", village.code, "low", village.code, state, *facts


MADE = (
    _Made(cockpit_figure, ("tenant", "span", "begins", "division", *MEASURES), _figures),
    _Made(cockpit_case, ("tenant", "case_id", "division", "state", "due"), _cases),
    _Made(cockpit_whistle, ("tenant", "whistle_id", "division", "state"), _whistles),
    _Made(disclosure_village, ("tenant", "division", "since"), _publishing),
    _Made(
        disclosure,
        ("tenant", "id", "division", "category", "item", "title", "body", "period_start", "period_end", "published_at"),
        _published,
    ),
    _Made(
        deliberation,
        (
            "tenant", "id", "division", "title", "matter", "procedure", "profile", "plan", "state", "position", "phase",
            "author", "author_name", "created_at", "ended_at",
        ),
        _deliberated,
    ),
    _Made(deliberation_step, ("tenant", "deliberation_id", "position", "code", "begun_at", "held_on"), _steps),
    _Made(
        committee_meeting, ("tenant", "id", "division", "day", "present", "topics", "decisions", "by_name"), _met
    ),
    _Made(
        inquiry,
        (
            "tenant", "id", "division", "question", "origin", "committee_group", "subject", "state", "seed", "draw",
            "created_at",
        ),
        _inquired,
    ),
    _Made(
        flag,
        (
            "tenant", "id", "rule", "key", "severity", "division", "state", "subjects", "entries", "facts", "thresholds",
            "happened_at", "raised_at",
        ),
        _flagged,
    ),
)  # fmt: skip
