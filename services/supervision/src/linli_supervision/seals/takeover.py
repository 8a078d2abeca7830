"""Accounts that somebody else could sign in to: a password that another person set does not say who sits there.

The ledger has who created an account, and every reset with who did it. A custodian whose password was set so since the
last key was made gets the next one only once a third person has met the custodian and said so: neither who set the
password, nor an account whose own password the same person ever set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import ANY_TENANT
from sqlalchemy import and_, func, select

from linli_supervision.ledger.tables import ledger_entry, ledger_key, ledger_reference
from linli_supervision.seals.errors import CustodianUnconfirmed, NoThirdPerson
from linli_supervision.seals.tables import custodian_key, seal_change

SET = ("account.create", "account.reset_password", "account.reset_otp")
"""What lets somebody else know a password, or do without the second factor."""


@dataclass(frozen=True, slots=True)
class Setting:
    """When the password of an account was last set by others, and by whom since the last key."""

    last: datetime
    actors: frozenset[UUID]


async def require_confirmed(tx: Tx, tenant: str, seal_id: UUID, account: UUID) -> None:
    """Raise CustodianUnconfirmed unless the custodian's password is the own, or a third person has met the custodian since."""
    setting = await _setting(tx, tenant, seal_id, account)
    if setting is None:
        return
    c = seal_change.c
    met = await tx.all(
        select(c.decided_by).where(
            c.tenant == tenant,
            c.seal_id == seal_id,
            c.state == "confirmed",
            c.in_person,
            c.people.contains([{"account": str(account)}]),
            c.decided_at > setting.last,
        )
    )
    if not await _third(tx, tenant, {row["decided_by"] for row in met}, setting):
        raise CustodianUnconfirmed()


async def require_third_person(tx: Tx, tenant: str, seal_id: UUID, accounts: Sequence[UUID], confirming: UUID) -> None:
    """Raise NoThirdPerson when who confirms these custodians in person is not independent of who set their passwords."""
    for account in accounts:
        setting = await _setting(tx, tenant, seal_id, account)
        if setting is not None and not await _third(tx, tenant, {confirming}, setting):
            raise NoThirdPerson()


async def _setting(tx: Tx, tenant: str, seal_id: UUID, account: UUID) -> Setting | None:
    k = custodian_key.c
    made = await tx.scalar(
        select(func.max(k.created_at)).where(k.tenant == tenant, k.seal_id == seal_id, k.account == account)
    )
    found = [row for row in await _set_by_others(tx, tenant, [account]) if made is None or row["time"] > made]
    if not found:
        return None
    return Setting(max(row["time"] for row in found), frozenset(UUID(row["actor"]) for row in found))


async def _third(tx: Tx, tenant: str, confirming: set[UUID], setting: Setting) -> set[UUID]:
    others = confirming - setting.actors
    theirs = await _set_by_others(tx, tenant, sorted(others))
    return others - {UUID(row["account"]) for row in theirs if UUID(row["actor"]) in setting.actors}


async def _set_by_others(tx: Tx, tenant: str, accounts: Sequence[UUID]) -> list[Any]:
    """Every time that somebody else set the password of these accounts: when, of whom, by whom."""
    if not accounts:
        return []
    of, by = ledger_reference.alias("whose"), ledger_reference.alias("who")
    e, whose, who = ledger_entry.c, of.c, by.c
    joined = of.join(ledger_entry, and_(e.tenant == whose.tenant, e.index == whose.index)).join(
        by, and_(who.tenant == whose.tenant, who.index == whose.index, who.kind == "actor")
    )
    return list(
        await tx.all(
            select(e.time, whose.ref.label("account"), who.ref.label("actor"))
            .select_from(joined)
            .where(
                # An account that another county, or the whole system, administers may hold a post here as well.
                whose.tenant.in_([tenant, ANY_TENANT]) | whose.tenant.in_(select(ledger_key.c.tenant)),
                whose.ref.in_([str(account) for account in accounts]),
                whose.kind == "object",
                e.action.in_(SET),
                who.ref != whose.ref,
            )
        )
    )
