"""Opening a session and handing out its tokens.

Every way to sign in ends here, so that all sessions look the same to the rest of the system.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import ANY_TENANT
from linli_kernel.ids import new_id
from linli_kernel.tokens import LIFETIME_SECONDS

from linli_gateway.parts import Parts, Visitor
from linli_gateway.posts.domain import Post
from linli_gateway.sessions import repository, tokens
from linli_gateway.sessions.domain import MOBILE, WEB, Lifetimes, expiry
from linli_gateway.sessions.errors import NoPost
from linli_gateway.sessions.schemas import CountyOut, PostOut, SignedIn, UserOut

LIFETIMES: Final[dict[str, Lifetimes]] = {"web": WEB, "mobile": MOBILE}


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with its fresh tokens; the refresh token exists nowhere else in the clear."""

    session_id: UUID
    refresh_token: str
    refresh_expires_at: datetime
    answer: SignedIn


def choose(posts: Sequence[Post], wanted: UUID | None) -> Post:
    """Return the wanted post, else the first one; raises NoPost."""
    for post in posts:
        if post.id == wanted:
            return post
    if not posts or wanted is not None:
        raise NoPost
    return posts[0]


async def open_session(
    tx: Tx,
    parts: Parts,
    visitor: Visitor,
    *,
    account: Mapping[str, Any],
    posts: Sequence[Post],
    post: Post,
    client: str,
) -> Opened:
    """Store a new session with its first refresh token."""
    session_id = new_id()
    tenant = post.tenants[0]
    await repository.add(
        tx,
        {
            "id": session_id,
            "account_id": account["id"],
            "post_id": post.id,
            "county": tenant,
            "client": client,
            "source": visitor.address,
            "user_agent": visitor.user_agent,
        },
    )
    return await _hand_out(
        tx,
        parts,
        account=account,
        posts=posts,
        post=post,
        tenant=tenant,
        session_id=session_id,
        client=client,
        started_at=tx.now,
    )


async def renew(
    tx: Tx, parts: Parts, *, session: Mapping[str, Any], account: Mapping[str, Any], posts: Sequence[Post], post: Post
) -> Opened:
    """Store the next refresh token of a session."""
    tenant = session["county"] if post.reaches(session["county"]) else post.tenants[0]
    await repository.change(tx, session["id"], {"last_seen_at": tx.now, "post_id": post.id, "county": tenant})
    return await _hand_out(
        tx,
        parts,
        account=account,
        posts=posts,
        post=post,
        tenant=tenant,
        session_id=session["id"],
        client=session["client"],
        started_at=session["started_at"],
    )


async def _hand_out(
    tx: Tx,
    parts: Parts,
    *,
    account: Mapping[str, Any],
    posts: Sequence[Post],
    post: Post,
    tenant: str,
    session_id: UUID,
    client: str,
    started_at: datetime,
) -> Opened:
    refresh_token = secrets.token_urlsafe(32)
    expires_at = expiry(started_at=started_at, now=tx.now, lifetimes=LIFETIMES[client])
    await repository.add_refresh(tx, session_id, refresh_token, expires_at)
    answer = SignedIn(
        access_token=access_token(parts, tx.now, account=account, post=post, tenant=tenant, session_id=session_id),
        expires_in=LIFETIME_SECONDS,
        refresh_token=refresh_token if client == "mobile" else None,
        user=user_out(parts, account, posts, post.id, tenant),
    )
    return Opened(session_id, refresh_token, expires_at, answer)


def access_token(
    parts: Parts, now: datetime, *, account: Mapping[str, Any], post: Post, tenant: str, session_id: UUID
) -> str:
    """Return a signed access token."""
    return parts.keys.sign(
        tokens.of_person(
            account_id=account["id"],
            name=account["name"],
            session_id=session_id,
            post=post,
            divisions=parts.succession.widened(post.divisions),
            tenant=tenant,
            now=now,
        )
    )


def user_out(parts: Parts, account: Mapping[str, Any], posts: Sequence[Post], post_id: UUID, tenant: str) -> UserOut:
    """Return what a screen shows of the person who signed in."""
    return UserOut(
        id=account["id"],
        name=account["name"],
        # Residents have no user name to type.
        username=account["username"] if account["password_hash"] is not None else None,
        locale=account["locale"],
        posts=[post_out(parts, post) for post in posts],
        post_id=post_id,
        tenant=tenant,
        otp_enabled=account["otp_secret"] is not None,
    )


def post_out(parts: Parts, post: Post) -> PostOut:
    """Return one post with the names of its counties."""
    names = {tenant.key: tenant.name.zh for tenant in parts.profiles.tenants()} | {ANY_TENANT: "全系统"}
    return PostOut(
        id=post.id,
        role=post.role.value,
        title=post.title,
        tenants=[
            CountyOut(tenant=tenant, name=names.get(tenant, tenant), division=parts.counties.get(tenant, ""))
            for tenant in post.tenants
        ],
        divisions=list(post.divisions),
        grids=list(post.grids),
        department=post.department,
    )
