"""The second administrator's word: what was proposed takes effect, or does not.

Whoever proposed knows the password and whoever confirms the code, so neither of them signs in as the new administrator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Invalid, StaleVersion
from linli_kernel.identity import ANY_TENANT, Viewer

from linli_gateway.accounts import repository as accounts
from linli_gateway.operator import OPERATOR
from linli_gateway.parts import Parts
from linli_gateway.posts import repository as posts
from linli_gateway.posts import service as post_service
from linli_gateway.posts.domain import faults
from linli_gateway.posts.schemas import NewPost
from linli_gateway.proposals import repository, service
from linli_gateway.proposals.domain import NEEDS_CODE, Kind, administers, behind, may_decide
from linli_gateway.proposals.errors import (
    NotIndependent,
    NotYourProposal,
    PersonsUnknown,
    ProposalDecided,
    ProposalNotFound,
    ProposerGone,
    SecondAdministratorNeeded,
)
from linli_gateway.second_factor import service as second_factor
from linli_gateway.second_factor.domain import new_code, recovery_digest
from linli_gateway.sessions.service import end_all

Row = Mapping[str, Any]
# More makers of makers than an installation has administrators; a longer chain is refused.
LONGEST_CHAIN: Final = 50


async def require_two_people(parts: Parts, viewer: Viewer, row: Row) -> None:
    """Raise NotIndependent when the registry knows both accounts as one person's. Asked before any lock is taken."""
    named = {row["county"], viewer.tenant, *(tenant for post in row["posts"] for tenant in post["tenants"])}
    for tenant in sorted(named - {ANY_TENANT}):
        body = {"tenant": tenant, "accounts": [str(row["by"]), str(viewer.subject)]}
        answer = await parts.services.post("registry", "/internal/v1/residents/accounts", body)
        if answer is None:
            raise PersonsUnknown
        if any(len(group) > 1 for group in answer.get("items", [])):
            raise NotIndependent


async def confirm(tx: Tx, parts: Parts, viewer: Viewer, proposed: Row, version: int) -> tuple[Row, str | None]:
    """Put the proposal into effect; return it with the code for the next sign-in."""
    # The account before the proposal, as where something is proposed; no sign-in under the old password slips between.
    account = await accounts.get(tx, proposed["account_id"], lock=True)
    row = await _decidable(tx, viewer, proposed["id"], version)
    proposer = await accounts.get(tx, row["by"])
    held = await posts.open_posts(tx, row["by"])
    if (
        account is None
        or proposer is None
        or proposer["state"] != "active"
        or not administers(post.role for post in held)
    ):
        raise ProposerGone
    await _require_independent(tx, row["by"], viewer.subject)
    kind = Kind(row["kind"])
    code = new_code() if kind in NEEDS_CODE else None
    changed: dict[str, Any] = {}
    if code is not None:
        changed |= {"activation_code": recovery_digest(code), "must_change_password": True}
    if kind is Kind.POSTS:
        await _give(tx, parts, row)
    elif kind is Kind.PASSWORD:
        changed |= {"password_hash": row["password_hash"], "password_changed_at": tx.now}
        await accounts.forget_devices(tx, account["id"])
    else:
        await second_factor.remove(tx, account["id"])
    await accounts.change(tx, account["id"], changed)
    await end_all(tx, parts, account["id"], "administrator_confirmed")
    return await _decided(tx, viewer, row, "confirm", {"state": "confirmed"}), code


async def refuse(tx: Tx, viewer: Viewer, proposal_id: UUID, version: int, reason: str) -> Row:
    """Let nothing of it take effect."""
    row = await _decidable(tx, viewer, proposal_id, version)
    return await _decided(tx, viewer, row, "refuse", {"state": "refused", "reason": reason})


async def withdraw(tx: Tx, viewer: Viewer, proposal_id: UUID, version: int) -> Row:
    """Take the own proposal back."""
    row = await _waiting(tx, viewer, proposal_id, version)
    if row["by"] != viewer.subject:
        raise NotYourProposal
    return await _decided(tx, viewer, row, "withdraw", {"state": "withdrawn"})


async def _waiting(tx: Tx, viewer: Viewer, proposal_id: UUID, version: int) -> Row:
    row = await repository.get(tx, viewer, proposal_id)
    if row is None:
        raise ProposalNotFound
    if row["state"] != "waiting":
        raise ProposalDecided
    if row["version"] != version:
        raise StaleVersion
    return row


async def _decidable(tx: Tx, viewer: Viewer, proposal_id: UUID, version: int) -> Row:
    row = await _waiting(tx, viewer, proposal_id, version)
    if not may_decide(
        actor=viewer.subject,
        actor_role=viewer.role,
        actor_tenant=viewer.tenant,
        by=row["by"],
        account=row["account_id"],
        county=row["county"],
        roles=await service.roles_of(tx, row),
    ):
        raise SecondAdministratorNeeded
    return row


async def _require_independent(tx: Tx, one: UUID, other: UUID) -> None:
    makers: dict[UUID, set[UUID]] = {}
    asked: set[UUID] = set()
    left = {one, other}
    while left:
        makers |= await repository.makers(tx, sorted(left), (OPERATOR,))
        asked |= left
        if len(asked) > LONGEST_CHAIN:
            raise NotIndependent
        left = {maker for found in makers.values() for maker in found} - asked
    if behind(one, makers) & behind(other, makers):
        raise NotIndependent


async def _give(tx: Tx, parts: Parts, row: Row) -> None:
    for told in row["posts"]:
        post = NewPost.model_validate(told)
        found = faults(role=post.role, tenants=post.tenants, divisions=post.divisions, counties=parts.counties)
        if found:
            raise Invalid(errors=found)
        await post_service.add(tx, row["account_id"], post)


async def _decided(tx: Tx, viewer: Viewer, row: Row, what: str, values: dict[str, Any]) -> Row:
    decided = {"decided_by": viewer.subject, "decided_by_name": viewer.name}
    await repository.decide(tx, row["id"], {**values, **decided})
    await service.note(tx, viewer, what, row)
    after = await repository.get(tx, viewer, row["id"])
    if after is None:
        raise ProposalNotFound
    return after
