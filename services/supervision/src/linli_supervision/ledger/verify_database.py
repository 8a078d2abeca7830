"""The auditor's verification: every stored row of a log against every other and against the signatures.

Nothing is believed because it is stored: leaf hashes are computed from the leaves, tiles from leaf hashes, roots from
tiles, and only the signed notes say what the roots must be. Reads one snapshot; needs asyncpg besides the verifier.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from linli_supervision.ledger.entry import (
    agrees,
    columns_differ,
    occurrence_from_content,
    references_of,
    subject_differs,
)
from linli_supervision.ledger.findings import Report
from linli_supervision.ledger.merkle import HASH_SIZE, CompactRange, leaf_hash
from linli_supervision.ledger.note import Checkpoint, NoteError, VerifierKey, open_checkpoint
from linli_supervision.ledger.tiles import FULL_TILE_BYTES, WIDTH, TileId, hashes_at, subtree_root
from linli_supervision.ledger.verify import Memory, Unreachable
from linli_supervision.ledger.verify_witnesses import check_stored
from linli_supervision.rows import Row

BATCH = 2000

_ENTRIES = """
SELECT e.index, e.leaf, e.leaf_hash, e.source, e.source_seq, e.time, e.action, e.role, e.division, e.outcome,
       s.salt, s.content, r.refs
FROM ledger_entry e
LEFT JOIN ledger_subject s ON s.tenant = e.tenant AND s.index = e.index
LEFT JOIN (SELECT index, array_agg(kind || ':' || ref) AS refs FROM ledger_reference WHERE tenant = $1 GROUP BY index) r
       ON r.index = e.index
WHERE e.tenant = $1 ORDER BY e.index
"""

_COSIGNATURES = """
SELECT c.size, c.witness, c.signature, w.key, k.note
FROM ledger_cosignature c
LEFT JOIN ledger_witness w ON w.tenant = c.tenant AND w.name = c.witness
LEFT JOIN ledger_checkpoint k ON k.tenant = c.tenant AND k.size = c.size
WHERE c.tenant = $1 ORDER BY c.size, c.witness
"""


class DatabaseAudit:
    """Walks a log once from its first entry; `report` collects what does not fit."""

    def __init__(self, tenant: str, key: VerifierKey, tiles: Mapping[TileId, Row], checkpoints: Sequence[Row]) -> None:
        self.report = Report(tenant)
        self._tenant = tenant
        self._key = key
        self._tiles = tiles
        self._checkpoints = {row["size"]: row for row in checkpoints}
        self._ordered = checkpoints
        self._range = CompactRange()
        self._last_seq: dict[str, int] = {}
        self._next = 0
        self._named_since_checkpoint = False
        # The tile that the walk is in: (number, its hashes).
        self._at = (-1, b"")

    def start(self) -> None:
        self._check_chain()
        for size, row in self._checkpoints.items():
            self._check_note(size, row)
        self._check_tiles()
        self._close_checkpoint()

    def _add(self, place: str, zh: str, en: str) -> None:
        self.report.add(place, zh, en)
        self._named_since_checkpoint = True

    def _check_chain(self) -> None:
        sizes = [-1, *(row["size"] for row in self._ordered)]
        for (before, size), row in zip(pairwise(sizes), self._ordered, strict=True):
            if row["previous_size"] != before:
                self._add(f"checkpoint {size}", "前一个检查点缺失或被改动", "the one before it is missing or changed")

    def _check_note(self, size: int, row: Row) -> None:
        self.report.checkpoints += 1
        try:
            signed = open_checkpoint(bytes(row["note"]), self._key)
        except NoteError:
            self._add(f"checkpoint {size}", "检查点的签名不成立", "the checkpoint is not signed by the log")
            return
        if signed.size != size or signed.root != bytes(row["root"]):
            self._add(f"checkpoint {size}", "检查点的列与签名内容不符", "its columns do not say what is signed")

    def _check_tiles(self) -> None:
        size = self._ordered[-1]["size"] if self._ordered else 0
        level = 0
        while count := hashes_at(level, size) // WIDTH:
            for number in range(count):
                self._check_tile(TileId(level, number))
            level += 1

    def _check_tile(self, tile: TileId) -> None:
        row = self._tiles.get(tile)
        if row is None:
            self._add(tile.path, "哈希块缺失", "the tile is missing")
            return
        self.report.tiles += 1
        hashes = bytes(row["hashes"])
        if len(hashes) != FULL_TILE_BYTES:
            self._add(tile.path, "哈希块残缺", "the tile is truncated")
            return
        if tile.level:
            below = [self._tiles.get(TileId(tile.level - 1, tile.index * WIDTH + slot)) for slot in range(WIDTH)]
            for slot, child in enumerate(below):
                if child is not None and bytes(child["root"]) != hashes[slot * HASH_SIZE : (slot + 1) * HASH_SIZE]:
                    self._add(tile.path, f"第 {slot} 个哈希被改动", f"hash {slot} does not fit the tile below")
        if subtree_root(hashes) != bytes(row["root"]) and tile.level:
            self._add(tile.path, "哈希块的根被改动", "the tile's root does not fit its hashes")

    def entry(self, row: Row) -> None:
        index = row["index"]
        while self._next < index:
            self._missing(self._next)
        self.report.entries += 1
        self._push(index, self._trusted_hash(index, row))
        self._check_sequence(index, row)
        if not agrees(self._tenant, row):
            self._check_columns(index, row)
            self._check_subject(index, row)
        self._close_checkpoint()

    def _missing(self, index: int) -> None:
        self._add(f"entry {index}", "记录被删除", "the entry was removed")
        self._push(index, self._tile_hash(index) or bytes(HASH_SIZE))
        self._close_checkpoint()

    def _push(self, index: int, digest: bytes) -> None:
        self._range.append(digest)
        self._next = index + 1
        if self._next % WIDTH == 0:
            self._check_tile_root(TileId(0, index // WIDTH))

    def _check_tile_root(self, tile: TileId) -> None:
        row = self._tiles.get(tile)
        if row is None or len(row["hashes"]) != FULL_TILE_BYTES or self._tile_named(tile):
            return
        if subtree_root(bytes(row["hashes"])) != bytes(row["root"]):
            self._add(tile.path, "哈希块的根被改动", "the tile's root does not fit its hashes")

    def _tile_named(self, tile: TileId) -> bool:
        return any(finding.place == tile.path for finding in self.report.findings)

    def _tile_hash(self, index: int) -> bytes | None:
        number = index // WIDTH
        if self._at[0] != number:
            row = self._tiles.get(TileId(0, number))
            self._at = (number, bytes(row["hashes"]) if row is not None else b"")
        start = index % WIDTH * HASH_SIZE
        digest = self._at[1][start : start + HASH_SIZE]
        return digest if len(digest) == HASH_SIZE else None

    def _trusted_hash(self, index: int, row: Row) -> bytes:
        """Name what disagrees about a leaf, and return the hash that two of the three witnesses share."""
        made, stored, tiled = leaf_hash(bytes(row["leaf"])), bytes(row["leaf_hash"]), self._tile_hash(index)
        if made == stored and tiled in (None, made):
            return made
        if made != stored and tiled in (None, stored):
            self._add(f"entry {index}", "记录内容被改动", "the entry's bytes were changed")
            return stored
        if made == tiled:
            self._add(f"entry {index}", "记录的哈希列被改动", "the entry's hash column was changed")
            return made
        if made == stored and tiled is not None and not self._tile_is_whole(index):
            tile = TileId(0, index // WIDTH)
            self._add(tile.path, f"第 {index % WIDTH} 个哈希被改动", f"hash {index % WIDTH} was changed")
            return made
        self._add(f"entry {index}", "记录被整条替换", "the entry was replaced together with its hash")
        return tiled or stored

    def _tile_is_whole(self, index: int) -> bool:
        row = self._tiles[TileId(0, index // WIDTH)]
        return subtree_root(bytes(row["hashes"])) == bytes(row["root"])

    def _check_columns(self, index: int, row: Row) -> None:
        columns = {name: row[name] for name in ("source", "source_seq", "action", "role", "division", "outcome")}
        columns |= {"tenant": self._tenant, "time": row["time"]}
        for name in columns_differ(bytes(row["leaf"]), columns):
            self._add(f"entry {index}", f"检索列 {name} 与记录不符", f"column {name} does not say what the entry says")

    def _check_sequence(self, index: int, row: Row) -> None:
        source, seq = row["source"], row["source_seq"]
        expected = self._last_seq.get(source, seq - 1) + 1
        if seq != expected:
            place = f"source {source} {expected}"
            # Not through _add: a gap in numbers must not hide that the signed root does not fit.
            self.report.add(place, f"来源序号中断于记录 {index}", f"a gap in the source's numbers at entry {index}")
        self._last_seq[source] = seq

    def _check_subject(self, index: int, row: Row) -> None:
        if row["salt"] is None:
            return
        leaf, salt, content = bytes(row["leaf"]), bytes(row["salt"]), bytes(row["content"])
        if subject_differs(leaf, salt, content):
            self._add(f"entry {index}", "记录旁的盐或内容被改动", "the salt or content beside the entry was changed")
            return
        occurrence = occurrence_from_content(row["source"], row["source_seq"], "", content)
        expected = {f"{kind}:{ref}" for kind, ref in references_of(occurrence).pairs()}
        if expected != set(row["refs"] or ()):
            self._add(f"entry {index}", "检索引用被改动", "the search references do not fit the entry")

    def _close_checkpoint(self) -> None:
        row = self._checkpoints.get(self._next)
        if row is None:
            return
        first = row["previous_size"]
        # What lies between two checkpoints was named already when it was found row by row.
        if self._range.root() != bytes(row["root"]) and not self._named_since_checkpoint:
            self.report.add(
                f"entries {first}–{self._next - 1}, checkpoint {self._next}",
                "记录与已签名的根不符",
                "the entries do not lead to the signed root",
            )
        self._named_since_checkpoint = False

    def finish(self, old: Checkpoint | None) -> Report:
        if self._ordered:
            last = self._ordered[-1]
            while self._next < last["size"]:
                self._missing(self._next)
            self.report.checkpoint = Checkpoint(self._key.name, last["size"], bytes(last["root"]))
        if old is not None:
            self._check_memory(old)
        return self.report

    def _check_memory(self, old: Checkpoint) -> None:
        row = self._checkpoints.get(old.size)
        if row is None or bytes(row["root"]) != old.root:
            self.report.add(
                f"checkpoint {old.size}",
                "历史被改写：上次核对的检查点已不在账本中",
                "history was rewritten: the checkpoint seen before is no longer in the log",
            )


async def _rows(connection: Any, sql: str, tenant: str) -> AsyncIterator[Row]:
    """Yield the rows; the server prepares the next batch while this one is looked at."""
    cursor = await connection.cursor(sql, tenant)
    coming = asyncio.ensure_future(cursor.fetch(BATCH))
    try:
        while rows := await coming:
            coming = asyncio.ensure_future(cursor.fetch(BATCH))
            await asyncio.sleep(0)  # lets the request leave before this thread is busy
            for row in rows:
                yield row
    finally:
        coming.cancel()


async def _key(connection: Any, tenant: str, given: str | None, memory: Memory, notices: Report) -> VerifierKey:
    known = VerifierKey.parse(given) if given else memory.key(tenant)
    row = await connection.fetchrow("SELECT name, public_key FROM ledger_key WHERE tenant = $1", tenant)
    if row is None:
        raise Unreachable(f"{tenant}: 没有这个账本 / no such log")
    stored = VerifierKey(row["name"], bytes(row["public_key"]))
    if known is None:
        notices.notices.append(f"首次信任公钥 / trusting on first use: {stored}")
        return stored
    if known != stored:
        notices.add("key", f"库中的公钥已不是 {known}", "another public key is stored than the one trusted")
    return known


async def _connect(dsn: str) -> Any:
    import asyncpg

    try:
        return await asyncpg.connect(dsn.replace("postgresql+asyncpg://", "postgresql://"))
    except (OSError, ValueError, asyncpg.PostgresError) as error:
        raise Unreachable(str(error)) from error


async def logs_of(dsn: str) -> list[str]:
    """Return the tenants that have a log."""
    connection = await _connect(dsn)
    try:
        return [row["tenant"] for row in await connection.fetch("SELECT tenant FROM ledger_key ORDER BY tenant")]
    finally:
        await connection.close()


async def verify_database(dsn: str, tenant: str, *, key: str | None = None, state: Path | None = None) -> Report:
    """Check every stored row of a log in one snapshot; `dsn` is a PostgreSQL URL that may only read."""
    memory = Memory(state)
    connection = await _connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            preface = Report(tenant)
            trusted = await _key(connection, tenant, key, memory, preface)
            tiles = {
                TileId(row["level"], row["number"]): row
                async for row in _rows(connection, "SELECT * FROM ledger_tile WHERE tenant = $1", tenant)
            }
            checkpoints: Sequence[Row] = await connection.fetch(
                "SELECT * FROM ledger_checkpoint WHERE tenant = $1 ORDER BY size", tenant
            )
            audit = DatabaseAudit(tenant, trusted, tiles, checkpoints)
            audit.report.notices += preface.notices
            audit.report.findings += preface.findings
            audit.start()
            check_stored(await connection.fetch(_COSIGNATURES, tenant), audit.report)
            async for row in _rows(connection, _ENTRIES, tenant):
                audit.entry(row)
    finally:
        await connection.close()
    report = audit.finish(memory.checkpoint(tenant))
    if report.sound and report.checkpoint is not None:
        memory.keep(tenant, trusted, report.checkpoint)
    return report
