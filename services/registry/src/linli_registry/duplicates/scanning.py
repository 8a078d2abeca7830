"""Finds likely duplicates inside one county: over everybody, over what an import wrote, or around a few records.

The database finds pairs by equal keys; only those are compared further, which needs their whole numbers for a moment.
A scan runs in slices and remembers its place, so that no other job waits long; looking again changes no decision.
"""

import time
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.database import Database, Tx
from linli_kernel.jobs import JobContext, JobKind, MoreToDo
from linli_kernel.privacy import KeyRing
from linli_kernel.scope import division_range
from sqlalchemy import text

from linli_registry.duplicates import blocks, domain, repository
from linli_registry.duplicates.blocks import BLOCKS, Block
from linli_registry.duplicates.repository import Likely
from linli_registry.metadata import Row
from linli_registry.residents.keys import ResidentKeys

SCAN = "duplicates.scan"
SLICE_SECONDS = 2.0
_BATCH = 500
"""Pairs judged at once: some milliseconds in which the service does nothing else."""


class Place(msgspec.Struct):
    """How far a scan is, with what it found so far; everything up to (block, key, place, step) is done."""

    block: int = 0
    key: int = blocks.FIRST_KEY
    place: int = 0
    step: int = 0
    compared: int = 0
    found: int = 0


def in_divisions(divisions: Sequence[str]) -> dict[str, Any]:
    """What a scan of these areas remembers."""
    return {"divisions": list(divisions)}


def written_at(moment: datetime) -> dict[str, Any]:
    """What a scan of the people remembers that one transaction made or changed."""
    return {"written": moment.isoformat()}


def judged(rows: Iterable[Row], keys: ResidentKeys) -> list[Likely]:
    """Return the likely ones of the rows, each pair once."""
    found: dict[tuple[UUID, UUID], Likely] = {}
    halves: dict[UUID, domain.Half] = {}
    for row in rows:
        for side in ("a", "b"):
            if row[f"{side}_id"] not in halves:
                halves[row[f"{side}_id"]] = _half(row, side, keys)
        shared = domain.Shared(row["phone"], row["tail"], row["household"])
        likeness = domain.compare(halves[row["a_id"]], halves[row["b_id"]], shared)
        if likeness.likely:
            low, high = sorted((row["a_id"], row["b_id"]))
            found[low, high] = Likely(low, high, likeness.score, likeness.reasons)
    return list(found.values())


def _half(row: Row, side: str, keys: ResidentKeys) -> domain.Half:
    number = keys.open("identity_number", row[f"{side}_number"], row[f"{side}_id"])
    return domain.Half(row[f"{side}_name"], row[f"{side}_pinyin"], row[f"{side}_sex"], row[f"{side}_birth"], number)


async def look_around(tx: Tx, ring: KeyRing, tenant: str, people: Sequence[UUID], source: str) -> int:
    """Queue likely duplicates of new or changed records, in their transaction; returns how many are new."""
    rows = await tx.all(blocks.around(), {"tenant": tenant, "ids": list(people)})
    return await repository.add_pairs(tx, judged(rows, ResidentKeys(ring, tenant)), source)


def _which(context: JobContext) -> tuple[str, dict[str, Any]]:
    """Return of whom one of each pair must be, as condition and values."""
    if "written" in context.payload:
        return blocks.WRITTEN, {"written": datetime.fromisoformat(context.payload["written"])}
    divisions: list[str] = context.payload["divisions"]
    if any(context.tenant.startswith(prefix) for prefix in divisions):
        return blocks.EVERYBODY, {}
    areas = [division_range(prefix) for prefix in divisions]
    return blocks.AREA, {"lows": [low for low, _ in areas], "highs": [high for _, high in areas]}


async def _met(
    database: Database, block: Block, which: str, values: dict[str, Any]
) -> AsyncIterator[tuple[Sequence[Row], Sequence[Row]]]:
    """Yield pairs of ids, and what is compared of them."""
    async with database.engine.connect() as connection:
        # A county is read as a whole: the plan for its size, not the one for any parameter, and no time spent compiling.
        await connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        await connection.execute(text("SET LOCAL jit = off"))
        stream = await connection.stream(blocks.sweep(block, which), values)
        async for met in stream.mappings().partitions(_BATCH):
            pairs = {side: [row[side] for row in met] for side in ("a", "b")}
            async with database.engine.connect() as beside:
                found = await beside.execute(blocks.compared(block), {"tenant": values["tenant"], **pairs})
                yield met, found.mappings().all()


async def _scan(context: JobContext) -> dict[str, Any]:
    """Go on where the scan was left, block by block; safe to run again."""
    place = msgspec.convert(context.payload.get("place", {}), Place)
    which, values = _which(context)
    keys, began = ResidentKeys(context.app.keyring, context.tenant), time.monotonic()
    while place.block < len(BLOCKS):
        values |= {"tenant": context.tenant, "key": place.key, "place": place.place, "step": place.step}
        first: float | None = None
        async for met, rows in _met(context.database, BLOCKS[place.block], which, values):
            # The block was sorted anew for this slice: the slice counts from what that gave.
            first = first or time.monotonic()
            async with context.database.transaction(context.tenant) as tx:
                place.found += await repository.add_pairs(tx, judged(rows, keys), "scan")
            place.compared += len(rows)
            place.key, place.place, place.step = (met[-1][name] for name in ("key", "place", "step"))
            await _reached(context, place)
            if time.monotonic() - first > SLICE_SECONDS:
                raise MoreToDo
        place = Place(place.block + 1, compared=place.compared, found=place.found)
        await _reached(context, place)
        if place.block < len(BLOCKS) and time.monotonic() - began > SLICE_SECONDS:
            raise MoreToDo
    return {"compared": place.compared, "found": place.found}


async def _reached(context: JobContext, place: Place) -> None:
    await context.progress(place.block, len(BLOCKS), remember={"place": msgspec.to_builtins(place)})


SCAN_KIND = JobKind(SCAN, _scan)
