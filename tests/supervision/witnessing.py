"""Logs that a witness meets in the tests: one in memory that can be rewritten, and the running service."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from linli_supervision.ledger.merkle import consistency_proof, leaf_hash, root_from_leaves
from linli_supervision.ledger.note import Checkpoint, SigningKey
from linli_supervision.witnesses.home import Home, Watched
from linli_supervision.witnesses.looking import Ask, Unreachable, Witness

from tests.supervision.conftest import Service
from tests.supervision.logs import KEY, TENANT

NAME = f"witness.example/{TENANT}/county"
URL = "http://log.example"


@dataclass
class LogInMemory:
    """Serves what a log serves to a witness; `leaves` may be rewritten, as somebody with the key could."""

    key: SigningKey = KEY
    leaves: list[bytes] = field(default_factory=list)
    received: list[tuple[str, bytes]] = field(default_factory=list)
    down: bool = False
    answer: int = 204

    def grow(self, count: int, mark: str = "entry") -> None:
        self.leaves += [leaf_hash(f"{mark} {len(self.leaves) + n}".encode()) for n in range(count)]

    @property
    def note(self) -> str:
        return self.key.sign(Checkpoint(self.key.name, len(self.leaves), root_from_leaves(self.leaves)).text)

    def ask(self, method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
        if self.down:
            raise Unreachable("down")
        parts = urlsplit(address)
        name = parts.path.partition(f"/ledger/{TENANT}/")[2]
        if method == "POST":
            self.received.append((name, body or b""))
            return self.answer, b""
        if name == "checkpoint":
            return 200, self.note.encode()
        if name == "key":
            return 200, json.dumps({"verifier_key": str(self.key.verifier)}).encode()
        sizes = {key: int(values[0]) for key, values in parse_qs(parts.query).items()}
        proof = consistency_proof(sizes["from"], sizes["to"], self._node)
        return 200, json.dumps({"proof": [base64.b64encode(digest).decode() for digest in proof]}).encode()

    def _node(self, level: int, index: int) -> bytes:
        return root_from_leaves(self.leaves[index << level : (index + 1) << level])


def make_home(folder: Path, name: str = NAME, log_key: str | None = None) -> Home:
    return Home.create(folder, Watched(name, URL, TENANT, log_key))


def asking(service: Service) -> Ask:
    """Return how a witness in a thread of its own asks the service under test."""
    loop = asyncio.get_running_loop()

    def ask(method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
        path = address.removeprefix(URL)
        coming = service.client.request(method, path, content=body, headers={"Content-Type": "text/plain"})
        answer = asyncio.run_coroutine_threadsafe(coming, loop).result(30)
        return answer.status_code, answer.content

    return ask


async def look(service: Service, home: Home) -> str:
    """Let a witness look once at the service; return the state that came of it."""
    witness = Witness(home, ask=asking(service), now=lambda: service.clock.now().timestamp())
    return (await asyncio.to_thread(witness.look)).state.value
