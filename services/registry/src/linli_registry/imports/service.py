"""The steps of an import: upload, mapping, check, commit, discard. Nothing here commits."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.jobs import enqueue
from linli_kernel.succession import as_prefix
from sqlalchemy import RowMapping, text

from linli_registry.imports import fields, repository, staging
from linli_registry.imports.cells import CHOICES, WORDS, day_of, text_of
from linli_registry.imports.errors import ErrorsLeft, MappingIncomplete, NotYourFile, WrongState
from linli_registry.imports.jobs import ANNOTATE_JOB, CHECK_JOB, COMMIT_JOB, payload
from linli_registry.imports.reading import Sheet, letters_of, open_sheets
from linli_registry.imports.schemas import Mapping as Asked
from linli_registry.imports.tables import import_row
from linli_registry.residents.repository import division_is_open

ABANDONED_AFTER = timedelta(days=30)
SAMPLES = 3
OPEN_CHARACTERS = 6
"""Of an address the village may be seen, not the house."""
YEAR_DIGITS = 4
_r = import_row.c


async def upload(
    tx: Tx, linli: Linli, viewer: Viewer, content: bytes, file_name: str, division: str, former: UUID | None = None
) -> UUID:
    """Keep the file and recognise its columns; a mapping that the county corrected before is taken.

    A repaired copy of the `former` file takes its place.
    """
    place = as_prefix(division)
    if not viewer.covers(place):
        raise NotFound
    if len(place) == 12 and not await division_is_open(tx, place):
        fault = FieldError("/division", "registry.division_unknown", "没有这个村（社区）", "There is no such village")
        raise Invalid(errors=[fault])
    layout = await asyncio.to_thread(_best_layout, content)
    known = await repository.remembered(tx, viewer.tenant, fields.signature(layout["columns"]))
    if known is None and not layout["header_row"]:
        # Words that no synonym knows may be those that a colleague has explained before.
        for other in await asyncio.to_thread(_first_rows, content):
            known = await repository.remembered(tx, viewer.tenant, fields.signature(other["columns"]))
            if known is not None:
                layout = other
                break
    mapping = known if known is not None else fields.propose(layout["columns"])
    key = new_id()
    stored = linli.keyring.encrypt_bytes(content, **staging.file_place(viewer.tenant, key))
    row = {"tenant": viewer.tenant, "id": key, "division": place, "file_name": file_name[:200], "content": stored}
    row |= {"layout": layout, "mapping": mapping, "remembered": known is not None, "state": "uploaded", "counts": {}}
    row |= {"since": date(linli.clock.today().year, 1, 1), "created_by": viewer.subject}
    if former is not None:
        before = await own(tx, viewer, former, ("uploaded", "checked"))
        row |= {"since": before["since"], "layout": layout | {"former": str(former)}}
        await _discard(tx, viewer.tenant, former)
    await repository.add(tx, row | {"created_by_name": viewer.name, "created_at": tx.now})
    await repository.drop_expired(tx, viewer.tenant)
    for old in await repository.abandoned(tx, viewer, ABANDONED_AFTER):
        await _discard(tx, viewer.tenant, old)
    tx.record(act("import.upload", key, place))
    return key


def act(action: str, key: UUID, division: str, **detail: Any) -> Act:
    return Act(action=action, object_kind="import", object_id=key, division=division, detail=detail)


def _best_layout(content: bytes) -> dict[str, Any]:
    """Describe the sheet that looks most like a list of people."""
    sheets = open_sheets(content, foreign=True)
    described = [_layout(sheet, sheets) for sheet in sheets]
    return max(described, key=lambda layout: len(fields.propose(layout["columns"])))


def _first_rows(content: bytes) -> list[dict[str, Any]]:
    """Describe the first sheet with each of its first rows as the header."""
    sheets = open_sheets(content)
    found = [_layout(sheets[0], sheets, row) for row in range(1, min(10, sheets[0].count) + 1)]
    return [layout for layout in found if any(layout["columns"])]


def _layout(sheet: Sheet, sheets: Sequence[Sheet], header_row: int | None = None) -> dict[str, Any]:
    top = list(islice(sheet.rows(), max(fields.ROWS_SEARCHED, header_row or 0) + SAMPLES + 2))
    found = fields.find_header(top) if header_row is None else None
    row, words = found or (header_row or 0, [])
    if not words:
        line = top[row - 1] if 0 < row <= len(top) else []
        width = max((len(cells) for cells in top), default=0)
        words = [text_of(line[n])[:60] if n < len(line) else "" for n in range(width)]
    samples = [[_sample(cells[n] if n < len(cells) else None) for cells in top[row : row + SAMPLES]]
               for n in range(len(words))]  # fmt: skip
    return {
        "sheet": sheet.name, "sheets": [one.name for one in sheets], "header_row": row, "columns": words,
        "samples": samples, "rows": sheet.count,
    }  # fmt: skip


def _sample(cell: Any) -> str:
    """A cell as an example: enough to recognise the column, not the person."""
    text = text_of(cell)[:40]
    if len(text) < 2 or any(text in words for words in WORDS.values()):
        return text
    if sum(character.isdigit() for character in text) >= 6:
        return text[:2] + "*" * (len(text) - 4) + text[-2:]
    # A day in few digits: 1950.3, or as the number of days by which a spreadsheet keeps it.
    if sum(character.isdigit() for character in text) >= YEAR_DIGITS and day_of(text)[0] is not None:
        return text[:2] + "*" * (len(text) - 2)
    if _looks_like_a_name(text):
        return text[0] + "*" * (len(text) - 1)
    return text if len(text) <= OPEN_CHARACTERS else f"{text[:OPEN_CHARACTERS]}**"


def _looks_like_a_name(text: str) -> bool:
    name = text.replace(" ", "").replace("·", "")
    return 2 <= len(name) <= 4 and all("\u4e00" <= character <= "\u9fff" for character in name)


def shown(row: Any, viewer: Viewer) -> dict[str, Any]:
    """Return an import as its readers see it."""
    layout, mapping = row["layout"], row["mapping"]
    # Half masked they help whoever maps the columns; nobody else.
    samples = layout["samples"] if row["created_by"] == viewer.subject else []
    columns = [
        {
            "column": n, "letters": letters_of(n), "header": header,
            "samples": samples[n] if n < len(samples) else [], "field": mapping.get(str(n)),
        }
        for n, header in enumerate(layout["columns"])
    ]  # fmt: skip
    return brief(row, viewer) | {
        "sheet": layout["sheet"],
        "sheets": layout["sheets"],
        "header_row": layout["header_row"],
        "columns": columns,
        "fields": [{"key": f.key, "zh": f.zh, "en": f.en, "words": CHOICES.get(f.key, [])} for f in fields.FIELDS],
        "remembered": row["remembered"],
        "ready": fields.is_complete(mapping),
        "since": row["since"].isoformat(),
        "former": layout.get("former"),
        "version": row["version"],
    }


def brief(row: Any, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "division": row["division"],
        "file_name": row["file_name"],
        "state": row["state"],
        "counts": row["counts"],
        "job": None if row["job"] is None else str(row["job"]),
        "mine": row["created_by"] == viewer.subject,
        "created_by_name": row["created_by_name"],
        "created_at": row["created_at"].isoformat(),
        "finished_at": None if row["finished_at"] is None else row["finished_at"].isoformat(),
    }


async def own(tx: Tx, viewer: Viewer, key: UUID, states: tuple[str, ...], version: int | None = None) -> RowMapping:
    row = await repository.locked(tx, viewer, key, version)
    if row["created_by"] != viewer.subject:
        raise NotYourFile
    if row["state"] not in states:
        raise WrongState
    return row


async def remap(tx: Tx, linli: Linli, viewer: Viewer, key: UUID, version: int, asked: Asked) -> None:
    """Take the clerk's mapping and remember it for the same row of headers."""
    row = await own(tx, viewer, key, ("uploaded", "checked"), version)
    layout = dict(row["layout"])
    if asked.header_row is not None or asked.sheet is not None:
        content = linli.keyring.decrypt_bytes(bytes(row["content"]), **staging.file_place(viewer.tenant, key))
        layout = await asyncio.to_thread(_other_layout, content, layout, asked)
    layout, added = _with_added(layout, asked)
    mapping = _checked_mapping(asked.columns, added, len(layout["columns"]))
    values: dict[str, Any] = {"layout": layout, "mapping": mapping, "state": "uploaded", "counts": {}}
    if asked.since is not None:
        if asked.since > linli.clock.today():
            fault = FieldError("/since", "registry.event_in_future", "起始日期不能晚于今天", "Not later than today")
            raise Invalid(errors=[fault])
        values["since"] = asked.since
    await repository.change(tx, viewer.tenant, key, **values)
    own_columns = layout["columns"][: layout.get("width", len(layout["columns"]))]
    if any(own_columns):
        inside = {n: field for n, field in mapping.items() if int(n) < len(own_columns)}
        await repository.remember(tx, viewer, fields.signature(own_columns), inside)


def _other_layout(content: bytes, layout: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    sheets = open_sheets(content)
    sheet = next((one for one in sheets if one.name == (asked.sheet or layout["sheet"])), sheets[0])
    changed = asked.header_row if asked.header_row != layout["header_row"] or asked.sheet else layout["header_row"]
    kept = {name: layout[name] for name in ("edited", "former") if name in layout and sheet.name == layout["sheet"]}
    return _layout(sheet, sheets, changed) | kept


def _with_added(layout: dict[str, Any], asked: Asked) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the layout with a column for each field of `add`, headed by the field's name, and their mapping.

    `width` keeps how many columns the file itself has.
    """
    if not asked.add:
        return layout, []
    words = [fields.BY_KEY[key].zh if key in fields.BY_KEY else key for key in asked.add]
    first = len(layout["columns"])
    samples = [*layout["samples"], *([] for _ in words)]
    grown = layout | {"width": layout.get("width", first), "columns": [*layout["columns"], *words], "samples": samples}
    return grown, [(str(first + n), key) for n, key in enumerate(asked.add)]


def _checked_mapping(columns: Mapping[str, str], added: list[tuple[str, str]], width: int) -> dict[str, str]:
    faults = []
    taken: set[str] = set()
    for n, field in [*columns.items(), *added]:
        if field not in fields.BY_KEY:
            faults.append(FieldError(f"/columns/{n}", "import.field_unknown", "没有这一项", "No such field"))
        elif int(n) >= width:
            faults.append(FieldError(f"/columns/{n}", "import.column_unknown", "文件没有这一列", "No such column"))
        elif field in taken:
            faults.append(
                FieldError(f"/columns/{n}", "import.field_twice", "这一项已经指定了另一列", "Another column has it")
            )
        taken.add(field)
    if faults:
        raise Invalid(errors=faults)
    return dict(columns) | dict(added)


async def start_check(tx: Tx, viewer: Viewer, key: UUID) -> UUID:
    row = await own(tx, viewer, key, ("uploaded", "checked"))
    if not fields.is_complete(row["mapping"]):
        raise MappingIncomplete
    job = await enqueue(tx, CHECK_JOB, payload(viewer, key))
    await repository.change(tx, viewer.tenant, key, state="checking", job=job, counts={})
    return job


async def start_commit(tx: Tx, viewer: Viewer, key: UUID, without_faulty: bool) -> UUID:
    row = await own(tx, viewer, key, ("checked",))
    faulty = int(row["counts"].get("faulty_households", 0))
    if faulty and not without_faulty:
        raise ErrorsLeft(households=faulty)
    job = await enqueue(tx, COMMIT_JOB, payload(viewer, key))
    await repository.change(tx, viewer.tenant, key, state="committing", job=job)
    return job


async def start_annotating(tx: Tx, viewer: Viewer, key: UUID) -> UUID:
    row = await own(tx, viewer, key, ("checked",))
    tx.record(act("import.annotate", key, row["division"]))
    return await enqueue(tx, ANNOTATE_JOB, payload(viewer, key))


async def reopen(tx: Tx, viewer: Viewer, key: UUID) -> None:
    """Give an import back whose job was cancelled before it began, so that nothing waits for it for ever."""
    row = await repository.locked(tx, viewer, key)
    back = {"checking": "uploaded", "committing": "checked"}.get(row["state"])
    ended = text("SELECT 1 FROM job WHERE tenant = :t AND id = :job AND state IN ('cancelled', 'failed')")
    if back and await tx.scalar(ended, {"t": viewer.tenant, "job": row["job"]}):
        await repository.change(tx, viewer.tenant, key, state=back)


async def discard(tx: Tx, viewer: Viewer, key: UUID) -> None:
    row = await own(tx, viewer, key, ("uploaded", "checked"))
    await _discard(tx, viewer.tenant, key)
    tx.record(act("import.discard", key, row["division"]))


async def _discard(tx: Tx, tenant: str, key: UUID) -> None:
    await repository.clear_rows(tx, tenant, key)
    await repository.change(tx, tenant, key, state="discarded", content=None, finished_at=tx.now)
