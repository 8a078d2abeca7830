"""People, devices and telephones for the stories told by API.

`make e2e` starts a demo system and names it in LINLI_BASE_URL and LINLI_DATA.
"""

import base64
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "Linli#2026demo"


@dataclass(frozen=True)
class System:
    url: str
    data: Path | None


@pytest.fixture(scope="session")
def system() -> System:
    url = os.environ.get("LINLI_BASE_URL")
    if not url:
        pytest.skip("run `make e2e`, or name a running demo system in LINLI_BASE_URL")
    data = os.environ.get("LINLI_DATA")
    return System(url.rstrip("/"), Path(data) if data else None)


class Caller:
    """Somebody who calls the API: expects success unless told which refusal to expect."""

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30)

    def call(
        self, method: str, path: str, body: Any = None, *, expect: int | None = None, version: int | None = None
    ) -> httpx.Response:
        """Call once; `expect` is the status, otherwise any success."""
        headers = {"if-match": f'"{version}"'} if version is not None else {}
        if method == "POST":
            headers["idempotency-key"] = str(uuid.uuid4())
        answer = self.http.request(method, path, headers=headers, **({} if body is None else {"json": body}))
        right = answer.status_code == expect if expect else answer.is_success
        assert right, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer

    def get(self, path: str, *, expect: int | None = None) -> Any:
        return self.call("GET", path, expect=expect).json()

    def post(self, path: str, body: Any = None, *, expect: int | None = None, version: int | None = None) -> Any:
        answer = self.call("POST", path, {} if body is None else body, expect=expect, version=version)
        return answer.json() if answer.content else None


@dataclass
class Custodian:
    """A custodian's own device: the private key is made here and never leaves."""

    caller: Caller
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        coordinates = {"x": numbers.x, "y": numbers.y}
        return {"kty": "EC", "crv": "P-256"} | {
            name: _base64url(value.to_bytes(32, "big")) for name, value in coordinates.items()
        }

    def register(self, seal_id: str) -> None:
        """Prove possession of the key and have it certified."""
        canonical = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True).encode()
        digest = hashes.Hash(hashes.SHA256())
        digest.update(canonical)
        message = f"linli-custodian-key:{seal_id}:{_base64url(digest.finalize())}".encode()
        path = f"/api/supervision/v1/seals/{seal_id}/custodians/me/key"
        self.caller.post(path, {"public_key_jwk": self.jwk, "proof": self.signature(message)})

    def signature(self, message: bytes) -> str:
        return base64.b64encode(self.key.sign(message, ec.ECDSA(hashes.SHA256()))).decode()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@pytest.fixture(scope="session")
def public(system: System) -> Caller:
    return Caller(system.url)


@pytest.fixture(scope="session")
def signed_in(system: System) -> Callable[[str], Caller]:
    """Return who signs people in; each account signs in once a run."""
    known: dict[str, Caller] = {}

    def sign_in(username: str) -> Caller:
        if username not in known:
            body = {"username": username, "password": PASSWORD}
            token = Caller(system.url).post("/api/auth/v1/sessions", body)["access_token"]
            known[username] = Caller(system.url, token)
        return known[username]

    return sign_in


@pytest.fixture(scope="session")
def custodian(signed_in: Callable[[str], Caller]) -> Callable[[str], Custodian]:
    return lambda username: Custodian(signed_in(username))
