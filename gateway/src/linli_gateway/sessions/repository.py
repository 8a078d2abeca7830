"""Stored sessions and refresh tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.tokens import LIFETIME_SECONDS
from sqlalchemy import ColumnElement, bindparam, func, select, true, tuple_

from linli_gateway.accounts.tables import account
from linli_gateway.posts.tables import post
from linli_gateway.rows import Row, many, one
from linli_gateway.sessions.tables import refresh_token, revocation, session

# Any number that no other advisory lock of this database uses.
_LOCK = 0x7265766F
# Clocks of two machines may differ by so much.
_CLOCK_MARGIN = timedelta(seconds=60)


def digest(secret: str) -> str:
    """Return what is stored of a random secret of 128 bits and more; a plain hash suffices for those."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def add(tx: Tx, values: Row) -> None:
    await tx.execute(session.insert().values(started_at=tx.now, last_seen_at=tx.now, **values))


async def add_refresh(tx: Tx, session_id: UUID, token: str, expires_at: datetime) -> None:
    await tx.execute(
        refresh_token.insert().values(
            digest=digest(token), session_id=session_id, issued_at=tx.now, expires_at=expires_at
        )
    )


async def lock_refresh(tx: Tx, token: str) -> Row | None:
    """Return the token with its session, both locked: of two parallel uses one waits and then sees the other."""
    statement = (
        select(refresh_token.c.used_at, refresh_token.c.expires_at, *session.c)
        .join(session, session.c.id == refresh_token.c.session_id)
        .where(refresh_token.c.digest == digest(token))
        .with_for_update()
    )
    return one(await tx.one(statement))


async def mark_used(tx: Tx, token: str) -> None:
    await tx.execute(refresh_token.update().where(refresh_token.c.digest == digest(token)).values(used_at=tx.now))


async def get(tx: Tx, session_id: UUID) -> Row | None:
    """Return an open session, locked."""
    statement = select(session).where(session.c.id == session_id, session.c.ended_at.is_(None)).with_for_update()
    return one(await tx.one(statement))


async def change(tx: Tx, session_id: UUID, values: Row) -> None:
    await tx.execute(session.update().where(session.c.id == session_id).values(**values))


async def end(tx: Tx, condition: ColumnElement[bool], reason: str) -> list[UUID]:
    """End the open sessions that match; return them, to be refused from now on."""
    statement = (
        session.update()
        .where(condition, session.c.ended_at.is_(None))
        .values(ended_at=tx.now, end_reason=reason)
        .returning(session.c.id)
    )
    ended = [row["id"] for row in (await tx.execute(statement)).mappings()]
    await revoke(tx, ended)
    return ended


async def revoke(tx: Tx, sids: Sequence[UUID]) -> None:
    """Add sessions to the list that every service follows."""
    if not sids:
        return
    # Numbers are drawn one transaction at a time, so that a reader that has seen n never misses one below n.
    await tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    until = tx.now + timedelta(seconds=LIFETIME_SECONDS) + _CLOCK_MARGIN
    await tx.execute(revocation.insert(), [{"sid": sid, "until": until} for sid in sids])


async def revocations_after(database: Database, seq: int, now: datetime, limit: int) -> list[Row]:
    """Return the ended sessions whose tokens may still live, in the order they ended."""
    statement = (
        select(revocation.c.seq, revocation.c.sid, revocation.c.until)
        .where(revocation.c.seq > seq, revocation.c.until > now)
        .order_by(revocation.c.seq)
        .limit(limit)
    )
    return many(await database.fetch_all(statement))


async def last_revocation(database: Database) -> int:
    return int(await database.fetch_value(select(func.coalesce(func.max(revocation.c.seq), 0))))


async def touch(tx: Tx, seen: Mapping[str, datetime]) -> None:
    """Note when sessions were last used."""
    statement = (
        session.update()
        .where(session.c.id == bindparam("sid"), session.c.last_seen_at < bindparam("seen"))
        .values(last_seen_at=bindparam("seen"))
    )
    await tx.execute(statement, [{"sid": UUID(sid), "seen": moment} for sid, moment in seen.items()])


def administered(viewer: Viewer) -> ColumnElement[bool]:
    """The sessions an administrator sees."""
    if viewer.role is Role.SYSTEM_ADMIN and viewer.tenant == ANY_TENANT:
        return true()
    return (account.c.county == viewer.tenant) & (session.c.county == viewer.tenant)


async def online(
    database: Database, viewer: Viewer, *, since: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> list[Row]:
    """Return open sessions seen since a moment, the latest first."""
    conditions = [administered(viewer), session.c.ended_at.is_(None), session.c.last_seen_at >= since]
    if after is not None:
        conditions.append(tuple_(session.c.last_seen_at, session.c.id) < after)
    statement = (
        select(
            session.c.id,
            session.c.account_id,
            session.c.county,
            session.c.client,
            session.c.source,
            session.c.user_agent,
            session.c.started_at,
            session.c.last_seen_at,
            account.c.username,
            account.c.name,
            post.c.role,
            post.c.title,
        )
        .join(account, account.c.id == session.c.account_id)
        .outerjoin(post, post.c.id == session.c.post_id)
        .where(*conditions)
        .order_by(session.c.last_seen_at.desc(), session.c.id.desc())
        .limit(limit)
    )
    return many(await database.fetch_all(statement))


async def find_administered(tx: Tx, viewer: Viewer, session_id: UUID) -> Row | None:
    """Return an open session with its account's tenant and name, if the administrator sees it."""
    statement = (
        select(session.c.id, session.c.account_id, account.c.username, account.c.county)
        .join(account, account.c.id == session.c.account_id)
        .where(session.c.id == session_id, session.c.ended_at.is_(None), administered(viewer))
    )
    return one(await tx.one(statement))


async def forget_before(tx: Tx, moment: datetime) -> None:
    """Remove refresh tokens and revocations that can no longer matter."""
    await tx.execute(refresh_token.delete().where(refresh_token.c.expires_at < moment))
    await tx.execute(revocation.delete().where(revocation.c.until < moment))
