"""The measured requests: what a clerk's counter asks most, with real people of the demo village."""

import itertools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from linli_launcher.bench.capture import Statement
from linli_launcher.bench.load import request
from linli_launcher.demo import PASSWORD

VILLAGE = "421202104221"
TENANT = "421202"
_PEOPLE = 12
_SURNAMES = "王李张刘陈杨"
_SEARCH = "/api/registry/v1/residents/search"
# What runs beside a request in the same service, and the audit entry that the yardstick does without.
_BESIDE = re.compile(r"\b(insert|update|outbox|relay_cursor|inbox|job|pg_\w+|idempotency_key)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Scenario:
    """One kind of request in some variants; `answered_by` is the service behind the gateway."""

    name: str
    answered_by: str
    requests: tuple[bytes, ...]
    compared: bool = True

    def cycled(self) -> Callable[[], bytes]:
        variants = itertools.cycle(self.requests)
        return lambda: next(variants)


class Clerk:
    """The demo village's clerk, signed in through the gateway."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)
        account = {"username": f"clerk.{VILLAGE}", "password": PASSWORD, "client": "mobile"}
        self.token = str(self._post("/api/auth/v1/sessions", account)["access_token"])
        self._http.headers["authorization"] = f"Bearer {self.token}"

    def people(self) -> list[dict[str, Any]]:
        """Return some residents, found by different surnames."""
        found = [self._post(_SEARCH, {"q": surname, "limit": 2})["items"] for surname in _SURNAMES]
        return list(itertools.chain.from_iterable(found))[:_PEOPLE]

    def identity_number(self, resident: Mapping[str, Any]) -> str:
        asked = {"fields": ["identity_number"], "purpose": "verify_identity"}
        return str(
            self._post(f"/api/registry/v1/residents/{resident['id']}/reveal", asked)["values"]["identity_number"]
        )

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()


def reading(clerk: Clerk) -> list[Scenario]:
    """Look-ups of one person by id, by the whole number and by name."""
    people = clerk.people()
    ids = [request("GET", f"/api/registry/v1/residents/{person['id']}", token=clerk.token) for person in people]
    numbers = [_search(clerk, clerk.identity_number(person)) for person in people]
    names = [_search(clerk, person["name"]) for person in people]
    return [
        Scenario("resident by id", "registry", tuple(ids)),
        Scenario("resident by number", "registry", tuple(numbers)),
        Scenario("resident by name", "registry", tuple(names)),
    ]


def proving(size: int) -> Scenario:
    """Inclusion proofs of entries all over the log; public, so without a token."""
    entries = range(0, size, max(1, size // 50))
    path = f"/api/public/v1/ledger/{TENANT}/proofs/inclusion"
    return Scenario(
        "ledger proof",
        "supervision",
        tuple(request("GET", f"{path}?entry={entry}") for entry in entries),
        compared=False,
    )


def own_reads(statements: list[Statement]) -> list[Statement]:
    """Return the reads that the request itself needed."""
    return [statement for statement in statements if statement.reads and not _BESIDE.search(statement.sql)]


def _search(clerk: Clerk, query: str) -> bytes:
    return request("POST", _SEARCH, token=clerk.token, body=json.dumps({"q": query}).encode())
