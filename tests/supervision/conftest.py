"""A running supervision service with neighbours that answer from memory."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from linli_kernel.app import Linli
from linli_kernel.clock import FrozenClock
from linli_kernel.codes.division import parent
from linli_kernel.events import ACT_TYPE
from linli_kernel.ids import new_id
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TENANT, TokenMaker, running, service_settings
from linli_launcher.databases import DatabaseUrls
from linli_supervision.app import create_app
from linli_supervision.commands import seed_seals

from tests.conftest import FreshDatabase
from tests.supervision.people import blank_pdf

START = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Neighbours:
    """The desk and the gateway as the service meets them; `down` makes them not answer."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    # Who has a post in a division: id, name, role, title.
    holders: list[dict[str, str]] = field(default_factory=list)
    # Who set whose password, as the gateway knows it before its events arrive: account, actor, at.
    settings: list[dict[str, str]] = field(default_factory=list)
    down: bool = False
    residents: set[str] = field(default_factory=set)
    # (account, person): (relative, neighbour); and person: all records of it.
    near: dict[tuple[str, str], tuple[bool, bool]] = field(default_factory=dict)
    same: dict[str, list[str]] = field(default_factory=dict)
    registry_down: bool = False
    # Levels of divisions by their codes.
    divisions: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(("421202104221", "421202104222"), "village")
    )
    # What every division is called.
    place_name: str = "花坪村"
    # Who may vote, by kind and by whether people without hukou are asked for: (resident, household).
    eligible: dict[tuple[str, bool], list[tuple[str, str | None]]] = field(default_factory=dict)
    # To which groups each of those questions was narrowed.
    narrowed: list[list[str] | None] = field(default_factory=list)
    # Close kin as the registry tells it: concerned, person, path, kinds.
    kin: list[dict[str, Any]] = field(default_factory=list)
    # What people are called, with their sex; and who asked for how many names, by the token.
    called: dict[str, tuple[str, str]] = field(default_factory=dict)
    named: list[tuple[str, int]] = field(default_factory=list)
    names_down: bool = False
    # What the registry counts of an area.
    population: dict[str, Any] | None = None
    # Accounts that one person has.
    one_person: list[set[str]] = field(default_factory=list)
    # What the desk tells of further supplement notices.
    reasons: list[dict[str, Any]] = field(default_factory=list)
    # Cases by the numbers on their papers: case, village.
    numbered: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    # What the desk tells of the time before, by noun, some at a time; and the newest event that it had written by then.
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    records_at_once: int = 7
    head: int = 0

    def put_document(self, state: str = "awaiting_seal", content: bytes | None = None) -> tuple[UUID, UUID]:
        """Store a document of a new case; return the case's and the document's ids."""
        case_id, document_id = new_id(), new_id()
        self.documents[str(document_id)] = {"case": str(case_id), "state": state, "content": content or blank_pdf()}
        return case_id, document_id

    def handle(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down", request=request)
        path = request.url.path
        if path == "/oauth2/token":
            return httpx.Response(200, json={"access_token": "service", "expires_in": 600})
        if path == "/internal/v1/accounts":
            wanted = request.url.params["ids"].split(",")
            return httpx.Response(
                200, json={"items": [{"id": i, "name": self.names[i]} for i in wanted if i in self.names]}
            )
        if path == "/internal/v1/password-settings":
            wanted = request.url.params["ids"].split(",")
            return httpx.Response(200, json={"items": [one for one in self.settings if one["account"] in wanted]})
        if path == "/internal/v1/colleagues":
            roles = request.url.params["roles"].split(",")
            return httpx.Response(200, json={"items": [one for one in self.holders if one["role"] in roles]})
        if path == "/api/public/v1/divisions":
            return self._divisions(request.url.params)
        if path == "/api/registry/v1/statistics/population" and self.population:
            return httpx.Response(503 if self.registry_down else 200, json=self.population)
        if path == "/internal/v1/supplement-reasons":
            return httpx.Response(200, json={"items": self.reasons})
        if path == "/internal/v1/cases/by-number":
            known = self.numbered.get(json.loads(request.content)["number"], [])
            return httpx.Response(200, json={"items": [{"case_id": c, "division": d} for c, d in known]})
        if path.startswith("/internal/v1/records/"):
            after = request.url.params.get("after", "")
            following = sorted(
                (one for one in self.records.get(path.rsplit("/", 1)[1], ()) if one["id"] > after),
                key=lambda one: one["id"],
            )
            return httpx.Response(200, json={"items": following[: self.records_at_once], "head": self.head})
        if path.startswith("/internal/v1/documents/"):
            document = self.documents.get(path.rsplit("/", 1)[1])
            return httpx.Response(200, content=document["content"]) if document else httpx.Response(404)
        if path == "/api/registry/v1/residents/names":
            return self._names(request)
        if path.startswith("/api/registry/v1/residents/"):
            return httpx.Response(200 if path.rsplit("/", 1)[1] in self.residents else 404, json={})
        if path.startswith("/internal/v1/residents/"):
            return self._asked_registry(path, json.loads(request.content))
        if path.endswith("/documents"):
            case = path.split("/")[-2]
            paper = {"title": "居住情况证明", "number": "花坪证〔2026〕0001号"}
            listed = [paper | {"id": i, "state": d["state"]} for i, d in self.documents.items() if d["case"] == case]
            return httpx.Response(200, json={"items": listed}) if listed else httpx.Response(404)
        return httpx.Response(404)

    def _divisions(self, asked: Any) -> httpx.Response:
        if self.registry_down:
            return httpx.Response(503)
        if "parent" in asked:
            codes = [code for code in self.divisions if parent(code) == asked["parent"]]
        else:
            codes = [one for one in self.divisions if one.startswith(asked["q"])] if "q" in asked else [asked["code"]]
        items = [
            {"code": code, "name": self.place_name, "short_name": self.place_name, "level": self.divisions.get(code, "village"), "valid_to": None}
            for code in codes
        ]  # fmt: skip
        return httpx.Response(200, json={"items": items, "next_cursor": None})

    def _names(self, request: httpx.Request) -> httpx.Response:
        if request.url.params.get("county") != TENANT:
            return httpx.Response(404, json={})
        if self.registry_down or self.names_down:
            return httpx.Response(503)
        ids = json.loads(request.content)["ids"]
        self.named.append((request.headers["authorization"], len(ids)))
        people = [(one, *self.called[one]) for one in ids if one in self.called]
        return httpx.Response(200, json={"items": [{"id": one, "name": name, "sex": sex} for one, name, sex in people]})

    def _asked_registry(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if self.registry_down:
            return httpx.Response(503)
        if path.endswith("/same"):
            return httpx.Response(200, json={"items": self.same.get(body["resident"], [body["resident"]])})
        if path.endswith("/accounts"):
            groups = [sorted(set(body["accounts"]) & group) for group in self.one_person]
            return httpx.Response(200, json={"items": [group for group in groups if len(group) > 1]})
        if path.endswith("/kin"):
            return httpx.Response(200, json={"items": [one for one in self.kin if one["concerned"] in body["people"]]})
        if path.endswith("/eligible"):
            self.narrowed.append(body["grids"])
            known = self.eligible.get((body["kind"], body["non_local"]), [])
            wanted = [one for one in known if body["listed"] is None or one[0] in body["listed"]]
            return httpx.Response(200, json={"items": [{"resident": r, "household": h} for r, h in wanted]})
        found = [
            (one["account"], one["person"]) for one in body["looks"] if (one["account"], one["person"]) in self.near
        ]
        items = [
            {"account": a, "person": p, "relative": r, "neighbour": n} for a, p in found for r, n in [self.near[a, p]]
        ]
        return httpx.Response(200, json={"items": items})


@dataclass
class Service:
    """What a test of the service holds."""

    client: httpx.AsyncClient
    app: FastAPI
    tokens: TokenMaker
    clock: FrozenClock
    neighbours: Neighbours
    database: DatabaseUrls

    @property
    def linli(self) -> Linli:
        linli: Linli = self.app.state.linli
        return linli

    async def deliver(self, acts: list[dict[str, Any]], *, source: str = "registry", tenant: str = "421202") -> None:
        """Deliver acts as a relay would, numbered after what was delivered before, and sign them."""
        pool = self.linli.database.pool
        after = await pool.fetchval(
            "SELECT coalesce((SELECT last_seq FROM inbox WHERE tenant = $1 AND source = $2), 0)", tenant, source
        )
        events = [
            {
                "specversion": "1.0",
                "id": str(new_id()),
                "source": f"/{source}",
                "type": act.pop("type", ACT_TYPE),
                "subject": act.get("object_id", ""),
                "time": self.clock.now().isoformat(),
                "tenant": tenant,
                "sequence": after + position,
                "data": act,
            }
            for position, act in enumerate([dict(act) for act in acts], start=1)
        ]
        answer = await self.client.post(
            "/internal/v1/events",
            content=json.dumps(events),
            headers={
                "Content-Type": "application/cloudevents-batch+json",
                "X-Linli-Source": source,
                "X-Linli-Tenant": tenant,
                "X-Linli-After": str(after),
                "X-Linli-Upto": str(after + len(events)),
                **self.auth("service"),
            },
        )
        assert answer.status_code == 204, answer.text
        await self.sign()

    async def sign(self) -> None:
        await self.linli.extra["sequencer"].sign_pending()

    def auth(self, role: str, **claims: Any) -> dict[str, str]:
        from linli_kernel.identity import Role

        return self.tokens.auth(Role(role), **claims)

    async def outbox(self, prefix: str) -> list[dict[str, Any]]:
        rows = await self.linli.database.pool.fetch(
            "SELECT type, data FROM outbox WHERE type LIKE $1 ORDER BY tenant, seq", f"{prefix}%"
        )
        return [{"type": row["type"], **row["data"]} for row in rows]


@pytest.fixture(scope="session")
def sealed(seeded_template: Callable[..., Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    """`await sealed()`: the template with the demo's seals. Nothing in it is encrypted, so any ring reads it."""

    async def template() -> str:
        async def seed(urls: DatabaseUrls) -> None:
            await seed_seals(ServiceSettings(**service_settings(urls.app_url, TokenMaker())))

        return await seeded_template("supervision", seed)

    return template


@pytest.fixture
async def service(fresh_database: FreshDatabase, sealed: Callable[[], Awaitable[str]]) -> AsyncIterator[Service]:
    """The service on an empty database with the demo's seals; nothing runs by itself."""
    database = fresh_database("supervision", await sealed())
    tokens, neighbours = TokenMaker(), Neighbours()
    clock = FrozenClock(START)
    settings = ServiceSettings(**service_settings(database.app_url, tokens))
    app = create_app(settings, clock=clock, transport=httpx.MockTransport(neighbours.handle))
    async with running(app) as client:
        service = Service(client, app, tokens, clock, neighbours, database)
        await service.sign()
        yield service
