"""What the desk's functions need besides the transaction: keys, places, calendar, neighbours, and published definitions."""

from dataclasses import dataclass, field
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Request
from linli_kernel.calendar import Thresholds, WorkCalendar
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound
from linli_kernel.neighbours import Neighbours
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile, Profiles
from linli_kernel.settings import ServiceSettings

from linli_services_desk.clients.gateway import GatewayClient
from linli_services_desk.clients.registry import RegistryClient
from linli_services_desk.clients.supervision import SupervisionClient
from linli_services_desk.matters import repository
from linli_services_desk.matters.domain import Definition
from linli_services_desk.vault import Vault
from linli_services_desk.windows.board import Boards

# Some 10 KB each; a county has a few hundred matters with forms, and a process serves several counties.
REMEMBERED_DEFINITIONS = 2_000


@dataclass(slots=True)
class Desk:
    vault: Vault
    profiles: Profiles
    calendar: WorkCalendar
    registry: RegistryClient
    supervision: SupervisionClient
    gateway: GatewayClient
    public_url: str
    font_dir: Any = None
    boards: Boards = field(default_factory=Boards)
    halls: set[tuple[str, str]] = field(default_factory=set)
    """Villages whose halls are known to be open."""
    _definitions: dict[tuple[str, UUID, int], Definition] = field(default_factory=dict)

    def profile(self, tenant: str) -> Profile:
        """The tenant's place; an unknown tenant is not found, because it can come from a public token."""
        try:
            return self.profiles.for_tenant(tenant)
        except KeyError:
            raise NotFound from None

    def thresholds(self, tenant: str) -> Thresholds:
        clock = self.profile(tenant).desk.clock
        return Thresholds(
            amber_days=clock.amber_days,
            red_days=clock.red_days,
            amber_share=clock.amber_share,
            red_share=clock.red_share,
        )

    def tenant_of(self, division: str) -> str:
        """The county that a village belongs to."""
        for tenant in self.profiles.tenants():
            if division.startswith(tenant.division[:6]):
                return tenant.key
        raise NotFound

    async def definition(self, tx: Tx, matter_id: UUID, number: int) -> Definition:
        """A published version; it never changes, so it is remembered without end."""
        key = (tx.tenant, matter_id, number)
        known = self._definitions.get(key)
        if known is None:
            row = await tx.one(repository.version(*key))
            if row is None:
                raise NotFound
            known = cast(Definition, row["definition"])
            self.remember(tx.tenant, matter_id, number, known)
        return known

    def remembered(self, tenant: str, matter_id: UUID, number: int) -> Definition | None:
        return self._definitions.get((tenant, matter_id, number))

    def remember(self, tenant: str, matter_id: UUID, number: int, definition: Definition) -> None:
        if len(self._definitions) >= REMEMBERED_DEFINITIONS:
            self._definitions.pop(next(iter(self._definitions)))
        self._definitions[tenant, matter_id, number] = definition


def make_desk(settings: ServiceSettings, ring: KeyRing, profiles: Profiles, neighbours: Neighbours) -> Desk:
    return Desk(
        vault=Vault(ring),
        profiles=profiles,
        calendar=WorkCalendar.official(),
        registry=RegistryClient(settings.registry_url, neighbours),
        supervision=SupervisionClient(settings.supervision_url, neighbours),
        gateway=GatewayClient(settings.gateway_url, neighbours),
        public_url=settings.public_url,
        font_dir=settings.font_dir,
    )


async def desk_of(request: Request) -> Desk:
    # async although nothing is awaited: FastAPI sends plain functions through a thread.
    return cast(Desk, request.app.state.desk)


CurrentDesk = Annotated[Desk, Depends(desk_of)]
