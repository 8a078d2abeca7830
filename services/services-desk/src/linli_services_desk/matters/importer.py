"""Reads a county's matter catalogue from CSV.

A row that cannot be used is reported with its line and column and never stops the others; an unknown type becomes "10" (other).
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from linli_kernel.refusals import CommandRefused

COLUMNS = ("department", "main_item", "name", "item_code", "task_type", "department_code", "area_code")
CODE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class RowError:
    row: int
    column: str
    code: str


class CatalogueInvalid(CommandRefused, ValueError):
    """The file is no catalogue; the message names the columns it must have."""


def rows(content: str) -> Iterator[dict[str, str] | RowError]:
    """Yield every row, or what is wrong with it. Raises CatalogueInvalid when the header is not the catalogue's."""
    reader = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    if reader.fieldnames is None or not set(COLUMNS) <= set(reader.fieldnames):
        raise CatalogueInvalid(f"the columns must be {', '.join(COLUMNS)}")
    for number, raw in enumerate(reader, start=2):
        row = {name: (raw.get(name) or "").strip() for name in COLUMNS}
        if not row["name"]:
            yield RowError(number, "name", "missing")
            continue
        kind = row["task_type"].zfill(2)
        row["task_type"] = kind if kind.isdigit() and len(kind) == 2 else "10"
        row["item_code"] = row["item_code"][:CODE_LENGTH] or f"{row['department_code']}:{row['name']}"[:CODE_LENGTH]
        yield row
