"""What the gateway's routes work with, made once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request
from linli_kernel.clock import Clock
from linli_kernel.codes.succession import Succession
from linli_kernel.database import Database
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profiles
from linli_kernel.tokens import TokenVerifier

from linli_gateway.accounts.hashing import Passwords
from linli_gateway.keys.service import SigningKeys
from linli_gateway.proxy.source import TrustedProxies
from linli_gateway.settings import GatewaySettings

if TYPE_CHECKING:
    from linli_gateway.resident_codes.sms import MessageSender
    from linli_gateway.revocations import Revoker
    from linli_gateway.services import Services


@dataclass(slots=True)
class Parts:
    """Wired by `app.py`; routes take it through `get_parts`."""

    settings: GatewaySettings
    clock: Clock
    database: Database
    keyring: KeyRing
    profiles: Profiles
    keys: SigningKeys
    passwords: Passwords
    verifier: TokenVerifier
    proxies: TrustedProxies
    services: Services
    revoker: Revoker
    messages: MessageSender
    succession: Succession = field(default_factory=Succession)
    seen: dict[str, datetime] = field(default_factory=dict)

    @property
    def counties(self) -> Mapping[str, str]:
        """Every county of the installation with its six-digit code."""
        return {tenant.key: tenant.division[:6] for tenant in self.profiles.tenants()}


async def get_parts(request: Request) -> Parts:
    """Dependency: the process's parts."""
    parts: Parts = request.app.state.gateway
    return parts


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks, before anybody knows who it is."""

    address: str
    user_agent: str
    https: bool


async def get_visitor(request: Request) -> Visitor:
    """Dependency: the caller's address as far as it can be believed."""
    parts: Parts = request.app.state.gateway
    peer = request.client.host if request.client else "unknown"
    address = parts.proxies.client_address(peer, request.headers.get("x-forwarded-for"))
    agent = "".join(sign for sign in request.headers.get("user-agent", "")[:200] if sign.isprintable())
    return Visitor(address, agent, parts.settings.https)
