"""Turns entries into tiles and tiles into signed checkpoints.

Order: entries, then tiles, then the checkpoint, each durable before the next. The lease keeps two sequencers from doing
the same work; what keeps the log from forking is the unique key on the size a checkpoint grows from. Each checkpoint names
the one before it and its own time in what is signed, so that none can be taken out of the row or dated anew.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from linli_supervision.ledger.merkle import ProofError, leaf_hash
from linli_supervision.ledger.note import Checkpoint, Link, NoteError, SigningKey, split_note
from linli_supervision.ledger.tiles import WIDTH, Edge, FullTile, hashes_at
from linli_supervision.rows import Connection, Row

MAX_GROWTH = 65_536
"""Entries a checkpoint adds at most: some 40 MB of leaves in memory."""
_LEASE = 0x6C656467
"""First half of the advisory lock; the second half is the tenant's hash."""

log = structlog.get_logger()

Probe = Callable[[str], Awaitable[None]]
"""Called between stages; tests raise from it to crash there."""


class LogInconsistent(RuntimeError):
    """What is stored does not lead to what was signed: the log refuses to sign anything more."""


async def _no_probe(stage: str) -> None:
    return None


async def take_lease(connection: Connection, tenant: str) -> bool:
    """Hold the tenant's lease as long as the connection lives; a crash gives it back."""
    taken = await connection.fetchval("SELECT pg_try_advisory_lock($1, hashtext($2))", _LEASE, tenant)
    return bool(taken)


async def give_lease(connection: Connection, tenant: str) -> None:
    await connection.execute("SELECT pg_advisory_unlock($1, hashtext($2))", _LEASE, tenant)


async def _load_edge(connection: Connection, tenant: str, size: int) -> Edge:
    """Read the right edge of the tree of `size`.

    Tiles beyond `size` are passed over: a crash between tiles and checkpoint leaves them, and they will be right.
    """
    first = size - size % WIDTH
    rows = await connection.fetch(
        "SELECT leaf_hash FROM ledger_entry WHERE tenant = $1 AND index >= $2 AND index < $3 ORDER BY index",
        tenant,
        first,
        size,
    )
    partial = [[bytes(row["leaf_hash"]) for row in rows]]
    level = 1
    while count := hashes_at(level, size):
        rows = await connection.fetch(
            "SELECT root FROM ledger_tile WHERE tenant = $1 AND level = $2 AND number >= $3 AND number < $4"
            " ORDER BY number",
            tenant,
            level - 1,
            count - count % WIDTH,
            count,
        )
        partial.append([bytes(row["root"]) for row in rows])
        level += 1
    try:
        return Edge(size, partial if size else [])
    except ProofError as error:
        raise LogInconsistent(f"{tenant}: {error}") from error


async def _new_leaves(connection: Connection, tenant: str, size: int) -> list[bytes]:
    rows = await connection.fetch(
        "SELECT index, leaf, leaf_hash FROM ledger_entry WHERE tenant = $1 AND index >= $2 ORDER BY index LIMIT $3",
        tenant,
        size,
        MAX_GROWTH,
    )
    hashes = []
    for expected, row in enumerate(rows, start=size):
        digest = leaf_hash(bytes(row["leaf"]))
        if row["index"] != expected or digest != bytes(row["leaf_hash"]):
            raise LogInconsistent(f"{tenant}: entry {expected} is missing or changed")
        hashes.append(digest)
    return hashes


async def _write_tiles(connection: Connection, tenant: str, tiles: list[FullTile]) -> None:
    # Tiles of an unfinished run are already there with these very bytes; the check below proves it.
    await connection.executemany(
        "INSERT INTO ledger_tile (tenant, level, number, hashes, root) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (tenant, level, number) DO NOTHING",
        [(tenant, tile.id.level, tile.id.index, tile.hashes, tile.root) for tile in tiles],
    )
    stored = await connection.fetch(
        "SELECT t.level, t.number, t.root FROM ledger_tile t"
        " JOIN unnest($2::int[], $3::bigint[]) AS w(level, number) ON t.level = w.level AND t.number = w.number"
        " WHERE t.tenant = $1",
        tenant,
        [tile.id.level for tile in tiles],
        [tile.id.index for tile in tiles],
    )
    found = {(row["level"], row["number"]): bytes(row["root"]) for row in stored}
    for tile in tiles:
        if found.get((tile.id.level, tile.id.index)) != tile.root:
            raise LogInconsistent(f"{tenant}: {tile.id.path} is stored with other hashes")


def _text_of(tenant: str, row: Row) -> str:
    """Return what the newest checkpoint says, which the next one names."""
    try:
        return split_note(bytes(row["note"]))[0]
    except NoteError as error:
        raise LogInconsistent(f"{tenant}: the note of checkpoint {row['size']} is no note") from error


async def _write_checkpoint(
    connection: Connection, tenant: str, key: SigningKey, edge: Edge, last: Row | None, now: datetime
) -> Checkpoint | None:
    link = Link.after(_text_of(tenant, last) if last is not None else None, now)
    checkpoint = Checkpoint(key.name, edge.size, edge.root(), link.lines)
    written = await connection.fetchval(
        "INSERT INTO ledger_checkpoint (tenant, size, previous_size, root, note, time)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING size",
        tenant,
        checkpoint.size,
        last["size"] if last is not None else -1,
        checkpoint.root,
        key.sign(checkpoint.text).encode(),
        now,
    )
    # Nothing written: another sequencer grew the tree from the same size first, and its checkpoint stands.
    return checkpoint if written is not None else None


async def grow(
    connection: Connection, tenant: str, key: SigningKey, now: datetime, probe: Probe = _no_probe
) -> Checkpoint | None:
    """Sign a checkpoint over the entries that have none yet; return it, or None when there was nothing to do.

    Runs in autocommit: each stage is durable before the next begins.
    """
    last = await connection.fetchrow(
        "SELECT size, root, note FROM ledger_checkpoint WHERE tenant = $1 ORDER BY size DESC LIMIT 1", tenant
    )
    if last is None:
        return await _write_checkpoint(connection, tenant, key, Edge(0, []), None, now)
    size = last["size"]
    leaves = await _new_leaves(connection, tenant, size)
    if not leaves:
        return None
    edge = await _load_edge(connection, tenant, size)
    if edge.root() != bytes(last["root"]):
        raise LogInconsistent(f"{tenant}: the stored edge does not lead to the root signed at {size}")
    tiles = edge.extend(leaves)
    await probe("entries read")
    # Crash here: entries without tiles. The next run reads the same entries and writes the same tiles.
    if tiles:
        await _write_tiles(connection, tenant, tiles)
    await probe("tiles written")
    # Crash here: tiles beyond the checkpoint. Nobody reads them, and the next run finds them as it would write them.
    checkpoint = await _write_checkpoint(connection, tenant, key, edge, last, now)
    await probe("checkpoint written")
    # Crash here: the checkpoint is public and nothing is left to do.
    return checkpoint
