"""A whole demo system for the stories told by API: started once, stopped as an operator stops it.

LINLI_E2E_URL names a system that runs already; otherwise `linli run` is started on a free port in a folder of its own.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "Linli#2026demo"
READY_SECONDS = 240
STOP_SECONDS = 30
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class System:
    url: str
    data: Path | None


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    running = os.environ.get("LINLI_E2E_URL")
    if running:
        yield System(
            running.rstrip("/"), Path(os.environ["LINLI_E2E_DATA"]) if "LINLI_E2E_DATA" in os.environ else None
        )
        return
    with tempfile.TemporaryDirectory(prefix="linli-e2e-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        data = Path(folder) / "data"
        log = Path(folder) / "system.log"
        command = [sys.executable, "-m", "linli_launcher", "run", "--data", str(data), "--port", str(port)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(url, process, log)
            yield System(url, data)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(STOP_SECONDS) is not None


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"linli run ended with {process.returncode}:\n{log.read_text()[-4000:]}")
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.25)
    pytest.fail(f"linli run was not ready in time:\n{log.read_text()[-4000:]}")


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
