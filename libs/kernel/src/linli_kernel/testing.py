"""For tests: real signed tokens of any role, service settings on a fresh database, clients on a running application."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from jose import jwk, jwt

from .identity import Role
from .ids import new_id
from .privacy import KeyRing
from .tokens import ALGORITHM, AUDIENCE, ISSUER, LIFETIME_SECONDS

TENANT = "421202"
VILLAGE = "421202104221"
TOWNSHIP = "421202104"
FOREIGN_TENANT = "511681"
FOREIGN_VILLAGE = "511681002001"
# The area of each role in the tests, as the demo accounts have it.
AREAS: dict[Role, Sequence[str]] = {
    Role.TOWNSHIP_OFFICER: [TOWNSHIP],
    Role.DEPARTMENT_OFFICER: [TENANT],
    Role.COUNTY_ADMIN: [TENANT],
    Role.AUDITOR: ["4212"],
    Role.SYSTEM_ADMIN: [],
    Role.RESIDENT: [],
    Role.SERVICE: [""],
    Role.INTEGRATION: [TENANT],
}
PREFECTURE = "4212"
COUNTIES = ("421202", "421221", "421222", "421223", "421224", "421281")
"""Of the prefecture: what its auditor reads in."""
ANY_TENANT_ROLES = {Role.SYSTEM_ADMIN, Role.SERVICE}


@dataclass
class TokenMaker:
    """Signs tokens with its own key; `jwks` is what services are given."""

    kid: str = "test"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @property
    def jwks(self) -> str:
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        parts = jwk.construct(public.decode(), ALGORITHM).to_dict()
        return json.dumps({"keys": [{**parts, "kid": self.kid, "use": "sig", "alg": ALGORITHM}]})

    def claims(
        self, role: Role, *, tenant: str | None = None, divisions: Sequence[str] | None = None, **more: Any
    ) -> dict[str, Any]:
        now = int(time.time())
        own_tenant = "*" if role in ANY_TENANT_ROLES else TENANT
        areas = list(divisions if divisions is not None else AREAS.get(role, [VILLAGE]))
        return {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(new_id()),
            "sid": str(new_id()),
            "jti": str(new_id()),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "tenant": tenant or own_tenant,
            "role": role.value,
            "divisions": areas,
            "grids": [],
            "department": None,
            "post": str(new_id()),
            "name": role.value,
            **({"counties": list(COUNTIES)} if PREFECTURE in areas else {}),
            **more,
        }

    def sign(self, claims: dict[str, Any]) -> str:
        return str(jwt.encode(claims, self.pem, algorithm=ALGORITHM, headers={"kid": self.kid}))

    def token(self, role: Role, **claims: Any) -> str:
        """A valid token of a role; keyword arguments replace claims (`sub=`, `divisions=`, `tenant=`…)."""
        values = {key: str(value) if isinstance(value, UUID) else value for key, value in claims.items()}
        return self.sign(self.claims(role, **values))

    def auth(self, role: Role, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(role, **claims)}"}


PROJECT = Path(__file__).resolve().parents[4]


def service_settings(database_url: str, tokens: TokenMaker, **more: Any) -> dict[str, Any]:
    """Keyword arguments for a service's `Settings` in tests: demo environment, no background loops."""
    return {
        "environment": "demo",
        "database_url": database_url,
        "keyring": KeyRing.generate(),
        "profiles_dir": PROJECT / "profiles",
        "jwks": tokens.jwks,
        "run_worker": False,
        "log_level": "WARNING",
        **more,
    }


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The application started, and a client on it; unexpected errors become 500 answers as in production."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
            yield client
