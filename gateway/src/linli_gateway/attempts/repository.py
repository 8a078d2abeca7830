"""Stored budgets."""

from __future__ import annotations

from datetime import datetime

from linli_kernel.database import Tx
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from linli_gateway.attempts.domain import Budget
from linli_gateway.attempts.tables import attempt


async def lock(tx: Tx, key: str) -> Budget | None:
    """Return the key's budget and keep others from charging it until the transaction ends."""
    empty = {"key": key, "failures": 0, "last_at": tx.now, "blocked_until": tx.now}
    await tx.execute(insert(attempt).values(empty).on_conflict_do_nothing())
    row = await tx.one(select(attempt).where(attempt.c.key == key).with_for_update())
    if row is None or row["failures"] == 0:
        return None
    return Budget(row["failures"], row["last_at"], row["blocked_until"])


async def store(tx: Tx, key: str, budget: Budget | None) -> None:
    """Replace the key's budget; None forgets it."""
    if budget is None:
        await tx.execute(delete(attempt).where(attempt.c.key == key))
        return
    values = {"failures": budget.failures, "last_at": budget.last, "blocked_until": budget.blocked_until}
    await tx.execute(attempt.update().where(attempt.c.key == key).values(values))


async def forget_before(tx: Tx, moment: datetime) -> None:
    """Remove budgets that have been quiet since the moment."""
    await tx.execute(delete(attempt).where(attempt.c.last_at < moment, attempt.c.blocked_until < moment))
