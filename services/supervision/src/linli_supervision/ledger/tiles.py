"""Hash tiles of C2SP tlog-tiles: 256 hashes a tile, eight tree levels a step.

A tile's bytes depend on the entries alone: a full tile is written once, a partial one can be made again at any time.
Source: c2sp.org/tlog-tiles.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from linli_supervision.ledger.merkle import HASH_SIZE, CompactRange, ProofError, parents

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL_TILE_BYTES = WIDTH * HASH_SIZE
MAX_LEVEL = 63

_PATH = re.compile(r"(0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class TilePathError(ValueError):
    """The path names no tile."""


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below the log's prefix, such as `tile/0/x001/x234/067.p/12`."""
        elements = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            elements.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(reversed(elements))}{partial}"

    @classmethod
    def parse(cls, path: str) -> "TileId":
        """Read what follows `tile/`; only the one canonical spelling is accepted."""
        match = _PATH.fullmatch(path)
        if match is None or len(path) > 64:
            raise TilePathError(path)
        tile = cls(
            level=int(match[1]), index=int(match[2].replace("/", "").replace("x", "")), width=int(match[3] or WIDTH)
        )
        if tile.level > MAX_LEVEL or (match[3] and tile.width >= WIDTH) or tile.path != f"tile/{path}":
            raise TilePathError(path)
        return tile

    @property
    def first_leaf(self) -> int:
        return self.index << (HEIGHT * (self.level + 1))


def hashes_at(level: int, size: int) -> int:
    """Return how many hashes level `level` of the tiles holds for a tree of `size` leaves."""
    return size >> (HEIGHT * level)


def tiles_of(size: int) -> Iterator[TileId]:
    """Yield every tile of a tree of `size` leaves, lowest level first."""
    level = 0
    while count := hashes_at(level, size):
        for index in range(count // WIDTH):
            yield TileId(level, index)
        if count % WIDTH:
            yield TileId(level, count // WIDTH, count % WIDTH)
        level += 1


def exists_in(tile: TileId, size: int) -> bool:
    """Say whether a tree of `size` leaves has at least the hashes of this tile."""
    return tile.index * WIDTH + tile.width <= hashes_at(tile.level, size)


def tile_for(level: int, index: int, size: int) -> TileId:
    """Return the tile of a tree of `size` that the node (level, index) is read from."""
    tile_level, height = divmod(level, HEIGHT)
    number = (index << height) // WIDTH
    available = hashes_at(tile_level, size) - number * WIDTH
    if available <= 0:
        raise ProofError(f"the tree of {size} has no node {level}/{index}")
    return TileId(tile_level, number, min(WIDTH, available))


def subtree_root(data: bytes, start: int = 0, count: int = WIDTH) -> bytes:
    """Return the root over `count` (a power of two) neighbouring hashes of a tile."""
    level = data[start * HASH_SIZE : (start + count) * HASH_SIZE]
    if len(level) != count * HASH_SIZE:
        raise ProofError("the tile is too short")
    while len(level) > HASH_SIZE:
        level = parents(level)
    return level


@lru_cache(maxsize=512)
def _subtrees(data: bytes) -> tuple[bytes, ...]:
    """Return all nodes inside a tile, level by level from its own hashes up.

    Remembered by the tile's bytes, some 16 kB each: what was changed in the store is another tile and hashed anew.
    """
    levels = [data]
    while len(levels[-1]) > HASH_SIZE:
        levels.append(parents(levels[-1]))
    return tuple(levels)


class TileReader:
    """Answers `Node` for a tree of `size` out of tiles already fetched."""

    def __init__(self, size: int, tiles: Mapping[TileId, bytes]) -> None:
        self._size = size
        self._tiles = tiles

    def __call__(self, level: int, index: int) -> bytes:
        tile = tile_for(level, index, self._size)
        height = level % HEIGHT
        levels = _subtrees(self._tiles[tile])
        start = ((index << height) % WIDTH >> height) * HASH_SIZE
        digest = levels[height][start : start + HASH_SIZE] if height < len(levels) else b""
        if len(digest) != HASH_SIZE:
            raise ProofError("the tile is too short")
        return digest


class TileNeeds:
    """Stands in for a `Node` to learn which tiles a proof will read."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.tiles: set[TileId] = set()

    def __call__(self, level: int, index: int) -> bytes:
        self.tiles.add(tile_for(level, index, self._size))
        return bytes(HASH_SIZE)


@dataclass(frozen=True, slots=True)
class FullTile:
    id: TileId
    hashes: bytes
    root: bytes


class Edge:
    """The right edge of a tree in tiles: the hashes of the partial tile of every level, lowest first.

    Growing it gives each tile once, at the moment it becomes full.
    """

    def __init__(self, size: int, partial: list[list[bytes]]) -> None:
        level = 0
        while (count := hashes_at(level, size)) or level < len(partial):
            if level >= len(partial) or len(partial[level]) != count % WIDTH:
                raise ProofError(f"the edge of a tree of {size} is incomplete at level {level}")
            level += 1
        self.size = size
        self._partial = partial

    def root(self) -> bytes:
        edge = CompactRange()
        for level in range(len(self._partial) - 1, -1, -1):
            for digest in self._partial[level]:
                edge.append_subtree(level * HEIGHT, digest)
        return edge.root()

    def extend(self, leaves: list[bytes]) -> list[FullTile]:
        """Append leaf hashes; return the tiles that became full, lowest level first."""
        full: list[FullTile] = []
        arriving, level, before = leaves, 0, self.size
        self.size += len(leaves)
        while arriving:
            if level == len(self._partial):
                self._partial.append([])
            hashes = self._partial[level] + arriving
            number = hashes_at(level, before) // WIDTH
            arriving = []
            for start in range(0, len(hashes) - WIDTH + 1, WIDTH):
                data = b"".join(hashes[start : start + WIDTH])
                root = subtree_root(data)
                full.append(FullTile(TileId(level, number + start // WIDTH), data, root))
                arriving.append(root)
            self._partial[level] = hashes[len(arriving) * WIDTH :]
            level += 1
        return full
