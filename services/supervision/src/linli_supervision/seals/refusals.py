"""Who refused a use. The use itself keeps the reason; who gave it is what the ledger says, moments after the refusal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, select

from linli_supervision.ledger.tables import ledger_entry, ledger_reference, ledger_subject
from linli_supervision.rows import Row
from linli_supervision.seals.paper_views import Reads

REFUSE = "seal-use.refuse"


class _Detail(msgspec.Struct):
    position: int | None = None


class _Said(msgspec.Struct):
    actor: UUID | None = None
    role: str = ""
    detail: _Detail | None = None


class _Kept(msgspec.Struct):
    data: _Said


_decode = msgspec.json.Decoder(_Kept).decode


async def refusers(database: Reads, tenant: str, rows: Sequence[Row]) -> dict[UUID, dict[str, Any]]:
    """Return of each refused use the post of who refused it, and the piece when it was a custodian."""
    refused = [str(row["id"]) for row in rows if row["state"] == "refused"]
    if not refused:
        return {}
    r, e, s = ledger_reference.c, ledger_entry.c, ledger_subject.c
    entry = and_(e.tenant == r.tenant, e.index == r.index)
    beside = and_(s.tenant == r.tenant, s.index == r.index)
    found = await database.fetch_all(
        select(r.ref, s.content)
        .select_from(ledger_reference.join(ledger_entry, entry).join(ledger_subject, beside))
        .where(r.tenant == tenant, r.ref.in_(refused), r.kind == "object", e.action == REFUSE)
    )
    told = {UUID(row["ref"]): _decode(bytes(row["content"])).data for row in found}
    return {
        use: {"account": said.actor, "role": said.role, "position": said.detail.position if said.detail else None}
        for use, said in told.items()
    }
