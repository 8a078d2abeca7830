"""The two passes over a file: the first finds households and repeated numbers, the second plans and stages the rows.

Planning for a check and planning for the commit are the same code; only the commit writes what was planned.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.privacy import KeyRing
from sqlalchemy import RowMapping

from linli_registry.imports import known, repository
from linli_registry.imports.fields import GROUPING
from linli_registry.imports.findings import Finding, is_error
from linli_registry.imports.grouping import Grouper
from linli_registry.imports.known import Known
from linli_registry.imports.planning import HouseholdPlan, plan_household
from linli_registry.imports.reading import Sheet, open_sheets
from linli_registry.imports.repository import Cells
from linli_registry.imports.rows import Row, is_empty, number_of, read_cells, read_row
from linli_registry.imports.setting import Setting
from linli_registry.imports.tables import import_row

BATCH = 3_000
"""Rows; small enough that a cancel is noticed within a second and memory stays flat."""
_STAGED = GROUPING | {"name", "identity_number", "division"}
Progress = Callable[[int, int], Awaitable[None]]
Staged = tuple[Row, bytes]
Record = tuple[Any, ...]
COLUMNS = ("tenant", "import", "row", "household", "cells", "number_index", "outcome", "findings")


def columns_of(mapping: Mapping[str, str]) -> dict[int, str]:
    return {int(n): key for n, key in mapping.items()}


def plain(cell: Any) -> Any:
    """A cell as JSON keeps it."""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d") if cell.year >= 1000 else str(cell)
    return str(cell) if isinstance(cell, time | timedelta) else cell


def sheet_of(content: bytes, layout: Mapping[str, Any]) -> Sheet:
    sheets = open_sheets(content)
    return next((sheet for sheet in sheets if sheet.name == layout["sheet"]), sheets[0])


@dataclass
class Outline:
    """What the whole file is read for before any household can be planned: who belongs together, which numbers repeat.

    Both arrays are indexed by row number; 0 is nobody. They keep four bytes a row, so memory stays flat.
    """

    household: array[int] = field(default_factory=lambda: array("i", [0]))
    last_of: array[int] = field(default_factory=lambda: array("i", [0]))
    repeated: dict[bytes, list[int]] = field(default_factory=dict)
    people: int = 0

    def take(self, number: int, household: int) -> None:
        """Note the next row of the sheet; `household` is its first row, or 0 when the row is nobody."""
        self.household.extend([0] * (number - len(self.household)) + [household])
        self.last_of.extend([0] * (number - len(self.last_of)) + [0])
        if household:
            self.last_of[household] = number
            self.people += 1


class Source:
    """The rows of the file as they count: cells that were repaired since the upload are taken instead of the file's."""

    def __init__(self, sheet: Sheet, batch: RowMapping, ring: KeyRing, today: date, edited: Mapping[int, list[Any]]):
        self.sheet, self.edited = sheet, edited
        self._header, self._ring, self._today = int(batch["layout"]["header_row"]), ring, today
        self.columns = columns_of(batch["mapping"])
        self._placed_by = {n: name for n, name in self.columns.items() if name in _STAGED}

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        for number, cells in islice(enumerate(self.sheet.rows(), 1), self._header, None):
            yield number, self.edited.get(number, cells)

    def outline(self, number: int, cells: Sequence[Any]) -> Row:
        """Read what places a row in its household, and its number."""
        return read_cells(number, cells, self._placed_by)

    def read(self, number: int, cells: Sequence[Any]) -> Row:
        row = read_row(number, cells, self.columns, self._today)
        row.index = self.index(row.canonical) if row.canonical else None
        return row

    def index(self, canonical: str) -> bytes:
        return self._ring.index("identity_number", canonical)


async def stage(database: Database, planner: Planner, batch: RowMapping, progress: Progress) -> int:
    """Plan the people of the file and put them into import_row with what was found; returns how many.

    The register is only read. What a killed run left is replaced; cells that were repaired stay repaired.
    """
    tenant, key, viewer = batch["tenant"], batch["id"], planner.setting.viewer
    kept = [int(number) for number in batch["layout"].get("edited", ())]
    cells = Cells(planner.ring, tenant, key)
    async with database.transaction(tenant, viewer) as tx:
        stored = await repository.rows_of(tx, tenant, key, import_row.c.row.in_(kept)) if kept else []
        await repository.clear_rows(tx, tenant, key, but=kept)
    edited = {row["row"]: cells.open(row["row"], row["cells"]) for row in stored}
    content = planner.ring.decrypt_bytes(bytes(batch["content"]), **file_place(tenant, key))
    sheet = await asyncio.to_thread(sheet_of, content, batch["layout"])
    source = Source(sheet, batch, planner.ring, planner.setting.today, edited)
    outline = await _outlined(source, progress)
    households = _households(source, outline, cells)

    def decide(whole: Sequence[Sequence[Staged]], found: Known) -> tuple[list[Record], list[list[Staged]]]:
        plans = planner.decide([[row for row, _ in rows] for rows in whole], found)
        closed = {row.number: cells for rows in whole for row, cells in rows}
        return _records(tenant, key, plans, closed), _next_batch(households)

    async def store(records: Sequence[Record]) -> None:
        async with database.transaction(tenant, viewer) as tx:
            if again := [row for _, _, row, *_ in records if row in edited]:
                await repository.drop_rows(tx, tenant, key, again)
            await repository.copy(tx, "import_row", COLUMNS, records)

    # While the database stores some households, the next are planned and those after them read.
    records, staged = list[Record](), 0
    whole = await asyncio.to_thread(_next_batch, households)
    while whole:
        async with database.transaction(tenant, viewer) as tx:
            found = await planner.known(tx, [[row for row, _ in rows] for rows in whole], lock=False)
        found.repeated = outline.repeated
        deciding = asyncio.create_task(asyncio.to_thread(decide, whole, found))
        try:
            await store(records)
            await progress((outline.people + staged) // 2, outline.people)
        except BaseException:
            deciding.cancel()
            raise
        staged += sum(map(len, whole))
        records, whole = await deciding
    await store(records)
    return staged


async def _outlined(source: Source, progress: Progress) -> Outline:
    outline, grouper = Outline(), Grouper()
    first, again = dict[str, int](), dict[str, list[int]]()
    numbered = source.rows()

    def some() -> int:
        last = 0
        for number, cells in islice(numbered, BATCH):
            last = number
            if is_empty(cells, source.columns):
                outline.take(number, 0)
                continue
            row = source.outline(number, cells)
            outline.take(number, grouper.place(row))
            if (code := number_of(row)) is not None and (before := first.setdefault(code, number)) != number:
                again.setdefault(code, [before]).append(number)
        return last

    while last := await asyncio.to_thread(some):
        await progress(last // 2, source.sheet.count)
    outline.repeated = {source.index(code): rows for code, rows in again.items()}
    return outline


def _households(source: Source, outline: Outline, cells: Cells) -> Iterator[list[Staged]]:
    """Yield whole households with their encrypted cells; one that is scattered over the file waits for its last row."""
    waiting: dict[int, list[Staged]] = {}
    for number, values in source.rows():
        household = outline.household[number]
        if not household:
            continue
        row = source.read(number, values)
        waiting.setdefault(household, []).append((row, cells.close(number, [plain(cell) for cell in values])))
        if outline.last_of[household] == number:
            yield waiting.pop(household)


def _next_batch(households: Iterator[list[Staged]]) -> list[list[Staged]]:
    found: list[list[Staged]] = []
    size = 0
    for rows in households:
        found.append(rows)
        size += len(rows)
        if size >= BATCH:
            break
    return found


def _records(
    tenant: str, key: UUID, plans: Sequence[HouseholdPlan], cells: Mapping[int, bytes]
) -> list[tuple[Any, ...]]:
    return [
        (tenant, key, one.row.number, plan.first_row, cells[one.row.number], one.row.index, one.outcome,
         repository.findings_json(in_order(one.row.findings)))
        for plan in plans
        for one in plan.people
    ]  # fmt: skip


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Errors first."""
    return sorted(findings, key=lambda one: not is_error(one))


def file_place(tenant: str, key: UUID) -> dict[str, str]:
    return {"tenant": tenant, "table": "import", "column": "content", "row": str(key)}


@dataclass(frozen=True)
class Planner:
    """Plans staged rows of one import, in batches of whole households."""

    setting: Setting
    ring: KeyRing
    key: UUID
    mapping: Mapping[str, str]

    def read(self, stored: Sequence[RowMapping]) -> list[list[Row]]:
        """Return stored rows by household."""
        cells, columns = Cells(self.ring, self.setting.viewer.tenant, self.key), columns_of(self.mapping)
        households: dict[int, list[Row]] = {}
        for row in stored:
            read = read_row(row["row"], cells.open(row["row"], row["cells"]), columns, self.setting.today)
            read.index = None if row["number_index"] is None else bytes(row["number_index"])
            households.setdefault(row["household"], []).append(read)
        return list(households.values())

    async def known(self, tx: Tx, households: Sequence[Sequence[Row]], *, lock: bool) -> Known:
        """Read what the rows can meet in the register."""
        for rows in households:
            for row in rows[1:]:
                row.division = row.division or rows[0].division
        named = [(self.setting.village_of(row) or "", row) for rows in households for row in rows]
        return await known.load(tx, self.setting.viewer, named, lock=lock)

    def decide(self, households: Sequence[Sequence[Row]], found: Known) -> list[HouseholdPlan]:
        return [plan_household(rows, found, self.setting) for rows in households]

    async def plan(
        self, tx: Tx, households: Sequence[Sequence[Row]], repeated: Mapping[bytes, Sequence[int]], *, lock: bool
    ) -> list[HouseholdPlan]:
        found = await self.known(tx, households, lock=lock)
        found.repeated = repeated
        return await asyncio.to_thread(self.decide, households, found)

    async def batches(self, tx: Tx) -> AsyncIterator[Sequence[RowMapping]]:
        """Yield rows of whole households, about a thousand at a time."""
        after, held = (0, 0), list[RowMapping]()
        while True:
            rows = await repository.next_rows(tx, self.setting.viewer.tenant, self.key, after, BATCH)
            if not rows:
                break
            after = (rows[-1]["household"], rows[-1]["row"])
            held += rows
            last = held[-1]["household"]
            whole = [row for row in held if row["household"] != last]
            if whole:
                yield whole
                held = [row for row in held if row["household"] == last]
        if held:
            yield held


async def replan(tx: Tx, planner: Planner, stored: Sequence[RowMapping]) -> None:
    """Plan stored households again and keep what was found."""
    viewer = planner.setting.viewer
    households = await asyncio.to_thread(planner.read, stored)
    repeated = await known.repeated(tx, viewer, planner.key, (row for rows in households for row in rows))
    plans = await planner.plan(tx, households, repeated, lock=False)
    found = [(one.row.number, one.outcome, in_order(one.row.findings)) for plan in plans for one in plan.people]
    await repository.save_findings(tx, viewer.tenant, planner.key, found)
