"""Accounts that somebody else could sign in to: a password that another person set does not say who sits there.

The ledger has who created an account, and every reset with who did it; the gateway, which is asked before any lock is taken, has
those whose events have not arrived. A custodian whose password was set so since the
last key was made gets the next one only once a third person has met the custodian and said so: neither who set the
password, nor an account whose own password the same person ever set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.identity import ANY_TENANT, Viewer
from sqlalchemy import Select, and_, func, select

from linli_supervision.clients.gateway import GatewayClient, PasswordSetting
from linli_supervision.ledger.tables import ledger_entry, ledger_key, ledger_reference
from linli_supervision.seals import repository
from linli_supervision.seals.errors import CustodianUnconfirmed, NoThirdPerson
from linli_supervision.seals.tables import custodian_key, seal_change

SET = ("account.create", "account.reset_password", "account.reset_otp")
"""What lets somebody else know a password, or do without the second factor."""


@dataclass(frozen=True, slots=True)
class Setting:
    """When the password of an account was last set by others, and by whom since the last key."""

    last: datetime
    actors: frozenset[UUID]


async def heard_of_custodian(
    gateway: GatewayClient, database: Database, viewer: Viewer, seal_id: UUID
) -> Sequence[PasswordSetting]:
    """Ask who else set what opens the viewer's account and those of whoever met the viewer. Raises Unavailable."""
    rows = await database.fetch_all(_met(viewer.tenant, seal_id, viewer.subject).distinct())
    return await gateway.password_settings({viewer.subject, *(row["decided_by"] for row in rows)})


async def heard_of_change(
    gateway: GatewayClient, database: Database, viewer: Viewer, change_id: UUID
) -> Sequence[PasswordSetting]:
    """Ask the same of who confirms a change and of the custodians that it names. Raises Unavailable."""
    row = await database.fetch_one(repository.changes(viewer).where(seal_change.c.id == change_id))
    people = [UUID(person["account"]) for person in row["people"]] if row else []
    return await gateway.password_settings({viewer.subject, *people})


async def require_confirmed(
    tx: Tx, tenant: str, seal_id: UUID, account: UUID, heard: Sequence[PasswordSetting]
) -> None:
    """Raise CustodianUnconfirmed unless the custodian's password is the own, or a third person has met the custodian since."""
    setting = await _setting(tx, tenant, seal_id, account, heard)
    if setting is None:
        return
    met = await tx.all(_met(tenant, seal_id, account).where(seal_change.c.decided_at > setting.last))
    if not await _third(tx, tenant, {row["decided_by"] for row in met}, setting, heard):
        raise CustodianUnconfirmed()


async def require_third_person(
    tx: Tx, tenant: str, seal_id: UUID, accounts: Sequence[UUID], confirming: UUID, heard: Sequence[PasswordSetting]
) -> None:
    """Raise NoThirdPerson when who confirms these custodians in person is not independent of who set their passwords."""
    for account in accounts:
        setting = await _setting(tx, tenant, seal_id, account, heard)
        if setting is not None and not await _third(tx, tenant, {confirming}, setting, heard):
            raise NoThirdPerson()


def _met(tenant: str, seal_id: UUID, account: UUID) -> Select[Any]:
    """Who confirmed, having met the custodian, that this account is the custodian's."""
    c = seal_change.c
    named = c.people.contains([{"account": str(account)}])
    return select(c.decided_by).where(
        c.tenant == tenant, c.seal_id == seal_id, c.state == "confirmed", c.in_person, named
    )


async def _setting(
    tx: Tx, tenant: str, seal_id: UUID, account: UUID, heard: Sequence[PasswordSetting]
) -> Setting | None:
    k = custodian_key.c
    made = await tx.scalar(
        select(func.max(k.created_at)).where(k.tenant == tenant, k.seal_id == seal_id, k.account == account)
    )
    found = [one for one in await _set_by_others(tx, tenant, [account], heard) if made is None or one.at > made]
    if not found:
        return None
    return Setting(max(one.at for one in found), frozenset(one.actor for one in found))


async def _third(
    tx: Tx, tenant: str, confirming: set[UUID], setting: Setting, heard: Sequence[PasswordSetting]
) -> set[UUID]:
    others = confirming - setting.actors
    theirs = await _set_by_others(tx, tenant, sorted(others), heard)
    return others - {one.account for one in theirs if one.actor in setting.actors}


async def _set_by_others(
    tx: Tx, tenant: str, accounts: Sequence[UUID], heard: Sequence[PasswordSetting]
) -> list[PasswordSetting]:
    """Every time that somebody else set the password of these accounts, by the ledger and by what the gateway said."""
    if not accounts:
        return []
    of, by = ledger_reference.alias("whose"), ledger_reference.alias("who")
    e, whose, who = ledger_entry.c, of.c, by.c
    joined = of.join(ledger_entry, and_(e.tenant == whose.tenant, e.index == whose.index)).join(
        by, and_(who.tenant == whose.tenant, who.index == whose.index, who.kind == "actor")
    )
    rows = await tx.all(
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
    known = [PasswordSetting(UUID(row["account"]), UUID(row["actor"]), row["time"]) for row in rows]
    return [*known, *(one for one in heard if one.account in accounts)]
