"""A gateway on a fresh, seeded database, with a stand-in for the services."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from linli_gateway.app import create_app
from linli_gateway.commands import seed_demo
from linli_gateway.parts import Parts
from linli_gateway.settings import GatewaySettings
from linli_kernel.clock import FrozenClock
from linli_kernel.privacy import KeyRing
from linli_kernel.testing import PROJECT, running

KEYRING = KeyRing.generate()
PASSWORD = "Linli#2026demo"
CLERK = "clerk.421202104221"
FOREIGN_CLERK = "clerk.511681002001"


class Services(httpx.AsyncBaseTransport):
    """Stands in for the three services; tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.residents: list[dict[str, str]] = []
        self.ended: list[dict[str, str]] = []
        self.persons: list[list[str]] = []
        self.down: set[int] = set()
        self.documents: dict[int, dict[str, Any]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.port in self.down:
            raise httpx.ConnectError("down", request=request)
        content = await request.aread()
        self.asked.append((request.method, request.url.path, json.loads(content) if content else None))
        if request.url.path.endswith("/by-phone"):
            tail = json.loads(content).get("identity_tail")
            items = [one for one in self.residents if tail in (None, one.get("tail"))]
            return httpx.Response(200, json={"items": [{**one, "tail": None} for one in items]})
        if request.url.path == "/internal/v1/residents/accounts":
            asked = set(json.loads(content)["accounts"])
            return httpx.Response(200, json={"items": [one for one in self.persons if asked >= set(one)]})
        if request.url.path == "/api/public/v1/divisions":
            county = request.url.params["q"]
            items = [one for one in self.ended if one["code"].startswith(county)]
            return httpx.Response(200, json={"items": items, "next_cursor": None})
        if request.url.path == "/openapi.json" and request.url.port in self.documents:
            return httpx.Response(200, json=self.documents[request.url.port])
        return httpx.Response(200, json={})


@dataclass
class Gateway:
    """A running gateway and ways to use it."""

    app: FastAPI
    client: httpx.AsyncClient
    services: Services
    clock: FrozenClock
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> Parts:
        parts: Parts = self.app.state.gateway
        return parts

    async def sign_in(self, username: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        body = {"username": username, "password": password, "client": "mobile", **more}
        return await self.client.post("/api/auth/v1/sessions", json=body)

    async def auth(self, username: str) -> dict[str, str]:
        """Return the header of a session of its own that the tests of one gateway share."""
        if username not in self.tokens:
            answer = await self.sign_in(username)
            assert answer.status_code == 201, answer.text
            self.tokens[username] = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self.tokens[username]}"}


def settings_for(database_url: str, **more: Any) -> GatewaySettings:
    return GatewaySettings(
        **{
            "environment": "demo",
            "database_url": database_url,
            "keyring": KEYRING,
            "profiles_dir": PROJECT / "profiles",
            "service_clients": {"service-registry": "secret-of-the-registry"},
            "registry_url": "http://127.0.0.1:9101",
            "desk_url": "http://127.0.0.1:9102",
            "supervision_url": "http://127.0.0.1:9103",
            "run_worker": False,
            "log_level": "ERROR",
            "source_burst": 100_000,
            **more,
        }
    )


@asynccontextmanager
async def running_gateway(database_url: str, *, seed: bool = True, **more: Any) -> AsyncIterator[Gateway]:
    settings = settings_for(database_url, **more)
    if seed:
        await seed_demo(settings)
    clock, services = FrozenClock(datetime.now(UTC)), Services()
    app = create_app(settings, clock=clock, transport=services)
    async with running(app) as client:
        yield Gateway(app, client, services, clock)


Peopled = Callable[[], Awaitable[str]]


@pytest.fixture(scope="session")
def peopled(seeded_template: Callable[..., Awaitable[str]]) -> Peopled:
    """`await peopled()`: the template with the demo's accounts. Nothing in it is encrypted, so any ring reads it."""

    async def template() -> str:
        async def seed(urls: Any) -> None:
            await seed_demo(settings_for(urls.app_url))

        return await seeded_template("gateway", seed)

    return template


@pytest.fixture
async def gateway(fresh_database: Any, peopled: Peopled) -> AsyncIterator[Gateway]:
    """A gateway for one test."""
    async with running_gateway(fresh_database("gateway", await peopled()).app_url, seed=False) as made:
        yield made


@pytest.fixture(scope="module")
async def shared_gateway(module_database: Any, peopled: Peopled) -> AsyncIterator[Gateway]:
    """A gateway that the tests of a module share: they must not depend on its state."""
    async with running_gateway(module_database("gateway", await peopled()).app_url, seed=False) as made:
        yield made


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Assert that the answer is this problem and return it."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert body["code"] == code
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["request_id"]
    return body
