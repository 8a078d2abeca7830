"""The annotated copy: the file as it came, wrong cells coloured with the reason as a comment, a last column in words.

Rows and columns keep their addresses, so that the copy can be repaired and uploaded again; its added column is ignored.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import IO, Any

from linli_kernel.app import Linli
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.jobs import JobContext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from sqlalchemy import RowMapping, or_

from linli_registry.imports import repository, staging
from linli_registry.imports.cells import UNFINISHED
from linli_registry.imports.findings import Finding, is_error
from linli_registry.imports.repository import Cells
from linli_registry.imports.tables import FOUND, import_row

KEPT = timedelta(hours=24)
RESULT = "检查结果"
_RED, _AMBER = PatternFill("solid", fgColor="FBE9E7"), PatternFill("solid", fgColor="FFF4DC")
_BOLD = Font(bold=True)
_COPIED = 64 * 1024


async def prepare(context: JobContext, linli: Linli, viewer: Viewer, batch: RowMapping) -> dict[str, Any]:
    """Write the copy and keep it for a day; returns the job's result."""
    key, tenant = batch["id"], context.tenant
    found: dict[int, list[Finding]] = {}
    edited: dict[int, list[Any]] = {}
    cells = Cells(linli.keyring, tenant, key)
    c = import_row.c
    async with context.database.transaction(tenant, viewer) as tx:
        repaired = c.row.in_([int(number) for number in batch["layout"].get("edited", ())])
        for row in await repository.rows_of(tx, tenant, key, or_(FOUND, repaired)):
            if row["findings"]:
                found[row["row"]] = [_finding(one) for one in row["findings"]]
            edited[row["row"]] = cells.open(row["row"], row["cells"])
    content = linli.keyring.decrypt_bytes(bytes(batch["content"]), **staging.file_place(tenant, key))
    with tempfile.TemporaryFile() as target:
        await asyncio.to_thread(_write, target, content, batch, found, edited)
        await context.progress(len(found), len(found))
        target.seek(0)
        file, until = new_id(), linli.clock.now() + KEPT
        size = await repository.store_file(context.database, tenant, file, linli.keyring, _pieces(target), until)
    return {"file": str(file), "size": size, "href": f"/api/registry/v1/imports/{key}/annotated/{file}"}


def _finding(stored: dict[str, str]) -> Finding:
    return Finding(**stored)  # type: ignore[arg-type]


async def _pieces(source: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := source.read(_COPIED):
        yield piece


def _write(
    target: IO[bytes], content: bytes, batch: RowMapping, found: dict[int, list[Finding]], edited: dict[int, list[Any]]
) -> None:
    sheet = staging.sheet_of(content, batch["layout"])
    fields = {field: column for column, field in staging.columns_of(batch["mapping"]).items()}
    header = int(batch["layout"]["header_row"])
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.name[:31] or "名单")
    page.freeze_panes = f"A{header + 1}"
    width = max(len(batch["layout"]["columns"]), 1)
    own = batch["layout"].get("width", width)
    for n in range(width):
        page.column_dimensions[get_column_letter(n + 1)].width = 22 if n == fields.get("identity_number") else 13
    page.column_dimensions[get_column_letter(width + 1)].width = 60
    for number, cells in enumerate(sheet.rows(), 1):
        values = edited.get(number, cells)
        if number == header:
            # Columns that the clerk added have their headers here and nowhere in the file.
            values = [*cells[:own], *([None] * (own - len(cells))), *batch["layout"]["columns"][own:]]
        line: list[Any] = [_shown(page, cell, bold=number == header) for cell in values]
        line += [None] * (width - len(line))
        if number == header:
            line[width:] = [_shown(page, RESULT, bold=True)]
        for finding in found.get(number, ()):
            _mark(page, line, fields.get(finding.field), finding)
        if number in found:
            line[width:] = [_shown(page, "；".join(one.zh for one in found[number]), bold=False)]
        page.append(line)
    book.save(target)


def _shown(page: Any, cell: Any, *, bold: bool) -> Any:
    value = None if cell == UNFINISHED else staging.plain(cell)
    made = WriteOnlyCell(page, value)
    if isinstance(value, str):
        # Text stays text: nothing that came from a file becomes a formula, and long numbers keep their digits.
        made.data_type, made.number_format = "s", "@"
    if bold:
        made.font = _BOLD
    return made


def _mark(page: Any, line: list[Any], column: int | None, finding: Finding) -> None:
    if column is None or column >= len(line):
        return
    cell = line[column] if line[column] is not None else _shown(page, "", bold=False)
    text = f"{cell.comment.text}\n{finding.zh}" if cell.comment else finding.zh
    cell.comment = Comment(text, "邻里", height=80, width=260)
    cell.fill = _RED if is_error(finding) or cell.fill == _RED else _AMBER
    line[column] = cell
