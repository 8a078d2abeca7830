"""Former names and further phones of a resident; the present name and the first phone stay with the resident.

A changed name becomes a former name by itself. What was wrong is marked removed and no longer shown; rows stay.
"""

from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import Conflict, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Index, LargeBinary, Table, Text, and_, select, text
from sqlalchemy import update as change
from sqlalchemy.dialects.postgresql import insert

from linli_registry.metadata import Bytewise, Id, Row, metadata, own_id, tenant
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.names import pinyin_of
from linli_registry.residents.tables import resident

former_name = Table(
    "former_name",
    metadata,
    tenant(),
    own_id(),
    Column("resident", Id, nullable=False),
    Column("name", Bytewise, nullable=False),
    Column("pinyin", Bytewise, nullable=False),
    Column("initials", Bytewise, nullable=False),
    Column("until", Date),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["tenant", "resident"], [resident.c.tenant, resident.c.id], name="former_name_resident_fkey"),
)
Index("former_name_of", former_name.c.tenant, former_name.c.resident)
Index("former_name_name", former_name.c.tenant, former_name.c.name)
Index("former_name_pinyin", former_name.c.tenant, former_name.c.pinyin)
Index("former_name_initials", former_name.c.tenant, former_name.c.initials)

further_phone = Table(
    "further_phone",
    metadata,
    tenant(),
    own_id(),
    Column("resident", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("phone", LargeBinary, nullable=False),
    Column("phone_index", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["tenant", "resident"], [resident.c.tenant, resident.c.id], name="further_phone_resident_fkey"
    ),
)
_p = further_phone.c
Index(
    "further_phone_of",
    _p.tenant,
    _p.resident,
    _p.phone_index,
    unique=True,
    postgresql_where=text("removed_at IS NULL"),
)
Index("further_phone_index", _p.tenant, _p.phone_index)
Index("further_phone_of_resident", _p.tenant, _p.resident)


class PhoneKnown(Conflict):
    code = "registry.phone_known"
    zh = "此人已登记这个电话"
    en = "This phone is already registered for the person"


async def keep_former_name(tx: Tx, viewer: Viewer, key: UUID, name: str, until: date | None) -> UUID:
    full, initials = pinyin_of(name)
    row = {"tenant": viewer.tenant, "id": new_id(), "resident": key, "name": name, "until": until}
    row |= {"pinyin": full, "initials": initials}
    row |= {"recorded_at": tx.now, "recorded_by": viewer.subject}
    await tx.execute(insert(former_name).values(**row))
    return UUID(str(row["id"]))


async def keep_phone(tx: Tx, keys: ResidentKeys, viewer: Viewer, key: UUID, kind: str, phone: str) -> UUID:
    """Add a phone, given in its canonical form; raises PhoneKnown."""
    added = new_id()
    row = {"tenant": viewer.tenant, "id": added, "resident": key, "kind": kind}
    row |= {"phone": keys.seal_phone(phone, added), "phone_index": keys.phone_index(phone)}
    statement = insert(further_phone).values(recorded_at=tx.now, recorded_by=viewer.subject, **row)
    if await tx.one(statement.on_conflict_do_nothing().returning(_p.id)) is None:
        raise PhoneKnown
    return added


async def stored_phone(tx: Tx, viewer: Viewer, key: UUID, item: UUID) -> bytes:
    own = and_(_p.tenant == viewer.tenant, _p.resident == key, _p.id == item, _p.removed_at.is_(None))
    row = await tx.one(select(_p.phone).where(own))
    if row is None:
        raise NotFound
    return bytes(row["phone"])


async def remove(tx: Tx, viewer: Viewer, table: Table, key: UUID, item: UUID, *, division: str) -> None:
    """Mark a former name or phone as wrong or out of use."""
    c = table.c
    own = and_(c.tenant == viewer.tenant, c.resident == key, c.id == item, c.removed_at.is_(None))
    if await tx.one(change(table).where(own).values(removed_at=tx.now).returning(c.id)) is None:
        raise NotFound
    action = "resident.phone_removed" if table is further_phone else "resident.former_name_removed"
    tx.record(Act(action=action, object_kind="resident", object_id=key, people=[key], division=division))


async def former_names(db: Database, viewer: Viewer, key: UUID) -> list[Row]:
    c = former_name.c
    own = and_(c.tenant == viewer.tenant, c.resident == key, c.removed_at.is_(None))
    return list(await db.fetch_all(select(former_name).where(own).order_by(c.until, c.id)))


async def phones(db: Database, viewer: Viewer, key: UUID) -> list[Row]:
    own = and_(_p.tenant == viewer.tenant, _p.resident == key, _p.removed_at.is_(None))
    return list(await db.fetch_all(select(further_phone).where(own).order_by(_p.id)))


def shown_phones(rows: list[Row], keys: ResidentKeys, masks: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row["id"]),
            "kind": row["kind"],
            "phone_masked": masks.mask_phone(keys.open_phone(row["phone"], row["id"])),
            "recorded_at": row["recorded_at"].isoformat(),
        }
        for row in rows
    ]
