"""What an old code is called today.

A code that ended leads to its successor, and that one to its own. A village code the list never held is looked for by
its township, county and prefecture: 511703119203 lay in 马家镇 511703119000, which is part of 511703108000 today.
"""

from dataclasses import dataclass

from linli_kernel.database import Database
from linli_kernel.errors import NotFound
from sqlalchemy import select

from linli_registry.divisions.tables import division
from linli_registry.metadata import Row

_ANCESTORS = (12, 9, 6, 4, 2)
# More successors than divisions were ever renumbered; it also ends a circle in a faulty file.
_MOST_SUCCESSORS = 10


@dataclass(frozen=True)
class Current:
    row: Row
    path: tuple[str, ...]
    exact: bool


async def current(db: Database, code: str) -> Current:
    """Return today's division for a code of any time, or raise NotFound."""
    for length in _ANCESTORS:
        row = await _row(db, code[:length].ljust(12, "0"))
        if row is None:
            continue
        path = [row["code"]]
        while row["valid_to"] is not None and row["successor"] and len(path) < _MOST_SUCCESSORS:
            following = await _row(db, row["successor"])
            if following is None:
                break
            row = following
            path.append(row["code"])
        return Current(row, tuple(path), path[0] == code)
    raise NotFound


async def _row(db: Database, code: str) -> Row | None:
    return await db.fetch_one(select(division).where(division.c.code == code))
