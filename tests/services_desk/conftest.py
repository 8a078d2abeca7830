"""The desk as it runs: real database, real tokens, and neighbours that answer over real HTTP on loopback."""

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx
import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_kernel.ids import new_id
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE, VILLAGE, TokenMaker, running, service_settings
from linli_services_desk import commands
from linli_services_desk.app import Settings, create_app

# A Monday; the next working days have no holiday.
MONDAY = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - FrozenClock reads it as China's time
# The demo's day is past, whatever the day of the run is: what the tests count of theirs, it has no part in.
WEEK_BEFORE = MONDAY - timedelta(days=7)
ELDER = UUID("01990000-0000-7000-8000-000000000001")
ELDER_FACTS = {
    "name": "张桂兰",
    "sex": "2",
    "birth_date": "1943-06-11",
    "age": 83,
    "identity_number": "421202194306110025",
    "phone": "13800005678",
    "address": "贺胜桥镇花坪村3组12号",
    "division": VILLAGE,
    "division_name": "花坪村",
    "hukou_division_name": "花坪村",
    "bank_account": None,
}


class Neighbours:
    """Registry, supervision and the gateway's token endpoint in one server; `down` makes the registry fail."""

    def __init__(self) -> None:
        self.residents: dict[str, dict[str, Any]] = {str(ELDER): ELDER_FACTS}
        self.sealed: dict[str, bytes] = {}
        self.asked: list[dict[str, Any]] = []
        self.authorizations: list[str] = []
        self.down = False
        self.colleagues: list[dict[str, str]] = []
        self.questions: dict[str, dict[str, str]] = {}
        # Meetings by their deliberations: title, place, calls and the roll, which is told two at a time.
        self.meetings: dict[str, dict[str, Any]] = {}
        self.phones: dict[str, str] = {}
        self.accounts: dict[str, list[str]] = {}
        self.supervision_down = False
        self.places: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, body: bytes, headers: Any) -> tuple[int, bytes]:
        if path == "/oauth2/token":
            return 200, json.dumps({"access_token": "service", "token_type": "Bearer", "expires_in": 600}).encode()
        if path.startswith("/internal/v1/colleagues"):
            return 200, json.dumps({"items": self.colleagues}).encode()
        if path.startswith("/internal/v1/seal-uses/"):
            pdf = self.sealed.get(path.split("/")[4])
            return (200, pdf) if pdf is not None else (404, b"{}")
        if path.startswith("/internal/v1/deliberations/"):
            return self._called(path)
        if self.down:
            return 503, b"{}"
        if path == "/internal/v1/residents/reach":
            return 200, json.dumps(
                {"items": [self._reached(one, json.loads(body)) for one in json.loads(body)["people"]]}
            ).encode()
        if path.startswith("/api/public/v1/divisions"):
            return 200, json.dumps({"items": [{"name": "花坪村", "level": "village"}], "next_cursor": None}).encode()
        if path.startswith("/api/registry/v1/divisions/"):
            place = self.places.get(path.split("/")[5])
            return (404, b"{}") if place is None else (200, json.dumps(place).encode())
        if path.startswith("/api/public/v1/disclosures/questions/"):
            question = self.questions.get(path.split("/")[6])
            return (404, b"{}") if question is None else (200, json.dumps(question).encode())
        if path == "/internal/v1/residents/by-phone":
            phone = json.loads(body)["phone"]
            owners = [one for one, facts in self.residents.items() if facts["phone"] == phone]
            return 200, json.dumps({"items": [{"resident": one} for one in owners]}).encode()
        self.authorizations.append(headers.get("Authorization", ""))
        resident = self.residents.get(path.split("/")[5])
        if method != "POST" or resident is None:
            return 404, b"{}"
        order = json.loads(body)
        self.asked.append(order)
        values = {name: resident[name] for name in order["fields"] if resident.get(name) is not None}
        return 200, json.dumps({"values": values, "version": 4}).encode()

    def _called(self, path: str) -> tuple[int, bytes]:
        meeting = self.meetings.get(path.split("/")[4])
        if meeting is None or self.supervision_down:
            return 503 if self.supervision_down else 404, b"{}"
        start = int(path.rsplit("cursor=", 1)[1]) if "cursor=" in path else 0
        following = str(start + 2) if start + 2 < len(meeting["items"]) else None
        page = {**meeting, "items": meeting["items"][start : start + 2], "next_cursor": following}
        return 200, json.dumps(page).encode()

    def _reached(self, resident: str, order: dict[str, Any]) -> dict[str, Any]:
        phone = self.phones.get(resident)
        shown = phone if order["phones"] else None
        accounts = self.accounts.get(resident, [])
        return {"resident": resident, "has_phone": phone is not None, "phone": shown, "accounts": accounts}


@pytest.fixture(scope="session")
def neighbour_server() -> Iterator[tuple[Neighbours, str]]:
    neighbours = Neighbours()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content = neighbours.answer(self.command, self.path, body, self.headers)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield neighbours, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def neighbours(neighbour_server: tuple[Neighbours, str]) -> Iterator[Neighbours]:
    found = neighbour_server[0]
    yield found
    found.__init__()  # type: ignore[misc]


@pytest.fixture(scope="session")
def tokens() -> TokenMaker:
    return TokenMaker()


@pytest.fixture(scope="session")
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


@pytest.fixture(autouse=True)
def _monday_again(clock: FrozenClock) -> None:
    clock.set(MONDAY)


async def _no_whistles(*_: Any) -> int:
    return 0


def settings_for(urls: Any, tokens: TokenMaker, keyring: str, neighbour_url: str = "http://127.0.0.1:9") -> Settings:
    neighbours = dict.fromkeys(("registry_url", "supervision_url", "gateway_url"), neighbour_url)
    return Settings(
        **service_settings(urls.app_url, tokens, **neighbours, public_url="http://linli.test", keyring=keyring)
    )


async def started(settings: Settings, clock: FrozenClock) -> AsyncIterator[Any]:
    application = create_app(settings, clock=clock)
    async with running(application) as client:
        application.state.client = client
        yield application


@pytest.fixture(scope="module")
async def app(
    module_database: Callable[..., Any],
    seeded_template: Callable[..., Any],
    tokens: TokenMaker,
    keyring: str,
    clock: FrozenClock,
    neighbour_server: tuple[Any, str],
) -> AsyncIterator[Any]:
    """One service for the tests of a file, on the demo's data without its whistles, for tests count their own."""

    async def seed(urls: Any) -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(commands, "seed_whistles", _no_whistles)
            await commands.seed_demo(settings_for(urls, tokens, keyring), FrozenClock(WEEK_BEFORE))

    urls = module_database("desk", await seeded_template("desk", seed))
    async for application in started(settings_for(urls, tokens, keyring, neighbour_server[1]), clock):
        application.state.urls = urls
        yield application


@pytest.fixture
def http(app: Any) -> httpx.AsyncClient:
    client: httpx.AsyncClient = app.state.client
    return client


class Person:
    """Somebody at work: one post with its token, and the calls of the story in short."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str], subject: UUID) -> None:
        self.http = http
        self.headers = headers
        self.subject = subject

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, headers=self.headers, **options)

    async def post(self, path: str, body: Any = None, version: int | None = None, **options: Any) -> httpx.Response:
        headers = {**self.headers, **({"If-Match": f'"{version}"'} if version is not None else {})}
        return await self.http.post(path, json=body if body is not None else {}, headers=headers, **options)

    async def put(self, path: str, body: Any) -> httpx.Response:
        return await self.http.put(path, json=body, headers=self.headers)

    async def patch(self, path: str, body: Any, version: int) -> httpx.Response:
        return await self.http.patch(path, json=body, headers={**self.headers, "If-Match": f'"{version}"'})

    async def matter(self, name: str) -> dict[str, Any]:
        found = (await self.get("/api/desk/v1/matters", params={"q": name})).json()["items"]
        return next(item for item in found if item["name"] == name)

    async def case(self, case_id: str) -> dict[str, Any]:
        answer = await self.get(f"/api/desk/v1/cases/{case_id}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def command(self, case_id: str, name: str, body: Any = None) -> httpx.Response:
        """Send a command with the version that this person sees, whatever it is."""
        version = (await self.case(case_id))["version"]
        return await self.post(f"/api/desk/v1/cases/{case_id}/{name}", body, version)

    async def do(self, case_id: str, name: str, body: Any = None) -> dict[str, Any]:
        """Send a command that must succeed."""
        answer = await self.command(case_id, name, body)
        assert answer.status_code == 200, answer.text
        moved: dict[str, Any] = answer.json()
        return moved

    async def open(self, matter: str, **order: Any) -> dict[str, Any]:
        facts = {"matter_id": (await self.matter(matter))["id"], "applicant_id": str(ELDER), **order}
        answer = await self.post("/api/desk/v1/cases", facts)
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    async def tick_all(self, case_id: str) -> None:
        for material in (await self.case(case_id))["materials"]:
            path = f"/api/desk/v1/cases/{case_id}/materials/{material['id']}"
            answer = await self.put(path, {"state": "original_checked"})
            assert answer.status_code == 200, answer.text


Hire = Callable[..., Person]


@pytest.fixture
def hire(http: httpx.AsyncClient, tokens: TokenMaker) -> Hire:
    """`hire(Role.CLERK)`: a new person in a post, by default in 花坪村 or its township or county."""

    def make(role: Role, **claims: Any) -> Person:
        subject = claims.pop("sub", None) or new_id()
        if role is Role.DEPARTMENT_OFFICER:
            claims.setdefault("department", "民政局")
        return Person(http, tokens.auth(role, sub=subject, **claims), subject)

    return make


@pytest.fixture
def clerk(hire: Hire) -> Person:
    return hire(Role.CLERK)


@pytest.fixture
def official(hire: Hire) -> Person:
    return hire(Role.VILLAGE_OFFICIAL)


@pytest.fixture
def officer(hire: Hire) -> Person:
    return hire(Role.TOWNSHIP_OFFICER)


@pytest.fixture
def stranger(hire: Hire) -> Person:
    """A clerk of another county."""
    return hire(Role.CLERK, tenant=FOREIGN_TENANT, divisions=[FOREIGN_VILLAGE])
