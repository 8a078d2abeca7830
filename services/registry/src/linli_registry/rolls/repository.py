"""Adults of a village on a day: living there by hukou, or without it where that is asked for; Party members among them.

The dead, the departed and records that became part of others are on no roll.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from linli_kernel.database import Database
from sqlalchemy import Select, and_, select

from linli_registry.households.tables import membership
from linli_registry.metadata import Row
from linli_registry.residents.search import NOT_VOID
from linli_registry.residents.tables import resident

PARTY_MEMBER = "01"
MOST = 20_000
_r, _m = resident.c, membership.c


def eligible_query(
    tenant: str,
    divisions: Sequence[str],
    presences: Sequence[str],
    born_by: date,
    *,
    party: bool,
    listed: Sequence[UUID] | None,
) -> Select[tuple[UUID, UUID]]:
    """Ids with the household that each belongs to."""
    home = and_(_m.tenant == _r.tenant, _m.resident == _r.id, _m.until.is_(None))
    statement = (
        select(_r.id.label("resident"), _m.household)
        .select_from(resident.outerjoin(membership, home))
        .where(
            _r.tenant == tenant,
            _r.division.in_(divisions),
            _r.presence.in_(presences),
            NOT_VOID,
            _r.death_date.is_(None),
            _r.birth_date <= born_by,
        )
    )
    if party:
        statement = statement.where(_r.political_status == PARTY_MEMBER)
    if listed is not None:
        statement = statement.where(_r.id.in_(listed))
    return statement.order_by(_r.id).limit(MOST + 1)


async def eligible(database: Database, statement: Select[tuple[UUID, UUID]]) -> Sequence[Row]:
    return list(await database.fetch_all(statement))
