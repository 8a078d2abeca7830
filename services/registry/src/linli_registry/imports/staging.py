"""The two passes over a file: its rows are staged once, then planned as often as needed.

Planning for a check and planning for the commit are the same code; only the commit writes what was planned.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.identity import Viewer
from linli_kernel.privacy import KeyRing
from sqlalchemy import RowMapping

from linli_registry.imports import known, repository
from linli_registry.imports.fields import GROUPING
from linli_registry.imports.findings import is_error
from linli_registry.imports.grouping import Grouper
from linli_registry.imports.planning import HouseholdPlan, Setting, plan_household
from linli_registry.imports.reading import Sheet, open_sheets
from linli_registry.imports.repository import Cells
from linli_registry.imports.rows import Row, is_empty, read_row

BATCH = 1_000
"""Rows; small enough that a cancel is noticed within a second and memory stays flat."""
_STAGED = GROUPING | {"name", "identity_number", "division"}
Progress = Callable[[int, int], Awaitable[None]]
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


async def stage(
    database: Database, ring: KeyRing, viewer: Viewer, batch: RowMapping, today: date, progress: Progress
) -> int:
    """Put the people of the file into import_row, replacing what a killed run left; returns how many."""
    tenant, key = batch["tenant"], batch["id"]
    async with database.transaction(tenant, viewer) as tx:
        await repository.clear_rows(tx, tenant, key)
    content = ring.decrypt_bytes(bytes(batch["content"]), **file_place(tenant, key))
    sheet = await asyncio.to_thread(sheet_of, content, batch["layout"])
    columns = columns_of(batch["mapping"])
    wanted = {n: field for n, field in columns.items() if field in _STAGED}
    cells, grouper = Cells(ring, tenant, key), Grouper()
    numbered = islice(enumerate(sheet.rows(), 1), batch["layout"]["header_row"], None)
    staged = 0

    def some() -> tuple[int, list[tuple[Any, ...]]]:
        records, last = [], 0
        for number, row in islice(numbered, BATCH):
            last = number
            if is_empty(row, columns):
                continue
            read = read_row(number, row, wanted, today)
            index = ring.index("identity_number", read.canonical) if read.canonical else None
            stored = cells.close(number, [plain(cell) for cell in row])
            records.append((tenant, key, number, grouper.place(read), stored, index, "staged", "[]"))
        return last, records

    while True:
        last, records = await asyncio.to_thread(some)
        if not last:
            return staged
        async with database.transaction(tenant, viewer) as tx:
            await repository.copy(tx, "import_row", COLUMNS, records)
        staged += len(records)
        await progress(last // 2, sheet.count)


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
        """Return rows by household."""
        cells, columns = Cells(self.ring, self.setting.viewer.tenant, self.key), columns_of(self.mapping)
        households: dict[int, list[Row]] = {}
        for row in stored:
            read = read_row(row["row"], cells.open(row["row"], row["cells"]), columns, self.setting.today)
            households.setdefault(row["household"], []).append(read)
        return list(households.values())

    async def plan(self, tx: Tx, stored: Sequence[RowMapping], *, lock: bool) -> list[HouseholdPlan]:
        households = await asyncio.to_thread(self.read, stored)
        for rows in households:
            for row in rows[1:]:
                row.division = row.division or rows[0].division
        named = [(self.setting.village_of(row) or "", row) for rows in households for row in rows]
        found = await known.load(tx, self.setting.viewer, self.key, named, self.setting.keys, lock=lock)
        return await asyncio.to_thread(lambda: [plan_household(rows, found, self.setting) for rows in households])

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


async def check(database: Database, planner: Planner, progress: Progress) -> None:
    """Plan everything and keep what was found; the register is only read."""
    viewer = planner.setting.viewer
    done = 0
    after = (0, 0)
    while True:
        async with database.transaction(viewer.tenant, viewer) as tx:
            rows = await repository.next_rows(tx, viewer.tenant, planner.key, after, BATCH)
            if not rows:
                return
            last = rows[-1]["household"]
            whole = [row for row in rows if row["household"] != last] if len(rows) == BATCH else rows
            whole = whole or rows
            await save(tx, planner, await planner.plan(tx, whole, lock=False))
        after = (whole[-1]["household"], whole[-1]["row"])
        done += len(whole)
        await progress(done, 0)


async def save(tx: Tx, planner: Planner, plans: Sequence[HouseholdPlan]) -> None:
    """Keep outcome and findings of planned rows; errors first."""
    found = [
        (one.row.number, one.outcome, sorted(one.row.findings, key=lambda f: not is_error(f)))
        for plan in plans
        for one in plan.people
    ]
    await repository.save_findings(tx, planner.setting.viewer.tenant, planner.key, found)
