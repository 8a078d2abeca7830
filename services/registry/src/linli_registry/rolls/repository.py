"""Adults of a village on a day: living there by hukou, or without it where that is asked for; Party members among them, or one
adult of each household.

The dead, the departed and records that became part of others are on no roll.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from linli_kernel.database import Database, HotQuery
from sqlalchemy import Select, and_, bindparam, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from linli_registry.households.tables import membership
from linli_registry.metadata import Bytewise, Id, Row
from linli_registry.residents.search import NOT_VOID
from linli_registry.residents.tables import resident

PARTY_MEMBER = "01"
HEAD = "02"
MOST = 20_000
_r, _m = resident.c, membership.c


def eligible_query(
    tenant: str,
    divisions: Sequence[str],
    presences: Sequence[str],
    born_by: date,
    *,
    party: bool,
    heads: bool = False,
    listed: Sequence[UUID] | None,
    grids: Sequence[UUID] | None = None,
) -> Select[tuple[UUID, UUID]]:
    """Ids with the household that each belongs to; `heads`: one of each household, its head or else the eldest."""
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
    if grids is not None:
        statement = statement.where(_r.grid.in_(grids))
    if heads:
        home_of = func.coalesce(_m.household, _r.id)
        by_rank = (home_of, func.coalesce(_m.relation != HEAD, true()), _r.birth_date, _r.id)
        return statement.ext(distinct_on(home_of)).order_by(*by_rank).limit(MOST + 1)
    return statement.order_by(_r.id).limit(MOST + 1)


async def eligible(database: Database, statement: Select[tuple[UUID, UUID]]) -> Sequence[Row]:
    return list(await database.fetch_all(statement))


# Two steps along open links hold the close relatives of 民法典 §1045 and parents-in-law, as for looks (`staff/repository.py`).
KIN = HotQuery(
    text(
        """
WITH RECURSIVE kin (concerned, person, path, kinds, step) AS (
  SELECT p, p, CAST(ARRAY[] AS uuid[]), CAST(ARRAY[] AS text[]), 0 FROM unnest(:people) AS one (p)
  UNION ALL
  SELECT kin.concerned, n.next, kin.path || n.next, kin.kinds || n.kind, kin.step + 1 FROM kin
  JOIN kinship k ON k.tenant = :tenant AND k.until IS NULL AND (k.a = kin.person OR k.b = kin.person)
  CROSS JOIN LATERAL (SELECT CASE WHEN k.a = kin.person THEN k.b ELSE k.a END AS next,
    CASE WHEN k.kind <> 'parent' THEN 'spouse' WHEN k.a = kin.person THEN 'child' ELSE 'parent' END AS kind) n
  WHERE kin.step < 2 AND n.next <> kin.concerned AND NOT n.next = ANY(kin.path)
)
SELECT DISTINCT ON (person) concerned, person, path, kinds FROM kin ORDER BY person, step, concerned, path
"""
    ).bindparams(bindparam("tenant", type_=Bytewise), bindparam("people", type_=ARRAY(Id)))
)


REACH = HotQuery(
    text(
        """
SELECT one.id AS resident, r.id, r.phone, array_remove(array_agg(s.account), NULL) AS accounts
FROM (SELECT id, coalesce((SELECT m.kept FROM resident_merge m WHERE m.tenant = :tenant AND m.absorbed = p.id
  AND m.undone_at IS NULL), id) AS now FROM unnest(:people) AS p (id)) one
JOIN resident r ON r.tenant = :tenant AND r.id = one.now AND r.death_date IS NULL
LEFT JOIN staff_link s ON s.tenant = :tenant AND s.resident = r.id
GROUP BY one.id, r.id, r.phone ORDER BY one.id
"""
    ).bindparams(bindparam("tenant", type_=Bytewise), bindparam("people", type_=ARRAY(Id)))
)


async def reach(database: Database, tenant: str, people: Sequence[UUID]) -> Sequence[Row]:
    """The living among these people with their encrypted phone and the accounts that are theirs; of a record that was merged
    those of the record that it became part of."""
    return list(await database.fetch_all(REACH, {"tenant": tenant, "people": list(people)}))


async def kin(database: Database, tenant: str, people: Sequence[UUID]) -> Sequence[Row]:
    """These people and their close kin, each with the shortest path from one of them."""
    return list(await database.fetch_all(KIN, {"tenant": tenant, "people": list(people)}))
