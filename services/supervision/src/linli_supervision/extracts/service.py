"""Puts an extract together: one entry with everything needed to check it without this system.

The checkpoint is one that witnesses have signed, wherever one covers the entry: then nobody has to trust the log's key alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli_kernel.database import Database

from linli_supervision.extracts.explanation import EXPLANATION
from linli_supervision.ledger import service
from linli_supervision.ledger.reader import LogReader, text_of
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


def leaf_text(row: Row) -> str:
    return bytes(row["leaf"]).decode("utf-8", "replace")
