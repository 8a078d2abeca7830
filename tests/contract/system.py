"""The whole system inside the test process: four applications on real ports and real databases, wired as in production.

It runs in a thread with an event loop of its own, so that plain tests and Hypothesis can call it over HTTP. Relays, jobs and the ledger's
sequencer are at work. Tokens are signed by the running gateway's own key.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI
from jose import jwt
from linli_gateway import app as gateway_app
from linli_gateway import commands as gateway_commands
from linli_gateway import demo
from linli_gateway.settings import GatewaySettings
from linli_kernel.identity import Role
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE, PROJECT, TokenMaker
from linli_launcher.databases import DatabaseUrls
from linli_launcher.fonts import ensure_fonts
from linli_registry import app as registry_app
from linli_registry import commands as registry_commands
from linli_services_desk import app as desk_app
from linli_services_desk import commands as desk_commands
from linli_supervision import app as supervision_app
from linli_supervision import commands as supervision_commands

PASSWORD = "Linli#2026demo"
PEOPLE = 120
# The first start compiles seed data and two hundred people; a busy machine needs a multiple of it.
START_SECONDS = 120.0
PARTS: dict[str, tuple[ModuleType, ModuleType]] = {
    "gateway": (gateway_app, gateway_commands),
    "registry": (registry_app, registry_commands),
    "desk": (desk_app, desk_commands),
    "supervision": (supervision_app, supervision_commands),
}
SERVICES = ("registry", "desk", "supervision")
# Another village and another town of the same county; roles of the whole county have no such place.
FOREIGN_AREA = {Role.TOWNSHIP_OFFICER: ["421202105"]}
ELSEWHERE_IN_THE_COUNTY = ["421202105201"]
COUNTY_ROLES = frozenset(
    {Role.DEPARTMENT_OFFICER, Role.COUNTY_ADMIN, Role.AUDITOR, Role.INTEGRATION, Role.SYSTEM_ADMIN, Role.SERVICE}
)


@dataclass
class System:
    """The running system: ways to call it under any post."""

    urls: dict[str, str]
    apps: dict[str, FastAPI] = field(default_factory=dict)
    clients: dict[str, httpx.Client] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    databases: dict[str, DatabaseUrls] = field(default_factory=dict)
    _claims: dict[tuple[Role, bool], dict[str, Any]] = field(default_factory=dict)

    def sign(self, claims: dict[str, Any]) -> str:
        token: str = self.apps["gateway"].state.gateway.keys.sign(claims)
        return token

    def claims(self, role: Role, *, abroad: bool = False, **changed: Any) -> dict[str, Any]:
        """Fresh claims of a demo account with that role, here or in the other county, under a session of its own."""
        if (role, abroad) not in self._claims:
            self._claims[role, abroad] = self._first_claims(role, abroad=abroad)
        now = int(time.time())
        times = {"iat": now, "nbf": now, "exp": now + 600, "sid": str(uuid4()), "jti": str(uuid4())}
        return {**self._claims[role, abroad], **times, **changed}

    def auth(self, role: Role, *, abroad: bool = False, **changed: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sign(self.claims(role, abroad=abroad, **changed))}"}

    def elsewhere(self, role: Role) -> dict[str, str]:
        """Somebody of the same role in the same county, in another village or town."""
        return self.auth(role, divisions=FOREIGN_AREA.get(role, ELSEWHERE_IN_THE_COUNTY), sub=str(uuid4()))

    def _first_claims(self, role: Role, *, abroad: bool) -> dict[str, Any]:
        tenant, prefecture = (FOREIGN_TENANT, "5116") if abroad else ("421202", "4212")
        for account in demo.accounts():
            at_home = account.tenants[0] == tenant or account.divisions == (prefecture,)
            if account.role is role and (at_home or role is Role.SYSTEM_ADMIN):
                return dict(jwt.get_unverified_claims(self.sign_in(account.username)))
        place = {"tenant": FOREIGN_TENANT, "divisions": [FOREIGN_VILLAGE]} if abroad else {}
        if role in (Role.RESIDENT, Role.SERVICE):
            place.pop("divisions", None)
        if role is Role.SERVICE:
            place = {}
        return TokenMaker().claims(role, **place)

    def sign_in(self, username: str) -> str:
        body = {"username": username, "password": PASSWORD, "client": "mobile"}
        answer = self.clients["gateway"].post("/api/auth/v1/sessions", json=body)
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["access_token"]
        return token

    def call(self, part: str, method: str, path: str, role: Role, body: Any = None, **headers: str) -> Any:
        """Call once and expect success; the answer's JSON."""
        options = {} if body is None else {"json": body}
        answer = self.clients[part].request(method, path, headers={**self.auth(role), **headers}, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def fill(self, value: Any) -> Any:
        """Replace `{name}` by the object of that name, in paths and bodies; `{new}` is another id each time."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            for name, found in {**self.objects, "new": uuid4().hex[:12]}.items():
                if value == f"{{{name}}}":
                    return found
                value = value.replace(f"{{{name}}}", str(found))
        return value


def _free_socket() -> socket.socket:
    # Of a socket that does not name its protocol asyncio does not take the delay: each answer in two pieces would wait 40 ms for the second.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.bind(("127.0.0.1", 0))
    return made


def seeding(part: str, keyring: str) -> Callable[[DatabaseUrls], Awaitable[Any]]:
    """What fills an empty database of a part with the demo; no neighbour is there yet."""
    nowhere, secrets = dict.fromkeys(PARTS, "http://127.0.0.1:9"), {f"service-{name}": "" for name in PARTS}

    async def seed(database: DatabaseUrls) -> Any:
        facts = _settings(part, database, keyring, nowhere, secrets)
        seed_demo = PARTS[part][1].seed_demo
        return await (seed_demo(facts, PEOPLE) if part == "registry" else seed_demo(facts))

    return seed


def _settings(
    name: str, database: DatabaseUrls, keyring: str, addresses: dict[str, str], secrets: dict[str, str]
) -> ServiceSettings:
    facts: dict[str, Any] = {
        "environment": "demo",
        "database_url": database.app_url,
        "migration_url": database.owner_url,
        "keyring": keyring,
        "profiles_dir": PROJECT / "profiles",
        "font_dir": ensure_fonts(PROJECT / ".build" / "fonts"),
        "client_id": f"service-{name}",
        "client_secret": secrets[f"service-{name}"],
        "log_level": "ERROR",
        "pool_size": 4,
        **{f"{part}_url": url for part, url in addresses.items()},
    }
    if name == "gateway":
        # The tests are one caller from one address: limits have tests of their own.
        wide = {"caller_rate": 1e6, "caller_burst": 10**6, "source_rate": 1e6, "source_burst": 10**6}
        return GatewaySettings(**{**facts, "service_clients": secrets, **wide})
    made: ServiceSettings = getattr(PARTS[name][0], "Settings", ServiceSettings)(**facts)
    return made


class _Thread:
    """Runs the four servers; `ended` gives the error that stopped them."""

    def __init__(self, system: System, settings: dict[str, ServiceSettings], sockets: dict[str, socket.socket]) -> None:
        self._system, self._settings, self._sockets = system, settings, sockets
        self._servers: dict[str, uvicorn.Server] = {}
        self.ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, name="linli", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        for server in self._servers.values():
            server.should_exit = True
        self._thread.join(timeout=30)

    def _work(self) -> None:
        try:
            asyncio.run(self._serve())
            self.ended.set_result(None)
        except BaseException as error:
            self.ended.set_exception(error)

    async def _serve(self) -> None:
        for name, (module, _commands) in PARTS.items():
            self._system.apps[name] = module.create_app(self._settings[name])
            config = uvicorn.Config(
                self._system.apps[name], log_level=logging.ERROR, access_log=False, timeout_graceful_shutdown=2,
                # No connection ends by itself between two calls of a busy test.
                timeout_keep_alive=600,
            )  # fmt: skip
            self._servers[name] = uvicorn.Server(config)
        await asyncio.gather(*(server.serve(sockets=[self._sockets[name]]) for name, server in self._servers.items()))


@contextmanager
def running_system(databases: Mapping[str, DatabaseUrls], keyring: str) -> Iterator[System]:
    """The four applications on databases that hold the demo's data, encrypted with the ring."""
    sockets = {name: _free_socket() for name in PARTS}
    addresses = {name: f"http://127.0.0.1:{made.getsockname()[1]}" for name, made in sockets.items()}
    secrets = {f"service-{name}": uuid4().hex for name in PARTS}
    system = System(addresses)
    system.databases.update(databases)
    settings = {name: _settings(name, system.databases[name], keyring, addresses, secrets) for name in PARTS}
    thread = _Thread(system, settings, sockets)
    thread.start()
    try:
        for name, url in addresses.items():
            system.clients[name] = httpx.Client(base_url=url, timeout=30, trust_env=False)
        _wait_until_ready(system, thread)
        yield system
    finally:
        for client in system.clients.values():
            client.close()
        thread.stop()


def _wait_until_ready(system: System, thread: _Thread) -> None:
    """The gateway answers for the whole; a part that failed to start tells its own error."""
    until = time.monotonic() + START_SECONDS
    seen: Any = None
    while time.monotonic() < until:
        if thread.ended.done():
            thread.ended.result()
        try:
            answer = system.clients["gateway"].get("/readyz", timeout=2)
            seen = answer.text
            if answer.status_code == 200:
                return
        except httpx.HTTPError as error:
            seen = error
        threading.Event().wait(0.1)
    raise AssertionError(f"the system did not become ready: {json.dumps(str(seen))}")
