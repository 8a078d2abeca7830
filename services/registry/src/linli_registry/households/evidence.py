"""Files that a life event is shown by, kept encrypted.

A file is brought first and belongs to its household alone; the event that names it takes it, once. What no event took
within a day is removed by the next file that comes.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
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
    select,
    text,
    update,
)

from linli_registry.households.errors import EvidenceHidden
from linli_registry.households.tables import household, life_event, membership
from linli_registry.metadata import Id, Row, metadata, own_id, tenant
from linli_registry.residents.display import CHILD_BELOW, Display
from linli_registry.residents.tables import resident

evidence_file = Table(
    "evidence_file",
    metadata,
    tenant(),
    own_id(),
    Column("household", Id, nullable=False),
    Column("event", Id),
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
    ForeignKeyConstraint(["tenant", "event"], [life_event.c.tenant, life_event.c.id], name="evidence_file_event_fkey"),
)
_f, _m, _r = evidence_file.c, membership.c, resident.c
Index("evidence_file_of_event", _f.tenant, _f.event, postgresql_where=text("event IS NOT NULL"))
Index("evidence_file_waiting", _f.tenant, _f.created_at, postgresql_where=text("event IS NULL"))
UNTAKEN = timedelta(days=1)


def _place(tenant: str, column: str, key: UUID) -> dict[str, str]:
    return {"tenant": tenant, "table": "evidence_file", "column": column, "row": str(key)}


async def keep(
    tx: Tx, ring: KeyRing, viewer: Viewer, home: UUID, division: str, filename: str, content: bytes
) -> dict[str, Any]:
    """Keep a file for an event that is about to be registered in this household."""
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge
    media_type = sniff(content)
    if media_type is None:
        fault = "只接受 PDF 和照片（JPG、PNG、WebP、HEIC）", "PDF or photograph only"
        raise Invalid(errors=[FieldError("/file", "registry.file_type", *fault)])
    left = and_(_f.tenant == viewer.tenant, _f.event.is_(None), _f.created_at < tx.now - UNTAKEN)
    await tx.execute(delete(evidence_file).where(left))
    key, tenant = new_id(), viewer.tenant
    row = {"id": key, "media_type": media_type, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    hidden = {
        "filename": ring.encrypt_bytes(filename[:200].encode(), **_place(tenant, "filename", key)),
        "content": ring.encrypt_bytes(content, **_place(tenant, "content", key)),
    }
    who = {"tenant": tenant, "household": home, "created_by": viewer.subject, "created_at": tx.now}
    await tx.execute(insert(evidence_file).values(**row, **hidden, **who))
    detail = {"file": str(key), "size": len(content), "sha256": row["sha256"]}
    act = Act(
        action="household.evidence_kept", object_kind="household", object_id=home, division=division, detail=detail
    )
    tx.record(act)
    return row


async def take(tx: Tx, viewer: Viewer, homes: Sequence[UUID], event: UUID, files: Sequence[UUID]) -> None:
    """Give files to the event that names them; raises Invalid for one that is not there to be taken."""
    wanted = list(dict.fromkeys(files))
    if not wanted:
        return
    own = and_(_f.tenant == viewer.tenant, _f.household.in_(homes), _f.id.in_(wanted), _f.event.is_(None))
    taken = await tx.all(update(evidence_file).where(own).values(event=event).returning(_f.id))
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


def homes_of(event: Row) -> set[UUID]:
    return {home for home in (event["household"], event["other_household"]) if home}


async def of_events(
    db: Database, ring: KeyRing, display: Display, events: Sequence[Row]
) -> dict[UUID, list[dict[str, Any]]]:
    """Read by event which files it has; their names too where the viewer may see the file."""
    tenant = display.viewer.tenant
    hidden = await homes_to_hide(db, display, {home for event in events for home in homes_of(event)})
    nameless = {event["id"] for event in events if homes_of(event) & hidden}
    own = and_(_f.tenant == tenant, _f.event.in_([event["id"] for event in events]))
    shown = select(_f.id, _f.event, _f.filename, _f.media_type, _f.size).where(own).order_by(_f.id)
    found: dict[UUID, list[dict[str, Any]]] = {event["id"]: [] for event in events}
    for row in await db.fetch_all(shown):
        name = ""
        if row["event"] not in nameless:
            # A file's name tells as much as the file.
            name = ring.decrypt_bytes(bytes(row["filename"]), **_place(tenant, "filename", row["id"])).decode()
        facts = {"id": str(row["id"]), "name": name, "media_type": row["media_type"], "size": row["size"]}
        found[row["event"]].append(facts)
    return found


async def read(db: Database, ring: KeyRing, display: Display, home: UUID, key: UUID) -> tuple[Row, bytes]:
    """Read a file of an event in which the household had a part; the caller may see the household."""
    tenant = display.viewer.tenant
    joined = evidence_file.join(life_event, and_(life_event.c.tenant == _f.tenant, life_event.c.id == _f.event))
    of_home = (life_event.c.household == home) | (life_event.c.other_household == home)
    row = await db.fetch_one(
        select(evidence_file, life_event.c.household.label("of"), life_event.c.other_household)
        .select_from(joined)
        .where(_f.tenant == tenant, _f.id == key, of_home)
    )
    if row is None:
        raise NotFound
    if await homes_to_hide(db, display, {home for home in (row["of"], row["other_household"]) if home}):
        raise EvidenceHidden
    return row, ring.decrypt_bytes(bytes(row["content"]), **_place(tenant, "content", key))
