"""The service of notes on a database of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest
from linli_kernel import schema
from linli_kernel.app import build_service
from linli_kernel.jobs import JobKind
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TokenMaker, running, service_settings
from linli_launcher.databases import REGISTRY, create_database, role_names
from linli_launcher.databases import urls as database_urls
from linli_launcher.postgres import Postgres

from tests.kernel.integration.notes import POLICY, Permission, count_to, routes

PASSWORD = "test"


class _Op:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)


@pytest.fixture(scope="module")
def tokens() -> TokenMaker:
    return TokenMaker()


@pytest.fixture
async def database_url(postgres: Postgres) -> AsyncIterator[str]:
    name = f"frame_{uuid4().hex}"
    create_database(postgres, REGISTRY, name)
    urls = database_urls(postgres, REGISTRY, name, dict.fromkeys(role_names(), PASSWORD))
    op = _Op()
    schema.create(op, "linli_registry")
    connection = await asyncpg.connect(urls.owner_url.replace("postgresql+asyncpg", "postgresql"))
    for statement in op.statements:
        await connection.execute(statement)
    await connection.execute("CREATE TABLE note (tenant text, id uuid, word text, PRIMARY KEY (tenant, id))")
    await connection.execute("GRANT SELECT, INSERT, UPDATE ON note TO linli_registry")
    await connection.close()
    yield urls.app_url
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def client(database_url: str, tokens: TokenMaker) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(**service_settings(database_url, tokens))
    app = build_service(
        settings, name="notes", title="Notes", prefix="/api/notes/v1", routers=[routes], policy=POLICY,
        job_kinds=[JobKind("count", count_to)], job_permission=Permission.JOBS,
    )  # fmt: skip
    async with running(app) as made:
        made.app = app  # type: ignore[attr-defined]
        yield made
