"""The tables are those the code describes, the demo's seals are made once, the loops do their work."""

import asyncio

import linli_supervision.disclosures.tables
import linli_supervision.ledger.tables
import linli_supervision.questions.tables
import linli_supervision.seals.tables  # noqa: F401 - each adds its tables to the description
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TokenMaker, running, service_settings
from linli_supervision.app import create_app
from linli_supervision.commands import DEMO_VILLAGES, demo_account, seed_demo
from linli_supervision.metadata import metadata

from tests.conftest import FreshDatabase
from tests.supervision.conftest import Service
from tests.supervision.logs import append_many, connected

_COLUMNS = """
SELECT table_name, column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = ANY($1)
"""
_SIZE = "SELECT max(size) FROM ledger_checkpoint WHERE tenant = '421202'"


async def test_the_migrated_tables_are_those_that_the_code_describes(fresh_database: FreshDatabase) -> None:
    described = {
        (table.name, column.name, column.nullable) for table in metadata.sorted_tables for column in table.columns
    }
    names = [table.name for table in metadata.sorted_tables]
    async with connected(fresh_database("supervision").owner_url) as connection:
        migrated = {tuple(row) for row in await connection.fetch(_COLUMNS, names)}
        indexes = {
            row["indexname"]
            for row in await connection.fetch("SELECT indexname FROM pg_indexes WHERE tablename = ANY($1)", names)
        }
    assert migrated == described
    assert {str(index.name) for table in metadata.sorted_tables for index in table.indexes} <= indexes


async def test_seeding_the_demo_twice_makes_each_seal_once(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    settings = ServiceSettings(**service_settings(database.app_url, TokenMaker()))
    await seed_demo(settings)
    await seed_demo(settings)
    async with connected(database.app_url) as connection:
        rows = await connection.fetch("SELECT division, pieces, opening_minutes FROM seal ORDER BY division")
        made = [("421202104215", 3, 10), ("421202104221", 3, 10), ("511681002001", 2, 15)]
        assert [tuple(row) for row in rows] == made
        accounts = await connection.fetch(
            "SELECT account FROM seal_custodian c JOIN seal s ON s.tenant = c.tenant AND s.id = c.seal_id"
            " WHERE s.division = '421202104221' ORDER BY position"
        )
        assert [row["account"] for row in accounts] == [
            demo_account(f"custodian{position}.421202104221") for position in (1, 2, 3)
        ]


async def test_a_demo_village_has_published_owes_misses_and_was_asked(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    settings = ServiceSettings(**service_settings(database.app_url, TokenMaker()))
    first, again = await seed_demo(settings), await seed_demo(settings)
    for what in ("deliberations", "disclosures", "flags"):
        assert f" 0 {what}" in again
        assert f" 0 {what}" not in first
    app = create_app(settings)
    async with running(app) as client:
        for division in DEMO_VILLAGES:
            listed = await client.get(f"/api/public/v1/disclosures?division={division}&limit=5")
            assert len(listed.json()["items"]) >= 3
        async with connected(database.app_url) as connection:
            states = await connection.fetch(
                "SELECT state, count(*) FROM disclosure_question GROUP BY state ORDER BY state"
            )
            assert [tuple(row) for row in states] == [("answered", 2), ("asked", 2)]
            assert await connection.fetchval("SELECT count(*) FROM disclosure_occasion") == 2


async def test_the_loop_signs_what_arrives_when_it_is_poked(service: Service) -> None:
    sequencer = service.linli.extra["sequencer"]
    running = asyncio.create_task(sequencer.run())
    try:
        async with connected(service.database.app_url) as connection:
            await connection.execute("INSERT INTO inbox (tenant, source, last_seq) VALUES ('421202', 'registry', 0)")
            await append_many(connection, 1, 5)
            sequencer.poke()
            async with asyncio.timeout(20):
                size = -1
                while size < 5:
                    size = await connection.fetchval(_SIZE)
    finally:
        running.cancel()


async def test_a_broken_log_does_not_hold_up_the_others(service: Service) -> None:
    act = {"action": "x.y", "division": "421202104221"}
    await service.deliver([act] * 3)
    async with connected(service.database.owner_url) as owner:
        await owner.execute(
            "UPDATE ledger_entry SET leaf_hash = sha256(leaf_hash) WHERE tenant = '421202' AND index = 1"
        )
    await service.deliver([act])
    await service.deliver([act], tenant="511681")
    pool = service.linli.database.pool
    assert await pool.fetchval("SELECT max(size) FROM ledger_checkpoint WHERE tenant = '421202'") == 3
    assert await pool.fetchval("SELECT max(size) FROM ledger_checkpoint WHERE tenant = '511681'") == 1
