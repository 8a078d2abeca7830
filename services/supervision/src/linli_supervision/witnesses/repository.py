"""Storing witnesses and cosignatures. What they are about is public: a log's witnesses and checkpoints are for everybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from linli_kernel.database import Database, HotQuery, Tx
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.ledger.tables import ledger_checkpoint, ledger_key
from linli_supervision.rows import Row
from linli_supervision.witnesses.domain import Witness
from linli_supervision.witnesses.tables import ledger_cosignature, ledger_witness

_k, _w, _c = ledger_checkpoint.c, ledger_witness.c, ledger_cosignature.c

_WITNESSES = HotQuery(
    text(
        """
SELECT w.name, w.key, w.title, w.kind, w.since, w.retired_at, w.version, c.size, c.time AS signed_at,
       c.signature, (SELECT k.note FROM ledger_checkpoint k WHERE k.tenant = w.tenant AND k.size = c.size) AS note,
       (SELECT k.time FROM ledger_checkpoint k WHERE k.tenant = w.tenant AND k.size > coalesce(c.size, -1)
        ORDER BY k.size LIMIT 1) AS waiting_since
FROM ledger_witness w
LEFT JOIN LATERAL (SELECT size, time, signature FROM ledger_cosignature c WHERE c.tenant = w.tenant AND c.witness = w.name
                   ORDER BY size DESC LIMIT 1) c ON true
WHERE w.tenant = :tenant ORDER BY w.since, w.name LIMIT 64
"""
    )
)
"""A note may bear 64 signatures, so a log has no more witnesses."""


async def list_witnesses(db: Database, tenant: str) -> list[Witness]:
    return [Witness(**row) for row in await db.fetch_all(_WITNESSES, {"tenant": tenant})]


async def keys(tx: Tx, tenant: str) -> Sequence[Row]:
    """Return name and key of the witnesses whose signatures are taken."""
    query = select(_w.name, _w.key).where(_w.tenant == tenant, _w.retired_at.is_(None))
    return await tx.all(query.order_by(_w.name))


async def log_key(tx: Tx, tenant: str) -> Row | None:
    query = select(ledger_key.c.name, ledger_key.c.public_key).where(ledger_key.c.tenant == tenant)
    return await tx.one(query)


async def note_at(tx: Tx, tenant: str, size: int) -> bytes | None:
    """Return what this log signed at a size."""
    found = await tx.scalar(select(_k.note).where(_k.tenant == tenant, _k.size == size))
    return bytes(found) if found is not None else None


async def keep(tx: Tx, values: Mapping[str, Any]) -> None:
    """Store a cosignature; the first one of a witness for a size stands."""
    await tx.execute(insert(ledger_cosignature).values(**values).on_conflict_do_nothing())


async def register(tx: Tx, values: Mapping[str, Any]) -> bool:
    """Store a witness; False when its name is taken."""
    made = insert(ledger_witness).values(**values).on_conflict_do_nothing().returning(_w.name)
    return await tx.scalar(made) is not None


async def find(tx: Tx, tenant: str, name: str) -> Row | None:
    return await tx.one(select(ledger_witness).where(_w.tenant == tenant, _w.name == name))


async def retire(tx: Tx, tenant: str, name: str, version: int) -> bool:
    """Take no more signatures of a witness; False when the row changed meanwhile."""
    changed = (
        update(ledger_witness)
        .where(_w.tenant == tenant, _w.name == name, _w.version == version)
        .values(retired_at=tx.now, version=version + 1)
    )
    return bool((await tx.execute(changed)).rowcount)


_NEWEST_COSIGNED = HotQuery(select(func.max(_c.size)).where(_c.tenant == bindparam("tenant")))


async def newest_cosigned(db: Database, tenant: str) -> int | None:
    row = await db.fetch_one(_NEWEST_COSIGNED, {"tenant": tenant})
    return row[0] if row is not None else None


async def list_checkpoints(db: Database, tenant: str, before: int | None, limit: int) -> list[Row]:
    """Return up to `limit + 1` checkpoints, newest first."""
    query = select(_k.size, _k.root, _k.note, _k.time).where(_k.tenant == tenant)
    if before is not None:
        query = query.where(_k.size < before)
    return list(await db.fetch_all(query.order_by(_k.size.desc()).limit(limit + 1)))


async def cosignatures(db: Database, tenant: str, sizes: Sequence[int]) -> list[Row]:
    """Return who signed these checkpoints."""
    query = (
        select(_c.size, _c.time, _c.signature, _w.name, _w.title, _w.kind, _w.key)
        .join(ledger_witness, (_w.tenant == _c.tenant) & (_w.name == _c.witness))
        .where(_c.tenant == tenant, _c.size.in_(list(sizes)))
        .order_by(_c.size.desc(), _w.since, _w.name)
        .limit(64 * max(len(sizes), 1))
    )
    return list(await db.fetch_all(query))
