"""Signing in and out, choosing the post; and, for administrators, who is on line."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, reads
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require

from linli_gateway.parts import Parts, Visitor, get_parts, get_visitor
from linli_gateway.policy import POLICY, Permission
from linli_gateway.records import repository as records
from linli_gateway.resident_codes.sign_in import sign_in_with_code
from linli_gateway.sessions import cookies, repository, service
from linli_gateway.sessions.errors import SessionNotFound
from linli_gateway.sessions.issue import Opened
from linli_gateway.sessions.schemas import (
    ChoosePost,
    OnlineSession,
    OnlineSessions,
    PostChosen,
    Refresh,
    SignedIn,
    SignIn,
)
from linli_gateway.sessions.sign_in import sign_in
from linli_gateway.sessions.tables import session as table

router = ServiceRouter(prefix="/api/auth/v1/sessions", tags=["sign-in"])

InParts = Annotated[Parts, Depends(get_parts)]
InVisitor = Annotated[Visitor, Depends(get_visitor)]
# Access tokens are renewed every ten minutes: whoever was silent for fifteen has gone.
ONLINE = timedelta(minutes=15)


@router.post("", status_code=201, dependencies=[Depends(public(POLICY, Permission.SIGN_IN))])
@reads
async def post_session(
    body: SignIn, request: Request, response: Response, parts: InParts, visitor: InVisitor
) -> SignedIn:
    """Sign in with `username` and `password` (and `otp` if a second factor is in use), or with `phone` and `code`.

    The refresh token comes as an `HttpOnly; SameSite=Strict` cookie, or in the body with `"client": "mobile"`. After
    repeated failures 429 with `Retry-After`; 401 `auth.otp_required` asks for the second factor; 403
    `auth.password_change_required` asks to send `new_password` too.
    """
    device = cookies.device_of(request) or (secrets.token_urlsafe(24) if body.client == "web" else None)
    if body.phone is not None:
        opened = await sign_in_with_code(parts, visitor, body)
    else:
        opened = await sign_in(parts, visitor, body, device)
        if device is not None:
            cookies.set_device(response, device, https=visitor.https)
    return _answer(response, opened, visitor)


@router.post("/refresh", dependencies=[Depends(public(POLICY, Permission.SIGN_IN))])
@reads
async def post_refresh(
    request: Request, response: Response, parts: InParts, visitor: InVisitor, body: Refresh | None = None
) -> SignedIn:
    """Exchange the refresh token for a new pair. Each one works once: a second use ends the session everywhere."""
    given = body.refresh_token if body else None
    opened = await service.refresh(parts, visitor, given or request.cookies.get(cookies.REFRESH))
    return _answer(response, opened, visitor)


def _answer(response: Response, opened: Opened, visitor: Visitor) -> SignedIn:
    response.headers["cache-control"] = "no-store"
    if opened.answer.refresh_token is None:
        cookies.set_refresh(response, opened, https=visitor.https)
    return opened.answer


@router.delete("/current", status_code=204)
async def delete_current(
    response: Response,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SESSION_OWN))],
    tx: Annotated[Tx, Depends(current_tx)],
    parts: InParts,
    visitor: InVisitor,
) -> None:
    """Sign out. The tokens of the session are refused from now on."""
    await service.sign_out(tx, parts, viewer.session)
    cookies.clear_refresh(response, https=visitor.https)


@router.post("/post")
@reads
async def post_post(
    body: ChoosePost,
    response: Response,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SESSION_OWN))],
    parts: InParts,
) -> PostChosen:
    """Go on under another post, or in another county of the same post: answers a new access token."""
    response.headers["cache-control"] = "no-store"
    # A transaction of its own: the route's would keep the answer, with its token, for a repeated Idempotency-Key.
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        return await service.choose_post(tx, parts, viewer, body)


@router.get("", tags=["administration"])
async def get_sessions(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SESSION_READ))],
    parts: InParts,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> OnlineSessions:
    """Who is on line: open sessions used within the last quarter of an hour, the latest first."""
    after = Cursor.parse(cursor, datetime.fromisoformat, UUID)
    if after is not None and after[0].tzinfo is None:
        after[0] = after[0].replace(tzinfo=parts.clock.now().tzinfo)
    rows = await repository.online(
        parts.database,
        viewer,
        since=parts.clock.now() - ONLINE,
        after=(after[0], after[1]) if after else None,
        limit=limit + 1,
    )
    kept, next_cursor = page(rows, limit, lambda row: (row["last_seen_at"].isoformat(), row["id"]))
    items = [OnlineSession(**dict(row.items()), current=str(row["id"]) == viewer.session) for row in kept]
    return OnlineSessions(items=items, next_cursor=next_cursor)


@router.delete("/{session_id}", status_code=204, tags=["administration"])
async def delete_session(
    session_id: UUID,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SESSION_END))],
    tx: Annotated[Tx, Depends(current_tx)],
    parts: InParts,
) -> None:
    """End somebody's session: its tokens are refused from now on."""
    row = await repository.find_administered(tx, viewer, session_id)
    if row is None:
        raise SessionNotFound
    parts.revoker.after_commit(tx, await repository.end(tx, table.c.id == session_id, "ended_by_administrator"))
    await records.administered(
        tx,
        viewer,
        action="session.end",
        kind="session",
        object_id=session_id,
        tenant=row["county"],
        detail={"username": row["username"]},
    )
