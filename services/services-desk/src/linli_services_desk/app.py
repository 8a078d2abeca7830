"""Wires the desk; no rule lives here."""

import httpx
from fastapi import FastAPI
from linli_kernel.app import Linli, build_service
from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import Clock
from linli_kernel.relay import Target
from linli_kernel.settings import ServiceSettings

from linli_services_desk import worker
from linli_services_desk.api import PREFIX, ROUTERS
from linli_services_desk.clients.registry import RegistryClient
from linli_services_desk.clients.supervision import SupervisionClient
from linli_services_desk.context import Desk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.vault import Vault


class Settings(ServiceSettings):
    """The desk needs nothing beyond what every service needs."""


def create_app(
    settings: Settings, *, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    app = build_service(
        settings,
        name="desk",
        title="Linli service desk · 邻里 办事",
        prefix=PREFIX,
        routers=ROUTERS,
        policy=POLICY,
        targets=(Target("supervision", settings.supervision_url, ("cn.linli.",)),),
        subscriptions={worker.SEALED_EVENT: worker.on_sealed},
        job_kinds=worker.JOB_KINDS,
        job_permission=Permission.JOB_READ,
        clock=clock,
        transport=transport,
    )
    linli: Linli = app.state.linli
    desk = desk_for(linli)
    app.state.desk = desk
    linli.extra["desk"] = desk
    return app


def desk_for(linli: Linli) -> Desk:
    settings = linli.settings
    return Desk(
        vault=Vault(linli.keyring),
        profiles=linli.profiles,
        calendar=WorkCalendar.official(),
        registry=RegistryClient(settings.registry_url, linli.neighbours),
        supervision=SupervisionClient(settings.supervision_url, linli.neighbours),
        public_url=settings.public_url,
        font_dir=settings.font_dir,
    )


def create() -> FastAPI:
    """The application for `uvicorn --factory`; settings come from the environment."""
    return create_app(Settings())
