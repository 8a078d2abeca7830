"""Puts an extract together: one entry with everything needed to check it without this system.

The checkpoint is one that witnesses have signed, wherever one covers the entry: then nobody has to trust the log's key alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli_kernel.database import Database
from sqlalchemy import and_, select

from linli_supervision.extracts.explanation import EXPLANATION
from linli_supervision.ledger import service
from linli_supervision.ledger.entry import ERASE, erased_by
from linli_supervision.ledger.reader import LogReader, text_of
from linli_supervision.ledger.tables import ledger_entry, ledger_subject
from linli_supervision.ledger.verify_extract import FORMAT
from linli_supervision.rows import Row
from linli_supervision.witnesses import repository as witnesses

SHOWN = (
    "index", "id", "time", "source", "source_seq", "action", "role", "division", "outcome", "kind", "object_kind",
    "object_id", "case_id", "purpose", "detail", "leaf", "leaf_hash", "salt", "content",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extract:
    """The file as it is handed out, and what a paper needs beside it."""

    file: dict[str, Any]
    cosigned_by: list[Row]


async def make(db: Database, log: LogReader, tenant: str, row: Row, now: datetime) -> Extract:
    """Return the extract of an entry; raises NotSignedYet while no checkpoint covers it."""
    newest = await log.newest()
    cosigned = await witnesses.newest_cosigned(db, tenant)
    size = cosigned if cosigned is not None and cosigned > row["index"] else newest.size
    proof, _ = await log.inclusion(row["index"], size)
    note = await log.note_with_cosignatures(size)
    key = await log.key()
    signed = await witnesses.cosignatures(db, tenant, [size])
    entry = service.with_bytes(row, size)
    file = {
        "format": FORMAT,
        "made_at": now,
        "log": {"origin": key.name, "verifier_key": str(key), "public_key": text_of(key.public_key)},
        "entry": {name: entry[name] for name in SHOWN},
        "erased_by": await _erasure(db, tenant, row["index"]) if row["content"] is None else None,
        "inclusion": {
            "size": size,
            "proof": [text_of(digest) for digest in proof.hashes],
            "root": text_of(proof.root),
        },
        "checkpoint": note.decode(),
        "witnesses": [{"name": one["name"], "title": one["title"], "verifier_key": one["key"]} for one in signed],
        "explanation": list(EXPLANATION),
    }
    return Extract(file, signed)


async def _erasure(db: Database, tenant: str, index: int) -> int | None:
    """Return the entry that says that what stood beside this one was erased; without one it was removed by somebody."""
    beside = and_(ledger_subject.c.tenant == ledger_entry.c.tenant, ledger_subject.c.index == ledger_entry.c.index)
    said = (ledger_entry.c.tenant == tenant, ledger_entry.c.index > index, ledger_entry.c.action == ERASE)
    query = select(ledger_entry.c.index, ledger_subject.c.content).select_from(
        ledger_entry.join(ledger_subject, beside)
    )
    for row in await db.fetch_all(query.where(*said).order_by(ledger_entry.c.index)):
        if any(first <= index <= last for first, last in erased_by(bytes(row["content"]))):
            return int(row["index"])
    return None


def beside(row: Row, erased: int | None) -> str:
    """What a paper says where nobody can read any more whom the entry concerned; nothing where everybody can."""
    if row["content"] is not None:
        return ""
    if erased is None:
        return "已被移除，账本中没有删除的记载"
    return f"已删除，账本第 {erased} 条记有此次删除（可另取该条摘录核对）"


def leaf_text(row: Row) -> str:
    return bytes(row["leaf"]).decode("utf-8", "replace")
