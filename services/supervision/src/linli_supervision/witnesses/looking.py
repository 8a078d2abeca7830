"""One look of a witness at its log: is this the log that it saw before, only longer? Only then does it sign.

Source: c2sp.org/tlog-witness for the rules; here the witness fetches, so that it needs no open port.
"""

import base64
import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from linli_supervision.ledger.merkle import ProofError, verify_consistency
from linli_supervision.ledger.note import Checkpoint, NoteError, VerifierKey, open_checkpoint
from linli_supervision.witnesses.home import Home, Memory
from linli_supervision.witnesses.refusal import Reason, Refusal, sign

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 1 << 20
MOST_EVIDENCE_BYTES = 1 << 14
"""More than a checkpoint with 64 signatures; what is longer is cut, and the refusal still arrives."""


class Unreachable(Exception):
    """The log did not answer as it should; nothing is known, so nothing is signed and nothing is said."""


class State(StrEnum):
    SIGNED = "signed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look; `new` tells a refusal that was not told before."""

    state: State
    size: int | None = None
    said: str = ""
    new: bool = False


Ask = Callable[[str, str, bytes | None], tuple[int, bytes]]
"""(method, address, body) → (status, body); raises Unreachable."""


def ask(method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
    """Ask over HTTP with the standard library alone: a witness shall run on anything."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.netloc, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)  # type: ignore[assignment]
    try:
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body is not None else {}
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{address}: {error or type(error).__name__}") from error
    finally:
        connection.close()


class _Refused(Exception):
    def __init__(self, reason: Reason, said: str) -> None:
        super().__init__(said)
        self.reason = reason


class Witness:
    """Looks at one log and hands in its cosignature or its refusal."""

    def __init__(
        self, home: Home, url: str | None = None, ask: Ask = ask, now: Callable[[], float] = time.time
    ) -> None:
        self._home = home
        self._ask = ask
        self._now = now
        self._base = f"{(url or home.watched.url).rstrip('/')}/api/public/v1/ledger/{home.watched.tenant}/"

    def look(self) -> Look:
        """Look once; never raises for what the other side does."""
        served = b""
        try:
            key = self._log_key()
            served = self._get("checkpoint")
            try:
                return self._judge(key, served)
            except _Refused as refused:
                return self._refuse(key, refused, served)
        except Unreachable as error:
            return Look(State.UNREACHABLE, said=str(error))

    def _get(self, path: str) -> bytes:
        status, body = self._ask("GET", self._base + path, None)
        if status != http.HTTPStatus.OK:
            raise Unreachable(f"{path}: HTTP {status}")
        return body

    def _log_key(self) -> VerifierKey:
        known = self._home.watched.log_key or (self._home.memory.log_key if self._home.memory else None)
        if known is None:
            try:
                known = json.loads(self._get("key"))["verifier_key"]
            except (ValueError, KeyError, TypeError) as error:
                raise Unreachable("key: no answer that can be read") from error
        return VerifierKey.parse(known)

    def _judge(self, key: VerifierKey, served: bytes) -> Look:
        try:
            seen = open_checkpoint(served, key)
        except NoteError as error:
            raise _Refused(Reason.UNSIGNED, str(error)) from error
        memory = self._home.memory
        if memory is None:
            return self._sign(key, seen, served)
        old = open_checkpoint(memory.note.encode(), key)
        if seen.size < old.size:
            raise _Refused(Reason.SHRUNK, f"{old.size} → {seen.size}")
        if seen.size == old.size and seen.root == old.root and memory.sent:
            return Look(State.UNCHANGED, seen.size)
        self._require_growth(old, seen)
        return self._sign(key, seen, served)

    def _require_growth(self, old: Checkpoint, seen: Checkpoint) -> None:
        proof: list[bytes] = []
        if 0 < old.size < seen.size:
            answer = self._get(f"proofs/consistency?from={old.size}&to={seen.size}")
            try:
                proof = [base64.b64decode(digest, validate=True) for digest in json.loads(answer)["proof"]]
            except (ValueError, KeyError, TypeError) as error:
                raise Unreachable("proofs/consistency: no answer that can be read") from error
        try:
            verify_consistency(old.size, seen.size, old.root, seen.root, proof)
        except ProofError as error:
            raise _Refused(Reason.FORKED, f"{old.size} → {seen.size}: {error}") from error

    def _sign(self, key: VerifierKey, seen: Checkpoint, served: bytes) -> Look:
        log_note = _without_cosignatures(served, key)
        self._home.remember(Memory(str(key), log_note, sent=False))
        # Crash here: remembered and not handed in. The next look signs the same checkpoint once more.
        line = self._home.key.cosign(seen.text, int(self._now()))
        status, _ = self._ask("POST", self._base + "cosignatures", (log_note + line).encode())
        if status == http.HTTPStatus.CONFLICT:
            # The log does not know what it signed: it showed this witness another history than its own.
            return Look(State.REFUSED, seen.size, "409", new=True)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Unreachable(f"cosignatures: HTTP {status}")
        self._home.remember(Memory(str(key), log_note, sent=True))
        return Look(State.SIGNED, seen.size)

    def _refuse(self, key: VerifierKey, refused: _Refused, served: bytes) -> Look:
        remembered = self._home.memory.note.encode() if self._home.memory else b""
        refusal = Refusal(key.name, refused.reason, remembered, served[:MOST_EVIDENCE_BYTES])
        note = sign(refusal, self._home.key)
        said = f"{refused.reason.value}-{str(refused).partition(':')[0].replace(' → ', '-')}"
        name = "".join(c if c.isalnum() or c == "-" else "_" for c in said)[:80]
        new = self._home.keep_evidence(name, note)
        # Until the log has taken it, the refusal is told at every look: somebody has to hear of it.
        if new and self._ask("POST", self._base + "refusals", note.encode())[0] < http.HTTPStatus.BAD_REQUEST:
            self._home.told(name)
        return Look(State.REFUSED, said=f"{refused.reason.value}: {refused}", new=new)


def _without_cosignatures(served: bytes, key: VerifierKey) -> str:
    """Return the note with the log's own signature line only."""
    text, _, block = served.decode("utf-8").rpartition("\n\n")
    own = [line for line in block.splitlines() if line.startswith(f"— {key.name} ")]
    return text + "\n\n" + "".join(f"{line}\n" for line in own)
