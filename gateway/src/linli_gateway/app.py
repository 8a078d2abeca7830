"""Wiring of the gateway: no rule lives here."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from linli_kernel.app import Linli, build_service
from linli_kernel.clock import Clock, SystemClock
from linli_kernel.errors import Unauthenticated
from linli_kernel.identity import Role
from linli_kernel.relay import Target
from linli_kernel.sms import SmsProvider

from linli_gateway.accounts.hashing import Passwords
from linli_gateway.keys.service import SigningKeys
from linli_gateway.parts import Parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.proxy.limits import RateLimiter
from linli_gateway.proxy.source import TrustedProxies
from linli_gateway.proxy.upstreams import DESK, REGISTRY, SUPERVISION, Directory
from linli_gateway.proxy.way import Way
from linli_gateway.resident_codes.service import drain
from linli_gateway.resident_codes.sms import DemoMessages, MessageSender, NoMessages, ProviderMessages
from linli_gateway.revocations import Revoker
from linli_gateway.routes import ROUTERS
from linli_gateway.services import Services
from linli_gateway.sessions.tokens import of_service
from linli_gateway.settings import GatewaySettings
from linli_gateway.web.documentation import Documentation
from linli_gateway.web.front import Front
from linli_gateway.web.security import api_headers, page_headers
from linli_gateway.web.static import StaticFiles
from linli_gateway.worker import Worker

NAME = "gateway"
VERSION = "1"


@dataclass(slots=True)
class _Running:
    """What exists between start and stop; the front asks it for the token check."""

    parts: Parts | None = None
    worker: Worker | None = None

    def authenticate(self, token: str) -> Hashable | None:
        """Return the key that a caller is counted under; None when the token is not accepted."""
        if self.parts is None:
            return None
        try:
            viewer = self.parts.verifier.verify(token)
        except Unauthenticated:
            return None
        if viewer.role is not Role.SERVICE and viewer.role is not Role.INTEGRATION:
            self.parts.seen[viewer.session] = self.parts.clock.now()
        return viewer.subject


def _messages(settings: GatewaySettings, linli: Linli) -> MessageSender:
    """The demo keeps its messages for itself, whatever the environment names."""
    if settings.demo:
        return DemoMessages(linli.database)
    provider = SmsProvider.configured(settings, linli.clock)
    return ProviderMessages(provider) if provider else NoMessages()


def create_app(
    settings: GatewaySettings, *, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Assemble the gateway; `transport` replaces its own calls to the services in tests."""
    running = _Running()
    base_urls = {REGISTRY: settings.registry_url, DESK: settings.desk_url, SUPERVISION: settings.supervision_url}
    proxies = TrustedProxies(settings.trusted_proxies)
    by_source = RateLimiter(settings.source_limit)
    way = Way(
        Directory(base_urls),
        running.authenticate,
        settings.exchange,
        by_caller=RateLimiter(settings.caller_limit),
        by_source=by_source,
        proxies=proxies,
        api_headers=api_headers(settings.https),
    )

    async def start(linli: Linli) -> None:
        keys = SigningKeys(
            linli.database, linli.keyring, linli.clock, timedelta(days=settings.signing_key_max_age_days)
        )
        services = Services(base_urls, lambda: keys.sign(of_service(f"service-{NAME}", linli.clock.now())), transport)
        parts = Parts(
            settings=settings,
            clock=linli.clock,
            database=linli.database,
            keyring=linli.keyring,
            profiles=linli.profiles,
            keys=keys,
            passwords=Passwords(),
            verifier=linli.verifier,
            proxies=proxies,
            services=services,
            revoker=Revoker(linli.database, linli.clock, linli.revocations, services),
            messages=_messages(settings, linli),
        )
        running.parts, running.worker = parts, Worker(parts)
        app.state.gateway = parts
        app.state.documentation = Documentation(services, app.openapi, VERSION)
        await running.worker.reload_keys()
        await running.worker.follow_revocations()
        running.worker.start()

    async def stop(_linli: Linli) -> None:
        if running.parts is None or running.worker is None:
            return
        await running.worker.stop()
        await drain()
        if isinstance(running.parts.messages, ProviderMessages):
            await running.parts.messages.close()
        await running.parts.revoker.close()
        await running.parts.services.close()
        await way.close()
        running.parts.passwords.close()

    app = build_service(
        # The gateway knows its own keys: an empty set here keeps it from asking itself over HTTP.
        settings.model_copy(update={"jwks": '{"keys": []}'}),
        name=NAME,
        title="Linli gateway",
        prefix="/api/auth/v1",
        routers=ROUTERS,
        policy=POLICY,
        targets=[Target(SUPERVISION, settings.supervision_url, ("cn.linli.",), keeps_count=True)],
        on_start=start,
        upkeep_permission=Permission.UPKEEP,
        on_stop=stop,
        clock=clock or SystemClock(),
        transport=transport,
    )
    # FastAPI's own document knows the gateway only; ours is the combined one.
    app.router.routes[:] = [
        route for route in app.routes if isinstance(route, APIRoute) or getattr(route, "path", "") != app.openapi_url
    ]
    app.shortcut = way.taking
    app.add_middleware(
        Front,
        static=StaticFiles(settings.frontend_dir, page_headers(settings.https)),
        proxies=proxies,
        by_source=by_source,
        api_headers=api_headers(settings.https),
        page_headers=page_headers(settings.https),
    )
    return app


def create() -> FastAPI:
    """The application with settings from the environment, for uvicorn's `--factory`."""
    return create_app(GatewaySettings())
