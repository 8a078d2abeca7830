"""The stand-alone verifier: is the county's log still what it was, and does it hold together?

It trusts nothing but the log's public key and what it remembered itself. Over the public address it needs no account;
an auditor with a database URL has every row checked, too. Depends on httpx and cryptography only.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx

from linli_supervision.ledger.findings import Exit, Report
from linli_supervision.ledger.merkle import HASH_SIZE, ProofError, root_of
from linli_supervision.ledger.note import Checkpoint, NoteError, VerifierKey, open_checkpoint
from linli_supervision.ledger.tiles import WIDTH, TileId, TileReader, subtree_root, tile_for, tiles_of

PARALLEL_FETCHES = 8
TIMEOUT_SECONDS = 30.0


class Unreachable(Exception):
    """The log could not be read, so nothing is known about it."""


class Memory:
    """What this verifier remembers between runs: the key and the last checkpoint of each log."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._data: dict[str, Any] = {}
        if path is not None and path.exists():
            try:
                loaded = json.loads(path.read_text("utf-8"))
            except ValueError as error:
                raise Unreachable(f"{path}: 状态文件无法读取 / the state file is unreadable") from error
            self._data = loaded if isinstance(loaded, dict) else {}

    def key(self, tenant: str) -> VerifierKey | None:
        remembered = self._data.get(tenant)
        return VerifierKey.parse(remembered["key"]) if remembered else None

    def checkpoint(self, tenant: str) -> Checkpoint | None:
        remembered = self._data.get(tenant)
        return Checkpoint.parse(remembered["checkpoint"]) if remembered else None

    def keep(self, tenant: str, key: VerifierKey, checkpoint: Checkpoint) -> None:
        if self._path is None:
            return
        self._data[tenant] = {"key": str(key), "checkpoint": checkpoint.text}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed: a verifier killed here still knows its last checkpoint.
        handle, aside = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(self._data, file, ensure_ascii=False, indent=1)
        Path(aside).replace(self._path)


async def _get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    try:
        return await client.get(path)
    except httpx.HTTPError as error:
        raise Unreachable(f"{path}: {error or type(error).__name__}") from error


async def _fetch_key(client: httpx.AsyncClient) -> VerifierKey:
    answer = await _get(client, "key")
    try:
        answer.raise_for_status()
        return VerifierKey.parse(answer.json()["verifier_key"])
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"key: HTTP {answer.status_code}") from error


async def _fetch_tiles(client: httpx.AsyncClient, wanted: Iterable[TileId], report: Report) -> dict[TileId, bytes]:
    gate = asyncio.Semaphore(PARALLEL_FETCHES)

    async def fetch(tile: TileId) -> tuple[TileId, bytes | None]:
        async with gate:
            answer = await _get(client, tile.path)
        if answer.status_code >= 500:
            raise Unreachable(f"{tile.path}: HTTP {answer.status_code}")
        whole = answer.status_code == 200 and len(answer.content) == tile.width * HASH_SIZE
        return tile, answer.content if whole else None

    tiles: dict[TileId, bytes] = {}
    for tile, content in await asyncio.gather(*(fetch(tile) for tile in wanted)):
        if content is None:
            report.add(tile.path, "哈希块缺失或残缺", "the tile is missing or truncated")
        else:
            tiles[tile] = content
    return tiles


def check_tiles(checkpoint: Checkpoint, tiles: dict[TileId, bytes], report: Report) -> None:
    """Compare every tile with its hash one level up, and the right edge with the signed root; name what is wrong."""
    size = checkpoint.size
    broken = _tiles_against_parents(size, tiles)
    if root_of(size, TileReader(size, tiles)) == checkpoint.root:
        # The edge is vouched for by the signature, so a tile that disagrees with its parent is itself the changed one.
        children = {child for child, _, _ in broken}
        for wrong in sorted({parent if parent in children else child for child, parent, _ in broken}):
            report.add(wrong.path, "哈希块被改动", "the tile was changed")
        return
    for child, parent, slot in broken:
        repaired = bytearray(tiles[parent])
        repaired[slot * HASH_SIZE : (slot + 1) * HASH_SIZE] = subtree_root(tiles[child])
        if root_of(size, TileReader(size, tiles | {parent: bytes(repaired)})) == checkpoint.root:
            report.add(parent.path, f"第 {slot} 个哈希被改动", f"hash {slot} was changed")
            return
    edge = ", ".join(tile.path for tile in tiles if tile.width < WIDTH)
    places = sorted({child.path for child, _, _ in broken}) or [edge or "tile/0/000"]
    for place in places:
        report.add(
            place,
            f"与已签名的检查点 {size} 的根不符",
            f"does not lead to the root signed in checkpoint {size}",
        )


def _tiles_against_parents(size: int, tiles: dict[TileId, bytes]) -> list[tuple[TileId, TileId, int]]:
    broken = []
    for tile, content in tiles.items():
        if tile.width < WIDTH:
            continue
        parent = tile_for((tile.level + 1) * 8, tile.index, size)
        slot = tile.index % WIDTH
        if parent in tiles and tiles[parent][slot * HASH_SIZE : (slot + 1) * HASH_SIZE] != subtree_root(content):
            broken.append((tile, parent, slot))
    return broken


def check_growth(old: Checkpoint, new: Checkpoint, tiles: dict[TileId, bytes], report: Report) -> None:
    """The remembered tree must be a prefix of the present one."""
    if new.size < old.size:
        report.add(
            f"checkpoint {new.size}",
            f"账本变短了：上次核对时有 {old.size} 条",
            f"the log shrank: it had {old.size} entries when last checked",
        )
        return
    try:
        if root_of(old.size, TileReader(new.size, tiles)) == old.root:
            return
    except (ProofError, KeyError):
        pass
    report.add(
        f"checkpoint {old.size}",
        "历史被改写：现在的账本不包含上次核对的账本",
        "history was rewritten: the present log does not contain the one checked before",
    )


async def verify(
    url: str,
    tenant: str,
    *,
    key: str | None = None,
    state: Path | None = None,
    client: httpx.AsyncClient | None = None,
) -> Report:
    """Check a log over its public address and remember the checkpoint when all is well.

    Raises Unreachable when the log cannot be read: then nothing was found, good or bad.
    """
    base = f"{url.rstrip('/')}/api/public/v1/ledger/{tenant}/"
    own = client or httpx.AsyncClient(base_url=base, timeout=TIMEOUT_SECONDS)
    try:
        if client is not None:
            own.base_url = httpx.URL(base)
        return await _verify(own, tenant, key, Memory(state))
    finally:
        if client is None:
            await own.aclose()


async def _trusted_key(
    client: httpx.AsyncClient, tenant: str, given: str | None, memory: Memory, report: Report
) -> VerifierKey:
    known = VerifierKey.parse(given) if given else memory.key(tenant)
    served = await _fetch_key(client)
    if known is None:
        report.notices.append(f"首次信任公钥 / trusting on first use: {served}")
        return served
    if served != known:
        report.add("key", f"公布的公钥已不是 {known}", "another public key is served than the one trusted")
    return known


async def _verify(client: httpx.AsyncClient, tenant: str, given: str | None, memory: Memory) -> Report:
    report = Report(tenant)
    trusted = await _trusted_key(client, tenant, given, memory, report)
    answer = await _get(client, "checkpoint")
    if answer.status_code != 200:
        raise Unreachable(f"checkpoint: HTTP {answer.status_code}")
    try:
        checkpoint = open_checkpoint(answer.content, trusted)
    except NoteError as error:
        report.add("checkpoint", "检查点的签名不成立", f"the checkpoint is not signed by the log: {error}")
        return report
    report.checkpoint = checkpoint
    tiles = await _fetch_tiles(client, tiles_of(checkpoint.size), report)
    report.tiles = len(tiles)
    if report.sound or {f.place for f in report.findings} == {"key"}:
        check_tiles(checkpoint, tiles, report)
    if (old := memory.checkpoint(tenant)) is not None:
        check_growth(old, checkpoint, tiles, report)
    if report.sound:
        memory.keep(tenant, trusted, checkpoint)
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli verify-ledger", description="核对审计账本 / verify the county's log")
    parser.add_argument("--url", help="公开地址 / public address, http://…")
    parser.add_argument("--database", help="审计用数据库地址 / database URL, every row is checked")
    parser.add_argument("--tenant", required=True, help="县区 / county, such as 421202")
    parser.add_argument("--key", help="信任的公钥 / trusted verifier key <name>+<id>+<base64>")
    parser.add_argument("--state", type=Path, help="记住上次检查点的文件 / file that remembers the last checkpoint")
    return parser


async def run(
    tenant: str, *, url: str | None, database: str | None, key: str | None, state: Path | None
) -> list[Report]:
    reports = []
    if url:
        reports.append(await verify(url, tenant, key=key, state=state))
    if database:
        from linli_supervision.ledger.verify_database import verify_database

        reports.append(await verify_database(database, tenant, key=key, state=state))
    return reports


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code says sound (0), tampered (1), misuse (2) or unreachable (3)."""
    arguments = _parser().parse_args(argv)
    if not arguments.url and not arguments.database:
        print("需要 --url 或 --database / give --url or --database", file=sys.stderr)
        return Exit.USAGE
    try:
        reports = asyncio.run(
            run(
                arguments.tenant,
                url=arguments.url,
                database=arguments.database,
                key=arguments.key,
                state=arguments.state,
            )
        )
    except NoteError as error:
        print(f"公钥无法识别 / unusable key: {error}", file=sys.stderr)
        return Exit.USAGE
    except Unreachable as error:
        print(f"无法读取账本 / the log cannot be read: {error}", file=sys.stderr)
        return Exit.UNREACHABLE
    for report in reports:
        print("\n".join(report.lines()))
    return Exit.SOUND if all(report.sound for report in reports) else Exit.TAMPERED


if __name__ == "__main__":
    sys.exit(main())
