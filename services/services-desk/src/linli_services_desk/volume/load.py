"""Loads made cases and whistles by COPY, each village in one transaction: a killed load goes on where it stopped."""

import asyncio
import io
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from linli_kernel import bulk
from linli_kernel.clock import SystemClock
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile, Profiles
from sqlalchemy import Table

from linli_services_desk.cases import workflow as cases_workflow
from linli_services_desk.cases.tables import case_history, case_step, desk_case, supplement_notice
from linli_services_desk.documents.tables import document
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.materials.tables import case_material
from linli_services_desk.matters.plan import plan_of
from linli_services_desk.volume.cases import CaseRows, MadeMatter, Village, made_matter
from linli_services_desk.volume.copying import Text
from linli_services_desk.volume.whistles import Tally, WhistleRows
from linli_services_desk.whistles import workflow as whistles_workflow
from linli_services_desk.whistles.tables import COUNTERS, whistle, whistle_duty, whistle_event, whistle_report

CASES: tuple[Table, ...] = (
    desk_case, case_history, case_material, case_step, supplement_notice, document, evaluation,
)  # fmt: skip
WHISTLES: tuple[Table, ...] = (whistle, whistle_duty, whistle_report, whistle_event)
IN_WORK = 5_000
"""Cases of a county that are in work at once, however many are stored: as many in its tenth year as in its first."""
OPEN_WHISTLES = 500
CASES_TO_A_WHISTLE = 10
_VILLAGES_PER_TASK = 3
_WORK, _OPEN_WHISTLES = (
    sorted(state.value for state in states) for states in (cases_workflow.IN_WORK, whistles_workflow.OPEN)
)
_STORED = (
    "SELECT (SELECT count(*) FROM desk_case WHERE tenant = $1), "
    "(SELECT count(*) FROM desk_case WHERE tenant = $1 AND state = ANY($2)), "
    "(SELECT count(*) FROM whistle WHERE tenant = $1), "
    "(SELECT count(*) FROM whistle WHERE tenant = $1 AND state = ANY($3))"
)
_MATTERS = (
    "SELECT v.matter_id, v.number, v.definition FROM matter_version v JOIN matter m ON m.tenant = v.tenant AND m.id = v.matter_id "
    "AND m.published_version = v.number WHERE v.tenant = $1 AND m.state = 'published' AND m.sample ORDER BY m.rank"
)
_COUNTED = (
    "INSERT INTO number_counter (tenant, kind, division, period, last) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (tenant, kind, division, period) DO UPDATE SET last = greatest(number_counter.last, excluded.last)"
)


async def fill(
    url: str, keyring: str, profiles_dir: Path, tenant: str, villages: Sequence[str], cases: int, workers: int = 2
) -> int:
    """Add cases until the county has `cases`, spread evenly over the villages, with their share of whistles."""
    async with bulk.connect(url) as connection:
        [found] = await connection.fetch(_STORED, tenant, _WORK, _OPEN_WHISTLES)
    stored, work, whistles, open_whistles = (int(number) for number in found)
    wanted = cases - stored
    if wanted <= 0:
        await _make_missing(url)
        return 0
    made = _split(wanted, IN_WORK - work)
    more = _split(max(0, cases // CASES_TO_A_WHISTLE - whistles), OPEN_WHISTLES - open_whistles)
    tables = (*CASES, *WHISTLES)
    if wanted >= bulk.LARGE:
        await bulk.drop_secondary(url, tables)
    orders = list(_orders(tenant, villages, made, more))
    tasks = [orders[n : n + _VILLAGES_PER_TASK] for n in range(0, len(orders), _VILLAGES_PER_TASK)]

    def run() -> None:
        # Spawned, not forked: the parent runs an event loop.
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            for done in [pool.submit(_task, url, keyring, profiles_dir, task) for task in tasks]:
                done.result()

    await asyncio.to_thread(run)
    await _make_missing(url)
    return wanted


async def _make_missing(url: str) -> None:
    # The cases' own indexes are the largest: they are begun first.
    await bulk.make_missing(
        url, (*WHISTLES, *CASES), order=lambda index: (str(index.name).startswith("desk_case"), str(index.name))
    )


def _split(wanted: int, room: int) -> tuple[int, int]:
    """How many are over and how many in work."""
    work = max(0, min(wanted, room))
    return wanted - work, work


def _orders(
    tenant: str, villages: Sequence[str], cases: tuple[int, int], whistles: tuple[int, int]
) -> Iterable[tuple[Village, Village]]:
    """What each village gets: cases and whistles, over and in work."""
    shares = zip(*(_spread(number, len(villages)) for number in (*cases, *whistles)), strict=True)
    today = SystemClock().today()
    for code, (over, work, closed, running) in zip(villages, shares, strict=True):
        yield Village(tenant, code, over, work, today, {}), Village(tenant, code, closed, running, today, {})


def _spread(number: int, places: int) -> list[int]:
    each, rest = divmod(number, places)
    return [each + (place < rest) for place in range(places)]


def _task(url: str, keyring: str, profiles_dir: Path, orders: Sequence[tuple[Village, Village]]) -> None:
    asyncio.run(_load(url, keyring, profiles_dir, orders))


async def _load(url: str, keyring: str, profiles_dir: Path, orders: Sequence[tuple[Village, Village]]) -> None:
    ring, tenant = KeyRing.from_json(keyring), orders[0][0].tenant
    profile = Profiles.load(profiles_dir).for_tenant(tenant)
    async with bulk.connect(url) as connection:
        matters = await _matters(connection, profile, tenant)
        for of_cases, of_whistles in orders:
            async with connection.transaction():
                await _village(connection, profile, matters, ring, of_cases, of_whistles)


async def _matters(connection: Any, profile: Profile, tenant: str) -> list[MadeMatter]:
    """The published matters with one check and one decision, and no sealed certificate."""
    found = []
    for row in await connection.fetch(_MATTERS, tenant):
        facts = {**row, "definition": msgspec.json.decode(row["definition"])}
        if len(plan_of(profile, facts["definition"])) == 2 and not facts["definition"]["result"].get("seal"):
            found.append(made_matter(profile, facts))
    return found


async def _village(
    connection: "asyncpg.Connection[asyncpg.Record]",
    profile: Profile,
    matters: Sequence[MadeMatter],
    ring: KeyRing,
    of_cases: Village,
    of_whistles: Village,
) -> None:
    rows = await connection.fetch(
        "SELECT kind, period, last FROM number_counter WHERE tenant = $1 AND division = $2",
        of_cases.tenant,
        of_cases.code,
    )
    counters = {(row["kind"], row["period"]): row["last"] for row in rows}
    cases = CaseRows(replace(of_cases, counters=counters), profile, matters, ring)
    whistles = WhistleRows(replace(of_whistles, counters=counters), profile.desk.whistle, ring)
    cases.build()
    whistles.build()
    await _copy(connection, cases.text)
    await _copy(connection, whistles.text)
    drawn = {**cases.counters, **{key: last for key, last in whistles.counters.items() if key[0] == "whistle"}}
    await connection.executemany(
        _COUNTED, [(of_cases.tenant, kind, of_cases.code, period, last) for (kind, period), last in drawn.items()]
    )
    await _add_up(connection, of_cases, whistles.tally)


async def _copy(connection: "asyncpg.Connection[asyncpg.Record]", text: Text) -> None:
    for table, columns in text.columns.items():
        if content := text.content(table):
            await connection.copy_to_table(table, source=io.BytesIO(content), columns=columns.split())


async def _add_up(connection: "asyncpg.Connection[asyncpg.Record]", village: Village, tally: Tally) -> None:
    """Add what a village's whistles count to the league table, in the order in which every writer takes its rows."""
    places = sorted({(month, department) for month, department, _ in tally})
    numbers = [[tally[month, department, name] for month, department in places] for name in COUNTERS]
    months = [date.fromisoformat(month) for month, _ in places]
    departments = [department for _, department in places]
    added = (months, departments, *numbers)
    await connection.execute(
        _adding_up("whistle_tally", "tenant, township", 2), village.tenant, village.code[:9], *added
    )
    await connection.execute(_adding_up("whistle_county_tally", "tenant", 1), village.tenant, *added)


def _adding_up(table: str, place: str, places: int) -> str:
    """SQL that adds arrays of months, departments and counters to a place, whose columns are the first parameters."""
    names = ", ".join(COUNTERS)
    own = ", ".join(f"${number}" for number in range(1, places + 1))
    types = ("date", "text", *("bigint" for _ in COUNTERS))
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types, places + 1))
    moved = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in COUNTERS)
    return (
        f"INSERT INTO {table} ({place}, month, department, {names}) "  # noqa: S608 - names of tables and columns
        f"SELECT {own}, row.* FROM unnest({arrays}) AS row "
        f"ON CONFLICT ({place}, month, department) DO UPDATE SET {moved}"
    )
