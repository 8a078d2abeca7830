"""Charging and refunding attempts.

An attempt is charged in a transaction of its own before anything is verified: a killed or parallel request stays
counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from linli_kernel.database import Database
from linli_kernel.identity import ANY_TENANT

from linli_gateway.attempts import repository
from linli_gateway.attempts.domain import Rule, charge, refund, waiting
from linli_gateway.sessions.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class Charge:
    """One budget to be charged: what it is kept for, and its rule."""

    key: str
    rule: Rule


def key(kind: str, *parts: str) -> str:
    """Return the stored key of a budget; a digest, because a mistyped name may be a password."""
    return hashlib.sha256("\x1f".join((kind, *parts)).encode()).hexdigest()


async def charge_all(database: Database, charges: Sequence[Charge]) -> None:
    """Count one attempt on every budget.

    Raises TooManyAttempts, charging nothing, while one of them has to wait.
    """
    async with database.transaction(ANY_TENANT) as tx:
        # Sorted, so that two attempts never wait for each other's rows.
        budgets = {one.key: await repository.lock(tx, one.key) for one in sorted(charges, key=lambda one: one.key)}
        wait = max((waiting(budget, tx.now) for budget in budgets.values()), default=timedelta(0))
        if not wait:
            for one in charges:
                await repository.store(tx, one.key, charge(budgets[one.key], tx.now, one.rule))
    if wait:
        raise too_many(wait)


async def refund_all(database: Database, charges: Sequence[Charge], *, forget: Sequence[str] = ()) -> None:
    """Take the attempt back; the budgets in `forget` start anew, because their owner has proved himself."""
    async with database.transaction(ANY_TENANT) as tx:
        for one in sorted(charges, key=lambda one: one.key):
            budget = await repository.lock(tx, one.key)
            if budget is not None:
                await repository.store(tx, one.key, None if one.key in forget else refund(budget, tx.now))


def too_many(wait: timedelta) -> TooManyAttempts:
    """Return the refusal that says how long to wait."""
    seconds = max(1, ceil(wait.total_seconds()))
    return TooManyAttempts(seconds=seconds, retry_after_seconds=seconds)
