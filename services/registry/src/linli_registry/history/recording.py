"""Writes one line of history with every change, in the change's own transaction.

Values of encrypted fields are sealed as one text under the line's own id; in the clear it says only that they changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy.dialects.postgresql import Insert, insert

from linli_registry.history.tables import field_confirmation, record_history
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.tables import resident_history
from linli_registry.statistics import counting
from linli_registry.transfers import meanwhile


@dataclass(frozen=True)
class Line:
    """Who changed it, why, from which source, from which day on, and by which event."""

    actor: UUID
    day: date
    reason: str = ""
    source: str = "window"
    event: UUID | None = None

    def columns(self, tx: Tx) -> dict[str, Any]:
        shared = {"tenant": tx.tenant, "id": new_id(), "at": tx.now, "day": self.day, "actor": self.actor}
        return shared | {"source": self.source, "reason": self.reason, "event": self.event}


async def resident_changed(
    tx: Tx,
    line: Line,
    key: UUID,
    version: int,
    changes: Mapping[str, Any],
    secrets: Mapping[str, Any] | None = None,
    keys: ResidentKeys | None = None,
) -> None:
    """Keep {field: [old, new]} of a resident; `secrets` holds the same of encrypted fields, in the clear."""
    row = line.columns(tx) | {"resident": key, "version": version, "changes": dict(changes)}
    if secrets and keys is not None:
        row["sealed"] = keys.seal(msgspec.json.encode(secrets).decode(), row["id"])
    await tx.execute(insert(resident_history).values(**row))
    await counting.resident_changed(tx, key, changes)
    await meanwhile.edited(tx, [key], changes)


async def record_changed(tx: Tx, line: Line, kind: str, key: UUID, changes: Mapping[str, Any]) -> None:
    """Keep {field: [old, new]} of a household, dwelling, grid or area."""
    await tx.execute(insert(record_history).values(kind=kind, object=key, changes=dict(changes), **line.columns(tx)))


async def many_confirmed(tx: Tx, viewer: Viewer, stated: Sequence[tuple[UUID, str]], source: str) -> None:
    """Keep the last confirmation of (resident, field), for many residents."""
    shared = {"tenant": tx.tenant, "at": tx.now, "actor": viewer.subject, "source": source}
    rows = [{"resident": key, "field": name} | shared for key, name in stated]
    if rows:
        connection = await tx.connection()
        await connection.execute(_replacing(insert(field_confirmation)), rows)


def _replacing(statement: Insert) -> Insert:
    return statement.on_conflict_do_update(
        index_elements=["tenant", "resident", "field"],
        set_={name: statement.excluded[name] for name in ("at", "actor", "source")},
    )


async def fields_confirmed(tx: Tx, viewer: Viewer, key: UUID, fields: list[str], source: str) -> None:
    """Keep the last confirmation of each field."""
    rows = [{"field": name, "resident": key, "tenant": tx.tenant} for name in sorted(set(fields))]
    if not rows:
        return
    shared = {"at": tx.now, "actor": viewer.subject, "source": source}
    await tx.execute(_replacing(insert(field_confirmation).values([row | shared for row in rows])))
