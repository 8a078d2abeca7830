"""The stand-alone verifier: is the county's log still what it was, and does it hold together?

It trusts nothing but the log's public key, the witnesses' and what it remembered itself. Over the public address it needs
no account; an auditor with a database URL has every row checked, too; an extract is checked without any connection.
Depends on httpx and cryptography only.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from linli_supervision.ledger.findings import Exit, Report
from linli_supervision.ledger.merkle import HASH_SIZE, ProofError, root_of
from linli_supervision.ledger.note import COSIGNATURE, Checkpoint, NoteError, VerifierKey, open_checkpoint
from linli_supervision.ledger.tiles import WIDTH, TileId, TileReader, subtree_root, tile_for, tiles_of
from linli_supervision.ledger.verify_extract import NoExtract, verify_extract
from linli_supervision.ledger.verify_witnesses import Seen, Shown, check_witnesses

PARALLEL_FETCHES = 8
TIMEOUT_SECONDS = 30.0


class Unreachable(Exception):
    """The log could not be read, so nothing is known about it."""


class Memory:
    """What this verifier remembers between runs: of each log the key, the last checkpoint, the witnesses' keys and how much each
    had signed, and how much was stored."""

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

    def witnesses(self, tenant: str) -> list[VerifierKey]:
        return [VerifierKey.parse(key, COSIGNATURE) for key in self._data.get(tenant, {}).get("witnesses", ())]

    def vouched(self, tenant: str) -> dict[str, int]:
        """Return by witness how many entries it had signed for."""
        return dict(self._data.get(tenant, {}).get("vouched", {}))

    def counted(self, tenant: str) -> tuple[int, dict[str, int]]:
        """Return what the auditor's verification had counted, and up to which size."""
        size, counts = self._data.get(tenant, {}).get("counted", (0, {}))
        return size, counts

    def keep(
        self,
        tenant: str,
        key: VerifierKey,
        checkpoint: Checkpoint,
        *,
        witnesses: Mapping[str, int | None] | None = None,
        counted: tuple[int, Mapping[str, int]] | None = None,
    ) -> None:
        """Remember a log that was sound. `witnesses`: by key how many entries each has signed for; what is not given stays."""
        if self._path is None:
            return
        known = {**self._data.get(tenant, {}), "key": str(key), "checkpoint": checkpoint.text}
        if witnesses is not None:
            known["witnesses"] = list(witnesses)
            known["vouched"] = {key: size for key, size in witnesses.items() if size is not None}
        if counted is not None:
            known["counted"] = counted
        self._data[tenant] = known
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed: a verifier killed here still knows its last checkpoint.
        handle, aside = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(self._data, file, ensure_ascii=False, indent=1)
        Path(aside).replace(self._path)


class _Log:
    """A log's public address."""

    def __init__(self, client: httpx.AsyncClient, base: str) -> None:
        self._client = client
        self._base = base

    async def get(self, path: str) -> httpx.Response:
        try:
            return await self._client.get(self._base + path)
        except httpx.HTTPError as error:
            raise Unreachable(f"{path}: {error or type(error).__name__}") from error


async def _fetch_key(log: _Log) -> VerifierKey:
    answer = await log.get("key")
    try:
        answer.raise_for_status()
        return VerifierKey.parse(answer.json()["verifier_key"])
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"key: HTTP {answer.status_code}") from error


async def _fetch_tiles(log: _Log, wanted: Iterable[TileId], report: Report) -> dict[TileId, bytes]:
    gate = asyncio.Semaphore(PARALLEL_FETCHES)

    async def fetch(tile: TileId) -> tuple[TileId, bytes | None]:
        async with gate:
            answer = await log.get(tile.path)
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
    # Tiles above the leaves are vouched for by the tiles below them; nothing vouches for the last leaves but the root.
    edge = [tile.path for tile in tiles if tile.level == 0 and tile.width < WIDTH]
    places = sorted({child.path for child, _, _ in broken}) or edge or [f"checkpoint {size}"]
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
    witnesses: Sequence[str] = (),
    state: Path | None = None,
    client: httpx.AsyncClient | None = None,
) -> Report:
    """Check a log over its public address and remember the checkpoint when all is well.

    Raises Unreachable when the log cannot be read: then nothing was found, good or bad.
    """
    base = f"{url.rstrip('/')}/api/public/v1/ledger/{tenant}/"
    memory = Memory(state)
    given = [VerifierKey.parse(one, COSIGNATURE) for one in witnesses]
    if client is not None:
        return await _verify(_Log(client, base), tenant, key, given, memory)
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as own:
        return await _verify(_Log(own, base), tenant, key, given, memory)


async def _fetch_witnesses(log: _Log) -> list[Shown]:
    answer = await log.get("witnesses")
    try:
        answer.raise_for_status()
        items = answer.json()["items"]
        return [Shown(one["verifier_key"], one["title"], one["note"]) for one in items]
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"witnesses: HTTP {answer.status_code}") from error


async def _trusted_key(log: _Log, tenant: str, given: str | None, memory: Memory, report: Report) -> VerifierKey:
    known = VerifierKey.parse(given) if given else memory.key(tenant)
    served = await _fetch_key(log)
    if known is None:
        report.notices.append(f"首次信任公钥 / trusting on first use: {served}")
        return served
    if served != known:
        report.add("key", f"公布的公钥已不是 {known}", "another public key is served than the one trusted")
    return known


async def _verify(log: _Log, tenant: str, given: str | None, witnesses: list[VerifierKey], memory: Memory) -> Report:
    report = Report(tenant)
    trusted = await _trusted_key(log, tenant, given, memory, report)
    # Before the checkpoint: what a witness has signed by now is then no longer than what is checked here.
    shown = await _fetch_witnesses(log)
    answer = await log.get("checkpoint")
    if answer.status_code != 200:
        raise Unreachable(f"checkpoint: HTTP {answer.status_code}")
    try:
        checkpoint = open_checkpoint(answer.content, trusted)
    except NoteError as error:
        report.add("checkpoint", "检查点的签名不成立", f"the checkpoint is not signed by the log: {error}")
        return report
    report.checkpoint = checkpoint
    tiles = await _fetch_tiles(log, tiles_of(checkpoint.size), report)
    report.tiles = len(tiles)
    if report.sound or {f.place for f in report.findings} == {"key"}:
        check_tiles(checkpoint, tiles, report)
    old = memory.checkpoint(tenant)
    # With a changed tile the old root cannot come out either: that would name the same change twice.
    if old is not None and (report.sound or checkpoint.size < old.size):
        check_growth(old, checkpoint, tiles, report)
    vouching: dict[str, int | None] | None = None
    if report.sound:
        seen = Seen(trusted, checkpoint, answer.content, tiles)
        vouching = check_witnesses(seen, shown, witnesses or memory.witnesses(tenant), memory.vouched(tenant), report)
    if report.sound:
        memory.keep(tenant, trusted, checkpoint, witnesses=vouching)
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linli verify-ledger",
        description="核对审计账本 / verify the county's log",
        epilog="退出码 / exit code: 0 完整 sound · 1 有改动 changed · 2 用法 usage · 3 无法读取 unreadable",
    )
    parser.add_argument("--url", help="公开地址 / public address, http://…")
    parser.add_argument("--database", help="审计用数据库地址 / database URL, every row is checked")
    parser.add_argument("--tenant", help="县区，缺省取自公钥名称 / county; by default the one in the key's name")
    parser.add_argument("--key", help="信任的公钥 / trusted verifier key <name>+<id>+<base64>")
    parser.add_argument(
        "--witness", action="append", default=[], help="信任的见证人公钥，可重复 / trusted witness's key"
    )
    parser.add_argument("--extract", type=Path, help="离线核对一份摘录（JSON） / check an extract, off-line")
    parser.add_argument("--state", type=Path, help="记住上次检查点的文件 / file that remembers the last checkpoint")
    return parser


async def _run(arguments: argparse.Namespace) -> list[Report]:
    key, state, tenant = arguments.key, arguments.state, arguments.tenant
    reports = []
    if arguments.extract:
        reports.append(verify_extract(arguments.extract.read_bytes(), key=key, witnesses=arguments.witness))
    if arguments.url:
        reports.append(await verify(arguments.url, tenant, key=key, witnesses=arguments.witness, state=state))
    if arguments.database:
        from linli_supervision.ledger.verify_database import logs_of, verify_database

        for name in [tenant] if tenant else await logs_of(arguments.database):
            reports.append(await verify_database(arguments.database, name, key=key, state=state))
    return reports


def _tenant_in(key: str) -> str:
    """Return the county that a log's key is named after, as it is called in addresses."""
    name = VerifierKey.parse(key).name.rpartition("/")[2]
    return "system" if name == "*" else name


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code says sound (0), tampered (1), misuse (2) or unreachable (3).

    Without an address it checks the installation that it was started in (`LINLI_DATABASE_URL`).
    """
    arguments = _parser().parse_args(argv)
    if not arguments.url and not arguments.database and not arguments.extract:
        arguments.database = os.environ.get("LINLI_DATABASE_URL")
    try:
        if arguments.url and arguments.key and not arguments.tenant:
            arguments.tenant = _tenant_in(arguments.key)
        if not (arguments.url or arguments.database or arguments.extract) or (arguments.url and not arguments.tenant):
            print("需要 --url 和 --key，或 --database，或 --extract", file=sys.stderr)
            print("give --url and --key, or --database, or --extract", file=sys.stderr)
            return Exit.USAGE
        reports = asyncio.run(_run(arguments))
    except (NoExtract, OSError) as error:
        print(f"不是账本摘录 / not an extract: {error}", file=sys.stderr)
        return Exit.UNREACHABLE
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
