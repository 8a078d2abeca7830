"""Requests over HTTP that prove who sends them: application, time, nonce and an HMAC over the body under a shared secret.

Providers of messages and of seals are spoken to, and speak back, in this one way; only the headers' names differ.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

from .clock import Clock

# A provider's clock and ours; beyond that somebody repeats an old request.
CLOCK_OFFSET_SECONDS: Final = 300
BUSY: Final = frozenset({408, 425, 429})
"""Answers that mean: ask again later."""


class SharedSecret:
    """Signs what is sent and checks what arrives; `family` begins the names of the headers (`X-Sms`)."""

    def __init__(self, family: str, app: str, secret: str, clock: Clock) -> None:
        self._app = app
        self._secret = secret.encode()
        self._clock = clock
        self._names = tuple(f"{family}-{one}" for one in ("App", "Timestamp", "Nonce", "Signature"))

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that prove who sends this body, and when."""
        timestamp, nonce = str(int(self._clock.now().timestamp())), secrets.token_hex(16)
        values = (self._app, timestamp, nonce, self._signature(timestamp, nonce, body))
        return dict(zip(self._names, values, strict=True))

    def verified(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the other side itself sent this body just now."""
        app, timestamp, nonce, given = (headers.get(name, "") for name in self._names)
        if app != self._app or not timestamp.isdecimal() or len(timestamp) > 12 or not nonce:
            return False
        age = abs(self._clock.now().timestamp() - int(timestamp))
        known = self._signature(timestamp, nonce, body).encode()
        return age <= CLOCK_OFFSET_SECONDS and hmac.compare_digest(known, given.lower().encode())

    def _signature(self, timestamp: str, nonce: str, body: bytes) -> str:
        signed = "\n".join((self._app, timestamp, nonce, hashlib.sha256(body).hexdigest()))
        return hmac.new(self._secret, signed.encode(), hashlib.sha256).hexdigest()


def is_busy(status: int) -> bool:
    """Whether an answer is neither an acceptance nor a refusal for good."""
    return status in BUSY or not 200 <= status < 500 or 300 <= status < 400


def nameless(error: Exception) -> Exception:
    """What may be chained of a client's error: its kind. The error itself can hold the request with its content."""
    return RuntimeError(type(error).__name__)
