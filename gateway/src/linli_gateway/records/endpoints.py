"""The sign-in log and the log of administrators' acts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from linli_kernel.http import ApiModel, ServiceRouter
from linli_kernel.identity import Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from pydantic import Field

from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.records import repository

router = ServiceRouter(prefix="/api/auth/v1", tags=["administration"])

InParts = Annotated[Parts, Depends(get_parts)]
Code = Annotated[str | None, Query(max_length=80, pattern=r"^[a-z_.]+$")]


class SignInRecord(ApiModel):
    id: UUID
    at: datetime
    method: str = Field(description="`password`, `code`, `refresh` or `client`")
    outcome: str = Field(description="`ok`, or the code of the refusal")
    account_id: UUID | None
    username: str | None = Field(description="only of existing accounts")
    county: str
    session_id: UUID | None
    source: str
    user_agent: str


class SignInRecords(ApiModel):
    items: list[SignInRecord]
    next_cursor: str | None


class OperationRecord(ApiModel):
    id: UUID
    at: datetime
    actor_id: UUID
    actor_name: str
    county: str
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]


class OperationRecords(ApiModel):
    items: list[OperationRecord]
    next_cursor: str | None


@router.get("/sign-ins")
async def get_sign_ins(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SIGN_IN_LOG_READ))],
    parts: InParts,
    account_id: UUID | None = None,
    outcome: Code = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> SignInRecords:
    """Who signed in, and which attempts were refused and why; newest first."""
    after = Cursor.parse(cursor, UUID)
    rows = await repository.sign_ins(
        parts.database,
        viewer,
        account_id=account_id,
        outcome=outcome,
        after=after[0] if after else None,
        limit=limit + 1,
    )
    kept, next_cursor = page(rows, limit, lambda row: (row["id"],))
    return SignInRecords(items=[SignInRecord(**dict(row.items())) for row in kept], next_cursor=next_cursor)


@router.get("/operations")
async def get_operations(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.OPERATION_LOG_READ))],
    parts: InParts,
    actor_id: UUID | None = None,
    action: Code = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> OperationRecords:
    """What administrators did; newest first. The same acts stand in the audit ledger."""
    after = Cursor.parse(cursor, UUID)
    rows = await repository.operations(
        parts.database, viewer, actor_id=actor_id, action=action, after=after[0] if after else None, limit=limit + 1
    )
    kept, next_cursor = page(rows, limit, lambda row: (row["id"],))
    return OperationRecords(items=[OperationRecord(**dict(row.items())) for row in kept], next_cursor=next_cursor)
