"""A registry with two small villages of two counties, shared by the tests of one file; tests that write use their own
people or a fresh database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from linli_kernel.clock import SHANGHAI, FrozenClock
from linli_kernel.identity import Role
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE, TokenMaker, running, service_settings
from linli_registry import commands
from linli_registry.app import create_app
from linli_registry.population.known import ZHANG_GUILAN, KnownPerson

PEOPLE = 400
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)


@dataclass
class Registry:
    """The running service and who may call it."""

    app: FastAPI
    client: httpx.AsyncClient
    tokens: TokenMaker
    settings: ServiceSettings

    def auth(self, role: Role = Role.CLERK, **claims: Any) -> dict[str, str]:
        return self.tokens.auth(role, **claims)

    def foreign(self, role: Role = Role.CLERK) -> dict[str, str]:
        return self.tokens.auth(role, tenant=FOREIGN_TENANT, divisions=[FOREIGN_VILLAGE])

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        role: Role = Role.CLERK,
        *,
        match: int | None = None,
        **more: Any,
    ) -> httpx.Response:
        headers = dict(more.pop("headers", None) or self.auth(role, **more))
        if match is not None:
            headers["If-Match"] = f'"{match}"'
        url = path if path.startswith(("/api", "/internal")) else f"/api/registry/v1/{path}"
        return await self.client.request(method, url, json=body, headers=headers)

    async def search(self, role: Role = Role.CLERK, **body: Any) -> dict[str, Any]:
        answer = await self.call("POST", "residents/search", body, role)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def known(self, person: KnownPerson = ZHANG_GUILAN) -> dict[str, Any]:
        """One of the known people, as a clerk finds her by her number."""
        found = await self.search(identity_number=person.number("421202"))
        item: dict[str, Any] = found["items"][0]
        return item


def _settings(urls: Any, tokens: TokenMaker, **more: Any) -> ServiceSettings:
    return ServiceSettings(**service_settings(urls.app_url, tokens, migration_url=urls.owner_url, **more))


async def started(urls: Any, **more: Any) -> AsyncIterator[Registry]:
    """The service on what the database holds; `keyring` must be the one it was written with."""
    tokens = TokenMaker()
    settings = _settings(urls, tokens, **more)
    app = create_app(settings, clock=FrozenClock(NOW))
    async with running(app) as client:
        yield Registry(app, client, tokens, settings)


async def started_empty(urls: Any) -> AsyncIterator[Registry]:
    """The service with the divisions and nobody in them."""
    await commands.import_divisions(_settings(urls, TokenMaker()))
    async for registry in started(urls):
        yield registry


@pytest.fixture(scope="session")
def peopled(seeded_template: Callable[..., Any], keyring: str) -> Callable[[], Awaitable[str]]:
    """`await peopled()`: the template with the two villages."""

    async def template() -> str:
        async def seed(urls: Any) -> None:
            await commands.seed_demo(_settings(urls, TokenMaker(), keyring=keyring), residents_per_village=PEOPLE)

        name: str = await seeded_template("registry", seed)
        return name

    return template


@pytest.fixture(scope="session")
def placed(seeded_template: Callable[..., Any]) -> Callable[[], Awaitable[str]]:
    """`await placed()`: the template with the divisions and nobody in them."""

    async def template() -> str:
        async def seed(urls: Any) -> None:
            await commands.import_divisions(_settings(urls, TokenMaker()))

        name: str = await seeded_template("registry", seed, "placed")
        return name

    return template


@pytest.fixture(scope="module")
async def registry(
    module_database: Callable[..., Any], peopled: Callable[[], Awaitable[str]], keyring: str
) -> AsyncIterator[Registry]:
    async for running_registry in started(module_database("registry", await peopled()), keyring=keyring):
        yield running_registry


@pytest.fixture
async def own_registry(
    fresh_database: Callable[..., Any], peopled: Callable[[], Awaitable[str]], keyring: str
) -> AsyncIterator[Registry]:
    """Like `registry`, for one test alone."""
    async for running_registry in started(fresh_database("registry", await peopled()), keyring=keyring):
        yield running_registry


@pytest.fixture
async def empty_registry(fresh_database: Callable[..., Any]) -> AsyncIterator[Registry]:
    """Divisions and nobody in them, for one test alone."""
    async for running_registry in started_empty(fresh_database("registry")):
        yield running_registry
