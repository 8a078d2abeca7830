"""What happens to a session after it was opened: renewing, choosing the post, ending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.tokens import LIFETIME_SECONDS

from linli_gateway.accounts import repository as accounts
from linli_gateway.parts import Parts, Visitor
from linli_gateway.posts import repository as posts
from linli_gateway.posts.errors import NotYourPost
from linli_gateway.records import repository as records
from linli_gateway.sessions import issue, repository
from linli_gateway.sessions.domain import RefreshState, Verdict, judge
from linli_gateway.sessions.errors import RefreshRefused, RefreshReused, SessionNotFound
from linli_gateway.sessions.schemas import ChoosePost, PostChosen
from linli_gateway.sessions.tables import session as table


async def refresh(parts: Parts, visitor: Visitor, token: str | None) -> issue.Opened:
    """Rotate a refresh token.

    A reuse is committed as the end of the family before it is answered, so it lives in a transaction of its own.
    """
    if not token:
        raise RefreshRefused
    opened: issue.Opened | None = None
    async with parts.database.transaction(ANY_TENANT) as tx:
        row = await repository.lock_refresh(tx, token)
        if row is None:
            raise RefreshRefused
        verdict = judge(RefreshState(row["used_at"], row["expires_at"], row["ended_at"]), tx.now)
        if verdict is Verdict.ROTATE:
            opened = await _rotate(tx, parts, row, token)
        elif verdict is Verdict.REUSED:
            await _end_family(tx, parts, visitor, row)
    if verdict is Verdict.REUSED:
        raise RefreshReused
    if opened is None:
        raise RefreshRefused
    return opened


async def _rotate(tx: Tx, parts: Parts, row: Mapping[str, Any], token: str) -> issue.Opened | None:
    account = await accounts.get(tx, row["account_id"])
    if account is None or account["state"] != "active":
        return None
    held = await posts.open_posts(tx, account["id"])
    current = next((post for post in held if post.id == row["post_id"]), None) or (held[0] if held else None)
    if current is None:
        return None
    await repository.mark_used(tx, token)
    return await issue.renew(tx, parts, session=row, account=account, posts=held, post=current)


async def _end_family(tx: Tx, parts: Parts, visitor: Visitor, row: Mapping[str, Any]) -> None:
    ended = await repository.end(tx, table.c.id == row["id"], "refresh_reused")
    parts.revoker.after_commit(tx, ended)
    account = await accounts.get(tx, row["account_id"])
    await records.signed_in(
        tx, visitor, method="refresh", outcome=RefreshReused.code, account=account, session_id=row["id"]
    )


async def sign_out(tx: Tx, parts: Parts, session_id: str) -> None:
    """End the caller's own session."""
    parts.revoker.after_commit(tx, await repository.end(tx, table.c.id == UUID(session_id), "signed_out"))


async def choose_post(tx: Tx, parts: Parts, viewer: Viewer, body: ChoosePost) -> PostChosen:
    """Continue the session under another post or county."""
    session = await repository.get(tx, UUID(viewer.session))
    account = await accounts.get(tx, viewer.subject)
    if session is None or account is None:
        raise SessionNotFound
    held = await posts.open_posts(tx, account["id"])
    chosen = next((post for post in held if post.id == body.post_id), None)
    tenant = body.tenant or (chosen.tenants[0] if chosen else "")
    if chosen is None or not chosen.reaches(tenant):
        raise NotYourPost
    await repository.change(tx, session["id"], {"post_id": chosen.id, "county": tenant, "last_seen_at": tx.now})
    return PostChosen(
        access_token=issue.access_token(
            parts, tx.now, account=account, post=chosen, tenant=tenant, session_id=session["id"]
        ),
        expires_in=LIFETIME_SECONDS,
        user=issue.user_out(parts, account, held, chosen.id, tenant),
    )


async def end_all(tx: Tx, parts: Parts, account_id: UUID, reason: str, *, but: UUID | None = None) -> int:
    """End every session of an account, except one; return how many ended."""
    condition = table.c.account_id == account_id
    if but is not None:
        condition &= table.c.id != but
    ended = await repository.end(tx, condition, reason)
    parts.revoker.after_commit(tx, ended)
    return len(ended)


async def end_of_post(tx: Tx, parts: Parts, post_id: UUID) -> None:
    """End the sessions that run under a post which has ended or changed its scope."""
    parts.revoker.after_commit(tx, await repository.end(tx, table.c.post_id == post_id, "post_changed"))
