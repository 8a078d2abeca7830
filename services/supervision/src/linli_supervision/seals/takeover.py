"""Accounts that somebody else could have signed in to: a password that an administrator set does not say who sits there.

The ledger has every reset with who did it. After one a custodian's key is made only when somebody else has confirmed the
custodian since, as after a loss; whoever reset it, or an account that the same person reset, confirms nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from sqlalchemy import and_, select

from linli_supervision.ledger.tables import ledger_entry, ledger_reference
from linli_supervision.rows import Row
from linli_supervision.seals.errors import CustodianUnconfirmed
from linli_supervision.seals.tables import seal_change

RESETS = ("account.reset_password", "account.reset_otp")


async def require_confirmed(tx: Tx, tenant: str, seal_id: UUID, holder: Row) -> None:
    """Raise CustodianUnconfirmed while the last reset of the custodian's account is not followed by a confirmation."""
    resets = await _resets(tx, tenant, [holder["account"]], holder["since"])
    if not resets:
        return
    last, actors = max(row["time"] for row in resets), {row["actor"] for row in resets}
    c = seal_change.c
    confirmations = await tx.all(
        select(c.decided_by).where(
            c.tenant == tenant,
            c.seal_id == seal_id,
            c.kind == "lost",
            c.position == holder["position"],
            c.state == "confirmed",
            c.decided_at > last,
        )
    )
    deciders = {row["decided_by"] for row in confirmations} - {UUID(actor) for actor in actors}
    theirs = await _resets(tx, tenant, sorted(deciders), holder["since"])
    captured = {UUID(row["account"]) for row in theirs if row["actor"] in actors}
    if not deciders - captured:
        raise CustodianUnconfirmed()


async def _resets(tx: Tx, tenant: str, accounts: Sequence[UUID], since: datetime) -> Sequence[Any]:
    """The resets of these accounts since then: when, of whom, by whom."""
    if not accounts:
        return []
    of, by = ledger_reference.alias("whose"), ledger_reference.alias("who")
    e, whose, who = ledger_entry.c, of.c, by.c
    joined = of.join(ledger_entry, and_(e.tenant == whose.tenant, e.index == whose.index)).join(
        by, and_(who.tenant == whose.tenant, who.index == whose.index, who.kind == "actor")
    )
    return await tx.all(
        select(e.time, whose.ref.label("account"), who.ref.label("actor"))
        .select_from(joined)
        .where(
            whose.tenant == tenant,
            whose.ref.in_([str(account) for account in accounts]),
            whose.kind == "object",
            e.action.in_(RESETS),
            e.time > since,
        )
    )
