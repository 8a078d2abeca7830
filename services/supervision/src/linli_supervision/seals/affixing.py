"""Hands a document that all custodians have signed over to be sealed by the provider of statutory seals."""

from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.privacy import KeyRing
from sqlalchemy import insert

from linli_supervision.rows import Row
from linli_supervision.seals.paper_tables import seal_affixing


def place_of(tenant: str, use_id: UUID) -> dict[str, Any]:
    return {"tenant": tenant, "table": "seal_affixing", "column": "document", "row": use_id}


async def hand_over(tx: Tx, keyring: KeyRing, row: Row, document: bytes) -> None:
    """Let the document wait for the provider; it is asked outside of any custodian's request."""
    kept = keyring.encrypt_bytes(document, **place_of(row["tenant"], row["id"]))
    waiting = {"tenant": row["tenant"], "use_id": row["id"], "document": kept, "next_at": tx.now, "problem": ""}
    await tx.execute(insert(seal_affixing).values(waiting))
