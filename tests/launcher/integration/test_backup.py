"""A restored backup is a state that the whole system was once in, also when it was taken under load."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from linli_launcher import backup, databases
from linli_launcher.backup import BackupUnusable
from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import REGISTRY, SUPERVISION
from linli_launcher.installation import Installation

# One sender and one receiver in small: a sequence and a cursor on one side, the last number applied on the other.
_TABLES = (
    "CREATE TABLE outbox_seq (last bigint); INSERT INTO outbox_seq VALUES (0);"
    "CREATE TABLE relay_cursor (delivered bigint); INSERT INTO relay_cursor VALUES (0);"
    "CREATE TABLE inbox (last_seq bigint); INSERT INTO inbox VALUES (0)"
)


@pytest.fixture
def folder(open_folder: Path) -> Path:
    return open_folder


@contextlib.contextmanager
def _installation(path: Path) -> Iterator[Installation]:
    with DataDirectory(path) as data:
        installation = Installation(data)
        with installation.postgres.running():
            yield installation


@contextlib.contextmanager
def _filled(path: Path) -> Iterator[Installation]:
    with _installation(path) as installation:
        databases.ensure_roles(installation.postgres, installation.secrets.roles)
        for component in databases.ensure_databases(installation.postgres):
            installation.postgres.execute(_TABLES, component.database)
        yield installation


def _number(installation: Installation, sql: str, component: databases.Component) -> int:
    return int(installation.postgres.execute(sql, component.database)[0][0])


class _Traffic(threading.Thread):
    """Sends events without pause: commit at the sender, then at the receiver, then the sender's cursor."""

    def __init__(self, installation: Installation) -> None:
        super().__init__()
        self._urls = [
            installation.postgres.url("postgres", installation.secrets.superuser, component.database).replace(
                "+asyncpg", ""
            )
            for component in (REGISTRY, SUPERVISION)
        ]
        self.ended = threading.Event()
        self.flowing = threading.Event()

    def run(self) -> None:
        asyncio.run(self._send())

    async def _send(self) -> None:
        sender, receiver = [await asyncpg.connect(url) for url in self._urls]
        number = 0
        while not self.ended.is_set():
            number += 1
            await sender.execute("UPDATE outbox_seq SET last = $1", number)
            await receiver.execute("UPDATE inbox SET last_seq = $1", number)
            await sender.execute("UPDATE relay_cursor SET delivered = $1", number)
            self.flowing.set()
        await sender.close()
        await receiver.close()


def test_a_backup_under_load_restores_to_a_moment_without_lost_or_invented_events(folder: Path) -> None:
    kept = []
    with _filled(folder / "data") as installation:
        traffic = _Traffic(installation)
        traffic.start()
        traffic.flowing.wait()
        try:
            for round_number in range(3):
                kept.append(backup.backup(installation, folder / f"kept{round_number}", with_secrets=True))
        finally:
            traffic.ended.set()
            traffic.join()
    for round_number, taken in enumerate(kept):
        with _installation(folder / f"new{round_number}") as restored:
            backup.restore(restored, taken)
            written = _number(restored, "SELECT last FROM outbox_seq", REGISTRY)
            delivered = _number(restored, "SELECT delivered FROM relay_cursor", REGISTRY)
            applied = _number(restored, "SELECT last_seq FROM inbox", SUPERVISION)
            assert 0 < delivered <= applied <= written


def test_owners_and_grants_come_back_with_the_data(folder: Path) -> None:
    with _filled(folder / "data") as installation:
        installation.postgres.execute(
            f"CREATE TABLE paper (n int); ALTER TABLE paper OWNER TO {REGISTRY.owner};"
            f"GRANT SELECT ON paper TO {REGISTRY.database}; INSERT INTO paper VALUES (7)",
            REGISTRY.database,
        )
        taken = backup.backup(installation, folder / "kept", with_secrets=False)
    assert not (taken / "secrets.json").exists()
    with _installation(folder / "new") as restored:
        backup.restore(restored, taken)
        serving = {"user": REGISTRY.database, "password": restored.secrets.roles[REGISTRY.database]}
        assert restored.postgres.execute("SELECT n FROM paper", REGISTRY.database, **serving) == [["7"]]


def test_a_changed_archive_is_refused_before_anything_is_restored(folder: Path) -> None:
    with _filled(folder / "data") as installation:
        taken = backup.backup(installation, folder / "kept", with_secrets=False)
    archive = taken / "linli_desk.dump"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(BackupUnusable, match=r"linli_desk\.dump was changed"):
        backup.check(taken)


def test_a_data_directory_that_holds_databases_is_not_overwritten(folder: Path) -> None:
    with _filled(folder / "data") as installation:
        taken = backup.backup(installation, folder / "kept", with_secrets=False)
        with pytest.raises(BackupUnusable, match="already holds databases"):
            backup.restore(installation, taken)
