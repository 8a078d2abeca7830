"""Stored proposals, and who set whose password alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from sqlalchemy import ColumnElement, Text, cast, func, select, true

from linli_gateway.accounts.tables import account
from linli_gateway.proposals.tables import admin_proposal
from linli_gateway.records.tables import operation
from linli_gateway.rows import Row, many, one

# What lets somebody else know a password, or do without the second factor.
SETTINGS = ("account.create", "account.reset_password", "account.reset_otp")
_SHOWN = (admin_proposal, account.c.username, account.c.name)


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.SYSTEM_ADMIN and viewer.tenant == ANY_TENANT:
        return true()
    return admin_proposal.c.county == viewer.tenant


def _joined() -> object:
    return admin_proposal.join(account, account.c.id == admin_proposal.c.account_id)


async def add(tx: Tx, values: Row) -> None:
    await tx.execute(admin_proposal.insert().values(**values))


async def get(tx: Tx, viewer: Viewer, proposal_id: UUID) -> Row | None:
    """Return one proposal, locked, if the administrator sees it."""
    statement = select(*_SHOWN).select_from(_joined()).where(admin_proposal.c.id == proposal_id, _visible(viewer))  # type: ignore[arg-type]
    return one(await tx.one(statement.with_for_update(of=admin_proposal)))


async def search(tx: Tx, viewer: Viewer, *, state: str | None, after: UUID | None, limit: int) -> list[Row]:
    """Return proposals, the newest first."""
    conditions = [_visible(viewer)]
    if state:
        conditions.append(admin_proposal.c.state == state)
    if after:
        conditions.append(admin_proposal.c.id < after)
    statement = select(*_SHOWN).select_from(_joined()).where(*conditions)  # type: ignore[arg-type]
    return many(await tx.all(statement.order_by(admin_proposal.c.id.desc()).limit(limit)))


async def waiting(tx: Tx, accounts: Collection[UUID]) -> list[Row]:
    """Return what waits for these accounts."""
    conditions = (admin_proposal.c.account_id.in_(list(accounts)), admin_proposal.c.state == "waiting")
    statement = select(*_SHOWN).select_from(_joined()).where(*conditions)  # type: ignore[arg-type]
    return many(await tx.all(statement.order_by(admin_proposal.c.id)))


async def decide(tx: Tx, proposal_id: UUID, values: Row) -> None:
    """Store what became of a proposal that the caller holds locked."""
    await tx.execute(
        admin_proposal.update()
        .where(admin_proposal.c.id == proposal_id)
        .values(version=admin_proposal.c.version + 1, password_hash=None, decided_at=tx.now, **values)
    )


async def settings(tx: Tx, accounts: Collection[UUID]) -> list[Row]:
    """Return who else let themselves into each of these accounts, and when last: its id, the actor's, the moment."""
    o = operation.c
    acts = (
        select(o.object_id.label("account"), o.actor_id.label("actor"), func.max(o.at).label("at"))
        .where(
            o.object_id.in_([str(one) for one in accounts]),
            o.action.in_(SETTINGS),
            o.object_id != cast(o.actor_id, Text),
        )
        .group_by(o.object_id, o.actor_id)
    )
    return many(await tx.all(acts))


async def makers(tx: Tx, accounts: Sequence[UUID], ignored: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return who set the passwords of these accounts alone since two administrators last stood behind each."""
    if not accounts:
        return {}
    o, p = operation.c, admin_proposal.c
    whole = (
        select(p.account_id, func.max(p.decided_at).label("at"))
        .where(p.account_id.in_(accounts), p.state == "confirmed", p.kind.in_(("posts", "password")))
        .group_by(p.account_id)
    )
    confirmed = {row["account_id"]: row["at"] for row in many(await tx.all(whole))}
    acts = select(o.object_id, o.actor_id, o.at).where(
        o.object_id.in_([str(one) for one in accounts]), o.action.in_(SETTINGS)
    )
    found: dict[UUID, set[UUID]] = {}
    for row in many(await tx.all(acts)):
        made = UUID(row["object_id"])
        since = confirmed.get(made)
        if row["actor_id"] not in (made, *ignored) and (since is None or row["at"] > since):
            found.setdefault(made, set()).add(row["actor_id"])
    return found
