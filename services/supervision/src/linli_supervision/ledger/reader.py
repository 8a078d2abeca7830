"""Reads what the public may see of a log: key, checkpoint, tiles, proofs.

Nothing beyond the newest signed checkpoint is shown, and no row is remembered between requests: what is served is what
is stored, so that a changed byte reaches whoever verifies. A proof costs two round trips, whatever the size of the log.
"""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from linli_kernel.database import Database, HotQuery
from sqlalchemy import BindParameter, and_, bindparam, select, text

from linli_supervision.ledger import merkle
from linli_supervision.ledger.errors import EntryNotFound, LogNotFound, NotSignedYet, SizeNotReached, TileNotFound
from linli_supervision.ledger.note import COSIGNATURE, VerifierKey, signature_line
from linli_supervision.ledger.tables import ledger_checkpoint, ledger_entry, ledger_key
from linli_supervision.ledger.tiles import TileId, TileNeeds, TilePathError, TileReader, exists_in
from linli_supervision.rows import Row
from linli_supervision.witnesses.tables import ledger_cosignature, ledger_witness

_TENANT: BindParameter[str] = bindparam("tenant")
_KEY = HotQuery(select(ledger_key.c.name, ledger_key.c.public_key).where(ledger_key.c.tenant == _TENANT))
_NEWEST = HotQuery(
    select(ledger_checkpoint.c.size, ledger_checkpoint.c.root, ledger_checkpoint.c.note)
    .where(ledger_checkpoint.c.tenant == _TENANT)
    .order_by(ledger_checkpoint.c.size.desc())
    .limit(1)
)
_NEWEST_WITH_LEAF = HotQuery(
    select(
        ledger_checkpoint.c.size,
        ledger_checkpoint.c.root,
        ledger_checkpoint.c.note,
        select(ledger_entry.c.leaf_hash)
        .where(ledger_entry.c.tenant == _TENANT, ledger_entry.c.index == bindparam("index"))
        .scalar_subquery()
        .label("leaf_hash"),
    )
    .where(ledger_checkpoint.c.tenant == _TENANT)
    .order_by(ledger_checkpoint.c.size.desc())
    .limit(1)
)
_AT = HotQuery(
    select(ledger_checkpoint.c.note).where(
        ledger_checkpoint.c.tenant == _TENANT, ledger_checkpoint.c.size == bindparam("size")
    )
)
# All tiles of a proof in one round trip. A partial tile is joined from the level below: one value, not up to 255 rows.
_TILES = HotQuery(
    text(
        """
SELECT CASE
  WHEN w.width = 256 THEN
    (SELECT hashes FROM ledger_tile t WHERE t.tenant = :tenant AND t.level = w.level AND t.number = w.number)
  WHEN w.level = 0 THEN
    (SELECT string_agg(e.leaf_hash, ''::bytea ORDER BY e.index) FROM ledger_entry e
     WHERE e.tenant = :tenant AND e.index >= w.number * 256 AND e.index < w.number * 256 + w.width)
  ELSE
    (SELECT string_agg(t.root, ''::bytea ORDER BY t.number) FROM ledger_tile t
     WHERE t.tenant = :tenant AND t.level = w.level - 1
       AND t.number >= w.number * 256 AND t.number < w.number * 256 + w.width)
  END AS hashes
FROM unnest(CAST(:levels AS int[]), CAST(:numbers AS bigint[]), CAST(:widths AS int[]))
  WITH ORDINALITY AS w (level, number, width, position)
ORDER BY w.position
"""
    )
)
_INDEX_OF = HotQuery(
    select(ledger_entry.c.index).where(
        ledger_entry.c.tenant == _TENANT,
        ledger_entry.c.source == bindparam("source"),
        ledger_entry.c.source_seq == bindparam("seq"),
    )
)
_COSIGNATURES = HotQuery(
    select(ledger_witness.c.key, ledger_cosignature.c.signature)
    .join(
        ledger_witness,
        and_(
            ledger_witness.c.tenant == ledger_cosignature.c.tenant,
            ledger_witness.c.name == ledger_cosignature.c.witness,
        ),
    )
    .where(ledger_cosignature.c.tenant == _TENANT, ledger_cosignature.c.size == bindparam("size"))
    .order_by(ledger_witness.c.name)
)


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest checkpoint."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    size: int
    root: bytes
    hashes: list[bytes]
    note: bytes | None


def text_of(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def line_of(key: str, signature: bytes) -> bytes:
    """Return a stored cosignature as it stands below a note."""
    return signature_line(VerifierKey.parse(key, COSIGNATURE), signature).encode()


def _signed(row: Row | None) -> Signed:
    if row is None:
        raise LogNotFound()
    return Signed(row["size"], bytes(row["root"]), bytes(row["note"]))


class LogReader:
    def __init__(self, database: Database, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    async def key(self) -> VerifierKey:
        row = await self._database.fetch_one(_KEY, {"tenant": self._tenant})
        if row is None:
            raise LogNotFound()
        return VerifierKey(row["name"], bytes(row["public_key"]))

    async def newest(self) -> Signed:
        return _signed(await self._database.fetch_one(_NEWEST, {"tenant": self._tenant}))

    async def cosigned(self, size: int, note: bytes) -> bytes:
        """Return the note with the cosignatures of its size below the log's own signature."""
        rows = await self._database.fetch_all(_COSIGNATURES, {"tenant": self._tenant, "size": size})
        return note + b"".join(line_of(row["key"], bytes(row["signature"])) for row in rows)

    async def note_with_cosignatures(self, size: int) -> bytes:
        """Return the checkpoint of exactly this size with its cosignatures."""
        row = await self._database.fetch_one(_AT, {"tenant": self._tenant, "size": size})
        if row is None:
            raise LogNotFound()
        return await self.cosigned(size, bytes(row["note"]))

    async def public_tile(self, path: str) -> tuple[TileId, bytes]:
        """Return the tile that the path below `tile/` names, and its bytes."""
        try:
            tile = TileId.parse(path)
        except TilePathError as error:
            raise TileNotFound() from error
        if not exists_in(tile, (await self.newest()).size):
            raise TileNotFound()
        return tile, (await self._tiles([tile]))[tile]

    async def _tiles(self, wanted: Iterable[TileId]) -> dict[TileId, bytes]:
        tiles = sorted(wanted)
        parameters = {
            "tenant": self._tenant,
            "levels": [tile.level for tile in tiles],
            "numbers": [tile.index for tile in tiles],
            "widths": [tile.width for tile in tiles],
        }
        rows = await self._database.fetch_all(_TILES, parameters)
        if any(row["hashes"] is None for row in rows):
            raise TileNotFound()
        return {tile: bytes(row["hashes"]) for tile, row in zip(tiles, rows, strict=True)}

    async def index_of(self, entry: str) -> int:
        """Return the index of an entry named by index or by `<source>:<number>`."""
        source, separator, number = entry.rpartition(":")
        if not separator:
            return int(number)
        row = await self._database.fetch_one(_INDEX_OF, {"tenant": self._tenant, "source": source, "seq": int(number)})
        if row is None:
            raise EntryNotFound()
        return int(row["index"])

    async def _note_at(self, size: int, newest: Signed) -> bytes | None:
        if size == newest.size:
            return newest.note
        row = await self._database.fetch_one(_AT, {"tenant": self._tenant, "size": size})
        return bytes(row["note"]) if row is not None else None

    async def inclusion(self, index: int, size: int | None) -> tuple[Proof, bytes]:
        """Prove that the entry is in the tree of `size` (the newest signed one by default); returns its hash as well."""
        row = await self._database.fetch_one(_NEWEST_WITH_LEAF, {"tenant": self._tenant, "index": index})
        newest = _signed(row)
        at = newest.size if size is None else size
        if at > newest.size:
            raise SizeNotReached()
        if index >= at:
            raise NotSignedYet()
        if row is None or row["leaf_hash"] is None:
            raise EntryNotFound()
        proof = await self._prove(at, newest, lambda node: merkle.inclusion_proof(index, at, node))
        return proof, bytes(row["leaf_hash"])

    async def consistency(self, first: int, second: int | None) -> Proof:
        """Prove that the tree of `first` is a prefix of the tree of `second` (the newest signed one by default)."""
        newest = await self.newest()
        at = newest.size if second is None else second
        if at > newest.size or first > at:
            raise SizeNotReached()
        return await self._prove(at, newest, lambda node: merkle.consistency_proof(first, at, node))

    async def _prove(self, size: int, newest: Signed, make: Callable[[merkle.Node], list[bytes]]) -> Proof:
        """Learn which tiles the proof reads, read them, make it."""
        needs = TileNeeds(size)
        make(needs)
        if size != newest.size:
            merkle.root_of(size, needs)
        node = TileReader(size, await self._tiles(needs.tiles))
        root = newest.root if size == newest.size else merkle.root_of(size, node)
        return Proof(size, root, make(node), await self._note_at(size, newest))
