"""After a rotation the old rows follow by a job that may be stopped at any point; then the old key can go."""

import base64
import json
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from linli_kernel import reencryption
from linli_kernel.clock import SystemClock
from linli_kernel.database import Database
from linli_kernel.identity import ANY_TENANT
from linli_kernel.jobs import JobContext, JobKind, JobRunner, enqueue
from linli_kernel.privacy import KeyRing
from linli_kernel.refusals import CommandRefused
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TENANT
from linli_launcher.databases import DatabaseUrls
from linli_registry import api
from linli_registry.metadata import metadata
from linli_registry.residents.keys import ResidentKeys
from linli_registry.sealed import SEALED
from sqlalchemy import LargeBinary

PEOPLE = 450  # three transactions of the job
VILLAGE = "421202104221"
SECRETS = {name: base64.b64encode(os.urandom(32)).decode() for name in ("k1", "k2", "index")}


def ring_with(*names: str) -> str:
    """A key ring with these keys; the last one is active."""
    keys = {name: SECRETS[name] for name in names}
    return json.dumps({"active": names[-1], "algorithm": "aes-256-gcm", "keys": keys, "index": SECRETS["index"]})


def runner_for(database: Database, *kinds: JobKind) -> JobRunner:
    named = {kind.name: kind for kind in kinds}
    return JobRunner(database, named, SimpleNamespace(keyring=KeyRing.from_json(ring_with("k1", "k2"))))


def stopping(kind: JobKind) -> JobKind:
    """The same job, whose user cancels as soon as something is done."""

    async def run(context: JobContext) -> dict[str, Any]:
        async def progress(done: int, total: int | None = None) -> None:
            if done:
                await context.database.pool.execute("UPDATE job SET cancel_requested = true WHERE state = 'running'")
            await context.progress(done, total)

        seen: Any = SimpleNamespace(database=context.database, app=context.app, done=context.done, progress=progress)
        return await kind.run(seen)

    return JobKind(kind.name, run)


async def add_people(urls: DatabaseUrls) -> dict[UUID, str]:
    """Insert residents with a phone under the first key; returns the phones."""
    keys = ResidentKeys(KeyRing.from_json(ring_with("k1")), TENANT)
    phones = {uuid4(): f"139{number:08}" for number in range(PEOPLE)}
    connection = await asyncpg.connect(urls.owner_url.replace("postgresql+asyncpg", "postgresql"))
    try:
        await connection.execute(
            "INSERT INTO division (code, name, level, valid_from, search_name) VALUES ($1, '村', 'village', now(), '村')",
            VILLAGE,
        )
        await connection.executemany(
            "INSERT INTO resident (tenant, id, division, name, pinyin, initials, grams, document_kind, sex, presence, "
            "created_at, confirmed_at, phone) VALUES ($1, $2, $3, '某', 'mou', 'm', '{}', 'none', '1', "
            "'registered_here', now(), now(), $4)",
            [(TENANT, key, VILLAGE, keys.encrypt("phone", phone, key)) for key, phone in phones.items()],
        )
    finally:
        await connection.close()
    return phones


async def states(database: Database) -> list[str]:
    return [row["state"] for row in await database.pool.fetch("SELECT state FROM job ORDER BY id")]


async def test_a_stopped_reencryption_goes_on_where_it_was_and_the_old_key_can_go(
    fresh_database: Callable[[str], DatabaseUrls],
) -> None:
    urls = fresh_database("registry")
    phones = await add_people(urls)
    settings = ServiceSettings(database_url=urls.app_url, keyring=ring_with("k1", "k2"))
    kind = reencryption.job_kind(SEALED)
    with pytest.raises(CommandRefused, match=f"^{PEOPLE} rows"):
        await reencryption.require_done(settings, SEALED)
    await reencryption.request(settings)
    assert "waits already" in await reencryption.request(settings), "ordered twice, done once"
    database = await Database.open(urls.app_url, SystemClock(), 2)
    try:
        assert await runner_for(database, stopping(kind)).run_one()
        assert await states(database) == ["cancelled"]
        with pytest.raises(CommandRefused, match=f"^{PEOPLE - SEALED[0].batch} rows"):
            await reencryption.require_done(settings, SEALED)
        await reencryption.request(settings)
        runner = runner_for(database, kind)
        while await runner.run_one():
            pass
        assert await states(database) == ["cancelled", "done"]
        assert "active key" in await reencryption.require_done(settings, SEALED)
        without_the_old_key = ResidentKeys(KeyRing.from_json(ring_with("k2")), TENANT)
        for row in await database.pool.fetch("SELECT id, phone FROM resident"):
            assert without_the_old_key.open("phone", row["phone"], row["id"]) == phones[row["id"]]
    finally:
        await database.close()


async def test_a_long_reencryption_lets_a_waiting_job_go_first(
    fresh_database: Callable[[str], DatabaseUrls], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reencryption, "SLICE_SECONDS", 0)
    urls = fresh_database("registry")
    await add_people(urls)
    order: list[str] = []

    def noted(kind: JobKind) -> JobKind:
        async def run(context: JobContext) -> dict[str, Any]:
            order.append(kind.name)
            return await kind.run(context)

        return JobKind(kind.name, run)

    async def nothing(context: JobContext) -> dict[str, Any]:
        return {}

    await reencryption.request(ServiceSettings(database_url=urls.app_url, keyring=ring_with("k1", "k2")))
    database = await Database.open(urls.app_url, SystemClock(), 2)
    try:
        async with database.transaction(ANY_TENANT) as tx:
            await enqueue(tx, "other", {})
        runner = runner_for(database, noted(reencryption.job_kind(SEALED)), noted(JobKind("other", nothing)))
        while await runner.run_one():
            pass
        assert order[:3] == [reencryption.KIND, "other", reencryption.KIND]
        row = await database.pool.fetchrow("SELECT state, done, total, result FROM job WHERE kind <> 'other'")
        assert (row["state"], row["done"], row["total"]) == ("done", PEOPLE, PEOPLE)
        assert row["result"] == {"rows": PEOPLE}
    finally:
        await database.close()


def test_every_encrypted_column_is_brought_under_the_new_key() -> None:
    assert api.ROUTERS, "imports every table"
    stored = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary) and not column.name.endswith("_index")
    }
    assert stored == {(sealed.table, name) for sealed in SEALED for name in sealed.columns}
