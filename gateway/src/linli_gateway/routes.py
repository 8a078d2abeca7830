"""Every route of the gateway's own, in the order of the documentation. Paths of the services are in
`proxy/upstreams.py`."""

from __future__ import annotations

from fastapi import APIRouter

from linli_gateway import internal
from linli_gateway.accounts import endpoints as accounts
from linli_gateway.accounts import own_endpoints as own
from linli_gateway.keys import endpoints as keys
from linli_gateway.oauth import endpoints as oauth
from linli_gateway.places import endpoints as places
from linli_gateway.proposals import endpoints as proposals
from linli_gateway.records import endpoints as records
from linli_gateway.resident_codes import endpoints as resident_codes
from linli_gateway.sessions import endpoints as sessions
from linli_gateway.web import endpoints as web

ROUTERS: tuple[APIRouter, ...] = (
    sessions.router,
    resident_codes.router,
    oauth.token_router,
    keys.router,
    own.router,
    places.router,
    internal.names_router,
    accounts.router,
    proposals.router,
    oauth.router,
    records.router,
    internal.router,
    web.router,
    web.hidden_router,
)
