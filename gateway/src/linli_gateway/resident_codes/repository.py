"""Stored one-time codes. Number and code are kept as keyed hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli_kernel.database import Database, Tx
from sqlalchemy import select

from linli_gateway.resident_codes.domain import LIFETIME, MAX_ATTEMPTS, MOST_OPEN
from linli_gateway.resident_codes.tables import resident_code, sent_message
from linli_gateway.rows import Row, many


async def add(tx: Tx, *, code_id: UUID, phone_key: bytes, code_key: bytes, residents: list[dict[str, str]]) -> None:
    """Store a code beside those of the number that are still good: who asked for them may be on the way here."""
    await tx.execute(
        resident_code.insert().values(
            id=code_id,
            phone_key=phone_key,
            code_key=code_key,
            residents=residents,
            created_at=tx.now,
            expires_at=tx.now + LIFETIME,
        )
    )


async def lock_open(tx: Tx, phone_key: bytes) -> list[Row]:
    """Return the number's codes that are still good, newest first, locked."""
    statement = (
        select(resident_code)
        .where(
            resident_code.c.phone_key == phone_key,
            resident_code.c.used_at.is_(None),
            resident_code.c.expires_at > tx.now,
        )
        .order_by(resident_code.c.created_at.desc())
        .limit(MOST_OPEN)
        .with_for_update()
    )
    return many(await tx.all(statement))


async def change(tx: Tx, code_id: UUID, values: Row) -> None:
    await tx.execute(resident_code.update().where(resident_code.c.id == code_id).values(**values))


async def count_attempt(tx: Tx, good: Sequence[Row]) -> None:
    """A wrong guess was tried against every code that is good: it counts for each, and ends those that had enough."""
    for row in good:
        attempts = row["attempts"] + 1
        await change(tx, row["id"], {"attempts": attempts, "used_at": tx.now if attempts >= MAX_ATTEMPTS else None})


async def messages(database: Database, *, after: UUID | None, limit: int) -> list[Row]:
    """Return the demo's messages, newest first."""
    statement = select(sent_message).order_by(sent_message.c.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(sent_message.c.id < after)
    return many(await database.fetch_all(statement))


async def forget_before(tx: Tx, moment: datetime) -> None:
    """Remove codes that ended before the moment."""
    await tx.execute(resident_code.delete().where(resident_code.c.expires_at < moment))
