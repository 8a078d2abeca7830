"""Reads of households for a viewer's area, and loading the state that a life event decides on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, exists, func, insert, or_, select, tuple_

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import dwelling, grid
from linli_registry.households.evidence import Owner
from linli_registry.households.facts import Household, Kin, Link, Membership, Person, State
from linli_registry.households.tables import household, kinship, life_event, membership
from linli_registry.metadata import Bytewise, Id, Row
from linli_registry.residents import search
from linli_registry.residents.search import NOT_VOID, Area
from linli_registry.residents.tables import resident, resident_history
from linli_registry.transfers.tables import transfer

_h, _m, _k, _r, _e = household.c, membership.c, kinship.c, resident.c, life_event.c
_QUERIES: dict[tuple[str, int, bool], HotQuery] = {}


def _household_query(prefixes: int, grids: bool) -> HotQuery:
    joined = (
        household.outerjoin(dwelling, and_(dwelling.c.tenant == _h.tenant, dwelling.c.id == _h.dwelling))
        .outerjoin(grid, and_(grid.c.tenant == _h.tenant, grid.c.id == _h.grid))
        .outerjoin(division, division.c.code == _h.division)
    )
    names = (division.c.search_name.label("division_name"), grid.c.name.label("grid_name"), dwelling.c.address)
    area = and_(search.inside(_h.division, "wide", prefixes), search.in_grids(_h.grid, grids))
    return HotQuery(
        select(household, *names)
        .select_from(joined)
        .where(_h.tenant == bindparam("tenant", type_=Bytewise), _h.id == bindparam("id", type_=Id), area)
    )


def _members_query(prefixes: int, grids: bool) -> HotQuery:
    """Members are read by their household; one who is registered elsewhere is still shown in it."""
    area = exists().where(
        _h.tenant == _m.tenant,
        _h.id == _m.household,
        search.inside(_h.division, "wide", prefixes),
        search.in_grids(_h.grid, grids),
    )
    condition = and_(
        _m.tenant == bindparam("tenant", type_=Bytewise), _m.household == bindparam("id", type_=Id), NOT_VOID
    )
    return HotQuery(search.brief_columns().where(condition, area.correlate(membership)).order_by(_m.since, _r.id))


def _query(kind: str, area: Area) -> HotQuery:
    key = (kind, len(area.prefixes), bool(area.grids))
    if key not in _QUERIES:
        _QUERIES[key] = (_household_query if kind == "household" else _members_query)(*key[1:])
    return _QUERIES[key]


async def find_one(db: Database, area: Area, key: UUID) -> Row | None:
    if not area.prefixes:
        return None
    return await db.fetch_one(_query("household", area), area.parameters() | {"id": key})


async def open_members(db: Database, area: Area, key: UUID) -> list[Row]:
    """Read the present members with the columns of `brief_columns`."""
    if not area.prefixes:
        return []
    return list(await db.fetch_all(_query("members", area), area.parameters() | {"id": key}))


async def in_transaction(tx: Tx, area: Area, key: UUID) -> tuple[Row | None, Sequence[Row]]:
    """Like `find_one` and `open_members`, with what this transaction has written."""
    values = area.parameters() | {"id": key}
    found = await tx.one(_query("household", area).statement, values)  # type: ignore[arg-type]
    members = await tx.all(_query("members", area).statement, values)  # type: ignore[arg-type]
    return found, members


async def lock(
    tx: Tx,
    viewer: Viewer,
    key: UUID,
    version: int | None,
    others: Iterable[UUID] = (),
    people: Collection[UUID] = (),
) -> RowMapping:
    """Lock a household of the viewer's scope; raises NotFound or StaleVersion.

    With it `others` and the present households of `people`, all in the order of ids: of two events that cross, from one
    household to the other and back, the second waits for the first and nobody waits for ever.
    """
    homes = {key, *others}
    if people:
        homes |= {m.household for m in await _memberships(tx, viewer.tenant, _m.resident.in_(people), True)}
    scope = in_scope(viewer, _h.tenant, _h.division, _h.grid)
    rows = await tx.all(select(household).where(scope, _h.id.in_(homes)).order_by(_h.id).with_for_update())
    row = next((row for row in rows if row["id"] == key), None)
    if row is None:
        raise NotFound
    if version is not None and row["version"] != version:
        raise StaleVersion
    return row


async def load_state(
    tx: Tx, viewer: Viewer, households: Iterable[UUID], people: Iterable[UUID], day: date | None = None
) -> State:
    """Lock and load everybody whom an event of `day` can touch, all in the viewer's scope, or raise NotFound.

    Locks are taken in the order of ids, households before people, so that two events never wait for each other.
    """
    tenant, named = viewer.tenant, set(people)
    homes = set(households) | {m.household for m in await _memberships(tx, tenant, _m.resident.in_(named), True)}
    scope = in_scope(viewer, _h.tenant, _h.division, _h.grid)
    rows = await tx.all(select(household).where(scope, _h.id.in_(homes)).order_by(_h.id).with_for_update())
    if {row["id"] for row in rows} != homes:
        raise NotFound
    members = await _memberships(tx, tenant, _m.household.in_(homes), False)
    # Who left on a later day than that of the event has a past that the event may change.
    everybody = named | {m.resident for m in members if m.until is None or (day is not None and m.until > day)}
    found = await _people(tx, tenant, everybody, viewer)
    if not named <= found.keys():
        raise NotFound
    stays = await _memberships(tx, tenant, or_(_m.resident.in_(everybody), _m.household.in_(homes)), False)
    if any(m.open and m.household not in homes for m in stays if m.resident in named):
        # Somebody moved between the first look and the lock.
        raise StaleVersion
    links = await _links(tx, tenant, everybody)
    relatives = {p for x in links for p in (x.a, x.b)} | {m.resident for m in stays}
    found |= await _people(tx, tenant, relatives - found.keys(), None)
    return State(
        people=found,
        households={row["id"]: _household(row) for row in rows},
        memberships={m.id: m for m in stays},
        links={x.id: x for x in links},
    )


async def lived_since(tx: Tx, tenant: str, people: Collection[UUID], day: date) -> set[UUID]:
    """Return the households in which one of them lived, or still lives, after `day`."""
    after = and_(_m.resident.in_(people), or_(_m.until.is_(None), _m.until > day))
    return {stay.household for stay in await _memberships(tx, tenant, after, False) if stay.until != stay.since}


def _household(row: Row) -> Household:
    return Household(row["id"], row["division"], row["opened_on"], row["grid"], row["closed_on"])


async def _memberships(tx: Tx, tenant: str, condition: ColumnElement[bool], only_open: bool) -> list[Membership]:
    statement = select(membership).where(_m.tenant == tenant, condition).order_by(_m.id)
    rows = await tx.all(statement.where(_m.until.is_(None)) if only_open else statement)
    return [Membership(r["id"], r["household"], r["resident"], r["relation"], r["since"], r["until"]) for r in rows]


async def _people(tx: Tx, tenant: str, keys: set[UUID], viewer: Viewer | None) -> dict[UUID, Person]:
    """With a viewer the rows are locked and must lie in its scope; relatives are only read."""
    statement = select(resident).where(_r.tenant == tenant, _r.id.in_(keys)).order_by(_r.id)
    if viewer is not None:
        statement = statement.with_for_update()
    rows = await tx.all(statement) if keys else []
    return {
        row["id"]: Person(
            row["id"], row["sex"], row["birth_date"], row["death_date"], row["presence"], row["marriage"] or "90",
            row["division"], row["grid"],
        )
        for row in rows
        if viewer is None or viewer.covers(row["division"])
    }  # fmt: skip


async def _links(tx: Tx, tenant: str, people: set[UUID]) -> list[Link]:
    condition = or_(_k.a.in_(people), _k.b.in_(people))
    rows = await tx.all(select(kinship).where(_k.tenant == tenant, condition).order_by(_k.id))
    return [Link(r["id"], Kin(r["kind"]), r["a"], r["b"], r["since"], r["until"]) for r in rows]


async def next_number(tx: Tx, tenant: str, code: str) -> str:
    """Return the number after the village's highest; two at once meet at the unique key."""
    low, high = f"{code[6:]}00000", f"{code[6:]}99999"
    statement = select(func.max(_h.number)).where(
        _h.tenant == tenant, _h.division == code, _h.number >= low, _h.number <= high, func.length(_h.number) == 11
    )
    highest = await tx.scalar(statement)
    return f"{code[6:]}{int(highest[6:]) + 1 if highest else 1:05d}"


async def dwelling_in(tx: Tx, tenant: str, key: UUID, code: str) -> RowMapping | None:
    c = dwelling.c
    own = (c.tenant == tenant, c.id == key, c.division == code, c.closed_on.is_(None))
    return await tx.one(select(dwelling).where(*own))


async def add_dwelling(tx: Tx, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(dwelling).values(**values))


async def event_of(tx: Tx, tenant: str, key: UUID) -> RowMapping | None:
    return await tx.one(select(life_event).where(_e.tenant == tenant, _e.id == key))


async def has_later_event(tx: Tx, tenant: str, homes: Iterable[UUID], after: tuple[datetime, UUID]) -> bool:
    """Whether an event that still counts was recorded for one of the households since."""
    undone = life_event.alias("undone")
    corrected = exists().where(undone.c.tenant == _e.tenant, undone.c.corrects == _e.id)
    touched = or_(_e.household.in_(list(homes)), _e.other_household.in_(list(homes)))
    statement = select(_e.id).where(
        _e.tenant == tenant, touched, tuple_(_e.recorded_at, _e.id) > after, _e.kind != "correction", ~corrected
    )
    return await tx.one(statement.limit(1)) is not None


async def has_later_change(tx: Tx, tenant: str, event: UUID, facts: Iterable[tuple[UUID, str]]) -> bool:
    """Whether one of the facts an event set was changed since, even if changed back: its past would not be its own."""
    wanted = set(facts)
    mine, later = resident_history.alias("mine"), resident_history.alias("later")
    undone = life_event.alias("undone")
    own = and_(mine.c.tenant == later.c.tenant, mine.c.resident == later.c.resident, mine.c.event == event)
    same = _e.id == later.c.event
    gone = exists().where(_e.tenant == later.c.tenant, same, or_(_e.corrects.is_not(None), undone.c.id.is_not(None)))
    joined = life_event.outerjoin(undone, and_(undone.c.tenant == _e.tenant, undone.c.corrects == _e.id))
    statement = (
        select(later.c.resident, later.c.changes)
        .join(mine, own)
        .where(
            later.c.tenant == tenant,
            later.c.resident.in_({person for person, _ in wanted}),
            later.c.version > mine.c.version,
            ~gone.select_from(joined).correlate(later),
        )
    )
    rows = await tx.all(statement) if wanted else []
    return any((row["resident"], fact) in wanted for row in rows for fact in row["changes"])


async def transferred_with(tx: Tx, tenant: str, code: str, event: UUID) -> str | None:
    """Return the other county of the transfer that this event of a village belongs to, by its name."""
    t = transfer.c
    county = division.c.code == func.rpad(t.other_tenant, 12, "0")
    named = select(func.coalesce(division.c.name, t.other_tenant).label("county"))
    own = and_(t.tenant == tenant, t.division == code, t.event == event)
    row = await tx.one(named.select_from(transfer.outerjoin(division, county)).where(own))
    return None if row is None else str(row["county"])


async def taken_in_by(tx: Tx, tenant: str, code: str, person: UUID) -> str | None:
    """Return the name of the county that somebody of a village was last transferred to."""
    t = transfer.c
    county = division.c.code == func.rpad(t.other_tenant, 12, "0")
    named = select(func.coalesce(division.c.name, t.other_tenant).label("county"))
    own = (t.tenant == tenant, t.division == code, t.side == "origin", t.state == "done")
    statement = named.select_from(transfer.outerjoin(division, county)).where(
        *own, func.jsonb_exists(t.people, str(person))
    )
    row = await tx.one(statement.order_by(t.id.desc()).limit(1))
    return None if row is None else str(row["county"])


async def was_corrected(tx: Tx, tenant: str, key: UUID) -> bool:
    return await tx.one(select(_e.id).where(_e.tenant == tenant, _e.corrects == key)) is not None


async def add_event(tx: Tx, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(life_event).values(**values))


async def events_of(
    db: Database, viewer: Viewer, owner: Owner, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """Newest first; those of another village's household are left out. `concerns` is the kind of what happened or was
    corrected."""
    mine = _e.resident == owner.id
    if owner.kind == "household":
        mine = or_(_e.household == owner.id, _e.other_household == owner.id)
    undone = life_event.alias("undone")
    corrected = exists().where(undone.c.tenant == _e.tenant, undone.c.corrects == _e.id).label("corrected")
    wrong = life_event.alias("wrong")
    concerns = select(wrong.c.kind).where(wrong.c.tenant == _e.tenant, wrong.c.id == _e.corrects).scalar_subquery()
    statement = (
        select(life_event, corrected, func.coalesce(concerns, _e.kind).label("concerns"))
        .where(in_scope(viewer, _e.tenant, _e.division), mine)
        .order_by(_e.recorded_at.desc(), _e.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(_e.recorded_at, _e.id) < after)
    return list(await db.fetch_all(statement))


async def relatives(
    db: Database, viewer: Viewer, members: Iterable[UUID], day: date | None = None
) -> tuple[list[Row], list[Row]]:
    """Read the links of the members that hold today, or held on `day`, and the people at their ends.

    Those out of scope are left out.
    """
    inside = list(members)
    mine = or_(_k.a.in_(inside), _k.b.in_(inside))
    held = _k.until.is_(None) if day is None else and_(_k.since <= day, or_(_k.until.is_(None), _k.until > day))
    links = await db.fetch_all(select(kinship).where(_k.tenant == viewer.tenant, mine, held).order_by(_k.id))
    ends = {end for link in links for end in (link["a"], link["b"])} - set(inside)
    scope = in_scope(viewer, _r.tenant, _r.division, _r.grid)
    rows = search.brief_columns().add_columns(_r.grid).where(scope, _r.id.in_(ends), NOT_VOID)
    people = await db.fetch_all(rows.order_by(_r.id)) if ends else []
    known = {row["id"] for row in people} | set(inside)
    return list(people), [link for link in links if {link["a"], link["b"]} <= known]
