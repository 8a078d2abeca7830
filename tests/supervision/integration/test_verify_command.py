"""The verifier as people run it: a process of its own, its words and its exit codes."""

import subprocess
import sys
from pathlib import Path

from linli_supervision.ledger.findings import Exit

from tests.conftest import FreshDatabase
from tests.supervision.logs import KEY, TENANT, build_log, connected


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "linli_supervision.verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def test_the_command_says_in_two_languages_what_it_found(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection:
        await build_log(connection, [20])
    state = tmp_path / "state.json"
    arguments = ["--database", database.app_url, "--key", str(KEY.verifier), "--state", str(state)]
    sound = _run(*arguments, "--tenant", TENANT)
    assert sound.returncode == Exit.SOUND, sound.stdout + sound.stderr
    assert "账本完整" in sound.stdout
    assert "complete and unchanged" in sound.stdout
    async with connected(database.owner_url) as owner:
        await owner.execute("UPDATE ledger_entry SET leaf = set_byte(leaf, 9, get_byte(leaf, 9) # 4) WHERE index = 13")
    tampered = _run(*arguments)
    assert tampered.returncode == Exit.TAMPERED
    assert "entry 13" in tampered.stdout


def test_an_unreadable_log_and_a_misuse_have_codes_of_their_own() -> None:
    assert _run("--url", "http://127.0.0.1:9", "--tenant", TENANT).returncode == Exit.UNREACHABLE
    assert _run("--url", "http://127.0.0.1:9").returncode == Exit.USAGE
    assert _run("--url", "http://127.0.0.1:9", "--tenant", TENANT, "--key", "nonsense").returncode == Exit.USAGE


def test_the_verifier_loads_no_more_than_it_needs() -> None:
    code = (
        "import sys, linli_supervision.ledger.verify as v;"
        "print([m for m in ('fastapi', 'sqlalchemy', 'asyncpg', 'pydantic', 'msgspec') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
