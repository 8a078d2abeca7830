"""What writing a grid or a dwelling has in common: the checks, the line of history, the act."""

from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from sqlalchemy import Table

from linli_registry.context import Context
from linli_registry.grids import repository
from linli_registry.history.recording import Line, record_changed
from linli_registry.residents import repository as residents


def not_in_future(context: Context, day: date | None, field: str) -> date:
    if day is not None and day > context.today:
        fault = "日期不能晚于今天", "Not in the future"
        raise Invalid(errors=[FieldError(f"/{field}", "registry.day_in_future", *fault)])
    return day or context.today


async def village_there(tx: Tx, viewer: Viewer, code: str) -> None:
    if not viewer.covers(code):
        raise NotFound
    if not await residents.division_is_open(tx, code):
        fault = "没有这个村（社区）", "There is no such village"
        raise Invalid(errors=[FieldError("/division", "registry.division_unknown", *fault)])


async def grid_there(tx: Tx, viewer: Viewer, key: UUID | None, code: str) -> None:
    if key is not None and not await residents.grid_is_in(tx, viewer.tenant, key, code):
        fault = "该村没有这个网格", "The village has no such grid"
        raise Invalid(errors=[FieldError("/grid_id", "registry.grid_unknown", *fault)])


async def store(
    tx: Tx, context: Context, viewer: Viewer, table: Table, row: Any, values: dict[str, Any], line: Line
) -> None:
    kind = str(table.name)
    changes = {name: [plain(row[name]), plain(new)] for name, new in values.items() if row[name] != new}
    await repository.change(tx, table, viewer.tenant, row["id"], values)
    await record_changed(tx, line, kind, row["id"], changes)
    detail = {"fields": sorted(changes)}
    act = Act(
        action=f"{kind}.change",
        object_kind=kind,
        object_id=row["id"],
        division=row["division"],
        detail=detail,
    )
    tx.record(act)


async def remember(tx: Tx, context: Context, viewer: Viewer, kind: str, key: UUID, changes: dict[str, Any]) -> None:
    await record_changed(tx, Line(viewer.subject, context.today), kind, key, changes)


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | UUID) else value
