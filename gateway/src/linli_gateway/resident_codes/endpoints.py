"""Codes for residents, and the demo's message box."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from linli_kernel.errors import NotFound
from linli_kernel.http import ApiModel, ServiceRouter, reads
from linli_kernel.identity import Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require
from pydantic import Field

from linli_gateway.parts import Parts, Visitor, get_parts, get_visitor
from linli_gateway.policy import POLICY, Permission
from linli_gateway.resident_codes import repository, service
from linli_gateway.resident_codes.domain import LIFETIME

router = ServiceRouter(prefix="/api/auth/v1", tags=["sign-in"])

InParts = Annotated[Parts, Depends(get_parts)]


class PhoneNumber(ApiModel):
    phone: str = Field(pattern=r"^1[3-9]\d{9}$")


class CodeSent(ApiModel):
    expires_in: int = Field(description="seconds that a code is good for, if one was sent")


class Message(ApiModel):
    id: UUID
    phone_masked: str
    text: str
    sent_at: datetime


class Messages(ApiModel):
    items: list[Message]
    next_cursor: str | None


@router.post("/otp", status_code=202, dependencies=[Depends(public(POLICY, Permission.SIGN_IN))])
@reads
async def post_otp(body: PhoneNumber, parts: InParts, visitor: Annotated[Visitor, Depends(get_visitor)]) -> CodeSent:
    """Send a sign-in code to a resident's phone. The answer does not tell whether the number is known."""
    await service.ask(parts, visitor, body.phone)
    return CodeSent(expires_in=int(LIFETIME.total_seconds()))


@router.get("/messages", tags=["administration"])
async def get_messages(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.MESSAGE_READ))],
    parts: InParts,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> Messages:
    """The short messages that the demo would have sent; does not exist outside the demo."""
    if not parts.settings.demo:
        raise NotFound
    after = Cursor.parse(cursor, UUID)
    rows = await repository.messages(parts.database, after=after[0] if after else None, limit=limit + 1)
    kept, next_cursor = page(rows, limit, lambda row: (row["id"],))
    return Messages(items=[Message(**dict(row.items())) for row in kept], next_cursor=next_cursor)
