"""People whom the county's own record holds as transferred away: neither their number nor an edit registers them again."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer

from linli_registry.residents.errors import IdentityNumberTaken
from linli_registry.transfers import whereabouts
from linli_registry.transfers.repository import by_number


@asynccontextmanager
async def number_of_somebody_else(tx: Tx, columns: Mapping[str, Any]) -> AsyncIterator[None]:
    """Tell of a number that is taken where its owner went, if it was to another county."""
    try:
        yield
    except IdentityNumberTaken:
        owner = await by_number(tx, tx.tenant, columns["number_index"])
        if owner is not None and owner["presence"] == "moved_out":
            refused = await whereabouts.refusal(tx, tx.tenant, owner["id"])
            if refused is not None:
                raise refused from None
        raise


async def not_by_an_edit(tx: Tx, viewer: Viewer, key: UUID) -> None:
    """Who was transferred away comes back by a transfer, or by an event that papers show."""
    refused = await whereabouts.refusal(tx, viewer.tenant, key)
    if refused is not None:
        raise refused
