"""Makes answers about entries out of rows: what the leaf says, and what is kept beside it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from linli_supervision.clients.gateway import GatewayClient
from linli_supervision.ledger.entry import ACT_TYPE, occurrence_from_content, references_of
from linli_supervision.ledger.reader import text_of
from linli_supervision.rows import Row


def describe(row: Row, size: int) -> dict[str, Any]:
    """Return the brief form of an entry; `actor` is still an id."""
    known: dict[str, Any] = dict.fromkeys(
        ("kind", "actor", "object_kind", "object_id", "case_id", "people", "purpose", "detail")
    )
    if row["content"] is not None:
        occurrence = occurrence_from_content(row["source"], row["source_seq"], "", bytes(row["content"]))
        references = references_of(occurrence)
        known = {
            "kind": "act" if occurrence.type == ACT_TYPE else "event",
            "actor": references.actor,
            "object_kind": references.object_kind,
            "object_id": references.object_id,
            "case_id": references.case_id,
            "people": list(references.people),
            "purpose": occurrence.data.get("purpose") or None,
            "detail": occurrence.data.get("detail") or None,
        }
    return {
        "index": row["index"],
        "id": f"{row['source']}:{row['source_seq']}",
        "time": row["time"],
        "source": row["source"],
        "source_seq": row["source_seq"],
        "action": row["action"],
        "role": row["role"],
        "division": row["division"],
        "outcome": row["outcome"],
        **known,
        "signed": row["index"] < size,
    }


def with_bytes(row: Row, size: int) -> dict[str, Any]:
    """Return the full form of an entry."""
    return describe(row, size) | {
        "leaf": text_of(bytes(row["leaf"])),
        "leaf_hash": text_of(bytes(row["leaf_hash"])),
        "salt": text_of(bytes(row["salt"])) if row["salt"] is not None else None,
        "content": text_of(bytes(row["content"])) if row["content"] is not None else None,
    }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def shown(gateway: GatewayClient, rows: Iterable[Row], size: int) -> list[dict[str, Any]]:
    """Describe entries of a log of that size, with their actors' names."""
    items = [describe(row, size) for row in rows]
    await name_actors(gateway, items)
    return items


async def name_actors(gateway: GatewayClient, entries: Iterable[dict[str, Any]]) -> None:
    """Put names to the acting accounts; they stay unnamed while the gateway does not answer."""
    listed = list(entries)
    wanted = {account for entry in listed if (account := _uuid(entry["actor"])) is not None}
    names = await gateway.names(wanted)
    for entry in listed:
        account = _uuid(entry["actor"])
        entry["actor"] = {"id": account, "name": names.get(account)} if account is not None else None
