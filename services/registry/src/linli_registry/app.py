"""Wires the registry. Used as `uvicorn linli_registry.app:create --factory`."""

import httpx
from fastapi import FastAPI
from linli_kernel.app import build_service
from linli_kernel.clock import Clock
from linli_kernel.settings import ServiceSettings

from linli_registry.api import PREFIX, ROUTERS
from linli_registry.policy import POLICY, Permission
from linli_registry.worker import JOB_KINDS, LOOPS, start, targets


def create_app(
    settings: ServiceSettings, *, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    return build_service(
        settings,
        name="registry",
        title="Linli registry 邻里人口与家庭登记",
        prefix=PREFIX,
        routers=ROUTERS,
        policy=POLICY,
        targets=targets(settings),
        job_kinds=JOB_KINDS,
        job_permission=Permission.JOB_READ,
        loops=LOOPS,
        on_start=start,
        upkeep_permission=Permission.UPKEEP,
        clock=clock,
        transport=transport,
    )


def create() -> FastAPI:
    """Build the application from the environment."""
    return create_app(ServiceSettings())
