"""The measured requests: what a clerk's counter asks most, with real people of the demo village."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from linli_launcher.bench.capture import Statement
from linli_launcher.bench.load import request
from linli_launcher.demo import PASSWORD

VILLAGE = "421202104221"
TENANT = "421202"
KEYS = f"SELECT id, pinyin, initials FROM resident WHERE tenant = '{TENANT}' AND division = '{VILLAGE}'"  # noqa: S608
"""What people are found by and answers do not show."""
_PEOPLE = 12
_ELDER = "张桂兰"
_SURNAMES = "王李张刘陈杨"
_PAGE = ("", "/kinship", "/events?limit=50", "/history")
"""What the page of a household asks for."""
_SEARCH = "/api/registry/v1/residents/search"
# What runs beside a request in the same service, and the audit entry that the yardstick does without.
_BESIDE = re.compile(
    r"\b(insert|update|outbox|relay_cursor|inbox|job|pg_\w+|idempotency_key|reminder)\b|escalate_at <=", re.IGNORECASE
)


@dataclass(frozen=True)
class Scenario:
    """One kind of request in some variants; `answered_by` is the service behind the gateway."""

    name: str
    answered_by: str
    requests: tuple[bytes, ...]

    def cycled(self) -> Callable[[], bytes]:
        variants = itertools.cycle(self.requests)
        return lambda: next(variants)


class Clerk:
    """The demo village's clerk, or another account of the demo, signed in through the gateway."""

    def __init__(self, url: str, username: str = f"clerk.{VILLAGE}") -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        account = {"username": username, "password": PASSWORD, "client": "mobile"}
        self.token = str(self.call("POST", "/api/auth/v1/sessions", account)["access_token"])
        self._http.headers["authorization"] = f"Bearer {self.token}"

    def people(self) -> list[dict[str, Any]]:
        """Return some residents, found by different surnames."""
        found = [self.call("POST", _SEARCH, {"q": surname, "limit": 2})["items"] for surname in _SURNAMES]
        return list(itertools.chain.from_iterable(found))[:_PEOPLE]

    def elder(self) -> str:
        """Return the id of the demo's known resident over eighty."""
        found = self.call("POST", _SEARCH, {"q": _ELDER})["items"]
        return str(next(person["id"] for person in found if person["division"] == VILLAGE))

    def matter(self, name: str) -> str:
        found = self.call("GET", f"/api/desk/v1/matters?q={quote(name)}")["items"]
        return str(next(matter["id"] for matter in found if matter["name"] == name and matter["state"] == "published"))

    def reveal(self, resident: Mapping[str, Any], *fields: str) -> dict[str, str]:
        asked = {"fields": fields, "purpose": "verify_identity"}
        values = self.call("POST", f"/api/registry/v1/residents/{resident['id']}/reveal", asked)["values"]
        return {name: str(values[name]) for name in fields}

    def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> Any:
        answer = self._http.post(path, files={"file": (name, content)}, data=dict(fields))
        answer.raise_for_status()
        return answer.json()

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, version: int | None = None) -> Any:
        headers = {"if-match": f'"{version}"'} if version is not None else {}
        answer = self._http.request(method, path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()


def reading(clerk: Clerk) -> list[Scenario]:
    """Look-ups of one person by id, by the whole number and by name."""
    people = clerk.people()
    numbers = [_search(clerk, clerk.reveal(person, "identity_number")["identity_number"]) for person in people]
    return [
        _by_id(clerk, people),
        Scenario("resident by number", "registry", tuple(numbers)),
        Scenario("resident by name", "registry", tuple(_search(clerk, person["name"]) for person in people)),
    ]


def looking_up(clerk: Clerk, keys: Iterable[Sequence[str]]) -> list[Scenario]:
    """Every way to find one person; `keys` as `KEYS` gives them. The same people whatever the size of the registry."""
    spelled = {str(key): (pinyin, initials) for key, pinyin, initials in keys}
    people = [person for person in clerk.people() if person["household_id"] and person["phone_masked"]]
    known = [(person, clerk.reveal(person, "identity_number", "phone")) for person in people]
    queries = {
        "number": [values["identity_number"] for _, values in known],
        "name and last four": [f"{person['name']} {values['identity_number'][-4:]}" for person, values in known],
        "phone": [values["phone"] for _, values in known],
        "name": [person["name"] for person in people],
        "part of a name": [person["name"][-2:] for person in people],
        "pinyin": [spelled[person["id"]][0] for person in people],
        "initials": [spelled[person["id"]][1] for person in people],
        "address": [person["address"] for person in people],
    }
    homes = [f"/api/registry/v1/households/{person['household_id']}" for person in people]
    return [
        *(Scenario(name, "registry", tuple(_search(clerk, q) for q in found)) for name, found in queries.items()),
        Scenario("id", "registry", _by_id(clerk, people).requests),
        Scenario("household", "registry", tuple(_get(clerk, home) for home in homes)),
        Scenario("household page", "registry", tuple(_get(clerk, home + part) for home in homes for part in _PAGE)),
    ]


def figures_of_a_prefecture(auditor: Clerk) -> Scenario:
    """People by presence, sex and age, and by county."""
    path = "/api/registry/v1/statistics/population"
    return Scenario("figures of a prefecture", "registry", (_get(auditor, path),))


def proving(tenant: str, entries: Iterable[int]) -> Scenario:
    """Inclusion proofs; public, so without a token."""
    path = f"/api/public/v1/ledger/{tenant}/proofs/inclusion"
    requests = tuple(request("GET", f"{path}?entry={entry}") for entry in entries)
    return Scenario("ledger proof", "supervision", requests)


def own_reads(statements: list[Statement]) -> list[Statement]:
    """Return the reads that the request itself needed."""
    return [statement for statement in statements if statement.reads and not _BESIDE.search(statement.sql)]


def _by_id(clerk: Clerk, people: Iterable[Mapping[str, Any]]) -> Scenario:
    ids = [_get(clerk, f"/api/registry/v1/residents/{person['id']}") for person in people]
    return Scenario("resident by id", "registry", tuple(ids))


def _get(clerk: Clerk, path: str) -> bytes:
    return request("GET", path, token=clerk.token)


def _search(clerk: Clerk, query: str) -> bytes:
    return request("POST", _SEARCH, token=clerk.token, body=json.dumps({"q": query}).encode())
