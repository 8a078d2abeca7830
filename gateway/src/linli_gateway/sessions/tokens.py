"""The claims of access tokens: who, under which post, where.

A token names exactly one post and the county it works in, with a post over several also the counties it reads in; what it does
not name it does not permit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.identity import ANY_TENANT, Role
from linli_kernel.ids import new_id
from linli_kernel.tokens import AUDIENCE, ISSUER, LIFETIME_SECONDS

from linli_gateway.posts.domain import Post


def _common(now: datetime, *, subject: UUID, session: UUID, name: str) -> dict[str, Any]:
    issued = int(now.timestamp())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(subject),
        "sid": str(session),
        "jti": str(new_id()),
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFETIME_SECONDS,
        "name": name,
    }


def of_person(
    *,
    account_id: UUID,
    name: str,
    session_id: UUID,
    post: Post,
    divisions: Sequence[str],
    tenant: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the claims of somebody who signed in and works under a post; `divisions` with their codes of before."""
    claims = _common(now, subject=account_id, session=session_id, name=name)
    claims |= {
        "tenant": tenant,
        "role": post.role.value,
        "divisions": list(divisions),
        "grids": [str(grid) for grid in post.grids],
        "department": post.department,
        "post": str(post.id),
    }
    if len(post.tenants) > 1:
        claims["counties"] = list(post.tenants)
    if post.resident_id is not None:
        claims["resident"] = str(post.resident_id)
    return claims


def of_client(
    *,
    client_id: UUID,
    name: str,
    session_id: UUID,
    tenant: str,
    divisions: Sequence[str],
    scope: Sequence[str],
    now: datetime,
) -> dict[str, Any]:
    """Return the claims of a partner's system."""
    return _common(now, subject=client_id, session=session_id, name=name) | {
        "tenant": tenant,
        "role": Role.INTEGRATION.value,
        "divisions": list(divisions),
        "grids": [],
        "department": None,
        "post": None,
        "scope": list(scope),
    }


def of_service(client_id: str, now: datetime) -> dict[str, Any]:
    """Return the claims of one of our own services; it names the tenant of each call itself."""
    identity = uuid5(NAMESPACE_URL, f"urn:linli:{client_id}")
    return _common(now, subject=identity, session=identity, name=client_id) | {
        "tenant": ANY_TENANT,
        "role": Role.SERVICE.value,
        "divisions": [""],
        "grids": [],
        "department": None,
        "post": None,
    }
