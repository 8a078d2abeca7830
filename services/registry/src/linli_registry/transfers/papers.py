"""Files that a transfer is shown by: they belong to the transfer at the origin, and a copy comes with the request.

The destination's copies are written in the transaction that writes its side, so they arrive once or not at all, and go
with a request that is withdrawn or refused. Where the people are entered or closed they become papers of that event.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.privacy import KeyRing
from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from linli_registry.households.errors import EvidenceHidden
from linli_registry.households.evidence import TOLD, evidence_file, opened, sealed, told
from linli_registry.metadata import Row
from linli_registry.residents.display import Display

_f = evidence_file.c


def hidden(display: Display) -> bool:
    """What a file shows cannot be masked, and anybody of the household may be on it, a child as well."""
    return display.hides({"birth_date": display.today})


def _of(tenant: str, transfer: UUID) -> ColumnElement[bool]:
    return and_(_f.tenant == tenant, _f.transfer == transfer)


async def bring(tx: Tx, db: Database, ring: KeyRing, here: Row) -> None:
    """Copy the origin's files to the destination, one after another: together they may be a hundred megabytes."""
    for one in await db.fetch_all(select(_f.id).where(_of(here["tenant"], here["id"])).order_by(_f.id)):
        row = await db.fetch_one(select(evidence_file).where(_f.tenant == here["tenant"], _f.id == one["id"]))
        if row is None:
            raise NotFound
        same = {name: row[name] for name in ("id", "transfer", "media_type", "size", "sha256")}
        content = sealed(ring, tx.tenant, row["id"], opened(ring, row, "filename"), opened(ring, row, "content"))
        made = {"tenant": tx.tenant, "created_by": here["actor"], "created_at": tx.now}
        await tx.execute(insert(evidence_file).values(**same, **content, **made))


async def drop(tx: Tx, transfer: UUID) -> None:
    """Remove this county's copies of a request that came to nothing."""
    await tx.execute(delete(evidence_file).where(_of(tx.tenant, transfer)))


async def file_with(tx: Tx, transfer: UUID, event: UUID, **owner: UUID) -> None:
    """Make the files papers of the event that entered the people here, or closed them."""
    await tx.execute(update(evidence_file).where(_of(tx.tenant, transfer)).values(event=event, **owner))


async def of_transfers(
    db: Database, ring: KeyRing, display: Display, keys: Collection[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """Read by transfer which files it has; their names too where the viewer may see the file."""
    own = and_(_f.tenant == display.viewer.tenant, _f.transfer.in_(list(keys)))
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await db.fetch_all(select(*TOLD, _f.transfer).where(own).order_by(_f.id)) if keys else []:
        found[row["transfer"]].append(told(ring, row, hidden=hidden(display)))
    return found


async def read(db: Database, ring: KeyRing, display: Display, transfer: UUID, key: UUID) -> tuple[Row, bytes]:
    """Read a file of a transfer that the caller may see."""
    own = and_(_of(display.viewer.tenant, transfer), _f.id == key)
    row = await db.fetch_one(select(evidence_file).where(own))
    if row is None:
        raise NotFound
    if hidden(display):
        raise EvidenceHidden
    return row, opened(ring, row, "content")
