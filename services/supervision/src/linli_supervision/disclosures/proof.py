"""Whether a disclosure still says what was published: its digest now beside the one in the county's log.

The log's entry was made in the transaction that published it and is part of every later signed tree, so that whoever
rewrites the disclosure cannot rewrite the entry as well.
"""

from typing import Any
from uuid import UUID

from linli_kernel.database import Database
from sqlalchemy import and_, func, select

from linli_supervision.disclosures import content, repository
from linli_supervision.ledger.entry import occurrence_from_content, subject_differs
from linli_supervision.ledger.reader import text_of
from linli_supervision.ledger.tables import ledger_checkpoint, ledger_entry, ledger_reference, ledger_subject
from linli_supervision.rows import Row

PUBLISHED = "disclosure.publish"
_e, _r, _s = ledger_entry.c, ledger_reference.c, ledger_subject.c


async def prove(db: Database, row: Row) -> dict[str, Any]:
    """`unchanged` is None while the log has not taken the publication in. The bytes of its files are digested anew."""
    tenant, attached = row["tenant"], await db.fetch_all(repository.measured_files(row["tenant"], row["id"]))
    now = content.digest(row, attached)
    entry = await _entry(db, tenant, row["id"])
    said = _said(entry) if entry is not None else None
    size = await db.fetch_value(select(func.max(ledger_checkpoint.c.size)).where(ledger_checkpoint.c.tenant == tenant))
    return {
        "id": row["id"],
        "unchanged": None if entry is None else said == now,
        "sha256": now,
        "published_sha256": said,
        "published_at": row["published_at"],
        "tenant": tenant,
        "entry": entry["index"] if entry is not None else None,
        "signed": entry is not None and size is not None and entry["index"] < size,
        # What a publication wrote into the log concerns no resident: everybody may hold it against the tiles.
        **{name: _base64(entry[name]) if entry is not None else None for name in ("leaf", "salt", "content")},
    }


def _base64(value: bytes | None) -> str | None:
    return text_of(bytes(value)) if value is not None else None


async def _entry(db: Database, tenant: str, disclosure_id: UUID) -> Row | None:
    return await db.fetch_one(
        select(_e.index, _e.leaf, _e.source, _e.source_seq, _s.salt, _s.content)
        .select_from(
            ledger_reference.join(ledger_entry, and_(_e.tenant == _r.tenant, _e.index == _r.index)).outerjoin(
                ledger_subject, and_(_s.tenant == _r.tenant, _s.index == _r.index)
            )
        )
        .where(_r.tenant == tenant, _r.ref == str(disclosure_id), _r.kind == "object", _e.action == PUBLISHED)
        .order_by(_e.index)
        .limit(1)
    )


def _said(entry: Row) -> str | None:
    """The digest that the entry holds, if what is kept beside the leaf is what the leaf was made from.

    What was removed beside it proves nothing any more, so that nobody makes a change look like one that is not signed yet.
    """
    if entry["content"] is None:
        return None
    kept = bytes(entry["content"])
    if subject_differs(bytes(entry["leaf"]), bytes(entry["salt"]), kept):
        return None
    detail = occurrence_from_content(entry["source"], entry["source_seq"], "", kept).data.get("detail") or {}
    said: str | None = detail.get("sha256")
    return said
