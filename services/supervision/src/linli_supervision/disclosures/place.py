"""What routes of disclosures share: the running service, the county of a place, the profile of a county."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from linli_kernel.app import Linli
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.http import current_db, current_tx, match_version
from linli_kernel.profile import Profile
from linli_kernel.succession import codes_within

Db = Annotated[Database, Depends(current_db)]
Command = Annotated[Tx, Depends(current_tx)]
Version = Annotated[int, Depends(match_version)]


def linli_of(request: Request) -> Linli:
    linli: Linli = request.app.state.linli
    return linli


def profile_of(request: Request, tenant: str) -> Profile:
    return linli_of(request).profiles.for_tenant(tenant)


def counties(request: Request, division: str | None = None) -> list[str]:
    """The county that a division lies in; without one all counties: public pages have no tenant of their own."""
    tenants = linli_of(request).profiles.tenants()
    return [one.key for one in tenants if division is None or one.division[:6] == division[:6]]


def codes(request: Request, division: str) -> Sequence[str]:
    """The code of an area and those of what became part of it."""
    return codes_within(linli_of(request), division) or ()


def county(request: Request, division: str) -> str:
    found = counties(request, division)
    if not found:
        raise NotFound
    return found[0]


def today(request: Request) -> date:
    return linli_of(request).clock.today()


def page_url(request: Request, disclosure_id: UUID) -> str:
    """What the code on the wall opens."""
    return f"{linli_of(request).settings.public_url}/disclosures/{disclosure_id}"


def moment(text: str) -> datetime:
    """A time of a cursor; one without its offset is no time."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
