"""Access tokens: checked by every service itself, remembered until they end or are revoked.

Only ES256 is accepted, whatever the header says. A remembered token is trusted only while it has not expired and its session was
not ended; the memory is bounded.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from typing import Any

from jose import jwk, jwt
from jose.exceptions import JOSEError

from .errors import Unauthenticated, Unavailable
from .identity import Viewer

ISSUER = "linli"
AUDIENCE = "linli-api"
ALGORITHM = "ES256"
LIFETIME_SECONDS = 600
# A token lives ten minutes: 20,000 remembered ones cover 33 sign-ins a second.
REMEMBERED_TOKENS = 20_000
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class InvalidToken(Unauthenticated):
    code = "auth.invalid_token"
    zh = "登录已失效，请重新登录"
    en = "The sign-in is no longer valid"


class Revocations:
    """Sessions that ended before their tokens did; forgets one when no token of it can still be alive."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def end(self, session: str, until: float | None = None) -> None:
        self._until[session] = until if until is not None else time.time() + LIFETIME_SECONDS

    def ended(self, session: str) -> bool:
        return session in self._until

    def forget_expired(self) -> None:
        now = time.time()
        for session in [s for s, until in self._until.items() if until < now]:
            del self._until[session]


class TokenVerifier:
    """Turns a bearer token into a viewer; raises InvalidToken.

    Before the first keys arrived every token is Unavailable: a service that just started must not sign anybody out.
    `on_unknown_key` is told the key id, so that the owner can fetch new public keys.
    """

    def __init__(self, revocations: Revocations | None = None, on_unknown_key: Callable[[str], None] | None = None):
        self.revocations = revocations or Revocations()
        self._on_unknown_key = on_unknown_key
        self._keys: dict[str, Any] = {}
        self._remembered: dict[bytes, tuple[float, Viewer]] = {}

    def set_keys(self, jwks: dict[str, Any] | str) -> None:
        """Replace the public keys by a JWK set; remembered tokens of removed keys are forgotten."""
        document: dict[str, Any] = json.loads(jwks) if isinstance(jwks, str) else jwks
        keys = {
            key["kid"]: jwk.construct(key, ALGORITHM)
            for key in document["keys"]
            if key.get("kty") == "EC" and key.get("crv") == "P-256"
        }
        if set(keys) != set(self._keys):
            self._remembered.clear()
        self._keys = keys

    @property
    def ready(self) -> bool:
        return bool(self._keys)

    def verify(self, token: str) -> Viewer:
        digest = hashlib.sha256(token.encode()).digest()
        known = self._remembered.get(digest)
        if known is not None:
            expires, viewer = known
            if expires > time.time() and not self.revocations.ended(viewer.session):
                return viewer
            del self._remembered[digest]
            raise InvalidToken
        expires, viewer = self._check(token)
        if len(self._remembered) >= REMEMBERED_TOKENS:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[digest] = (expires, viewer)
        return viewer

    def _check(self, token: str) -> tuple[float, Viewer]:
        # The decoder skips signs outside its alphabet: one token would have endless spellings.
        if _COMPACT.fullmatch(token) is None:
            raise InvalidToken
        if not self._keys:
            raise Unavailable(retry_after_seconds=1)
        try:
            header = jwt.get_unverified_header(token)
            key_id = header.get("kid")
            if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
                raise InvalidToken
            key = self._keys.get(key_id)
            if key is None:
                if self._on_unknown_key is not None:
                    self._on_unknown_key(key_id)
                raise InvalidToken
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require_exp": True, "require_iat": True, "require_sub": True, "require_aud": True},
            )
            viewer = Viewer.from_claims(claims)
        except (JOSEError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidToken from error
        if self.revocations.ended(viewer.session):
            raise InvalidToken
        return float(claims["exp"]), viewer


def bearer(authorization: str | None) -> str:
    """Return the token of an `Authorization` header; raises Unauthenticated when there is none."""
    if not authorization:
        raise Unauthenticated
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()
