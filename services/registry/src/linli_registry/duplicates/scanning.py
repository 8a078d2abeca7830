"""Finds likely duplicates by set-based joins inside one county, over everybody or around a few new records.

The database joins on equal keys (names, days, keyed hashes); only the pairs that it finds are compared further, which
needs their whole numbers for a moment. Looking again changes no decision.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.ids import new_id
from linli_kernel.jobs import JobContext, JobKind
from linli_kernel.privacy import KeyRing
from linli_kernel.scope import division_range
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from linli_registry.duplicates import domain, repository
from linli_registry.metadata import Bytewise, Id, Row
from linli_registry.residents.keys import ResidentKeys

SCAN = "duplicates.scan"
_BATCH = 2_000
# Each is an equality that an index or a hash join serves; what a pair is worth is decided afterwards.
BLOCKS = {
    "name_and_birth": "y.name = x.name AND y.birth_date = x.birth_date",
    "pinyin_and_birth": "y.pinyin = x.pinyin AND y.birth_date = x.birth_date AND y.name <> x.name",
    "name_and_year": (
        "y.name = x.name AND y.sex = x.sex AND y.birth_date <> x.birth_date"
        " AND date_part('year', y.birth_date) = date_part('year', x.birth_date)"
    ),
    "name_and_day": (
        "y.name = x.name AND y.sex = x.sex AND y.birth_date <> x.birth_date"
        " AND to_char(y.birth_date, 'MMDD') = to_char(x.birth_date, 'MMDD')"
    ),
    "phone": "y.phone_index = x.phone_index AND (y.pinyin = x.pinyin OR y.birth_date = x.birth_date)",
    "tail": "y.tail_index = x.tail_index AND (y.name = x.name OR y.birth_date = x.birth_date)",
    "name_without_birth": (
        "y.name = x.name AND y.division = x.division AND (x.birth_date IS NULL OR y.birth_date IS NULL)"
    ),
}
_PAIRS = """
SELECT x.id AS a_id, y.id AS b_id, x.name AS a_name, y.name AS b_name, x.pinyin AS a_pinyin, y.pinyin AS b_pinyin,
       x.sex AS a_sex, y.sex AS b_sex, x.birth_date AS a_birth, y.birth_date AS b_birth,
       x.identity_number AS a_number, y.identity_number AS b_number,
       coalesce(x.phone_index = y.phone_index, false) AS phone, coalesce(x.tail_index = y.tail_index, false) AS tail,
       coalesce(mx.household = my.household, false) AS household
FROM resident x JOIN resident y ON y.tenant = x.tenant AND {block}
LEFT JOIN membership mx ON mx.tenant = x.tenant AND mx.resident = x.id AND mx.until IS NULL
LEFT JOIN membership my ON my.tenant = y.tenant AND my.resident = y.id AND my.until IS NULL
WHERE x.tenant = :tenant AND x.presence <> 'void' AND y.presence <> 'void' AND {which}
"""
# In a scan of everybody each pair is met once; around new records it is met from their side.
_EVERYBODY = "x.id < y.id"
_AREA = (
    "x.id <> y.id AND EXISTS (SELECT FROM unnest(:lows, :highs) AS area (low, high)"
    " WHERE x.division >= area.low AND x.division < area.high)"
)
_AROUND = "x.id <> y.id AND x.id = ANY(:ids)"


def _statement(block: str, which: str) -> TextClause:
    made = text(_PAIRS.format(block=BLOCKS[block], which=which))
    if which == _AREA:
        return made.bindparams(bindparam("lows", type_=ARRAY(Bytewise)), bindparam("highs", type_=ARRAY(Bytewise)))
    return made.bindparams(bindparam("ids", type_=ARRAY(Id))) if which == _AROUND else made


def judged(rows: Iterable[Row], keys: ResidentKeys, source: str, now: Any) -> list[dict[str, Any]]:
    """Return the likely ones of the rows as pairs for the queue."""
    found: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for row in rows:
        place = tuple(sorted((row["a_id"], row["b_id"])))
        shared = domain.Shared(row["phone"], row["tail"], row["household"])
        likeness = domain.compare(_half(row, "a", keys), _half(row, "b", keys), shared)
        if likeness.likely:
            made = {"id": new_id(), "a": place[0], "b": place[1], "score": likeness.score}
            made |= {"reasons": list(likeness.reasons), "state": "open", "source": source, "found_at": now}
            found[place[0], place[1]] = made
    return list(found.values())


def _half(row: Row, side: str, keys: ResidentKeys) -> domain.Half:
    number = keys.open("identity_number", row[f"{side}_number"], row[f"{side}_id"])
    return domain.Half(row[f"{side}_name"], row[f"{side}_pinyin"], row[f"{side}_sex"], row[f"{side}_birth"], number)


async def look_around(tx: Tx, ring: KeyRing, tenant: str, people: Sequence[UUID], source: str) -> int:
    """Queue likely duplicates of new or changed records, in their transaction; returns how many are new."""
    keys = ResidentKeys(ring, tenant)
    rows: list[Row] = []
    values = {"tenant": tenant, "ids": list(people)}
    for block in BLOCKS:
        rows += await tx.all(_statement(block, _AROUND), values)
    return await repository.add_pairs(tx, tenant, judged(rows, keys, source, tx.now))


async def _candidates(
    database: Database, block: str, which: str, values: dict[str, Any]
) -> AsyncIterator[Sequence[Row]]:
    async with database.engine.connect() as connection:
        # A county is joined as a whole: the plan for its size, not the one for any parameter.
        await connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        stream = await connection.stream(_statement(block, which), values)
        async for rows in stream.mappings().partitions(_BATCH):
            yield rows


async def _scan(context: JobContext) -> dict[str, Any]:
    """Look through a county or an area of it, block by block; safe to run again."""
    areas = [division_range(prefix) for prefix in context.payload["divisions"]]
    values: dict[str, Any] = {"tenant": context.tenant}
    whole = any(context.tenant.startswith(prefix) for prefix in context.payload["divisions"])
    if not whole:
        values |= {"lows": [low for low, _ in areas], "highs": [high for _, high in areas]}
    keys = ResidentKeys(context.app.keyring, context.tenant)
    compared = found = 0
    for done, block in enumerate(BLOCKS):
        async for rows in _candidates(context.database, block, _EVERYBODY if whole else _AREA, values):
            compared += len(rows)
            async with context.database.transaction(context.tenant) as tx:
                pairs = judged(rows, keys, "scan", tx.now)
                found += await repository.add_pairs(tx, context.tenant, pairs)
            await context.progress(done, len(BLOCKS))
        await context.progress(done + 1, len(BLOCKS))
    return {"compared": compared, "found": found}


SCAN_KIND = JobKind(SCAN, _scan)
