"""Import of division codes from CSV with the columns `code,name,level,parent`, and if known `valid_from,valid_to,successor`.

Importing again updates names and adds codes; a code that is missing from the file stays, because codes end by a
decision and not by an omission: a line that ends a code names its successor. The pilot's file and the codes that ended
there are inside the package; the whole country has 620,000 lines.
"""

import csv
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path

import asyncpg
from linli_kernel.codes.division import is_code, short_name
from linli_kernel.refusals import CommandRefused

AS_OF = date(2023, 6, 30)
"""The day of the National Bureau of Statistics' list in `data/divisions-pilot.csv` (FACTS §3)."""
_LEVELS = frozenset({"province", "prefecture", "county", "township", "village"})
_COLUMNS = ["code", "name", "level", "parent", "valid_from", "valid_to", "successor", "search_name"]
_Row = tuple[str, str, str, str | None, date, date | None, str | None, str]

_MERGE = """
INSERT INTO division (code, name, level, parent, valid_from, valid_to, successor, search_name)
SELECT code, name, level, parent, valid_from, valid_to, successor, search_name FROM incoming
ON CONFLICT (code) DO UPDATE SET name = excluded.name, parent = excluded.parent, search_name = excluded.search_name,
    valid_to = coalesce(excluded.valid_to, division.valid_to), successor = coalesce(excluded.successor, division.successor)
WHERE (division.name, division.parent, division.valid_to, division.successor) IS DISTINCT FROM (excluded.name,
    excluded.parent, coalesce(excluded.valid_to, division.valid_to), coalesce(excluded.successor, division.successor))
"""


# A division whose parent is nowhere would be in no list; a successor that is nowhere would lead nowhere.
_DANGLING = """
SELECT i.code, pointing.field FROM incoming i
CROSS JOIN LATERAL (VALUES ('parent', i.parent), ('successor', i.successor)) AS pointing (field, code)
WHERE pointing.code IS NOT NULL AND NOT EXISTS (SELECT FROM division d WHERE d.code = pointing.code)
ORDER BY i.code LIMIT 1
"""


class DivisionFileInvalid(CommandRefused, ValueError):
    """The file is no division list; the message names the line."""


def pilot_file() -> Path:
    return Path(str(resources.files("linli_registry").joinpath("data/divisions-pilot.csv")))


def changes_file() -> Path:
    return Path(str(resources.files("linli_registry").joinpath("data/divisions-changes.csv")))


def read(path: Path, valid_from: date) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            code, name, level = row.get("code") or "", (row.get("name") or "").strip(), row.get("level") or ""
            if not is_code(code) or not name or level not in _LEVELS:
                raise DivisionFileInvalid(f"line {number}: code, name or level is not valid")
            try:
                since, until = (date.fromisoformat(row.get(n) or "0001-01-01") for n in ("valid_from", "valid_to"))
            except ValueError:
                raise DivisionFileInvalid(f"line {number}: a day is not valid") from None
            successor = row.get("successor") or None
            if successor is not None and (not is_code(successor) or successor == code):
                raise DivisionFileInvalid(f"line {number}: the successor is not valid")
            first = since if since > date.min else valid_from
            ended = until if until > date.min else None
            yield code, name, level, row.get("parent") or None, first, ended, successor, short_name(name)


async def import_file(connection: "asyncpg.Connection[asyncpg.Record]", path: Path, valid_from: date = AS_OF) -> int:
    """Merge a file into the table in one transaction; returns how many rows were added or changed."""
    async with connection.transaction():
        await connection.execute("CREATE TEMP TABLE incoming (LIKE division) ON COMMIT DROP")
        await connection.copy_records_to_table("incoming", records=read(path, valid_from), columns=_COLUMNS)
        status: str = await connection.execute(_MERGE)
        dangling = await connection.fetchrow(_DANGLING)
        if dangling is not None:
            raise DivisionFileInvalid(f"{dangling['code']}: the {dangling['field']} is in no list")
        await connection.execute("DROP TABLE incoming")
    return int(status.rsplit(" ", 1)[-1])
