"""What an old code is called today.

A code that ended leads to its successor, and that one to its own. A village code the list never held is looked for by
its township, county and prefecture: 511703119203 lay in 马家镇 511703119000, which is part of 511703108000 today.
"""

import asyncio
from dataclasses import dataclass

import structlog
from linli_kernel.app import Linli
from linli_kernel.codes.succession import MOST_SUCCESSORS, Succession
from linli_kernel.database import Database
from linli_kernel.errors import NotFound
from sqlalchemy import or_, select

from linli_registry.divisions.tables import division
from linli_registry.metadata import Row

log = structlog.get_logger("divisions")
_ANCESTORS = (12, 9, 6, 4, 2)
_RELOAD_SECONDS = 60.0


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
        while row["valid_to"] is not None and row["successor"] and len(path) < MOST_SUCCESSORS:
            following = await _row(db, row["successor"])
            if following is None:
                break
            row = following
            path.append(row["code"])
        return Current(row, tuple(path), path[0] == code)
    raise NotFound


async def around(db: Database, code: str) -> tuple[Row, list[Row], list[Row]]:
    """Return a division, those above it from the province down, and those that became it; or raise NotFound."""
    c = division.c
    codes = sorted({code[:length].ljust(12, "0") for length in _ANCESTORS} | {code})
    found = await db.fetch_all(select(division).where(or_(c.code.in_(codes), c.successor == code)).order_by(c.code))
    row: Row | None = next((one for one in found if one["code"] == code), None)
    if row is None:
        raise NotFound
    above: list[Row] = [one for one in found if one["code"] in codes and one["code"] != code]
    formerly: list[Row] = [one for one in found if one["successor"] == code]
    return row, above, formerly


async def _row(db: Database, code: str) -> Row | None:
    return await db.fetch_one(select(division).where(division.c.code == code))


async def load(db: Database) -> Succession:
    """Read what ended and what it became; a few thousand lines for the whole country."""
    c = division.c
    ended = select(c.code, c.successor).where(c.successor.is_not(None), c.valid_to.is_not(None))
    return Succession((row["code"], row["successor"]) for row in await db.fetch_all(ended))


async def follow(linli: Linli) -> None:
    """The service's loop: an import shows within a minute."""
    while True:
        try:
            linli.extra["succession"] = await load(linli.database)
        except Exception as error:
            log.warning("succession", kind=type(error).__name__)
        await asyncio.sleep(_RELOAD_SECONDS)
