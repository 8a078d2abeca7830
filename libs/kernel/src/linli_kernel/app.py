"""Builds a service: settings in, a FastAPI application with everything common wired. No rule lives here."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import msgspec
import prometheus_client
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from . import inbox as inbox_module
from . import openapi, problems
from .clock import Clock, SystemClock
from .database import Database
from .edge import Edge, configure_logging
from .errors import Forbidden, Invalid
from .hot import Application
from .identity import Role
from .inbox import BatchHandler, Handler, Inbox
from .jobs import JobKind, JobRunner
from .jobs import router as jobs_router
from .neighbours import Neighbours
from .permissions import Policy, viewer_of
from .privacy import KeyRing, KeyRingError
from .profile import Profiles
from .relay import Relay, Target
from .settings import ServiceSettings
from .tokens import Revocations, TokenVerifier
from .upkeep import router as upkeep_router

log = structlog.get_logger("app")
REVOCATION_POLL_SECONDS = 2.0
# At a start the services are up before the gateway is: each tenth of a second later is one later for the whole system.
JWKS_RETRY_SECONDS = 0.1
JWKS_REFRESH_SECONDS = 300.0
# A flood of unknown key ids must not become a flood of calls to the gateway.
JWKS_UNKNOWN_PAUSE_SECONDS = 5.0
LOOP_RESTART_SECONDS = 1.0
OBJECTS_BETWEEN_COLLECTIONS = 50_000
SWITCH_SECONDS = 0.0005
Loop = Callable[["Linli"], Awaitable[None]]
Work = Callable[[], Awaitable[None]]


@dataclass
class Linli:
    """What a running service holds; reachable as `request.app.state.linli`."""

    name: str
    settings: ServiceSettings
    clock: Clock
    keyring: KeyRing
    profiles: Profiles
    revocations: Revocations
    verifier: TokenVerifier
    neighbours: Neighbours
    kinds: dict[str, JobKind]
    database: Database = field(init=False)
    relay: Relay = field(init=False)
    inbox: Inbox = field(init=False)
    jobs: JobRunner = field(init=False)
    extra: dict[str, Any] = field(default_factory=dict)
    jwks_wanted: asyncio.Event = field(default_factory=asyncio.Event)


def build_service(
    settings: ServiceSettings,
    *,
    name: str,
    title: str,
    prefix: str,
    routers: Sequence[APIRouter],
    policy: Policy,
    targets: Sequence[Target] = (),
    subscriptions: Mapping[str, Handler] | None = None,
    receive_batch: BatchHandler | None = None,
    job_kinds: Sequence[JobKind] = (),
    job_permission: Any = None,
    upkeep_permission: Any = None,
    loops: Sequence[Loop] = (),
    on_start: Callable[[Linli], Awaitable[None]] | None = None,
    on_stop: Callable[[Linli], Awaitable[None]] | None = None,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Application:
    """Assemble a service.

    `loops` run beside relay and jobs when `settings.run_worker`; `transport` replaces HTTP to neighbours in tests.
    """
    configure_logging(settings.log_level)
    revocations = Revocations()
    linli = Linli(
        name=name,
        settings=settings,
        clock=clock or SystemClock(),
        keyring=KeyRing.from_json(settings.keyring.get_secret_value()),
        profiles=Profiles.load(settings.profiles_dir),
        revocations=revocations,
        verifier=TokenVerifier(revocations),
        neighbours=Neighbours(settings, transport),
        kinds={kind.name: kind for kind in job_kinds},
    )
    require_national(linli.keyring, linli.profiles)
    linli.verifier = TokenVerifier(revocations, lambda _: linli.jwks_wanted.set())
    if settings.jwks:
        linli.verifier.set_keys(settings.jwks)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        linli.database = await Database.open(settings.sqlalchemy_url, linli.clock, settings.pool_size)
        linli.relay = Relay(name, linli.database.pool, linli.neighbours, tuple(targets))
        linli.database.poke = linli.relay.poke
        linli.inbox = Inbox(linli.database, subscriptions or {}, receive_batch)
        linli.jobs = JobRunner(linli.database, linli.kinds, linli)
        linli.database.poke_jobs = linli.jobs.poke
        if on_start is not None:
            await on_start(linli)
        tasks = [asyncio.create_task(_forever(work)) for work in _loops(linli, targets, loops)]
        # Routes, models and compiled statements live as long as the process: no collection need look at them again.
        gc.collect()
        gc.freeze()
        # A job's batches are many objects without a cycle: at the default of 700 a third of an import went into looking.
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 10)
        # While a job computes in a thread, an answer waits this long for its turn, and not five milliseconds each time.
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if on_stop is not None:
                await on_stop(linli)
            await linli.neighbours.close()
            await linli.database.close()

    app = Application(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # A redirect would name the host that the request claims, or a service's own inner address.
        redirect_slashes=False,
    )
    app.state.linli = linli
    problems.install(app)
    own = [inbox_module.router(lambda request: request.app.state.linli.inbox), _operations()]
    if job_permission is not None:
        own.append(jobs_router(prefix, policy, job_permission))
    if upkeep_permission is not None:
        own.append(upkeep_router(prefix, policy, upkeep_permission))
    for router in [*routers, *own]:
        # Every router carries its whole prefix, so its routes stand flat in the application: one match, no nesting.
        # A nested one would hide its routes from the policy check, the document's public paths and the short way.
        if not all(isinstance(route, APIRoute) for route in router.routes):
            raise TypeError(f"{name}: a router inside a router")
        app.router.routes.extend(router.routes)
    app.openapi = lambda: openapi.document(app, policy)  # type: ignore[method-assign]
    app.add_middleware(Edge)
    app.prepare_hot_routes()
    return app


def require_national(keyring: KeyRing, profiles: Profiles) -> None:
    """Raise KeyRingError where a place demands national algorithms and the ring has others: nothing is stored under those."""
    asking = [profile.id for profile in profiles.all() if profile.national_algorithms]
    if asking and not keyring.national:
        raise KeyRingError(f"{', '.join(asking)} asks for national algorithms: the ring has to be of sm4-gcm")


def _loops(linli: Linli, targets: Sequence[Target], loops: Sequence[Loop]) -> list[Work]:
    made: list[Work] = []
    if not linli.settings.jwks:
        made += [partial(_keep_keys, linli), partial(_keep_revocations, linli)]
    if linli.settings.run_worker:
        if targets:
            made.append(linli.relay.run)
        if linli.kinds:
            made.append(linli.jobs.run)
        made += [partial(loop, linli) for loop in loops]
    return made


async def _forever(work: Work) -> None:
    """Begin the work again whenever it ends: a fault that a loop did not foresee must not end it silently for good."""
    while True:
        try:
            await work()
        except Exception as error:
            log.error("loop_ended", kind=type(error).__name__)
        await asyncio.sleep(LOOP_RESTART_SECONDS)


async def _keep_keys(linli: Linli) -> None:
    """Fetch the public token keys at the start, when an unknown key appears, and every few minutes."""
    while True:
        linli.jwks_wanted.clear()
        try:
            answer = await linli.neighbours.client.get(f"{linli.settings.gateway_url}/.well-known/jwks.json")
            answer.raise_for_status()
            linli.verifier.set_keys(answer.text)
        except (httpx.HTTPError, ValueError, KeyError):
            await asyncio.sleep(JWKS_RETRY_SECONDS)
            continue
        await asyncio.sleep(JWKS_UNKNOWN_PAUSE_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(linli.jwks_wanted.wait(), JWKS_REFRESH_SECONDS)


async def _keep_revocations(linli: Linli) -> None:
    """Ask the gateway which sessions ended; a pushed revocation that was lost arrives this way."""
    after = ""
    url = f"{linli.settings.gateway_url}/internal/v1/revocations"
    while True:
        try:
            answer = await linli.neighbours.request("GET", url, params={"after": after} if after else {})
            if answer.status_code == 200:
                body = answer.json()
                for session in body["sessions"]:
                    linli.revocations.end(session["sid"], float(session["until"]))
                after = body["after"]
        except Exception as error:
            log.info("revocations_not_read", kind=type(error).__name__)
        linli.revocations.forget_expired()
        await asyncio.sleep(REVOCATION_POLL_SECONDS)


class _RevokedSession(msgspec.Struct):
    sid: str
    until: float


class _RevokedSessions(msgspec.Struct):
    sessions: list[_RevokedSession]


def _operations() -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    started = time.time()

    @routes.get("/healthz")
    async def healthz() -> Response:
        return Response(b'{"status":"ok"}', media_type="application/json")

    @routes.get("/readyz")
    async def readyz(request: Request) -> Response:
        linli: Linli = request.app.state.linli
        try:
            await linli.database.pool.fetchval("SELECT 1", timeout=2)
            ready = linli.verifier.ready
        except Exception:
            ready = False
        body = {
            "status": "ready" if ready else "starting",
            "service": linli.name,
            "up_seconds": int(time.time() - started),
        }
        return Response(msgspec.json.encode(body), 200 if ready else 503, media_type="application/json")

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)

    @routes.post("/internal/v1/revocations")
    async def end_sessions(request: Request) -> Response:
        if viewer_of(request).role is not Role.SERVICE:
            raise Forbidden
        try:
            revoked = msgspec.json.decode(await request.body(), type=_RevokedSessions)
        except msgspec.MsgspecError as error:
            raise Invalid from error
        for session in revoked.sessions:
            request.app.state.linli.revocations.end(session.sid, session.until)
        return Response(status_code=204)

    return routes
