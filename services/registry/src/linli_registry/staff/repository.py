"""Reads and writes of links from accounts to residents, and the walk along kinship and households from such a person.

Near are people within two steps along open links of parent, child and spouse: that holds the close relatives of 民法典
§1045 (spouse, parents, children, siblings, grandparents, grandchildren) and parents-in-law. A merged record stands for the
record that it became part of.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import TypeEngine

from linli_registry.metadata import Bytewise, Id, Row
from linli_registry.staff.tables import staff_link

_s = staff_link.c
MOST_MERGES = 16
_SAME = f"""
WITH RECURSIVE same (id, step) AS (
  SELECT CAST(:resident AS uuid), 0
  UNION SELECT CASE WHEN m.kept = same.id THEN m.absorbed ELSE m.kept END, same.step + 1 FROM same
  JOIN resident_merge m ON m.tenant = :tenant AND m.undone_at IS NULL AND (m.kept = same.id OR m.absorbed = same.id)
  WHERE same.step < {MOST_MERGES}
) SELECT DISTINCT id FROM same
"""  # noqa: S608 - constants only
_NEAR = """
WITH RECURSIVE looked AS (
  SELECT account, person AS given, coalesce((SELECT m.kept FROM resident_merge m
    WHERE m.tenant = :tenant AND m.absorbed = person AND m.undone_at IS NULL), person) AS person
  FROM unnest(:accounts, :people) AS one (account, person)
), own AS (
  SELECT s.account, coalesce((SELECT m.kept FROM resident_merge m
    WHERE m.tenant = :tenant AND m.absorbed = s.resident AND m.undone_at IS NULL), s.resident) AS resident
  FROM staff_link s WHERE s.tenant = :tenant AND s.account = ANY(:accounts)
), kin (account, person, step, path) AS (
  SELECT account, resident, 0, CAST('{}' AS text[]) FROM own
  UNION SELECT kin.account, CASE WHEN k.a = kin.person THEN k.b ELSE k.a END, kin.step + 1,
    kin.path || CASE WHEN k.kind = 'spouse' THEN 'spouse' WHEN k.a = kin.person THEN 'child' ELSE 'parent' END FROM kin
  JOIN kinship k ON k.tenant = :tenant AND k.until IS NULL AND (k.a = kin.person OR k.b = kin.person)
  WHERE kin.step < 2
), home AS (
  SELECT own.account, own.resident, m.household, r.division, r.grid FROM own
  JOIN resident r ON r.tenant = :tenant AND r.id = own.resident
  LEFT JOIN membership m ON m.tenant = :tenant AND m.resident = own.resident AND m.until IS NULL
), judged AS (
  SELECT looked.account, looked.given,
    (SELECT kin.path FROM kin WHERE kin.account = looked.account AND kin.person = r.id ORDER BY kin.step, kin.path LIMIT 1)
      AS path,
    coalesce(m.household = home.household, false) AS housemate,
    coalesce(r.grid = home.grid AND r.division = home.division, false) AS beside
  FROM looked JOIN home ON home.account = looked.account
  JOIN resident r ON r.tenant = :tenant AND r.id = looked.person
  LEFT JOIN membership m ON m.tenant = :tenant AND m.resident = r.id AND m.until IS NULL
)
SELECT account, given AS person, path, path IS NOT NULL OR housemate AS relative,
  beside AND path IS NULL AND NOT housemate AS neighbour
FROM judged WHERE path IS NOT NULL OR housemate OR beside
"""


_TYPES: dict[str, TypeEngine[Any]] = {
    "tenant": Bytewise,
    "resident": Id,
    "accounts": ARRAY(Id),
    "people": ARRAY(Id),
}


_OWNERS = """
SELECT s.account, coalesce((SELECT m.kept FROM resident_merge m
  WHERE m.tenant = :tenant AND m.absorbed = s.resident AND m.undone_at IS NULL), s.resident) AS resident
FROM staff_link s WHERE s.tenant = :tenant AND s.account = ANY(:accounts) ORDER BY s.account
"""


def _ready(sql: str) -> HotQuery:
    return HotQuery(
        text(sql).bindparams(*(bindparam(name, type_=t) for name, t in _TYPES.items() if f":{name}" in sql))
    )


SAME, NEAR, OWNERS = _ready(_SAME), _ready(_NEAR), _ready(_OWNERS)


async def links(db: Database, viewer: Viewer, after: UUID | None, limit: int) -> Sequence[Row]:
    """Links of the viewer's area by account."""
    scope = in_scope(viewer, _s.tenant, _s.division)
    statement = select(staff_link).where(scope).order_by(_s.account).limit(limit)
    return list(await db.fetch_all(statement if after is None else statement.where(_s.account > after)))


async def put(tx: Tx, viewer: Viewer, account: UUID, values: Mapping[str, Any]) -> bool:
    """Write a link; an account that is linked to somebody out of the viewer's area stays as it is and gives False."""
    made = insert(staff_link).values(tenant=viewer.tenant, account=account, **values)
    scope = in_scope(viewer, _s.tenant, _s.division)
    written = made.on_conflict_do_update(index_elements=["tenant", "account"], set_=dict(values), where=scope)
    return await tx.scalar(written.returning(_s.account)) is not None


async def remove(tx: Tx, viewer: Viewer, account: UUID) -> Row | None:
    """Take a link away; returns what it was, or None."""
    scope = in_scope(viewer, _s.tenant, _s.division)
    return await tx.one(delete(staff_link).where(scope, _s.account == account).returning(_s.resident, _s.division))


async def near(db: Database, tenant: str, pairs: Iterable[tuple[UUID, UUID]]) -> Sequence[Row]:
    """Of the (account, person) pairs those in which the person is a relative or a neighbour of the account's own person."""
    listed = list(pairs)
    values = {"tenant": tenant, "accounts": [a for a, _ in listed], "people": [p for _, p in listed]}
    return list(await db.fetch_all(NEAR, values)) if listed else []


async def same(db: Database, tenant: str, resident: UUID) -> list[UUID]:
    """Every record that is this person now: those merged into it, and what it was merged into."""
    return [row["id"] for row in await db.fetch_all(SAME, {"tenant": tenant, "resident": resident})]


async def of_one_person(db: Database, tenant: str, accounts: Sequence[UUID]) -> list[list[UUID]]:
    """The accounts that are linked to one person, where that is more than one."""
    found: dict[UUID, list[UUID]] = {}
    for row in await db.fetch_all(OWNERS, {"tenant": tenant, "accounts": list(accounts)}):
        found.setdefault(row["resident"], []).append(row["account"])
    return [group for group in found.values() if len(group) > 1]
