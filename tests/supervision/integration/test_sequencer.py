"""Entries become tiles and checkpoints, whatever stops the sequencer in between."""

import asyncio

import asyncpg
import pytest
from linli_supervision.ledger import sequencer
from linli_supervision.ledger.ingest import append
from linli_supervision.ledger.merkle import root_from_leaves
from linli_supervision.ledger.note import SigningKey, open_checkpoint
from linli_supervision.ledger.verify_database import verify_database

from tests.conftest import FreshDatabase
from tests.supervision.logs import KEY, NOW, TENANT, append_many, build_log, connected, occurrence, store_key


class Crash(Exception):
    """The process died here."""


def crash_at(stage: str) -> sequencer.Probe:
    async def probe(reached: str) -> None:
        if reached == stage:
            raise Crash(stage)

    return probe


async def _root(connection: asyncpg.Connection) -> bytes:
    rows = await connection.fetch("SELECT leaf_hash FROM ledger_entry WHERE tenant = $1 ORDER BY index", TENANT)
    return root_from_leaves([bytes(row["leaf_hash"]) for row in rows])


async def test_a_new_log_begins_with_a_signed_empty_tree(fresh_database: FreshDatabase) -> None:
    async with connected(fresh_database("supervision").app_url) as connection:
        await store_key(connection)
        checkpoint = await sequencer.grow(connection, TENANT, KEY, NOW)
        assert checkpoint is not None
        assert checkpoint.size == 0
        assert await sequencer.grow(connection, TENANT, KEY, NOW) is None


async def test_checkpoints_sign_the_root_over_all_entries(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection:
        await build_log(connection, [1, 254, 1, 1, 300, 255, 700])
        note = await connection.fetchval("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
        signed = open_checkpoint(note, KEY.verifier)
        assert (signed.size, signed.root) == (1512, await _root(connection))
    report = await verify_database(database.app_url, TENANT, key=str(KEY.verifier))
    assert report.sound, report.lines()
    assert (report.entries, report.tiles, report.checkpoints) == (1512, 5, 8)


@pytest.mark.parametrize("stage", ["entries read", "tiles written", "checkpoint written"])
async def test_a_crash_between_stages_loses_and_doubles_nothing(fresh_database: FreshDatabase, stage: str) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection:
        await build_log(connection, [200])
        await append_many(connection, 201, 400)
        with pytest.raises(Crash):
            await sequencer.grow(connection, TENANT, KEY, NOW, crash_at(stage))
    async with connected(database.app_url) as connection:
        # More arrives before the next run: the tiles of the dead run must fit the larger tree as well.
        await append_many(connection, 601, 200)
        await sequencer.grow(connection, TENANT, KEY, NOW)
        size = await connection.fetchval("SELECT max(size) FROM ledger_checkpoint")
        assert size == 800
    report = await verify_database(database.app_url, TENANT, key=str(KEY.verifier))
    assert report.sound, report.lines()


async def test_of_two_sequencers_only_one_grows_the_tree_from_a_size(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as one, connected(database.app_url) as two:
        await build_log(one, [10])
        await append_many(one, 11, 500)
        both = asyncio.Barrier(2)

        async def meet(stage: str) -> None:
            if stage == "entries read":
                await both.wait()

        results = await asyncio.gather(
            sequencer.grow(one, TENANT, KEY, NOW, meet), sequencer.grow(two, TENANT, KEY, NOW, meet)
        )
        assert sorted(result is not None for result in results) == [False, True]
    report = await verify_database(database.app_url, TENANT, key=str(KEY.verifier))
    assert report.sound, report.lines()


async def test_the_lease_is_held_by_one_connection_and_freed_by_its_end(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as two:
        async with connected(database.app_url) as one:
            assert await sequencer.take_lease(one, TENANT)
            assert not await sequencer.take_lease(two, TENANT)
        for _ in range(200):
            if await sequencer.take_lease(two, TENANT):
                return
            await asyncio.sleep(0)
        pytest.fail("the lease of a closed connection was not freed")


async def test_concurrent_appends_leave_no_gap(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")

    async def deliver(source: str) -> None:
        async with connected(database.app_url) as connection:
            for seq in range(1, 31, 3):
                async with connection.transaction():
                    await append(connection, TENANT, [occurrence(seq + i, source) for i in range(3)])

    await asyncio.gather(*(deliver(source) for source in ("registry", "desk", "supervision", "gateway")))
    async with connected(database.app_url) as connection:
        indexes = [row[0] for row in await connection.fetch("SELECT index FROM ledger_entry ORDER BY index")]
        assert indexes == list(range(120))


async def test_an_append_that_is_rolled_back_leaves_its_indexes_free(fresh_database: FreshDatabase) -> None:
    async with connected(fresh_database("supervision").app_url) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await append(connection, TENANT, [occurrence(1)])
        await transaction.rollback()
        await append_many(connection, 1, 1)
        assert await connection.fetchval("SELECT max(index) FROM ledger_entry") == 0


async def test_a_second_delivery_is_refused_by_the_table_itself(fresh_database: FreshDatabase) -> None:
    async with connected(fresh_database("supervision").app_url) as connection:
        await append_many(connection, 1, 2)
        with pytest.raises(asyncpg.UniqueViolationError):
            await append_many(connection, 2, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET leaf = leaf",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_tile SET root = root",
        "DELETE FROM ledger_tile",
        "UPDATE ledger_checkpoint SET note = note",
        "DELETE FROM ledger_checkpoint",
        "UPDATE ledger_key SET name = name",
        "DELETE FROM ledger_key",
        "UPDATE ledger_subject SET salt = salt",
        "UPDATE ledger_reference SET ref = ref",
        "TRUNCATE ledger_entry",
    ],
)
async def test_the_serving_role_cannot_change_the_log(fresh_database: FreshDatabase, statement: str) -> None:
    async with connected(fresh_database("supervision").app_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_a_changed_entry_is_never_signed(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection, connected(database.owner_url) as owner:
        await build_log(connection, [20])
        await append_many(connection, 21, 5)
        await owner.execute("UPDATE ledger_entry SET leaf_hash = sha256(leaf_hash) WHERE index = 12")
        with pytest.raises(sequencer.LogInconsistent):
            await sequencer.grow(connection, TENANT, KEY, NOW)


async def test_a_gap_is_never_signed(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection, connected(database.owner_url) as owner:
        await build_log(connection, [20])
        await append_many(connection, 21, 5)
        await owner.execute("DELETE FROM ledger_entry WHERE index = 22")
        with pytest.raises(sequencer.LogInconsistent):
            await sequencer.grow(connection, TENANT, KEY, NOW)


async def test_another_key_is_not_taken_for_the_log(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection:
        await build_log(connection, [3])
    stranger = SigningKey.create(KEY.name)
    report = await verify_database(database.app_url, TENANT, key=str(stranger.verifier))
    assert not report.sound
