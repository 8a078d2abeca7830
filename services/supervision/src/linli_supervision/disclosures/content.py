"""What a disclosure says, made fit to be kept: cells of their kind, no numbers of people, names masked by rule.

The digest covers everything that a reader sees, so that a change of one letter, cell or file is another digest.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from linli_kernel.errors import FieldErrors
from linli_kernel.profile import Profile

from linli_supervision.disclosures.personal import Gate
from linli_supervision.disclosures.schemas import DisclosureContent, DisclosureTable
from linli_supervision.rows import Row

_encode = msgspec.json.Encoder(order="sorted", enc_hook=str).encode


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


_MONEY = re.compile(r"-?\d{1,12}(\.\d{1,2})?")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_FITS: dict[str, tuple[Callable[[str], bool], str, str]] = {
    "money": (lambda text: _MONEY.fullmatch(text) is not None, "金额填数字，最多两位小数", "an amount in yuan"),
    "number": (lambda text: _NUMBER.fullmatch(text) is not None, "填数字", "a number"),
    "date": (_is_day, "日期按 2026-01-31 填写", "a day as 2026-01-31"),
}


def fit(content: DisclosureContent, profile: Profile, item: str) -> dict[str, Any]:
    """Return title, body and tables as they may be kept; raises Invalid or PersonalDataFound naming every place.

    A column that the item's template keeps for people stays one, whatever kind it comes with.
    """
    rules = profile.supervision.disclosure
    columns = rules.template(item).columns
    people = {name for one in columns if one.kind == "person" for name in (one.name.zh, one.name.en)}
    gate = Gate(profile.registry.masking, content.mask)
    faults = FieldErrors()
    kept = {
        "title": gate.text("/title", content.title),
        "body": gate.text("/body", content.body),
        "tables": [
            _table(gate, faults, f"/tables/{index}", _for_people(table, people), mask_names=rules.mask_names)
            for index, table in enumerate(content.tables)
        ],
    }
    faults.raise_if_any()
    gate.close()
    return kept


def _for_people(table: DisclosureTable, people: Collection[str]) -> DisclosureTable:
    columns = [
        column.model_copy(update={"kind": "person"}) if "".join(column.name.split()) in people else column
        for column in table.columns
    ]
    return table.model_copy(update={"columns": columns})


def _table(gate: Gate, faults: FieldErrors, at: str, table: DisclosureTable, *, mask_names: bool) -> dict[str, Any]:
    rows = []
    for number, row in enumerate(table.rows):
        where = f"{at}/rows/{number}"
        if len(row) != len(table.columns):
            faults.add(where, "supervision.disclosure_row", "每行的格数应与列数相同", "as many cells as columns")
            continue
        cells = []
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            fits = _FITS.get(column.kind)
            if fits is not None and value and not fits[0](value):
                faults.add(f"{where}/{place}", "supervision.disclosure_cell", *fits[1:])
            cell = gate.text(f"{where}/{place}", value)
            cells.append(gate.person(cell) if column.kind == "person" and mask_names else cell)
        gate.row(where, row)
        rows.append(cells)
    return {
        "caption": gate.text(f"{at}/caption", table.caption),
        "columns": [
            {"name": gate.text(f"{at}/columns/{place}/name", column.name), "kind": column.kind}
            for place, column in enumerate(table.columns)
        ],
        "rows": rows,
    }


def digest(row: Mapping[str, Any] | Row, files: Sequence[Row]) -> str:
    """Return the SHA-256 (hexadecimal) of what everybody reads."""
    said = {
        name: row[name]
        for name in ("division", "category", "item", "title", "body", "period_start", "period_end", "edition", "tables")
    }
    attached = [{name: one[name] for name in ("name", "media_type", "sha256")} for one in files]
    return hashlib.sha256(_encode({**said, "files": attached})).hexdigest()
