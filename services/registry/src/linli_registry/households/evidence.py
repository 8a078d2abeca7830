"""Files that a life event is shown by, kept encrypted.

A file is brought first and belongs to its household alone, or to somebody who is in none; the event or the transfer to
another county that names it takes it, once. What none took within a day is removed by the next file that comes.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, TooLarge
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from linli_kernel.uploads import LARGEST_FILE_BYTES, sniff
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from linli_registry.households.errors import EvidenceHidden
from linli_registry.households.tables import household, life_event, membership
from linli_registry.metadata import Id, Row, metadata, own_id, tenant
from linli_registry.residents.display import CHILD_BELOW, Display
from linli_registry.residents.tables import resident
from linli_registry.transfers.tables import transfer

evidence_file = Table(
    "evidence_file",
    metadata,
    tenant(),
    own_id(),
    Column("household", Id),
    Column("resident", Id),
    Column("event", Id),
    Column("transfer", Id),
    Column("filename", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["tenant", "household"], [household.c.tenant, household.c.id], name="evidence_file_household_fkey"
    ),
    ForeignKeyConstraint(
        ["tenant", "resident"], [resident.c.tenant, resident.c.id], name="evidence_file_resident_fkey"
    ),
    ForeignKeyConstraint(["tenant", "event"], [life_event.c.tenant, life_event.c.id], name="evidence_file_event_fkey"),
    ForeignKeyConstraint(
        ["tenant", "transfer"], [transfer.c.tenant, transfer.c.id], name="evidence_file_transfer_fkey"
    ),
)
_f, _m, _r = evidence_file.c, membership.c, resident.c
Index("evidence_file_of_event", _f.tenant, _f.event, postgresql_where=text("event IS NOT NULL"))
Index("evidence_file_of_transfer", _f.tenant, _f.transfer, postgresql_where=text("transfer IS NOT NULL"))
Index(
    "evidence_file_waiting",
    _f.tenant,
    _f.created_at,
    postgresql_where=text("event IS NULL AND transfer IS NULL"),
)
_FREE = and_(_f.event.is_(None), _f.transfer.is_(None))
TOLD = (_f.tenant, _f.id, _f.filename, _f.media_type, _f.size)
UNTAKEN = timedelta(days=1)


@dataclass(frozen=True)
class Owner:
    """Whose event a file is brought for: a household, or somebody who is in none."""

    kind: Literal["household", "resident"]
    id: UUID


def _place(tenant: str, column: str, key: UUID) -> dict[str, str]:
    return {"tenant": tenant, "table": "evidence_file", "column": column, "row": str(key)}


def sealed(ring: KeyRing, tenant: str, key: UUID, filename: bytes, content: bytes) -> dict[str, bytes]:
    values = {"filename": filename, "content": content}
    return {name: ring.encrypt_bytes(value, **_place(tenant, name, key)) for name, value in values.items()}


def opened(ring: KeyRing, row: Row, column: Literal["filename", "content"]) -> bytes:
    """Decrypt a column of a file's row, which has its `tenant` and `id`."""
    return ring.decrypt_bytes(bytes(row[column]), **_place(row["tenant"], column, row["id"]))


def told(ring: KeyRing, row: Row, *, hidden: bool) -> dict[str, Any]:
    """What is said of a file; its name tells as much as the file."""
    name = "" if hidden else opened(ring, row, "filename").decode()
    return {"id": str(row["id"]), "name": name, "media_type": row["media_type"], "size": row["size"]}


async def keep(
    tx: Tx, ring: KeyRing, viewer: Viewer, owner: Owner, division: str, filename: str, content: bytes
) -> dict[str, Any]:
    """Keep a file for an event that is about to be registered."""
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge
    media_type = sniff(content)
    if media_type is None:
        fault = "只接受 PDF 和照片（JPG、PNG、WebP、HEIC）", "PDF or photograph only"
        raise Invalid(errors=[FieldError("/file", "registry.file_type", *fault)])
    left = and_(_f.tenant == viewer.tenant, _FREE, _f.created_at < tx.now - UNTAKEN)
    await tx.execute(delete(evidence_file).where(left))
    key, tenant = new_id(), viewer.tenant
    row = {"id": key, "media_type": media_type, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    hidden = sealed(ring, tenant, key, filename[:200].encode(), content)
    who = {"tenant": tenant, owner.kind: owner.id, "created_by": viewer.subject, "created_at": tx.now}
    await tx.execute(insert(evidence_file).values(**row, **hidden, **who))
    detail = {"file": str(key), "size": len(content), "sha256": row["sha256"]}
    tx.record(
        Act(
            action=f"{owner.kind}.evidence_kept",
            object_kind=owner.kind,
            object_id=owner.id,
            people=[owner.id] if owner.kind == "resident" else [],
            division=division,
            detail=detail,
        )
    )
    return row


async def take(tx: Tx, viewer: Viewer, owner: Owner, event: UUID, files: Sequence[UUID]) -> None:
    """Give files to the event that names them; raises Invalid for one that is not there to be taken."""
    await _taken(tx, viewer, owner, files, event=event)


async def take_along(tx: Tx, viewer: Viewer, owner: Owner, transfer: UUID, files: Sequence[UUID]) -> None:
    """Give files to the transfer that names them, as `take` does."""
    await _taken(tx, viewer, owner, files, transfer=transfer)


async def _taken(tx: Tx, viewer: Viewer, owner: Owner, files: Sequence[UUID], **by: UUID) -> None:
    wanted = list(dict.fromkeys(files))
    if not wanted:
        return
    own = and_(_f.tenant == viewer.tenant, _f[owner.kind] == owner.id, _f.id.in_(wanted), _FREE)
    taken = await tx.all(update(evidence_file).where(own).values(**by).returning(_f.id))
    if len(taken) < len(wanted):
        fault = "没有这个凭据文件，请重新上传", "There is no such file; bring it again"
        raise Invalid(errors=[FieldError("/files", "registry.file_unknown", *fault)])


async def homes_to_hide(db: Database, display: Display, homes: Collection[UUID]) -> set[UUID]:
    """Return the households whose papers this viewer may not see: what a file shows cannot be masked.

    Who ever was in a household counts, not only who still is: the papers stay when a child or the last member left.
    """
    if display.hides({"birth_date": None}):
        return set(homes)
    young = date(display.today.year - CHILD_BELOW, 1, 1)
    joined = membership.join(resident, and_(_r.tenant == _m.tenant, _r.id == _m.resident))
    own = and_(_m.tenant == display.viewer.tenant, _m.household.in_(homes), _r.birth_date >= young)
    rows = await db.fetch_all(select(_m.household, _r.birth_date).select_from(joined).where(own).distinct())
    return {row["household"] for row in rows if display.hides(row)}


async def to_hide(db: Database, display: Display, events: Sequence[Row]) -> set[UUID]:
    """Return the events whose papers this viewer may not see."""
    homes = await homes_to_hide(db, display, {home for event in events for home in homes_of(event)})
    people = {event["resident"] for event in events if event["resident"]}
    own = and_(_r.tenant == display.viewer.tenant, _r.id.in_(people))
    rows = await db.fetch_all(select(_r.id, _r.birth_date).where(own)) if people else []
    hidden = {row["id"] for row in rows if display.hides(row)}
    return {event["id"] for event in events if homes_of(event) & homes or event["resident"] in hidden}


def homes_of(event: Row) -> set[UUID]:
    return {home for home in (event["household"], event["other_household"]) if home}


async def of_events(
    db: Database, ring: KeyRing, display: Display, events: Sequence[Row]
) -> dict[UUID, list[dict[str, Any]]]:
    """Read by event which files it has; their names too where the viewer may see the file."""
    tenant = display.viewer.tenant
    nameless = await to_hide(db, display, events)
    own = and_(_f.tenant == tenant, _f.event.in_([event["id"] for event in events]))
    shown = select(*TOLD, _f.event).where(own).order_by(_f.id)
    found: dict[UUID, list[dict[str, Any]]] = {event["id"]: [] for event in events}
    for row in await db.fetch_all(shown):
        found[row["event"]].append(told(ring, row, hidden=row["event"] in nameless))
    return found


async def read(db: Database, ring: KeyRing, display: Display, owner: Owner, key: UUID) -> tuple[Row, bytes]:
    """Read a file of an event in which the owner had a part; the caller may see the owner."""
    tenant, e = display.viewer.tenant, life_event.c
    joined = evidence_file.join(life_event, and_(e.tenant == _f.tenant, e.id == _f.event))
    own = or_(e.household == owner.id, e.other_household == owner.id, e.resident == owner.id)
    about = (
        e.id.label("of_event"),
        e.household.label("of_household"),
        e.other_household,
        e.resident.label("of_resident"),
    )
    row = await db.fetch_one(
        select(evidence_file, *about).select_from(joined).where(_f.tenant == tenant, _f.id == key, own)
    )
    if row is None:
        raise NotFound
    event = {"id": row["of_event"], "household": row["of_household"], "resident": row["of_resident"]}
    if await to_hide(db, display, [event | {"other_household": row["other_household"]}]):
        raise EvidenceHidden
    return row, opened(ring, row, "content")
