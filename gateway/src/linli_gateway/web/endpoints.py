"""Health of the whole, and the API's documentation."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from linli_kernel.http import ApiModel, ServiceRouter, fast_json
from linli_kernel.permissions import public
from starlette.responses import Response

from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.web.documentation import Documentation, page

router = ServiceRouter(tags=["operations"])
hidden_router = ServiceRouter(include_in_schema=False)

InParts = Annotated[Parts, Depends(get_parts)]
_PUBLIC_HEALTH = [Depends(public(POLICY, Permission.HEALTH_READ))]
_PUBLIC_DOCUMENTATION = [Depends(public(POLICY, Permission.DOCUMENTATION_READ))]
DATABASE_SECONDS = 2.0


class Health(ApiModel):
    status: str


class Readiness(ApiModel):
    """`services` tells the state of each part: `ready`, `starting` or `down`."""

    status: str
    services: dict[str, str]


@router.get("/healthz", dependencies=_PUBLIC_HEALTH)
async def get_health() -> Health:
    """The gateway's process is alive."""
    return Health(status="ok")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"description": "a part is not ready", "model": Readiness}},
    dependencies=_PUBLIC_HEALTH,
)
async def get_readiness(parts: InParts) -> Response:
    """Whether the whole can work: the gateway with its database and every service."""
    names = parts.services.names
    asked = await asyncio.gather(_gateway(parts), *(parts.services.ready(name) for name in names))
    states = dict(zip(["gateway", *names], asked, strict=True))
    ready = all(state == "ready" for state in states.values())
    body = {"status": "ready" if ready else "starting", "services": states}
    return fast_json(body, status=200 if ready else 503, headers={"cache-control": "no-store"})


async def _gateway(parts: Parts) -> str:
    try:
        await parts.database.pool.fetchval("SELECT 1", timeout=DATABASE_SECONDS)
    except Exception:
        # Whatever keeps the database from answering, the state is the same; the cause is in its own log.
        return "down"
    return "ready" if parts.verifier.ready else "starting"


@hidden_router.get("/openapi.json", dependencies=_PUBLIC_DOCUMENTATION)
async def get_document(request: Request) -> Response:
    """The combined OpenAPI document."""
    documentation: Documentation = request.app.state.documentation
    return fast_json(await documentation.document(), headers={"cache-control": "no-cache"})


@hidden_router.get("/docs", dependencies=_PUBLIC_DOCUMENTATION)
async def get_docs(request: Request) -> HTMLResponse:
    """The combined document as a page."""
    documentation: Documentation = request.app.state.documentation
    return HTMLResponse(page(await documentation.document()), headers={"cache-control": "no-cache"})
