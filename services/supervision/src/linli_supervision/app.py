"""Wires the supervision service; no rule lives here."""

import httpx
from fastapi import FastAPI
from linli_kernel import succession
from linli_kernel.app import Linli, build_service
from linli_kernel.clock import Clock
from linli_kernel.contracts import supervision as contract
from linli_kernel.eseal import HttpSealProvider, SealSettings
from linli_kernel.relay import Target
from linli_kernel.settings import ServiceSettings

from linli_supervision.api import ROUTERS
from linli_supervision.clients.desk import DeskClient
from linli_supervision.clients.gateway import GatewayClient
from linli_supervision.clients.registry import RegistryClient
from linli_supervision.cockpit.retelling import retell
from linli_supervision.disclosures.reminding import remind_of_duties
from linli_supervision.events import ledger_receiver
from linli_supervision.extracts.words import Words
from linli_supervision.flags.backtesting import BACKTEST
from linli_supervision.flags.rules import shipped
from linli_supervision.flags.watching import raise_flags
from linli_supervision.ledger.worker import SequencerWorker
from linli_supervision.policy import POLICY, Permission
from linli_supervision.settings import Settings
from linli_supervision.worker import affix_seals, close_windows, sign_logs, watch_logs

EVERYTHING = "cn.linli."


def create_app(
    settings: ServiceSettings, *, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Build the service; `transport` replaces the network to its neighbours in tests."""
    # A rule that is wrong stops the start.
    shipped()
    sequencers: list[SequencerWorker] = []

    async def on_start(linli: Linli) -> None:
        sequencer = SequencerWorker(
            linli.database.pool,
            linli.keyring,
            linli.clock.now,
            [tenant.key for tenant in linli.profiles.tenants()],
        )
        sequencers.append(sequencer)
        linli.extra["sequencer"] = sequencer
        linli.extra["desk"] = DeskClient(settings.desk_url, linli.neighbours)
        linli.extra["gateway"] = GatewayClient(settings.gateway_url, linli.neighbours)
        linli.extra["registry"] = RegistryClient(settings.registry_url, linli.neighbours)
        linli.extra["eseal"] = HttpSealProvider.configured(SealSettings(), linli.clock)
        linli.extra["words"] = Words(settings.act_words if isinstance(settings, Settings) else None)

    def poke() -> None:
        for sequencer in sequencers:
            sequencer.poke()

    return build_service(
        settings,
        name="supervision",
        title="Linli supervision",
        prefix="/api/supervision/v1",
        routers=ROUTERS,
        policy=POLICY,
        # Its own acts are entries of the ledger like everybody's, so it is its own target.
        targets=(
            Target("supervision", settings.supervision_url, (EVERYTHING,), keeps_count=True),
            Target("desk", settings.desk_url, (contract.PREFIX,)),
        ),
        receive_batch=ledger_receiver(poke),
        loops=(
            sign_logs,
            close_windows,
            affix_seals,
            watch_logs,
            remind_of_duties,
            raise_flags,
            retell,
            succession.follow,
        ),
        job_kinds=(BACKTEST,),
        on_start=on_start,
        job_permission=Permission.JOB_READ,
        upkeep_permission=Permission.UPKEEP,
        clock=clock,
        transport=transport,
    )


def create() -> FastAPI:
    """Build the service from the environment."""
    return create_app(Settings())
