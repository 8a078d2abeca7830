"""Import of division codes from CSV with the columns `code,name,level,parent`, and if known `valid_from,valid_to,successor`.

Importing again updates names and adds codes; a code that is missing from the file stays, because codes end by a
decision and not by an omission: a line that ends a code names its successor. The pilot's file and the codes that ended
there are inside the package; the whole country has 620,000 lines. A file without `level` is one of the five of the published
national list (`provinces` to `villages`), where a code has the digits of its level only; the five may come as a folder or an archive.
"""

import csv
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib import resources
from pathlib import Path

import asyncpg
from linli_kernel.codes.division import Level, full, is_code, level, parent, short_name
from linli_kernel.refusals import CommandRefused

AS_OF = date(2023, 6, 30)
"""The day of the National Bureau of Statistics' list in `data/divisions-pilot.csv` (FACTS §3)."""
NATIONAL = ("provinces", "cities", "areas", "streets", "villages")
"""The files of the national list, from above: a division comes after the one that it lies in."""
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


@contextmanager
def _files(path: Path) -> Iterator[list[Path]]:
    """The files of a list: itself, or the five of a folder or of a packed archive, which is unpacked for as long."""
    if path.is_dir():
        yield _five(path)
    elif path.suffix in (".tgz", ".gz"):
        with tempfile.TemporaryDirectory() as folder, tarfile.open(path) as archive:
            for member in archive:
                # Only the five, under their own names: nothing else of an archive touches the disk.
                name, packed = Path(member.name).name, archive.extractfile(member)
                if packed is not None and name in {f"{one}.csv" for one in NATIONAL}:
                    with Path(folder, name).open("wb") as file:
                        shutil.copyfileobj(packed, file)
            yield _five(Path(folder))
    else:
        yield [path]


def _five(folder: Path) -> list[Path]:
    files = [folder / f"{name}.csv" for name in NATIONAL]
    for file in files:
        if not file.is_file():
            raise DivisionFileInvalid(
                f"{file.name} is missing: the national list has one file for each of its five levels"
            )
    return files


def _national(row: Mapping[str, str | None], number: int) -> dict[str, str] | None:
    """A line of the national list as ours; nothing for a place that stands in for a level it does not have (东莞市, 金门县)."""
    digits = row.get("code") or ""
    try:
        code, named = full(digits), next(one for one in Level if one.length == len(digits))
    except (ValueError, StopIteration):
        raise DivisionFileInvalid(f"line {number}: code, name or level is not valid") from None
    if level(code) is not named:
        return None
    return {"code": code, "name": row.get("name") or "", "level": named.value, "parent": parent(code) or ""}


def read(path: Path, valid_from: date) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        national = "level" not in (lines.fieldnames or ())
        for number, line in enumerate(lines, start=2):
            row: Mapping[str, str | None] | None = _national(line, number) if national else line
            if row is None:
                continue
            code, name, kind = row.get("code") or "", (row.get("name") or "").strip(), row.get("level") or ""
            if not is_code(code) or not name or kind not in _LEVELS:
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
            yield code, name, kind, row.get("parent") or None, first, ended, successor, short_name(name)


async def import_file(connection: "asyncpg.Connection[asyncpg.Record]", path: Path, valid_from: date = AS_OF) -> int:
    """Merge a list into the table in one transaction; returns how many rows were added or changed."""
    async with connection.transaction():
        await connection.execute("CREATE TEMP TABLE incoming (LIKE division) ON COMMIT DROP")
        with _files(path) as files:
            for file in files:
                await connection.copy_records_to_table("incoming", records=read(file, valid_from), columns=_COLUMNS)
        status: str = await connection.execute(_MERGE)
        dangling = await connection.fetchrow(_DANGLING)
        if dangling is not None:
            raise DivisionFileInvalid(f"{dangling['code']}: the {dangling['field']} is in no list")
        await connection.execute("DROP TABLE incoming")
    return int(status.rsplit(" ", 1)[-1])
