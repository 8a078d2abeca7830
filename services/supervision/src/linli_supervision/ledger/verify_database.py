"""The auditor's verification: every stored row of a log against every other and against the signatures.

Nothing is believed because it is stored: leaf hashes are computed from the leaves, tiles from leaf hashes, roots from
tiles, and only the signed notes say what the roots must be. Reads one snapshot; needs asyncpg besides the verifier.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from linli_supervision.ledger.entry import (
    ERASE,
    agrees,
    columns_differ,
    erased_by,
    leftovers_fit,
    occurrence_from_content,
    references_of,
    runs_of,
    subject_differs,
)
from linli_supervision.ledger.findings import Finding, Report
from linli_supervision.ledger.merkle import HASH_SIZE, leaf_hash
from linli_supervision.ledger.note import Checkpoint, NoteError, VerifierKey, open_checkpoint
from linli_supervision.ledger.tiles import FULL_TILE_BYTES, WIDTH, TileId, hashes_at, subtree_root
from linli_supervision.ledger.verify import Memory, Unreachable
from linli_supervision.ledger.verify_chain import check_chain
from linli_supervision.ledger.verify_roots import PossibleRoots, Reading
from linli_supervision.ledger.verify_witnesses import check_stored
from linli_supervision.rows import Row

BATCH = 2000
Counts = Mapping[str, int]
"""How many checkpoints there are up to a size, and how many cosignatures of each witness."""
SET_BACK_BY = timedelta(hours=1)
"""Acts are numbered as they are kept and bear the time at which they began: a long one stands some minutes back."""
CHECKPOINTS = "*"
"""No witness is called so: a name in a key holds the host that it belongs to."""

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
SELECT c.size, c.witness, c.signature, c.time, w.key, k.note
FROM ledger_cosignature c
LEFT JOIN ledger_witness w ON w.tenant = c.tenant AND w.name = c.witness
LEFT JOIN ledger_checkpoint k ON k.tenant = c.tenant AND k.size = c.size
WHERE c.tenant = $1 ORDER BY c.size, c.witness
"""


def _counted(size: int, checkpoints: Sequence[Row], cosignatures: Sequence[Row]) -> dict[str, int]:
    by_witness = Counter(row["witness"] for row in cosignatures if row["size"] <= size)
    return {**by_witness, CHECKPOINTS: sum(row["size"] <= size for row in checkpoints)}


class DatabaseAudit:
    """Walks a log once from its first entry; `report` collects what does not fit."""

    def __init__(self, tenant: str, key: VerifierKey, tiles: Mapping[TileId, Row], checkpoints: Sequence[Row]) -> None:
        self.report = Report(tenant)
        self._tenant = tenant
        self._key = key
        self._tiles = tiles
        self._checkpoints = {row["size"]: row for row in checkpoints}
        self._ordered = checkpoints
        self._signed: dict[int, Checkpoint] = {}
        self._roots = PossibleRoots()
        self._last_seq: dict[str, int] = {}
        self._last_time: dict[str, datetime] = {}
        self._set_back: dict[str, list[int]] = {}
        self._next = 0
        # Up to where a signed root was held against the entries, and from where on none fitted any more.
        self._settled = 0
        self._lost: int | None = None
        # Entries with nothing beside them, and what the log says was erased: (by which entry, first, last).
        self._bare: list[int] = []
        self._erased: list[tuple[int, int, int]] = []
        # The tile that the walk is in: (number, its hashes).
        self._at = (-1, b"")

    def start(self) -> None:
        for size, row in self._checkpoints.items():
            self._check_note(size, row)
        check_chain(self._ordered, self._signed, self.report)
        self._check_tiles()
        self._close_checkpoint()

    def _add(self, place: str, zh: str, en: str) -> None:
        self.report.add(place, zh, en)

    def _check_note(self, size: int, row: Row) -> None:
        self.report.checkpoints += 1
        try:
            signed = open_checkpoint(bytes(row["note"]), self._key)
        except NoteError:
            self._add(f"checkpoint {size}", "检查点的签名不成立", "the checkpoint is not signed by the log")
            return
        if signed.size == size:
            self._signed[size] = signed
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
        self._take(index, row)
        self._push(index)
        self._check_sequence(index, row)
        if row["salt"] is None:
            self._bare.append(index)
        if not agrees(self._tenant, row):
            self._check_columns(index, row)
            self._check_subject(index, row)
        elif row["action"] == ERASE and row["content"] is not None:
            self._erased += [(index, first, last) for first, last in erased_by(bytes(row["content"]))]
        self._close_checkpoint()

    def _missing(self, index: int) -> None:
        self._add(f"entry {index}", "记录被删除", "the entry was removed")
        self._roots.append(self._tile_hash(index) or bytes(HASH_SIZE))
        self._push(index)
        self._close_checkpoint()

    def _push(self, index: int) -> None:
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

    def _take(self, index: int, row: Row) -> None:
        """Add a leaf by the hash that leaf, column and tile agree on, or by each that may be right."""
        made, stored, tiled = leaf_hash(bytes(row["leaf"])), bytes(row["leaf_hash"]), self._tile_hash(index)
        if made == stored and tiled in (None, made):
            self._roots.append(made)
            return
        entry, tile = f"entry {index}", TileId(0, index // WIDTH).path
        bytes_changed = Reading(stored, Finding(entry, "记录内容被改动", "the entry's bytes were changed"))
        column_changed = Reading(made, Finding(entry, "记录的哈希列被改动", "the entry's hash column was changed"))
        replaced = Finding(entry, "记录被整条替换", "the entry was replaced together with its hash")
        if made != stored and tiled is None:
            self._roots.append_one_of((bytes_changed, column_changed), entry)
        elif tiled is None or tiled == stored:
            self._roots.append_one_of((bytes_changed,), entry)
        elif made == tiled:
            self._roots.append_one_of((column_changed,), entry)
        elif made != stored:
            self._roots.append_one_of((Reading(tiled, replaced),), entry)
        elif self._tile_is_whole(index):
            both = Finding(tile, "哈希块连同其根被改动", "the tile was changed together with its root")
            self._roots.append_one_of((Reading(tiled, replaced), Reading(made, both)), tile)
        else:
            slot = index % WIDTH
            changed = Finding(tile, f"第 {slot} 个哈希被改动", f"hash {slot} was changed")
            self._roots.append_one_of((Reading(made, changed),), entry)

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
            self._add(place, f"来源序号中断于记录 {index}", f"a gap in the source's numbers at entry {index}")
        self._last_seq[source] = seq
        before = self._last_time.get(source)
        if before is not None and before - row["time"] > SET_BACK_BY:
            self._set_back.setdefault(source, []).append(index)
        self._last_time[source] = row["time"]

    def _check_subject(self, index: int, row: Row) -> None:
        if row["salt"] is None:
            if not leftovers_fit(bytes(row["leaf"]), row["refs"] or ()):
                self._add(f"entry {index}", "检索引用被改动", "the search references do not fit the entry")
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
        """Hold the entries so far against the root signed here. One that is not signed was named before, and vouches for nothing."""
        signed = self._signed.get(self._next)
        if signed is None:
            return
        fits, found = self._roots.settle(signed.root)
        self.report.findings += found
        if not fits and self._lost is None:
            self._lost = self._next
            self._unvouched(
                self._settled, self._next, "记录与已签名的根不符", "the entries do not lead to the signed root"
            )
        self._settled = self._next

    def _unvouched(self, first: int, size: int, zh: str, en: str) -> None:
        self._add(f"entries {first}–{size - 1}, checkpoint {size}", zh, en)

    def finish(self, old: Checkpoint | None) -> Report:
        if self._ordered:
            size = self._ordered[-1]["size"]
            while self._next < size:
                self._missing(self._next)
            self.report.findings += self._roots.unsettled()
            if self._lost is not None and self._lost < self._settled:
                # Every later root holds these entries too: none can be reached before the change is cleared up.
                self._unvouched(
                    self._lost, self._settled, "此前的改动查明之前无法核对", "cannot be checked before that is known"
                )
            if self._settled < size:
                self._unvouched(self._settled, size, "没有成立的签名担保", "no signature that holds vouches for them")
            self.report.checkpoint = Checkpoint(self._key.name, size, bytes(self._ordered[-1]["root"]))
        self._check_erased()
        for source, indexes in self._set_back.items():
            # What is written there is what was written then: nothing was changed, but somebody may want to ask.
            zh = f"来源 {source}：{len(indexes)} 处时间比前一号早一小时以上，首见于记录 {indexes[0]}（时钟被拨回，或补记了从前的事）"
            en = f"the time of {source} goes back at {len(indexes)} entries, first at {indexes[0]}"
            self.report.notices.append(f"{zh} / {en}")
        if old is not None:
            self._check_memory(old)
        return self.report

    def check_counts(self, old: Counts, now: Counts) -> None:
        """Checkpoints and cosignatures are final once written: up to a size there are as many as there were."""
        for name, count in old.items():
            if now.get(name, 0) < count:
                place = "checkpoints" if name == CHECKPOINTS else f"cosignatures {name}"
                self._add(
                    place, f"少了：上次核对时有 {count} 个", f"some were removed: there were {count} when last checked"
                )

    def _check_erased(self) -> None:
        """Whom an entry concerned may be erased, and the log then says which entries; what it does not say was removed."""
        for by, first, last in self._erased:
            told = f"记录 {first}–{last} 旁的内容已删除，见记录 {by} / erased beside entries {first}–{last}, says entry {by}"
            self.report.notices.append(told)
        said = self._erased
        unsaid = (one for one in self._bare if not any(first <= one <= last and one < by for by, first, last in said))
        for first, last in runs_of(unsaid):
            place = f"entry {first}" if first == last else f"entries {first}–{last}"
            zh, en = "记录旁的内容被删除，账本中没有相应记载", "what stood beside it was removed, and no entry says so"
            self._add(place, zh, en)

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
            cosignatures: Sequence[Row] = await connection.fetch(_COSIGNATURES, tenant)
            check_stored(cosignatures, audit.report)
            async for row in _rows(connection, _ENTRIES, tenant):
                audit.entry(row)
    finally:
        await connection.close()
    report = audit.finish(memory.checkpoint(tenant))
    size, counts = memory.counted(tenant)
    # A log that is no longer the one that was counted was named already.
    if size in {row["size"] for row in checkpoints}:
        audit.check_counts(counts, _counted(size, checkpoints, cosignatures))
    if report.sound and report.checkpoint is not None:
        size = report.checkpoint.size
        memory.keep(tenant, trusted, report.checkpoint, counted=(size, _counted(size, checkpoints, cosignatures)))
    return report
