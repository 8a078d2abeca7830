"""Reads and writes of pairs and merges; every read names the viewer's tenant and area.

A pair is seen by whoever may see both of its people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.scope import in_divisions, in_scope
from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import IntegrityError

from linli_registry.context import area_of
from linli_registry.duplicates.errors import NumberInTheWay
from linli_registry.duplicates.tables import duplicate_pair, resident_merge
from linli_registry.households.tables import household, kinship, membership
from linli_registry.metadata import Id, Row
from linli_registry.residents import repository as residents
from linli_registry.residents import search
from linli_registry.residents.also_known import former_name, further_phone
from linli_registry.residents.tables import resident


@dataclass(frozen=True)
class Likely:
    """Two people for the queue, the smaller id first."""

    a: UUID
    b: UUID
    score: int
    reasons: tuple[str, ...]


_p, _g = duplicate_pair.c, resident_merge.c
_a, _b = resident.alias("a"), resident.alias("b")
_ROWS: dict[str, Table] = {"memberships": membership, "links": kinship, "households": household}


def _pairs(viewer: Viewer, *columns: Column[Any] | ColumnElement[Any] | Table) -> Select[Any]:
    joined = duplicate_pair.join(_a, and_(_a.c.tenant == _p.tenant, _a.c.id == _p.a)).join(
        _b, and_(_b.c.tenant == _p.tenant, _b.c.id == _p.b)
    )
    return (
        select(*columns)
        .select_from(joined)
        .where(
            _p.tenant == viewer.tenant,
            in_scope(viewer, _a.c.tenant, _a.c.division, _a.c.grid),
            in_scope(viewer, _b.c.tenant, _b.c.division, _b.c.grid),
        )
    )


async def queue(
    db: Database,
    viewer: Viewer,
    state: str,
    after: tuple[int, UUID] | None,
    limit: int,
    codes: Sequence[str] | None,
    resident_id: UUID | None = None,
) -> Sequence[Row]:
    """Likeliest first."""
    statement = _pairs(viewer, duplicate_pair).where(_p.state == state).order_by(_p.score.desc(), _p.id).limit(limit)
    if after is not None:
        statement = statement.where(or_(_p.score < after[0], and_(_p.score == after[0], _p.id > after[1])))
    if codes is not None:
        statement = statement.where(or_(*(in_divisions(codes, side.c.division) for side in (_a, _b))))
    if resident_id is not None:
        statement = statement.where(or_(_p.a == resident_id, _p.b == resident_id))
    return list(await db.fetch_all(statement))


MOST_WAITING = 1_000
"""Nobody reads a longer queue; counting on would cost more than its page."""


async def waiting(db: Database, viewer: Viewer) -> int:
    """Count the open pairs, up to `MOST_WAITING`."""
    some = _pairs(viewer, _p.id).where(_p.state == "open").limit(MOST_WAITING).subquery()
    found: int = await db.fetch_value(select(func.count()).select_from(some))
    return found


async def pair(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await db.fetch_one(_pairs(viewer, duplicate_pair).where(_p.id == key))
    if row is None:
        raise NotFound
    return row


async def lock_pair(tx: Tx, viewer: Viewer, key: UUID) -> Row:
    statement = _pairs(viewer, duplicate_pair).where(_p.id == key).with_for_update(of=duplicate_pair)
    row = await tx.one(statement)
    if row is None:
        raise NotFound
    return row


async def decide_pair(tx: Tx, viewer: Viewer, key: UUID, state: str, reason: str) -> None:
    values = {"state": state, "decision_reason": reason, "decided_by": viewer.subject, "decided_at": tx.now}
    if state == "open":
        values |= {"decided_by": None, "decided_at": None}
    await tx.execute(
        update(duplicate_pair).where(_p.tenant == viewer.tenant, _p.id == key).values(version=_p.version + 1, **values)
    )


async def settle_pair(tx: Tx, viewer: Viewer, a: UUID, b: UUID, state: str, reason: str) -> None:
    """Set the state of the pair of two people, if the queue has it."""
    low, high = sorted((a, b))
    found = select(_p.id).where(_p.tenant == viewer.tenant, _p.a == low, _p.b == high)
    key = await tx.scalar(found)
    if key is not None:
        await decide_pair(tx, viewer, key, state, reason)


_PAIR_TYPES: dict[str, Any] = {
    **dict.fromkeys(("ids", "a", "b"), ARRAY(Id)),
    "scores": ARRAY(Integer),
    "reasons": ARRAY(Text),
    "found_at": DateTime(timezone=True),
}
# One statement of one text however many pairs there are; reasons are codes without commas.
_ADD_PAIRS = text(
    "INSERT INTO duplicate_pair AS p (tenant, id, a, b, score, reasons, state, source, found_at)"
    " SELECT :tenant, one.id, one.a, one.b, one.score, string_to_array(one.reasons, ','), 'open', :source, :found_at"
    " FROM unnest(:ids, :a, :b, :scores, :reasons) AS one (id, a, b, score, reasons)"
    " ON CONFLICT ON CONSTRAINT duplicate_pair_once DO UPDATE SET score = excluded.score, reasons = excluded.reasons"
    " WHERE p.state = 'open' RETURNING p.id"
).bindparams(*(bindparam(name, type_=kind) for name, kind in _PAIR_TYPES.items()))


async def add_pairs(tx: Tx, pairs: Sequence[Likely], source: str) -> int:
    """Queue new pairs; a known open one gets its new score, a decided one stays decided. Returns how many are new."""
    if not pairs:
        return 0
    ids = [new_id() for _ in pairs]
    values = {"ids": ids, "a": [p.a for p in pairs], "b": [p.b for p in pairs], "scores": [p.score for p in pairs]}
    values |= {"reasons": [",".join(p.reasons) for p in pairs], "source": source, "found_at": tx.now}
    rows = await tx.all(_ADD_PAIRS, {"tenant": tx.tenant, **values})
    return len(set(ids) & {row["id"] for row in rows})


async def briefs(db: Database, viewer: Viewer, keys: Sequence[UUID]) -> dict[UUID, Row]:
    """What a list shows of people of the area, void ones too."""
    c = resident.c
    scope = in_scope(viewer, c.tenant, c.division, c.grid)
    rows = await db.fetch_all(search.brief_columns().where(scope, c.id.in_(keys))) if keys else []
    return {row["id"]: row for row in rows}


async def people(db: Database, viewer: Viewer, keys: Iterable[UUID]) -> dict[UUID, Row]:
    """The records of a comparison with everything a person's page shows; a void one too."""
    found = [await residents.find_one(db, area_of(viewer), key) for key in keys]
    return {row["id"]: row for row in found if row is not None}


async def lock_people(tx: Tx, viewer: Viewer, keys: Iterable[UUID]) -> dict[UUID, Row]:
    """Lock the records in the order of ids; all in the viewer's scope, or NotFound."""
    c, wanted = resident.c, set(keys)
    scope = in_scope(viewer, c.tenant, c.division, c.grid)
    rows = await tx.all(select(resident).where(scope, c.id.in_(wanted)).order_by(c.id).with_for_update())
    if {row["id"] for row in rows} != wanted:
        raise NotFound
    return {row["id"]: row for row in rows}


async def change_person(tx: Tx, viewer: Viewer, key: UUID, values: Mapping[str, Any]) -> int:
    """Write fields of a locked record; returns its new version."""
    c = resident.c
    statement = (
        update(resident)
        .where(c.tenant == viewer.tenant, c.id == key)
        .values(version=c.version + 1, **values)
        .returning(c.version)
    )
    connection = await tx.connection()
    try:
        async with connection.begin_nested():
            version: int = await tx.scalar(statement)
    except IntegrityError as error:
        if "resident_number" in str(error.orig):
            raise NumberInTheWay from None
        raise
    return version


# Whatever else belongs to a person, with what a person can have once only; a new noun adds its line here.
BESIDE: dict[str, tuple[Table, tuple[str, ...]]] = {
    "former_name": (former_name, ("name",)),
    "further_phone": (further_phone, ("phone_index",)),
}


async def move_along(tx: Tx, tenant: str, kept: UUID, absorbed: UUID) -> dict[str, list[str]]:
    """Give the kept record what hangs on the absorbed one and it does not have itself; returns the moved ids."""
    moved: dict[str, list[str]] = {}
    for name, (table, once) in BESIDE.items():
        c, mine = table.c, table.alias("mine")
        same = and_(*(mine.c[column] == c[column] for column in once), mine.c.removed_at.is_(None))
        known = exists().where(mine.c.tenant == tenant, mine.c.resident == kept, same)
        own = and_(c.tenant == tenant, c.resident == absorbed, ~known)
        rows = await tx.all(update(table).where(own).values(resident=kept).returning(c.id))
        moved[name] = [str(row["id"]) for row in rows]
    return moved


async def move_back(tx: Tx, tenant: str, moved: Mapping[str, list[str]], kept: UUID, absorbed: UUID) -> None:
    for name, (table, _) in BESIDE.items():
        c, keys = table.c, [UUID(key) for key in moved.get(name, [])]
        own = and_(c.tenant == tenant, c.resident == kept, c.id.in_(keys))
        await tx.execute(update(table).where(own).values(resident=absorbed))


async def write_rows(tx: Tx, tenant: str, table: str, rows: Sequence[tuple[Any, Any]]) -> None:
    """Write (before, after) rows. All are closed first: no order of the rest breaks an "only one open" index."""
    target = _ROWS[table]
    c = target.c
    for before, _ in rows:
        if before is not None and table != "households":
            closed = update(target).where(c.tenant == tenant, c.id == before.id)
            await tx.execute(closed.values(until=before.since))
    for before, after in rows:
        values = {name: getattr(after, name) for name in after.__struct_fields__ if name != "id"}
        if table == "households":
            changed = {"closed_on": after.closed_on, "version": c.version + 1}
            await tx.execute(update(target).where(c.tenant == tenant, c.id == after.id).values(**changed))
        elif before is None:
            await tx.execute(insert(target).values(tenant=tenant, id=after.id, **values))
        else:
            await tx.execute(update(target).where(c.tenant == tenant, c.id == after.id).values(**values))


async def bump_households(tx: Tx, tenant: str, keys: Iterable[UUID]) -> None:
    """Who has a household's old version on the screen reads again before a life event."""
    c = household.c
    for key in sorted(keys):
        await tx.execute(update(household).where(c.tenant == tenant, c.id == key).values(version=c.version + 1))


async def add_merge(tx: Tx, tenant: str, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(resident_merge).values(tenant=tenant, **values))


async def lock_merge(tx: Tx, viewer: Viewer, key: UUID) -> Row:
    row = await tx.one(
        select(resident_merge).where(in_scope(viewer, _g.tenant, _g.division), _g.id == key).with_for_update()
    )
    if row is None:
        raise NotFound
    return row


async def merge(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await db.fetch_one(select(resident_merge).where(in_scope(viewer, _g.tenant, _g.division), _g.id == key))
    if row is None:
        raise NotFound
    return row


async def merges(db: Database, viewer: Viewer, person: UUID | None, after: UUID | None, limit: int) -> Sequence[Row]:
    """Newest first, of the area or of one person."""
    statement = select(resident_merge).where(in_scope(viewer, _g.tenant, _g.division)).order_by(_g.id.desc())
    if person is not None:
        statement = statement.where(or_(_g.kept == person, _g.absorbed == person))
    if after is not None:
        statement = statement.where(tuple_(_g.id) < tuple_(after))
    return list(await db.fetch_all(statement.limit(limit)))


async def end_merge(tx: Tx, viewer: Viewer, key: UUID, reason: str) -> None:
    ended = {"undone_at": tx.now, "undone_by": viewer.subject, "undo_reason": reason}
    await tx.execute(update(resident_merge).where(_g.tenant == viewer.tenant, _g.id == key).values(**ended))


async def standing(reader: Database | Tx, tenant: str, absorbed: UUID) -> UUID | None:
    """Return the record that a merged one became part of, followed to its end; None when it stands by itself."""
    found, key = None, absorbed
    for _ in range(MOST_MERGES):
        statement = select(_g.kept).where(_g.tenant == tenant, _g.absorbed == key, _g.undone_at.is_(None))
        following = await (reader.scalar(statement) if isinstance(reader, Tx) else reader.fetch_value(statement))
        if following is None:
            break
        found = key = following
    return found


async def has_absorbed(tx: Tx, tenant: str, people: Sequence[UUID]) -> bool:
    """Whether another record was merged into one of these and still is."""
    own = and_(_g.tenant == tenant, _g.kept.in_(people), _g.undone_at.is_(None))
    return bool(people) and await tx.one(select(_g.id).where(own).limit(1)) is not None


MOST_MERGES = 16
"""Steps followed from a merged record: nobody was registered more often than that."""
