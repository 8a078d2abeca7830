"""Reads what the public may see of a log: key, checkpoint, tiles, proofs.

Nothing beyond the newest signed checkpoint is shown, and nothing is remembered between requests: what is served is
what is stored, so that a changed byte reaches whoever verifies.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from linli_kernel.database import Database, HotQuery
from sqlalchemy import BindParameter, ColumnElement, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from linli_supervision.ledger import merkle
from linli_supervision.ledger.errors import EntryNotFound, LogNotFound, NotSignedYet, SizeNotReached, TileNotFound
from linli_supervision.ledger.note import VerifierKey
from linli_supervision.ledger.tables import ledger_checkpoint, ledger_entry, ledger_key, ledger_tile
from linli_supervision.ledger.tiles import WIDTH, TileId, TileNeeds, TilePathError, TileReader, exists_in

_TENANT: BindParameter[str] = bindparam("tenant")
_NOTHING: ColumnElement[bytes] = literal_column("''::bytea")
_KEY = HotQuery(select(ledger_key.c.name, ledger_key.c.public_key).where(ledger_key.c.tenant == _TENANT))
_NEWEST = HotQuery(
    select(ledger_checkpoint.c.size, ledger_checkpoint.c.root, ledger_checkpoint.c.note)
    .where(ledger_checkpoint.c.tenant == _TENANT)
    .order_by(ledger_checkpoint.c.size.desc())
    .limit(1)
)
_AT = HotQuery(
    select(ledger_checkpoint.c.note).where(
        ledger_checkpoint.c.tenant == _TENANT, ledger_checkpoint.c.size == bindparam("size")
    )
)
_TILE = HotQuery(
    select(ledger_tile.c.hashes).where(
        ledger_tile.c.tenant == _TENANT,
        ledger_tile.c.level == bindparam("level"),
        ledger_tile.c.number == bindparam("number"),
    )
)
# The database joins the hashes: one value comes back, not up to 255 rows.
_LEAVES = HotQuery(
    select(func.string_agg(ledger_entry.c.leaf_hash, aggregate_order_by(_NOTHING, ledger_entry.c.index))).where(
        ledger_entry.c.tenant == _TENANT,
        ledger_entry.c.index >= bindparam("low"),
        ledger_entry.c.index < bindparam("high"),
    )
)
_ROOTS = HotQuery(
    select(func.string_agg(ledger_tile.c.root, aggregate_order_by(_NOTHING, ledger_tile.c.number))).where(
        ledger_tile.c.tenant == _TENANT,
        ledger_tile.c.level == bindparam("level"),
        ledger_tile.c.number >= bindparam("low"),
        ledger_tile.c.number < bindparam("high"),
    )
)
_INDEX_OF = HotQuery(
    select(ledger_entry.c.index).where(
        ledger_entry.c.tenant == _TENANT,
        ledger_entry.c.source == bindparam("source"),
        ledger_entry.c.source_seq == bindparam("seq"),
    )
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
        row = await self._database.fetch_one(_NEWEST, {"tenant": self._tenant})
        if row is None:
            raise LogNotFound()
        return Signed(row["size"], bytes(row["root"]), bytes(row["note"]))

    async def public_tile(self, path: str) -> bytes:
        """Return the bytes of the tile that the path below `tile/` names."""
        try:
            tile = TileId.parse(path)
        except TilePathError as error:
            raise TileNotFound() from error
        if not exists_in(tile, (await self.newest()).size):
            raise TileNotFound()
        return await self._tile(tile)

    async def _tile(self, tile: TileId) -> bytes:
        if tile.width == WIDTH:
            row = await self._database.fetch_one(
                _TILE, {"tenant": self._tenant, "level": tile.level, "number": tile.index}
            )
            if row is None:
                raise TileNotFound()
            return bytes(row["hashes"])
        bounds = {"tenant": self._tenant, "low": tile.index * WIDTH, "high": tile.index * WIDTH + tile.width}
        if tile.level == 0:
            return await self._joined(_LEAVES, bounds)
        return await self._joined(_ROOTS, bounds | {"level": tile.level - 1})

    async def _joined(self, query: HotQuery, bounds: Mapping[str, object]) -> bytes:
        joined = await self._database.fetch_value(query, bounds)
        return bytes(joined) if joined is not None else b""

    async def _tiles(self, wanted: Iterable[TileId]) -> dict[TileId, bytes]:
        return {tile: await self._tile(tile) for tile in sorted(wanted)}

    async def index_of(self, entry: str) -> int:
        """Return the index of an entry named by index or by `<source>:<number>`."""
        source, separator, number = entry.rpartition(":")
        if not separator:
            return int(number)
        row = await self._database.fetch_one(_INDEX_OF, {"tenant": self._tenant, "source": source, "seq": int(number)})
        if row is None:
            raise EntryNotFound()
        return int(row["index"])

    async def leaf_hash(self, index: int) -> bytes:
        found = await self._joined(_LEAVES, {"tenant": self._tenant, "low": index, "high": index + 1})
        if not found:
            raise EntryNotFound()
        return found

    async def _note_at(self, size: int, newest: Signed) -> bytes | None:
        if size == newest.size:
            return newest.note
        row = await self._database.fetch_one(_AT, {"tenant": self._tenant, "size": size})
        return bytes(row["note"]) if row is not None else None

    async def inclusion(self, index: int, size: int | None) -> Proof:
        """Prove that the entry is in the tree of `size` (the newest signed one by default)."""
        newest = await self.newest()
        at = newest.size if size is None else size
        if at > newest.size:
            raise SizeNotReached()
        if index >= at:
            raise NotSignedYet()
        return await self._prove(at, newest, lambda node: merkle.inclusion_proof(index, at, node))

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
