"""The public key set and the description of the authorization server."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from linli_kernel.http import ApiModel, ServiceRouter, fast_json, reads
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.permissions import public, require

from linli_gateway.keys.service import ALGORITHM
from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.records import repository as records

router = ServiceRouter(tags=["sign-in"])

InParts = Annotated[Parts, Depends(get_parts)]
# Half the time that a new key is published before it signs.
CACHE = {"cache-control": "public, max-age=300"}


class PublicKey(ApiModel):
    kty: str
    crv: str
    x: str
    y: str
    kid: str
    alg: str
    use: str


class KeySet(ApiModel):
    keys: list[PublicKey]


class ServerMetadata(ApiModel):
    """RFC 8414."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    service_documentation: str


class NewKey(ApiModel):
    kid: str


@router.get(
    "/.well-known/jwks.json",
    response_model=KeySet,
    dependencies=[Depends(public(POLICY, Permission.TOKEN_KEYS_READ))],
)
async def get_jwks(parts: InParts) -> Response:
    """The public keys that tokens are checked with (RFC 7517); a coming and a retiring key are both in it."""
    return fast_json(parts.keys.jwks(), headers=CACHE)


@router.get(
    "/.well-known/oauth-authorization-server",
    response_model=ServerMetadata,
    dependencies=[Depends(public(POLICY, Permission.TOKEN_KEYS_READ))],
)
async def get_metadata(parts: InParts) -> Response:
    """What OAuth libraries need to know (RFC 8414)."""
    base = parts.settings.public_url
    return fast_json(
        {
            "issuer": base,
            "token_endpoint": f"{base}/oauth2/token",
            "jwks_uri": f"{base}/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
            "service_documentation": f"{base}/docs",
        },
        headers=CACHE,
    )


@router.post("/api/auth/v1/signing-keys", status_code=201, tags=["administration"])
@reads
async def post_signing_key(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SIGNING_KEY_ROTATE))], parts: InParts
) -> NewKey:
    """Publish a new signing key now. It signs after ten minutes; the old one is accepted for an hour more."""
    kid = await parts.keys.rotate()
    parts.verifier.set_keys(parts.keys.jwks())
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        await records.administered(
            tx, viewer, action="signing_key.rotate", kind="signing_key", object_id=kid, tenant=ANY_TENANT
        )
    return NewKey(kid=kid)
