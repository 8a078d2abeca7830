"""What the migration makes is what the code expects."""

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from linli_services_desk import api
from linli_services_desk.schema import metadata
from sqlalchemy.ext.asyncio import create_async_engine

COMMON = {
    "outbox_seq", "outbox", "relay_cursor", "inbox", "dead_letter", "idempotency_key", "job", "job_log",
    "alembic_version",
}  # fmt: skip


async def test_the_migrated_database_has_exactly_the_tables_of_the_code(module_database: Callable[..., Any]) -> None:
    assert api.ROUTERS, "importing the routes imports every table"
    url = module_database("desk").owner_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url)
    async with engine.connect() as connection:

        def differences(plain: Any) -> list[Any]:
            def ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
                table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
                return table not in COMMON

            return list(compare_metadata(MigrationContext.configure(plain, opts={"include_object": ours}), metadata))

        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


async def test_the_seed_changes_nothing_the_second_time(app: Any) -> None:
    from linli_services_desk import commands

    database = app.state.linli.database
    counts = "SELECT (SELECT count(*) FROM matter), (SELECT count(*) FROM matter_version), (SELECT count(*) FROM hall)"
    before = tuple(await database.pool.fetchrow(counts))
    await commands.seed_demo(app.state.linli.settings)
    assert tuple(await database.pool.fetchrow(counts)) == before
