"""A log of ten million entries for measuring proofs: every tile and the root, made of leaf hashes drawn by chance.

Of the entries themselves only those are stored that a proof reads: the proven ones and the right edge. What a proof is read
from is thus complete, and the proofs are checked here by RFC 6962 without the service's code.
"""

import asyncio
import base64
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import asyncpg
import httpx

from linli_launcher.errors import LauncherFailure

SIZE = 10_000_000
TENANT = "bench"
SAMPLE = 200
_WIDTH, _HEIGHT, _HASH = 256, 8, 32
_ENTRY = (
    "tenant",
    "index",
    "leaf",
    "leaf_hash",
    "source",
    "source_seq",
    "time",
    "action",
    "role",
    "division",
    "outcome",
)
_TILE = ("tenant", "level", "number", "hashes", "root")
_CHECKPOINT = ("tenant", "size", "previous_size", "root", "note", "time")


class LargeLog:
    """`sample` are the indexes whose entries are stored."""

    def __init__(self, size: int = SIZE) -> None:
        self.size = size
        self.sample = sorted({int(size * n / SAMPLE) for n in range(SAMPLE)} | {size - 1})
        self.root = b""
        self.seconds = 0.0
        self._wanted = set(self.sample) | set(range(size - size % _WIDTH, size))
        self._leaves: dict[int, bytes] = {}

    def store(self, owner_url: str) -> None:
        began = time.perf_counter()
        asyncio.run(self._store(owner_url))
        self.seconds = time.perf_counter() - began

    async def _store(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                edge: list[tuple[int, bytes]] = []
                await connection.copy_records_to_table("ledger_tile", records=self._tiles(edge), columns=_TILE)
                self.root = _root(edge)
                now = datetime.now(UTC)
                rows = [
                    (TENANT, n, b"", self._leaves[n], TENANT, n + 1, now, "", "", "", "") for n in sorted(self._leaves)
                ]
                await connection.copy_records_to_table("ledger_entry", records=rows, columns=_ENTRY)
                checkpoint = (TENANT, self.size, -1, self.root, b"not signed", now)
                await connection.copy_records_to_table("ledger_checkpoint", records=[checkpoint], columns=_CHECKPOINT)
            for table in ("ledger_tile", "ledger_entry", "ledger_checkpoint"):
                await connection.execute(f"ANALYZE {table}")
        finally:
            await connection.close()

    def _tiles(self, edge: list[tuple[int, bytes]]) -> Iterator[tuple[Any, ...]]:
        """Yield all full tiles, lowest level first; `edge` gets the nodes right of them, highest first."""
        count, level, below = self.size, 0, b""
        while count:
            roots = []
            for number in range(count // _WIDTH):
                hashes = self._hashes(level, number, _WIDTH, below)
                roots.append(_root([(0, hashes[i : i + _HASH]) for i in range(0, len(hashes), _HASH)]))
                yield (TENANT, level, number, hashes, roots[-1])
            rest = self._hashes(level, count // _WIDTH, count % _WIDTH, below)
            edge[:0] = [(level * _HEIGHT, rest[i : i + _HASH]) for i in range(0, len(rest), _HASH)]
            count, level, below = count // _WIDTH, level + 1, b"".join(roots)

    def _hashes(self, level: int, number: int, width: int, below: bytes) -> bytes:
        first = number * _WIDTH
        if level:
            return below[first * _HASH : (first + width) * _HASH]
        hashes = os.urandom(width * _HASH)
        for slot in range(width):
            if first + slot in self._wanted:
                self._leaves[first + slot] = hashes[slot * _HASH : (slot + 1) * _HASH]
        return hashes


def check(url: str, index: int, log: LargeLog) -> bool:
    """Ask for one proof and follow it to the root; raise when it leads elsewhere."""
    answer = httpx.get(f"{url}/api/public/v1/ledger/{TENANT}/proofs/inclusion", params={"entry": index})
    proof = answer.raise_for_status().json()
    running = base64.b64decode(proof["leaf_hash"])
    position, last = index, log.size - 1
    for sibling in map(base64.b64decode, proof["proof"]):
        if position % 2 or position == last:
            running = _node(sibling, running)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            running = _node(running, sibling)
        position, last = position >> 1, last >> 1
    if running != log.root or last:
        raise LauncherFailure(f"the proof of entry {index} does not lead to the root")
    return True


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _root(nodes: list[tuple[int, bytes]]) -> bytes:
    """Return the root over complete subtrees (level, hash) from left to right."""
    edge: list[tuple[int, bytes]] = []
    for level, digest in nodes:
        while edge and edge[-1][0] == level:
            digest, level = _node(edge.pop()[1], digest), level + 1
        edge.append((level, digest))
    running = edge.pop()[1]
    while edge:
        running = _node(edge.pop()[1], running)
    return running
