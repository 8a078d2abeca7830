"""Writing and reading the sign-in and operation logs."""

from __future__ import annotations

from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.events import Act
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.ids import new_id
from sqlalchemy import ColumnElement, select, true

from linli_gateway.parts import Visitor
from linli_gateway.records.tables import operation, sign_in
from linli_gateway.rows import Row, many


async def signed_in(
    tx: Tx,
    visitor: Visitor,
    *,
    method: str,
    outcome: str,
    account: Row | None = None,
    session_id: UUID | None = None,
) -> None:
    """Add one line: a success, or why not. The typed name is kept only when an account has it."""
    await tx.execute(
        sign_in.insert().values(
            id=new_id(),
            at=tx.now,
            method=method,
            outcome=outcome,
            account_id=account["id"] if account else None,
            username=account["username"] if account else None,
            county=account["county"] if account else ANY_TENANT,
            session_id=session_id,
            source=visitor.address,
            user_agent=visitor.user_agent,
        )
    )


async def administered(
    tx: Tx, viewer: Viewer, *, action: str, kind: str, object_id: UUID | str, tenant: str, detail: Row | None = None
) -> None:
    """Add an administrator's act to the operation log and to the ledger of the county it concerns.

    The detail names codes, states and user names, never a person's name or number.
    """
    facts = dict(detail or {})
    tx.use_tenant(tenant)
    await tx.execute(
        operation.insert().values(
            id=new_id(),
            at=tx.now,
            actor_id=viewer.subject,
            actor_name=viewer.name,
            county=tenant,
            action=action,
            object_kind=kind,
            object_id=str(object_id),
            detail=facts,
        )
    )
    tx.record(Act(action=action, object_kind=kind, object_id=object_id, detail=facts))


def _own_county(viewer: Viewer, tenant: ColumnElement[str]) -> ColumnElement[bool]:
    if viewer.role is Role.SYSTEM_ADMIN and viewer.tenant == ANY_TENANT:
        return true()
    return tenant == viewer.tenant


async def sign_ins(
    database: Database, viewer: Viewer, *, account_id: UUID | None, outcome: str | None, after: UUID | None, limit: int
) -> list[Row]:
    """Return the sign-in log, newest first."""
    conditions = [_own_county(viewer, sign_in.c.county)]
    if account_id is not None:
        conditions.append(sign_in.c.account_id == account_id)
    if outcome is not None:
        conditions.append(sign_in.c.outcome == outcome)
    if after is not None:
        conditions.append(sign_in.c.id < after)
    return many(await database.fetch_all(select(sign_in).where(*conditions).order_by(sign_in.c.id.desc()).limit(limit)))


async def operations(
    database: Database, viewer: Viewer, *, actor_id: UUID | None, action: str | None, after: UUID | None, limit: int
) -> list[Row]:
    """Return the operation log, newest first."""
    conditions = [_own_county(viewer, operation.c.county)]
    if actor_id is not None:
        conditions.append(operation.c.actor_id == actor_id)
    if action is not None:
        conditions.append(operation.c.action == action)
    if after is not None:
        conditions.append(operation.c.id < after)
    statement = select(operation).where(*conditions).order_by(operation.c.id.desc()).limit(limit)
    return many(await database.fetch_all(statement))
