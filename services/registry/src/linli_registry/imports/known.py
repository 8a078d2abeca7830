"""What the register knows of the people of a few hundred rows, read in sets: one round trip per kind, not per row.

Residents are looked for in the whole county, because a number is unique there; what lies outside the viewer's area is
only known to exist. Every set is one array, so a statement has one form, and it is planned for the tables as they are
at that moment: a plan made while a table was nearly empty would be kept and read all of it for every batch.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from sqlalchemy import Date, LargeBinary, RowMapping, Select, any_, bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from linli_registry.grids.tables import dwelling, grid
from linli_registry.households.facts import Household, Membership, Presence
from linli_registry.households.tables import household, membership
from linli_registry.imports.rows import Row
from linli_registry.imports.tables import import_row
from linli_registry.metadata import Bytewise, Id
from linli_registry.residents.search import NOT_VOID
from linli_registry.residents.tables import resident
from linli_registry.transfers.whereabouts import last_moves

SHORTEST_OWN_NUMBER = 8
"""A shorter 户号 numbers the households of one list and is no number of the register."""
_r, _m, _h, _w, _i = resident.c, membership.c, household.c, dwelling.c, import_row.c
_TENANT = bindparam("tenant", type_=Bytewise)
# Search keys are made anew from the name; nothing compares them.
_PERSON = [c for c in resident.c if c.name not in ("pinyin", "initials", "grams", "tail_index", "phone_index")]
_SHOWN = select(*_PERSON).where(_r.tenant == _TENANT, NOT_VOID)


def _set(name: str, kind: Any) -> Any:
    return any_(bindparam(name, type_=ARRAY(kind)))


_asked = (
    func.unnest(
        bindparam("villages", type_=ARRAY(Bytewise)),
        bindparam("names", type_=ARRAY(Bytewise)),
        bindparam("births", type_=ARRAY(Date)),
    )
    .table_valued(column("village", Bytewise), column("name", Bytewise), column("born", Date))
    .render_derived(name="asked")
)
_BY_NUMBER = _SHOWN.where(_r.number_index.is_not(None), _r.number_index == _set("indexes", LargeBinary))
_BY_ID = _SHOWN.where(_r.id == _set("ids", Id))
_BY_NAME = _SHOWN.where(_r.division == _asked.c.village, _r.name == _asked.c.name, _r.birth_date == _asked.c.born)
_STAYS = select(membership).where(_m.tenant == _TENANT, _m.resident == _set("ids", Id))
_MEMBERS = select(membership).where(_m.tenant == _TENANT, _m.household == _set("ids", Id), _m.until.is_(None))
_HOMES = (
    select(household, _w.address)
    .select_from(household.outerjoin(dwelling, (_w.tenant == _h.tenant) & (_w.id == _h.dwelling)))
    .where(_h.tenant == _TENANT)
)
_HOMES_BY_ID = _HOMES.where(_h.id == _set("ids", Id))
_HOMES_BY_NUMBER = _HOMES.where(_h.number == _set("numbers", Bytewise))
_DWELLINGS = (
    select(_w.id, _w.division, _w.address, _w.grid)
    .where(
        _w.tenant == _TENANT,
        _w.closed_on.is_(None),
        _w.division == _set("villages", Bytewise),
        _w.address == _set("addresses", _w.address.type),
    )
    .order_by(_w.id.desc())
)
_GRIDS = select(grid).where(grid.c.tenant == _TENANT, grid.c.division == _set("villages", Bytewise))
_REPEATED = (
    select(_i.number_index, func.array_agg(_i.row).label("rows"))
    .where(_i.tenant == _TENANT, _i["import"] == bindparam("import"), _i.number_index.is_not(None))
    .group_by(_i.number_index)
    .having(func.count() > 1)
)
_REPEATED_OF = _REPEATED.where(_i.number_index == _set("indexes", LargeBinary))
_PLAN_FOR_NOW, _PLAN_AS_BEFORE = (
    text("SET LOCAL plan_cache_mode = force_custom_plan"),
    text("SET LOCAL plan_cache_mode TO DEFAULT"),
)


@dataclass
class Known:
    """The part of the register that a batch of rows can touch."""

    by_index: dict[bytes, RowMapping] = field(default_factory=dict)
    by_id: dict[UUID, RowMapping] = field(default_factory=dict)
    namesakes: dict[tuple[str, str], list[RowMapping]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[UUID, Household] = field(default_factory=dict)
    addresses: dict[UUID, str] = field(default_factory=dict)
    by_number: dict[str, UUID] = field(default_factory=dict)
    members: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    dwellings: dict[tuple[str, str], RowMapping] = field(default_factory=dict)
    grids: dict[tuple[str, str], UUID] = field(default_factory=dict)
    repeated: Mapping[bytes, Sequence[int]] = field(default_factory=dict)
    gone_to: dict[UUID, str] = field(default_factory=dict)
    """The county that took in somebody who is moved out here, by its name."""

    def open_stay(self, person: UUID) -> Membership | None:
        return next((stay for stay in self.stays.get(person, ()) if stay.open), None)


async def load(tx: Tx, viewer: Viewer, rows: Sequence[tuple[str, Row]], *, lock: bool) -> Known:
    """Read what `rows`, each with its village, can meet; with `lock` nobody else changes it until the transaction ends."""
    known = Known()
    reader = _Reader(tx, viewer.tenant, lock)
    await tx.execute(_PLAN_FOR_NOW)
    await _people(reader, rows, known)
    await _households(reader, rows, known)
    await _places(reader, rows, known)
    # The checks of foreign keys must not be planned for each row.
    await tx.execute(_PLAN_AS_BEFORE)
    return known


async def repeated(tx: Tx, viewer: Viewer, batch: UUID, rows: Iterable[Row] | None = None) -> dict[bytes, list[int]]:
    """Return {number: rows} of identity numbers that stand in several rows of a file, or only those of `rows`."""
    values: dict[str, Any] = {"tenant": viewer.tenant, "import": batch}
    if rows is not None:
        values["indexes"] = [row.index for row in rows if row.index is not None]
    await tx.execute(_PLAN_FOR_NOW)
    found = await tx.all(_REPEATED if rows is None else _REPEATED_OF, values)
    await tx.execute(_PLAN_AS_BEFORE)
    return {bytes(row["number_index"]): sorted(row["rows"]) for row in found}


@dataclass(frozen=True)
class _Reader:
    tx: Tx
    tenant: str
    lock: bool

    async def all(self, statement: Select[Any], *, kept: Any = None, **values: Any) -> Sequence[RowMapping]:
        """Rows of a statement, locked in the order of their ids when `kept` names their table; no values, no question."""
        if not all(values.values()):
            return []
        if kept is not None and self.lock:
            statement = statement.order_by(kept.c.id).with_for_update(of=kept)
        return await self.tx.all(statement, {"tenant": self.tenant, **values})


async def _people(reader: _Reader, rows: Sequence[tuple[str, Row]], known: Known) -> None:
    indexes = [row.index for _, row in rows if row.index is not None]
    ids = [row.record_id for _, row in rows if row.record_id]
    found = [
        *await reader.all(_BY_NUMBER, kept=resident, indexes=indexes),
        *await reader.all(_BY_ID, kept=resident, ids=ids),
    ]
    numbers = {bytes(row["number_index"]) for row in found if row["number_index"] is not None}
    names = sorted({
        (village, row.name, row.born) for village, row in rows
        if village and row.name and row.born is not None and row.index not in numbers
    })  # fmt: skip
    villages, words, births = zip(*names, strict=True) if names else ((), (), ())
    asked = {"villages": list(villages), "names": list(words), "births": list(births)}
    found += await reader.all(_BY_NAME, kept=resident, **asked)
    for row in found:
        if row["id"] in known.by_id:
            continue
        known.by_id[row["id"]] = row
        if row["number_index"] is not None:
            known.by_index[bytes(row["number_index"])] = row
        known.namesakes[row["division"], row["name"]].append(row)
    moved_out = [row["id"] for row in known.by_id.values() if row["presence"] == Presence.MOVED_OUT]
    moves = await last_moves(reader.tx, reader.tenant, moved_out)
    known.gone_to = {key: move.county_name for key, move in moves.items() if move.away}


async def _households(reader: _Reader, rows: Sequence[tuple[str, Row]], known: Known) -> None:
    numbers = sorted({row.household_number for _, row in rows if len(row.household_number) >= SHORTEST_OWN_NUMBER})
    for row in await reader.all(_STAYS, ids=list(known.by_id)):
        known.stays[row["resident"]].append(_membership(row))
    ids = sorted({stay.household for stays in known.stays.values() for stay in stays if stay.open})
    homes = {home["id"]: home for home in await reader.all(_HOMES_BY_ID, kept=household, ids=ids)}
    homes |= {home["id"]: home for home in await reader.all(_HOMES_BY_NUMBER, kept=household, numbers=numbers)}
    for key, home in homes.items():
        known.addresses[key] = home["address"] or ""
        known.by_number[home["number"]] = key
        known.homes[key] = Household(key, home["division"], home["opened_on"], home["grid"], home["closed_on"])
    for row in await reader.all(_MEMBERS, ids=list(homes)):
        known.members[row["household"]].append(_membership(row))


def _membership(row: RowMapping) -> Membership:
    return Membership(row["id"], row["household"], row["resident"], row["relation"], row["since"], row["until"])


async def _places(reader: _Reader, rows: Sequence[tuple[str, Row]], known: Known) -> None:
    villages = sorted({village for village, _ in rows if village})
    addresses = sorted({row.address for _, row in rows if row.address})
    for row in await reader.all(_DWELLINGS, villages=villages, addresses=addresses):
        known.dwellings[row["division"], row["address"]] = row
    if any(row.grid for _, row in rows):
        for row in await reader.all(_GRIDS, villages=villages):
            known.grids[row["division"], row["name"]] = row["id"]
            known.grids[row["division"], row["code"]] = row["id"]
