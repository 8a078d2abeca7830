"""What a check found, by kind and row by row, and the repair of single cells. Nothing here commits."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.app import Linli
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.identity import Viewer
from sqlalchemy import RowMapping, bindparam, func, select, text, update

from linli_registry.imports import fields, repository, staging
from linli_registry.imports.cells import UNFINISHED, text_of
from linli_registry.imports.grouping import Grouper
from linli_registry.imports.jobs import setting_of
from linli_registry.imports.reading import letters_of
from linli_registry.imports.repository import Cells
from linli_registry.imports.rows import read_row
from linli_registry.imports.schemas import Edit
from linli_registry.imports.service import act, own
from linli_registry.imports.tables import FOUND, import_row

_r = import_row.c


async def groups(db: Database, viewer: Viewer, key: UUID, lang: str) -> list[dict[str, Any]]:
    """Findings by kind, errors and frequent ones first; `lang` is zh or en, as findings keep their texts."""
    await repository.find(db, viewer, key)
    found = func.jsonb_array_elements(_r.findings).table_valued("value").alias("f")
    one = found.c.value
    each = (
        select(
            one.op("->>")("code").label("code"),
            func.coalesce(one.op("->>")("field"), "").label("field"),
            func.coalesce(one.op("->>")("level"), "error").label("level"),
            one.op("->>")(lang).label("detail"),
            _r.row,
        )
        .select_from(import_row.join(found, text("true")))
        .where(_r.tenant == viewer.tenant, _r["import"] == key, FOUND)
        .subquery()
    )
    e = each.c
    statement = (
        select(
            e.code, e.field, e.level, func.min(e.detail).label("detail"), func.count().label("count"),
            func.min(e.row).label("first_row"),
        )
        .group_by(e.code, e.field, e.level)
        .order_by(e.level, func.count().desc(), e.code)
    )  # fmt: skip
    return [dict(row) for row in await db.fetch_all(statement)]


async def rows(
    db: Database, linli: Linli, viewer: Viewer, key: UUID, *, lang: str, code: str | None, after: int, limit: int
) -> list[dict[str, Any]]:
    """Rows with findings in the order of the file, with their cells for whoever uploaded it."""
    batch = await repository.find(db, viewer, key)
    statement = (
        select(import_row)
        .where(_r.tenant == viewer.tenant, _r["import"] == key, FOUND, _r.row > after)
        .order_by(_r.row)
        .limit(limit)
    )
    if code is not None:
        statement = statement.where(_r.findings.contains([{"code": code}]))
    return [row_shown(row, batch, linli, viewer, lang) for row in await db.fetch_all(statement)]


def row_shown(row: Any, batch: Any, linli: Linli, viewer: Viewer, lang: str) -> dict[str, Any]:
    columns = staging.columns_of(batch["mapping"])
    place = {field: n for n, field in columns.items()}
    cells: list[dict[str, Any]] = []
    if batch["created_by"] == viewer.subject:
        opened = Cells(linli.keyring, viewer.tenant, batch["id"]).open(row["row"], row["cells"])
        cells = [{"column": n, "field": columns[n], "value": _cell(opened, n)} for n in sorted(columns)]
    found = []
    for one in row["findings"]:
        field = one.get("field", "")
        column = place.get(field)
        address = f"{letters_of(column)}{row['row']}" if column is not None else str(row["row"])
        found.append({"code": one["code"], "level": one.get("level", "error"), "field": field, "column": column,
                      "address": address, "detail": one[lang]})  # fmt: skip
    return {"row": row["row"], "household": row["household"], "outcome": row["outcome"], "findings": found,
            "cells": cells}  # fmt: skip


def _cell(cells: Sequence[Any], column: int) -> str:
    return "" if column >= len(cells) or cells[column] == UNFINISHED else text_of(cells[column])


async def edit(tx: Tx, linli: Linli, viewer: Viewer, key: UUID, number: int, asked: Edit, lang: str) -> dict[str, Any]:
    """Change cells of one row and plan again whatever that touches."""
    batch = await own(tx, viewer, key, ("checked",))
    found = await repository.rows_of(tx, viewer.tenant, key, _r.row == number)
    if not found:
        raise NotFound
    cells, columns = Cells(linli.keyring, viewer.tenant, key), staging.columns_of(batch["mapping"])
    values = cells.open(number, found[0]["cells"])
    for n, value in asked.cells.items():
        if int(n) not in columns:
            raise Invalid(errors=[FieldError(f"/cells/{n}", "import.column_unknown", "没有导入这一列", "Not imported")])
        values += [None] * (int(n) + 1 - len(values))
        values[int(n)] = value or None
    read = read_row(number, values, columns, linli.clock.today())
    index = linli.keyring.index("identity_number", read.canonical) if read.canonical else None
    await tx.execute(
        update(import_row)
        .where(_r.tenant == viewer.tenant, _r["import"] == key, _r.row == number)
        .values(cells=cells.close(number, values), number_index=index)
    )
    edited = sorted({*batch["layout"].get("edited", ()), number})
    touched = {found[0]["household"]}
    if {columns[int(n)] for n in asked.cells} & (fields.GROUPING | {"name", "division"}):
        touched |= await _regroup(tx, linli, viewer, batch)
    indexes = [i for i in (index, found[0]["number_index"]) if i is not None]
    if indexes:
        same = await repository.rows_of(tx, viewer.tenant, key, _r.number_index.in_(indexes))
        touched |= {row["household"] for row in same}
    again = await repository.rows_of(tx, viewer.tenant, key, _r.household.in_(touched))
    setting = await setting_of(linli, viewer, batch, _villages_named(again, cells, columns))
    await staging.replan(tx, staging.Planner(setting, linli.keyring, key, batch["mapping"]), again)
    counts = await repository.counts(tx, viewer.tenant, key)
    await repository.change(tx, viewer.tenant, key, counts=counts, layout={**batch["layout"], "edited": edited})
    row = (await repository.rows_of(tx, viewer.tenant, key, _r.row == number))[0]
    tx.record(act("import.edit", key, batch["division"], row=number))
    return row_shown(row, batch, linli, viewer, lang)


def _villages_named(stored: Sequence[RowMapping], cells: Cells, columns: Mapping[int, str]) -> set[str]:
    at = next((n for n, field in columns.items() if field == "division"), None)
    return set() if at is None else {_cell(cells.open(row["row"], row["cells"]), at) for row in stored}


async def _regroup(tx: Tx, linli: Linli, viewer: Viewer, batch: RowMapping) -> set[int]:
    """Place every row in its household again; returns the households that lost or won somebody."""
    cells, columns = Cells(linli.keyring, viewer.tenant, batch["id"]), staging.columns_of(batch["mapping"])
    wanted = {n: field for n, field in columns.items() if field in fields.GROUPING | {"name", "division"}}
    stored = await tx.all(
        select(_r.row, _r.household, _r.cells)
        .where(_r.tenant == viewer.tenant, _r["import"] == batch["id"])
        .order_by(_r.row)
    )
    today = linli.clock.today()

    def moved() -> list[tuple[int, int, int]]:
        grouper, found = Grouper(), []
        for row in stored:
            home = grouper.place(read_row(row["row"], cells.open(row["row"], row["cells"]), wanted, today))
            if home != row["household"]:
                found.append((row["row"], row["household"], home))
        return found

    moves = await asyncio.to_thread(moved)
    if moves:
        there = update(import_row).where(_r.tenant == viewer.tenant, _r["import"] == batch["id"])
        there = there.where(_r.row == bindparam("moved")).values(household=bindparam("home"))
        connection = await tx.connection()
        await connection.execute(there, [{"moved": number, "home": new} for number, _, new in moves])
    return {home for _, old, new in moves for home in (old, new)}
