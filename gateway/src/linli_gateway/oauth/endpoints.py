"""The token endpoint, and administering partners' clients."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, match_version, reads
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require

from linli_gateway.oauth import repository, service, token
from linli_gateway.oauth.errors import ClientNotFound
from linli_gateway.oauth.schemas import ClientChange, ClientOut, Clients, NewClient
from linli_gateway.parts import Parts, Visitor, get_parts, get_visitor
from linli_gateway.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/auth/v1/clients", tags=["administration"])
token_router = ServiceRouter(tags=["sign-in"])

InParts = Annotated[Parts, Depends(get_parts)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.CLIENT_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.CLIENT_WRITE))]

_ERROR = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
            }
        }
    }
}
_TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer"},
        "scope": {"type": "string"},
    },
}
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"const": "client_credentials"},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                        "scope": {"type": "string"},
                    },
                }
            }
        },
    }
}


@token_router.post(
    "/oauth2/token",
    dependencies=[Depends(public(POLICY, Permission.OAUTH_TOKEN))],
    response_class=Response,
    responses={
        200: {"description": "a token", "content": {"application/json": {"schema": _TOKEN}}},
        400: {"description": "`invalid_request`, `unsupported_grant_type`, `invalid_scope`", **_ERROR},
        401: {"description": "`invalid_client`", **_ERROR},
        429: {"description": "too many attempts; see Retry-After", **_ERROR},
    },
    openapi_extra=_FORM,
)
@reads
async def post_token(request: Request, parts: InParts, visitor: Annotated[Visitor, Depends(get_visitor)]) -> Response:
    """RFC 6749 client credentials for partners: HTTP Basic or `client_id` and `client_secret` in the form."""
    return await token.answer(request, parts, visitor)


@router.get("")
async def get_clients(
    viewer: Reader, parts: InParts, limit: Limit = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Clients:
    """Partners' systems by client id."""
    after = Cursor.parse(cursor, str)
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        rows = await repository.listed(tx, after=after[0] if after else None, limit=limit + 1)
    kept, next_cursor = page(rows, limit, lambda row: (row["client_id"],))
    return Clients(items=[service.as_out(row) for row in kept], next_cursor=next_cursor)


@router.post("", status_code=201)
async def post_client(
    body: NewClient,
    response: Response,
    viewer: Writer,
    tx: Annotated[Tx, Depends(current_tx)],
    parts: InParts,
) -> ClientOut:
    """Register a partner's system. Its secret is never answered."""
    client = await service.create(tx, parts, viewer, body)
    response.headers["location"] = f"/api/auth/v1/clients/{client.id}"
    response.headers["etag"] = f'"{client.version}"'
    return client


@router.get("/{row_id}")
async def get_client(row_id: UUID, response: Response, viewer: Reader, parts: InParts) -> ClientOut:
    """One partner's system."""
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        row = await repository.get(tx, row_id)
    if row is None:
        raise ClientNotFound
    response.headers["etag"] = f'"{row["version"]}"'
    return service.as_out(row)


@router.patch("/{row_id}")
async def patch_client(
    row_id: UUID,
    body: ClientChange,
    response: Response,
    viewer: Writer,
    tx: Annotated[Tx, Depends(current_tx)],
    parts: InParts,
    version: Annotated[int, Depends(match_version)],
) -> ClientOut:
    """Change a partner's system; a new scope, secret or state ends the tokens it holds."""
    client = await service.change(tx, parts, viewer, row_id, version, body)
    response.headers["etag"] = f'"{client.version}"'
    return client
