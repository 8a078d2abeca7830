"""What a request of this service needs beside the database: the viewer's area, keys and masks."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from linli_kernel.app import Linli
from linli_kernel.codes.succession import Succession
from linli_kernel.database import Database
from linli_kernel.errors import Forbidden
from linli_kernel.http import current_db
from linli_kernel.identity import Viewer
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile, Profiles
from linli_kernel.succession import as_prefix, known

from linli_registry.residents.display import Display
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.search import Area

Db = Annotated[Database, Depends(current_db)]


@dataclass(frozen=True)
class Context:
    """The service's own parts; what they give depends on the viewer."""

    keyring: KeyRing
    profiles: Profiles
    today: date
    succession: Succession = field(default_factory=Succession)

    def area(self, viewer: Viewer, division: str | None) -> Area:
        """Like `area_of`, with what became part of `division` under its own code of before."""
        found = area_of(viewer, division)
        if division is None or not found.prefixes:
            return found
        return replace(found, prefixes=tuple(p for p in self.succession.widened(found.prefixes) if viewer.covers(p)))

    def codes(self, division: str | None) -> tuple[str, ...] | None:
        """Return what a filter by division means; None without one."""
        return None if division is None else self.succession.widened([as_prefix(division)])

    def profile(self, viewer: Viewer) -> Profile:
        try:
            return self.profiles.for_tenant(viewer.tenant)
        except KeyError:
            raise Forbidden from None

    def keys(self, viewer: Viewer) -> ResidentKeys:
        return ResidentKeys(self.keyring, viewer.tenant)

    def display(self, viewer: Viewer) -> Display:
        return Display(viewer, self.profile(viewer), self.keys(viewer), self.today)


async def current_context(request: Request) -> Context:
    linli: Linli = request.app.state.linli
    return context_of(linli)


def context_of(linli: Linli) -> Context:
    """The same for work beside the requests."""
    return Context(linli.keyring, linli.profiles, linli.clock.today(), known(linli))


Ctx = Annotated[Context, Depends(current_context)]


def area_of(viewer: Viewer, division: str | None = None) -> Area:
    """Return the viewer's area, or its part inside `division`; a division outside gives an empty area."""
    prefixes = viewer.divisions
    if division is not None:
        wanted = as_prefix(division)
        covered = [wanted] if viewer.covers(wanted) else []
        prefixes = (*covered, *(own for own in viewer.divisions if own.startswith(wanted) and own != wanted))[:20]
        if covered:
            prefixes = (wanted,)
    return Area(viewer.tenant, tuple(prefixes), viewer.grids)
