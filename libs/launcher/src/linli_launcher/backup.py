"""Backup and restore of one installation: one archive per database, cut at one moment.

Between services events are in flight. A receiver saved later than its source would know events that the source lost,
and a sender saved later than its receiver would never send again what the receiver lost. So the outboxes and the
relays' cursors of all databases are held still while the snapshots are taken; that lasts milliseconds, the dump itself
holds nothing up.
"""

import asyncio
import hashlib
import json
import shutil
import subprocess
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from linli_launcher import databases
from linli_launcher.databases import COMPONENTS, Component
from linli_launcher.errors import LauncherFailure
from linli_launcher.installation import Installation
from linli_launcher.postgres import SUPERUSER

_FORMAT = 1
_HELD_STILL = ("outbox_seq", "relay_cursor")
_LOCK_TIMEOUT = "5s"


class BackupUnusable(LauncherFailure):
    """The folder holds no whole backup, or the installation is not empty."""


def backup(installation: Installation, folder: Path, *, with_secrets: bool) -> Path:
    """Write a backup into a new folder below `folder` and return it.

    Without the secrets the archives alone are useless to a thief, because numbers and phones in them are encrypted.
    """
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    target = folder / f"linli-{now:%Y%m%d-%H%M%S}"
    draft = target.with_suffix(".part")
    draft.mkdir(parents=True, mode=0o700)
    asyncio.run(_dump_all(installation, draft))
    if with_secrets:
        shutil.copy(installation.data.secrets, draft / "secrets.json")
    files = {path.name: _digest(path) for path in sorted(draft.glob("*.dump"))}
    manifest = {"format": _FORMAT, "taken": now.isoformat(timespec="seconds"), "files": files}
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    draft.rename(target)  # a folder without ".part" is whole
    return target


def check(folder: Path) -> dict[str, Any]:
    """Return the manifest when every archive is there and unchanged."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupUnusable(f"{folder} holds no manifest.json") from None
    for component in COMPONENTS:
        name = _archive(component)
        if name not in manifest["files"] or not (folder / name).exists():
            raise BackupUnusable(f"{name} is missing")
        if _digest(folder / name) != manifest["files"][name]:
            raise BackupUnusable(f"{name} was changed after the backup")
    return manifest


def restore(installation: Installation, folder: Path) -> None:
    """Fill an installation whose databases do not exist yet. The cluster runs, nothing else does."""
    check(folder)
    databases.ensure_roles(installation.postgres, installation.secrets.roles)
    made = databases.ensure_databases(installation.postgres)
    if len(made) != len(COMPONENTS):
        raise BackupUnusable("this data directory already holds databases; restore into a new one")
    for component in COMPONENTS:
        subprocess.run(
            [
                str(installation.postgres.tool("pg_restore")),
                *("--exit-on-error", "--dbname", component.database, str(folder / _archive(component))),
            ],
            env=installation.postgres.superuser_environment(component.database),
            check=True,
        )
    installation.data.save_state(demo={component.key: "done" for component in COMPONENTS})


async def _dump_all(installation: Installation, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        snapshots = await _snapshots(installation, stack)
        for component, snapshot in snapshots.items():
            await asyncio.to_thread(_dump, installation, component, snapshot, folder)


async def _snapshots(installation: Installation, stack: AsyncExitStack) -> dict[Component, str]:
    """Return a snapshot of each database at one moment; they live as long as the stack."""
    async with AsyncExitStack() as holds:
        for component in COMPONENTS:
            hold = await _connect(installation, component, holds)
            await hold.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'; BEGIN")
            for table in _HELD_STILL:
                if await hold.fetchval("SELECT to_regclass($1)", table) is not None:
                    await hold.execute(f"LOCK TABLE {table} IN SHARE MODE")
        taken = {}
        for component in COMPONENTS:
            connection = await _connect(installation, component, stack)
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            taken[component] = await connection.fetchval("SELECT pg_export_snapshot()")
        return taken


async def _connect(
    installation: Installation, component: Component, stack: AsyncExitStack
) -> "asyncpg.Connection[asyncpg.Record]":
    connection = await asyncpg.connect(
        host="127.0.0.1",
        port=installation.postgres.port,
        user=SUPERUSER,
        password=installation.secrets.superuser,
        database=component.database,
    )
    stack.push_async_callback(connection.close)
    return connection


def _dump(installation: Installation, component: Component, snapshot: str, folder: Path) -> None:
    archive = folder / _archive(component)
    subprocess.run(
        [str(installation.postgres.tool("pg_dump")), "--format=custom", f"--snapshot={snapshot}", f"--file={archive}"],
        env=installation.postgres.superuser_environment(component.database),
        check=True,
    )
    archive.chmod(0o600)


def _archive(component: Component) -> str:
    return f"{component.database}.dump"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
