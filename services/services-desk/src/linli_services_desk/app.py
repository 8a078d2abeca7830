"""Wires the desk; no rule lives here."""

import httpx
from fastapi import FastAPI
from linli_kernel import inbox
from linli_kernel.app import Linli, build_service
from linli_kernel.clock import Clock
from linli_kernel.relay import Target
from linli_kernel.settings import ServiceSettings
from linli_kernel.sms import SmsProvider

from linli_services_desk import worker
from linli_services_desk.api import PREFIX, ROUTERS
from linli_services_desk.cases import news
from linli_services_desk.context import make_desk
from linli_services_desk.documents import sealing
from linli_services_desk.meetings import telling as meetings
from linli_services_desk.notices import disclosures, inquiries, seals
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.subscriptions import telling
from linli_services_desk.whistles import escalation


class Settings(ServiceSettings):
    """The desk needs nothing beyond what every service needs."""


def create_app(
    settings: Settings, *, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    subscribers = telling.handlers(lambda: app.state.desk, lambda: telling.codes_of(app.state.linli))
    staff = disclosures.handlers(lambda tenant: app.state.desk.profile(tenant))
    refusals = seals.handlers(lambda tenant: app.state.desk.profile(tenant))
    oversight = inquiries.handlers(lambda: app.state.desk)
    app = build_service(
        settings,
        name="desk",
        title="Linli service desk · 邻里 办事",
        prefix=PREFIX,
        routers=ROUTERS,
        policy=POLICY,
        targets=(Target("supervision", settings.supervision_url, ("cn.linli.",), keeps_count=True),),
        subscriptions={
            worker.SEALED_EVENT: worker.on_sealed,
            **news.HANDLERS,
            **inbox.together(staff, subscribers, sealing.HANDLERS, refusals, oversight, meetings.handlers()),
        },
        job_kinds=worker.JOB_KINDS,
        loops=(escalation.watch, *worker.LOOPS),
        job_permission=Permission.JOB_READ,
        upkeep_permission=Permission.UPKEEP,
        clock=clock,
        transport=transport,
    )
    linli: Linli = app.state.linli
    desk = make_desk(settings, linli.keyring, linli.profiles, linli.neighbours)
    app.state.desk = desk
    # The demo keeps its messages for itself, whatever the environment names.
    demo = settings.environment == "demo"
    app.state.sms_provider = None if demo else SmsProvider.configured(settings, linli.clock)
    linli.extra["sms_provider"] = app.state.sms_provider
    linli.extra["desk"] = desk
    return app


def create() -> FastAPI:
    """The application for `uvicorn --factory`; settings come from the environment."""
    return create_app(Settings())
