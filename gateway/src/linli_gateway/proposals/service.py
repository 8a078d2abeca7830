"""Proposing what a second administrator has to confirm, and showing what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy.exc import IntegrityError

from linli_gateway.posts import repository as posts
from linli_gateway.posts.schemas import NewPost
from linli_gateway.proposals import repository
from linli_gateway.proposals.domain import Kind, may_decide
from linli_gateway.proposals.errors import ProposalNotFound, ProposalWaiting
from linli_gateway.proposals.schemas import AdminProposal
from linli_gateway.records import repository as records

Row = Mapping[str, Any]


async def propose(
    tx: Tx,
    viewer: Viewer,
    kind: Kind,
    account: Row,
    *,
    wanted: Sequence[NewPost] = (),
    password_hash: str | None = None,
) -> Row:
    """Store what waits for a second administrator; nothing of it has taken effect."""
    proposal_id = new_id()
    values = {
        "id": proposal_id,
        "kind": kind.value,
        "account_id": account["id"],
        "county": account["county"],
        "posts": [post.model_dump(mode="json") for post in wanted],
        "password_hash": password_hash,
        "by": viewer.subject,
        "by_name": viewer.name,
        "at": tx.now,
    }
    try:
        async with tx.part():
            await repository.add(tx, values)
    except IntegrityError:
        raise ProposalWaiting from None
    row = await repository.get(tx, viewer, proposal_id)
    if row is None:
        raise ProposalNotFound
    await note(tx, viewer, "propose", row)
    return row


async def note(tx: Tx, viewer: Viewer, what: str, row: Row) -> None:
    """Write the act to the operation log and to the ledger."""
    detail: dict[str, Any] = {"username": row["username"], "kind": row["kind"], "proposal": str(row["id"])}
    if row["posts"]:
        detail["roles"] = [post["role"] for post in row["posts"]]
    await records.administered(
        tx,
        viewer,
        action=f"administrator.{what}",
        kind="account",
        object_id=row["account_id"],
        tenant=row["county"],
        detail=detail,
    )


async def roles_of(tx: Tx, row: Row) -> list[str]:
    """Return the roles that the account has, and those that are proposed."""
    held = await posts.rows_of(tx, [row["account_id"]])
    return [post["role"] for post in (*held, *row["posts"])]


def as_out(row: Row, viewer: Viewer, roles: Sequence[str]) -> AdminProposal:
    """Return the proposal as the viewer sees it."""
    actions: list[str] = []
    if row["state"] == "waiting":
        second = may_decide(
            actor=viewer.subject,
            actor_role=viewer.role,
            actor_tenant=viewer.tenant,
            by=row["by"],
            account=row["account_id"],
            county=row["county"],
            roles=roles,
        )
        actions = ["confirm", "refuse"] if second else ["withdraw"] if row["by"] == viewer.subject else []
    told = {name: row[name] for name in AdminProposal.model_fields if name in row}
    return AdminProposal.model_validate({**told, "tenant": row["county"], "my_actions": actions})


async def shown(tx: Tx, viewer: Viewer, rows: Sequence[Row]) -> list[AdminProposal]:
    """Return proposals as the viewer sees them."""
    held = await posts.rows_of(tx, sorted({row["account_id"] for row in rows}))
    return [
        as_out(
            row,
            viewer,
            [p["role"] for p in (*(h for h in held if h["account_id"] == row["account_id"]), *row["posts"])],
        )
        for row in rows
    ]


async def waiting_for(tx: Tx, viewer: Viewer, accounts: Sequence[UUID]) -> list[AdminProposal]:
    """Return what waits for these accounts."""
    return await shown(tx, viewer, await repository.waiting(tx, accounts)) if accounts else []
