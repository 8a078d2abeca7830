"""Whether the same person is registered in another county of the prefecture.

The keyed hash of an identity number is the same in every county that shares a prefecture's key ring, so a hash finds the
other registration without opening it. Of that record only its county and its kind of presence are read; no id, no name,
no village, no number. Living in one county with the hukou in the next is ordinary.
"""

from collections.abc import Sequence
from typing import Any

from linli_kernel.database import Database
from linli_kernel.identity import Viewer
from linli_kernel.profile import Profiles
from sqlalchemy import select

from linli_registry.metadata import Row
from linli_registry.residents.search import NOT_VOID
from linli_registry.residents.tables import resident

_r = resident.c


def neighbours(profiles: Profiles, tenant: str) -> dict[str, Any]:
    """The other counties of the tenant's prefecture, by key."""
    tenants = {place.key: place for place in profiles.for_tenant(tenant).tenants}
    own = tenants[tenant].prefecture
    return {key: place for key, place in tenants.items() if place.prefecture == own and key != tenant}


async def registrations(db: Database, counties: Sequence[str], index: bytes | None) -> list[Row]:
    if index is None or not counties:
        return []
    statement = select(_r.tenant, _r.presence).where(
        _r.tenant.in_(counties), _r.number_index == index, NOT_VOID, _r.presence != "moved_out"
    )
    return list(await db.fetch_all(statement.order_by(_r.tenant)))


async def show(db: Database, profiles: Profiles, viewer: Viewer, index: bytes | None) -> list[dict[str, Any]]:
    counties = neighbours(profiles, viewer.tenant)
    rows = await registrations(db, list(counties), index)
    return [
        {"county": row["tenant"], "county_name": counties[row["tenant"]].name.zh, "presence": row["presence"]}
        for row in rows
    ]
