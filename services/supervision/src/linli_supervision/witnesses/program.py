"""The witness's program: it looks at a log every few seconds and cosigns what is the old log, only longer.

It trusts nothing but its own folder. Depends on cryptography only; one process can be many witnesses.
"""

import argparse
import json
import secrets
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from linli_supervision.ledger.note import NoteError, VerifierKey, open_checkpoint
from linli_supervision.witnesses.home import Home, HomeError, Watched
from linli_supervision.witnesses.looking import Look, State, Witness

EVERY_SECONDS = 15.0


class Exit(IntEnum):
    """Exit codes of the program; those of the verifier mean the same."""

    SIGNED = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3


_SAID = {
    State.SIGNED: "已共签 {size} 条 / cosigned {size} entries",
    State.UNCHANGED: "没有变化（{size} 条） / unchanged at {size} entries",
    State.REFUSED: "✗ 拒绝共签：{said} / refused to sign: {said}",
    State.UNREACHABLE: "无法读取账本：{said} / the log cannot be read: {said}",
}


def _say(home: Home, look: Look) -> None:
    text = _SAID[look.state].format(size=look.size, said=look.said)
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {home.watched.name}: {text}", flush=True)


class _Round:
    """All witnesses of this process; says what changed and keeps quiet about the rest."""

    def __init__(self, homes: Sequence[Home], url: str | None) -> None:
        self._witnesses = [(home, Witness(home, url)) for home in homes]
        self._last: dict[str, State] = {}

    def go(self, *, everything: bool) -> Exit:
        worst = Exit.SIGNED
        for home, witness in self._witnesses:
            look = witness.look()
            if everything or look.new or look.state != self._last.get(home.watched.name, State.UNCHANGED):
                _say(home, look)
            self._last[home.watched.name] = look.state if look.state is not State.UNCHANGED else State.SIGNED
            if look.state is State.REFUSED:
                worst = Exit.REFUSED
            elif look.state is State.UNREACHABLE and worst is not Exit.REFUSED:
                worst = Exit.UNREACHABLE
        return worst


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli witness", description="账本见证人 / a witness of a county's log")
    commands = parser.add_subparsers(dest="command", required=True)
    init = commands.add_parser("init", help="生成密钥并打印公钥 / make a key and print it")
    init.add_argument("--home", type=Path, required=True, help="见证人目录 / the witness's folder")
    init.add_argument("--url", required=True, help="公开地址 / public address, https://…")
    init.add_argument("--tenant", required=True, help="县区 / county, such as 421202")
    init.add_argument("--key", help="信任的账本公钥 / trusted key of the log; else trusted on first use")
    init.add_argument("--name", help="见证人名称（不含空格与加号） / name in its key, without spaces or +")
    run = commands.add_parser("run", help="持续见证 / keep looking and signing")
    run.add_argument("--home", type=Path, action="append", default=[], help="可重复 / may be repeated")
    run.add_argument("--homes", type=Path, help="其下每个目录是一个见证人 / each folder below is a witness")
    run.add_argument("--url", help="另一公开地址 / another public address than the one in the folder")
    run.add_argument("--every", type=float, default=EVERY_SECONDS, help="间隔秒数 / seconds between looks")
    run.add_argument("--once", action="store_true", help="只看一次 / look once and say what came of it")
    show = commands.add_parser("show", help="显示公钥与记忆 / show key and memory")
    show.add_argument("--home", type=Path, required=True)
    return parser


def _init(arguments: argparse.Namespace) -> Exit:
    if arguments.key:
        VerifierKey.parse(arguments.key)
    name = arguments.name or f"witness.linli.example/{arguments.tenant}/{secrets.token_hex(3)}"
    home = Home.create(arguments.home, Watched(name, arguments.url, arguments.tenant, arguments.key))
    print(home.key.cosigner)
    print("请将上面的公钥交县级管理员登记 / have the county's administrator register the key above", file=sys.stderr)
    return Exit.SIGNED


def _show(arguments: argparse.Namespace) -> Exit:
    home = Home(arguments.home)
    print(home.key.cosigner)
    print(json.dumps({"url": home.watched.url, "tenant": home.watched.tenant}, ensure_ascii=False))
    if home.memory is not None:
        seen = open_checkpoint(home.memory.note.encode(), VerifierKey.parse(home.memory.log_key))
        print(f"{seen.origin}: {seen.size} 条 / entries, {seen.root.hex()}")
    return Exit.SIGNED


def _homes(arguments: argparse.Namespace) -> list[Home]:
    folders = list(arguments.home)
    if arguments.homes is not None:
        folders += sorted(path.parent for path in arguments.homes.glob("*/witness.json"))
    return [Home(folder) for folder in folders]


def _run(arguments: argparse.Namespace) -> Exit:
    homes = _homes(arguments)
    if not homes:
        raise HomeError("没有见证人目录 / no witness's folder given")
    everyone = _Round(homes, arguments.url)
    if arguments.once:
        return everyone.go(everything=True)
    pause = threading.Event()
    while True:
        everyone.go(everything=False)
        pause.wait(max(arguments.every, 1.0))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; with `--once` the exit code says signed (0), refused (1), misuse (2) or unreachable (3)."""
    arguments = _parser().parse_args(argv)
    commands = {"init": _init, "run": _run, "show": _show}
    try:
        return commands[arguments.command](arguments)
    except (HomeError, NoteError) as error:
        print(f"linli witness: {error}", file=sys.stderr)
        return Exit.USAGE
    except KeyboardInterrupt:
        return Exit.SIGNED
