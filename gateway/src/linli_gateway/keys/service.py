"""The signing keys in use.

Private keys leave the database only into this process's memory; every process reads the same rows, so any of them may
sign.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jose import jwk, jwt
from jose.backends.base import Key
from linli_kernel.clock import Clock
from linli_kernel.database import Database, Tx
from linli_kernel.identity import ANY_TENANT
from linli_kernel.privacy import KeyRing

from linli_gateway.keys import repository
from linli_gateway.keys.domain import PUBLISHED_AFTER, PUBLISHED_BEFORE, KeyLife, due, published, signing

ALGORITHM: Final = "ES256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key ready for use."""

    life: KeyLife
    public: dict[str, str]
    private: Key


class SigningKeys:
    """Signs tokens and publishes the key set."""

    def __init__(self, database: Database, keyring: KeyRing, clock: Clock, max_age: timedelta) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._max_age = max_age
        self._keys: dict[str, SigningKey] = {}

    async def load(self) -> None:
        """Read the keys; make the first one, or the next one when the present one has grown old."""
        async with self._database.transaction(ANY_TENANT) as tx:
            await repository.lock(tx)
            rows = await repository.all_keys(tx)
            lives = [repository.life(row) for row in rows]
            if due(lives, tx.now, self._max_age):
                await self._add(tx, lives)
                rows = await repository.all_keys(tx)
            self._keys = {row["kid"]: self._open(row) for row in rows}

    async def rotate(self) -> str:
        """Publish a new key now, which signs as soon as every service knows it; return its id."""
        async with self._database.transaction(ANY_TENANT) as tx:
            await repository.lock(tx)
            kid = await self._add(tx, [repository.life(row) for row in await repository.all_keys(tx)])
        await self.load()
        return kid

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the signed token."""
        now = self._clock.now()
        life = signing([key.life for key in self._keys.values()], now)
        if life is None:
            raise RuntimeError("no signing key is loaded")
        # A parsed key: from PEM every signature would parse it again.
        return jwt.encode(claims, self._keys[life.kid].private, ALGORITHM, headers={"kid": life.kid})

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public key set (RFC 7517)."""
        now = self._clock.now()
        current = {life.kid for life in published([key.life for key in self._keys.values()], now)}
        return {"keys": [key.public for kid, key in sorted(self._keys.items()) if kid in current]}

    async def _add(self, tx: Tx, lives: list[KeyLife]) -> str:
        now = tx.now
        signs_from = now + PUBLISHED_BEFORE if lives else now
        for life in lives:
            if life.retired_at is None:
                await repository.retire(tx, life.kid, signs_from, signs_from + PUBLISHED_AFTER)
        private = ec.generate_private_key(ec.SECP256R1())
        public = _public_jwk(private)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        kid = public["kid"]
        sealed = self._keyring.encrypt(pem, tenant=ANY_TENANT, table="signing_key", column="private_sealed", row=kid)
        await repository.add(tx, kid=kid, private_sealed=sealed, public_jwk=public, signs_from=signs_from)
        return kid

    def _open(self, row: Any) -> SigningKey:
        pem = self._keyring.decrypt(
            row["private_sealed"], tenant=ANY_TENANT, table="signing_key", column="private_sealed", row=row["kid"]
        )
        return SigningKey(repository.life(row), row["public_jwk"], jwk.construct(pem, ALGORITHM))


def _public_jwk(private: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = private.public_key().public_numbers()
    point = {"crv": "P-256", "kty": "EC", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}
    # RFC 7638: the digest of the required members in this order is the key's name everywhere.
    thumbprint = hashlib.sha256(json.dumps(point, separators=(",", ":"), sort_keys=True).encode()).digest()
    kid = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return {**point, "kid": kid, "alg": ALGORITHM, "use": "sig"}


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def reload_after() -> timedelta:
    """Return how often a process looks for keys that another one has made; well inside the time before they sign."""
    return PUBLISHED_BEFORE / 10
