"""Stored accounts and the devices they are known on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import StaleVersion
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from linli_gateway.accounts.tables import account, known_device
from linli_gateway.posts.tables import post
from linli_gateway.rows import Row, many, one

# A device is forgotten when it has not been used for so long that its owner has forgotten it too.
KNOWN_DEVICES = 20


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The accounts an administrator sees: all, or those of the own county. Residents' accounts are nobody's."""
    staff = account.c.password_hash.is_not(None)
    if viewer.role is Role.SYSTEM_ADMIN and viewer.tenant == ANY_TENANT:
        return staff
    return staff & (account.c.county == viewer.tenant)


async def by_username(tx: Tx, username: str) -> Row | None:
    return one(await tx.one(select(account).where(account.c.username == username)))


async def get(tx: Tx, account_id: UUID, *, lock: bool = False) -> Row | None:
    """Return the account without regard to a viewer: for its owner's own acts and for tokens."""
    statement = select(account).where(account.c.id == account_id)
    return one(await tx.one(statement.with_for_update() if lock else statement))


async def administered(tx: Tx, viewer: Viewer, account_id: UUID) -> Row | None:
    """Return the account, locked, if the administrator sees it."""
    return one(await tx.one(select(account).where(account.c.id == account_id, visible(viewer)).with_for_update()))


async def add(tx: Tx, values: Row) -> None:
    await tx.execute(account.insert().values(created_at=tx.now, updated_at=tx.now, **values))


async def change(tx: Tx, account_id: UUID, values: Row, *, version: int | None = None) -> None:
    """Change the account; with a version only if nobody else did meanwhile."""
    condition = account.c.id == account_id
    if version is not None:
        condition &= account.c.version == version
    statement = account.update().where(condition).values(version=account.c.version + 1, updated_at=tx.now, **values)
    if (await tx.execute(statement)).rowcount == 0:
        raise StaleVersion


async def note(tx: Tx, account_id: UUID, values: Row) -> None:
    """Store what the system notes about an account by itself; no version, because nobody edited it."""
    await tx.execute(account.update().where(account.c.id == account_id).values(**values))


async def search(
    tx: Tx,
    viewer: Viewer,
    *,
    q: str | None,
    state: str | None,
    tenant: str | None,
    role: str | None,
    after: str | None,
    limit: int,
) -> list[Row]:
    """Return accounts by user name; `q` is the beginning of a user name or part of a name."""
    conditions: list[ColumnElement[bool]] = [visible(viewer)]
    if q:
        escaped = q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(or_(account.c.username.like(f"{escaped.lower()}%"), account.c.name.like(f"%{escaped}%")))
    if state:
        conditions.append(account.c.state == state)
    if tenant:
        conditions.append(account.c.county == tenant)
    if role:
        holds = select(true()).where(post.c.account_id == account.c.id, post.c.role == role, post.c.ended_at.is_(None))
        conditions.append(holds.exists())
    if after:
        conditions.append(account.c.username > after)
    return many(await tx.all(select(account).where(*conditions).order_by(account.c.username).limit(limit)))


async def count_administrators(tx: Tx) -> int:
    """Return how many active accounts administer the whole system."""
    statement = (
        select(func.count(func.distinct(account.c.id)))
        .join(post, post.c.account_id == account.c.id)
        .where(account.c.state == "active", post.c.role == Role.SYSTEM_ADMIN, post.c.ended_at.is_(None))
    )
    return int(await tx.scalar(statement))


async def knows_device(tx: Tx, account_id: UUID, digest: str) -> bool:
    statement = select(known_device.c.digest).where(
        known_device.c.account_id == account_id, known_device.c.digest == digest
    )
    return await tx.one(statement) is not None


async def remember_device(tx: Tx, account_id: UUID, digest: str) -> None:
    """Keep the device as one the account has signed in from; the longest unused ones are forgotten."""
    values = {"account_id": account_id, "digest": digest, "last_used_at": tx.now}
    statement = insert(known_device).values(values)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["account_id", "digest"], set_={"last_used_at": tx.now})
    )
    kept = (
        select(known_device.c.digest)
        .where(known_device.c.account_id == account_id)
        .order_by(known_device.c.last_used_at.desc())
        .limit(KNOWN_DEVICES)
    )
    await tx.execute(
        known_device.delete().where(known_device.c.account_id == account_id, known_device.c.digest.not_in(kept))
    )


async def forget_devices(tx: Tx, account_id: UUID) -> None:
    await tx.execute(known_device.delete().where(known_device.c.account_id == account_id))


async def names(tx: Tx, viewer: Viewer, ids: list[UUID]) -> list[Row]:
    """Return id, name and user name of staff accounts, for screens that show who did something.

    A county sees its own people and those who serve several counties.
    """
    conditions: list[ColumnElement[bool]] = [account.c.id.in_(ids), account.c.password_hash.is_not(None)]
    if viewer.tenant != ANY_TENANT:
        serves = select(true()).where(post.c.account_id == account.c.id, post.c.tenants.contains([viewer.tenant]))
        conditions.append(or_(account.c.county.in_([viewer.tenant, ANY_TENANT]), serves.exists()))
    return many(await tx.all(select(account.c.id, account.c.name, account.c.username).where(*conditions)))


# Who can have a case in hand at a window.
AT_THE_DESK = (Role.CLERK, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER)


async def colleagues(tx: Tx, tenant: str, divisions: list[str], roles: Sequence[Role]) -> list[Row]:
    """Return active staff with a running post of one of the roles in one of the divisions."""
    at_desk = (
        post.c.role.in_([role.value for role in roles]),
        post.c.tenants.contains([tenant]),
        post.c.divisions.overlap(divisions),
        post.c.ended_at.is_(None),
    )
    return many(
        await tx.all(
            select(account.c.id, account.c.name, post.c.role, post.c.title)
            .select_from(account.join(post, post.c.account_id == account.c.id))
            .where(account.c.state == "active", account.c.password_hash.is_not(None), *at_desk)
            .order_by(post.c.role, account.c.name, account.c.id)
            .distinct()
        )
    )
