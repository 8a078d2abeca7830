"""What the register knows of the people of a few hundred rows, read in sets: one round trip per kind, not per row.

Residents are looked for in the whole county, because a number is unique there; what lies outside the viewer's area is
only known to exist.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from sqlalchemy import RowMapping, Select, and_, func, or_, select

from linli_registry.grids.tables import dwelling, grid
from linli_registry.households.facts import Household, Membership
from linli_registry.households.tables import household, membership
from linli_registry.imports.rows import Row
from linli_registry.imports.tables import import_row
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.search import NOT_VOID
from linli_registry.residents.tables import resident

_r, _m, _h, _w = resident.c, membership.c, household.c, dwelling.c


@dataclass
class Known:
    """The part of the register that a batch of rows can touch."""

    by_index: dict[bytes, RowMapping] = field(default_factory=dict)
    by_id: dict[UUID, RowMapping] = field(default_factory=dict)
    namesakes: dict[tuple[str, str], list[RowMapping]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[UUID, Household] = field(default_factory=dict)
    home_rows: dict[UUID, RowMapping] = field(default_factory=dict)
    by_number: dict[str, UUID] = field(default_factory=dict)
    members: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    dwellings: dict[tuple[str, str], RowMapping] = field(default_factory=dict)
    grids: dict[tuple[str, str], UUID] = field(default_factory=dict)
    repeated: dict[bytes, list[int]] = field(default_factory=dict)

    def open_stay(self, person: UUID) -> Membership | None:
        return next((stay for stay in self.stays.get(person, ()) if stay.open), None)


def _locked(statement: Select[Any], lock: bool) -> Select[Any]:
    return statement.with_for_update() if lock else statement


async def load(
    tx: Tx, viewer: Viewer, batch: UUID, rows: Sequence[tuple[str, Row]], keys: ResidentKeys, *, lock: bool
) -> Known:
    """Read what `rows`, each with its village, can meet; with `lock` nobody else changes it until the transaction ends."""
    known = Known()
    await _people(tx, viewer.tenant, rows, keys, known, lock)
    await _households(tx, viewer.tenant, rows, known, lock)
    await _places(tx, viewer.tenant, rows, known)
    indexes = [keys.number_index(row.canonical) for _, row in rows if row.canonical]
    known.repeated = await _repeated(tx, viewer.tenant, batch, indexes)
    return known


async def _people(
    tx: Tx, tenant: str, rows: Sequence[tuple[str, Row]], keys: ResidentKeys, known: Known, lock: bool
) -> None:
    indexes = [keys.number_index(row.canonical) for _, row in rows if row.canonical]
    ids = [row.record_id for _, row in rows if row.record_id]
    names = sorted({row.name for _, row in rows if row.name})
    villages = sorted({village for village, _ in rows if village})
    own = and_(_r.tenant == tenant, NOT_VOID)
    found: list[RowMapping] = []
    if indexes:
        numbered = and_(own, _r.number_index.is_not(None), _r.number_index.in_(indexes))
        found += await tx.all(_locked(select(resident).where(numbered).order_by(_r.id), lock))
    if ids:
        found += await tx.all(_locked(select(resident).where(own, _r.id.in_(ids)).order_by(_r.id), lock))
    for village in villages:
        here = and_(own, _r.division == village, _r.name.in_(names))
        found += await tx.all(_locked(select(resident).where(here).order_by(_r.id), lock))
    for row in found:
        if row["id"] in known.by_id:
            continue
        known.by_id[row["id"]] = row
        if row["number_index"] is not None:
            known.by_index[bytes(row["number_index"])] = row
        known.namesakes[row["division"], row["name"]].append(row)


async def _households(tx: Tx, tenant: str, rows: Sequence[tuple[str, Row]], known: Known, lock: bool) -> None:
    numbers = {row.household_number for _, row in rows if row.household_number}
    people = list(known.by_id)
    stays: Sequence[RowMapping] = []
    if people:
        stays = await tx.all(select(membership).where(_m.tenant == tenant, _m.resident.in_(people)))
    for row in stays:
        known.stays[row["resident"]].append(_membership(row))
    ids = {row["household"] for row in stays if row["until"] is None}
    wanted = [_h.id.in_(ids)] if ids else []
    wanted += [_h.number.in_(numbers)] if numbers else []
    if not wanted:
        return
    homes = await tx.all(_locked(select(household).where(_h.tenant == tenant, or_(*wanted)).order_by(_h.id), lock))
    for home in homes:
        known.home_rows[home["id"]] = home
        known.by_number[home["number"]] = home["id"]
        known.homes[home["id"]] = Household(
            home["id"], home["division"], home["opened_on"], home["grid"], home["closed_on"]
        )
    members = select(membership).where(_m.tenant == tenant, _m.household.in_(known.homes), _m.until.is_(None))
    for row in await tx.all(members):
        known.members[row["household"]].append(_membership(row))


def _membership(row: RowMapping) -> Membership:
    return Membership(row["id"], row["household"], row["resident"], row["relation"], row["since"], row["until"])


async def _places(tx: Tx, tenant: str, rows: Sequence[tuple[str, Row]], known: Known) -> None:
    villages = sorted({village for village, _ in rows if village})
    addresses = sorted({row.address for _, row in rows if row.address})
    if addresses:
        here = and_(_w.tenant == tenant, _w.division.in_(villages), _w.address.in_(addresses))
        for row in await tx.all(select(_w.id, _w.division, _w.address, _w.grid).where(here).order_by(_w.id.desc())):
            known.dwellings[row["division"], row["address"]] = row
    if any(row.grid for _, row in rows):
        g = grid.c
        for row in await tx.all(select(grid).where(g.tenant == tenant, g.division.in_(villages))):
            known.grids[row["division"], row["name"]] = row["id"]
            known.grids[row["division"], row["code"]] = row["id"]


async def _repeated(tx: Tx, tenant: str, batch: UUID, indexes: Sequence[bytes]) -> dict[bytes, list[int]]:
    """Return the rows of the same file that share an identity number."""
    if not indexes:
        return {}
    c = import_row.c
    statement = (
        select(c.number_index, func.array_agg(c.row).label("rows"))
        .where(c.tenant == tenant, c["import"] == batch, c.number_index.in_(indexes))
        .group_by(c.number_index)
        .having(func.count() > 1)
    )
    return {bytes(row["number_index"]): sorted(row["rows"]) for row in await tx.all(statement)}
