"""What waits for a second administrator: seeing, confirming, refusing, taking back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, match_version, reads
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.proposals import deciding, repository, service
from linli_gateway.proposals.errors import ProposalNotFound
from linli_gateway.proposals.schemas import AdminProposal, AdminProposals, Confirmed, RefusedProposal, State

router = ServiceRouter(prefix="/api/auth/v1/admin-proposals", tags=["administration"])

InParts = Annotated[Parts, Depends(get_parts)]
InTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.PROPOSAL_READ))]
Decider = Annotated[Viewer, Depends(require(POLICY, Permission.PROPOSAL_DECIDE))]
Version = Annotated[int, Depends(match_version)]


@router.get("")
async def get_proposals(
    viewer: Reader,
    parts: InParts,
    state: State | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> AdminProposals:
    """What waits for a second administrator, and what became of it; newest first."""
    after = Cursor.parse(cursor, UUID)
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        rows = await repository.search(tx, viewer, state=state, after=after[0] if after else None, limit=limit + 1)
        kept, next_cursor = page(rows, limit, lambda row: (row["id"],))
        return AdminProposals(items=await service.shown(tx, viewer, kept), next_cursor=next_cursor)


@router.get("/{proposal_id}")
async def get_proposal(proposal_id: UUID, response: Response, viewer: Reader, parts: InParts) -> AdminProposal:
    """One proposal. `ETag` is its version."""
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        row = await repository.get(tx, viewer, proposal_id)
        if row is None:
            raise ProposalNotFound
        [found] = await service.shown(tx, viewer, [row])
    response.headers["etag"] = f'"{found.version}"'
    return found


@router.post("/{proposal_id}/confirm")
@reads
async def confirm_proposal(
    proposal_id: UUID, request: Request, response: Response, viewer: Decider, parts: InParts, version: Version
) -> Confirmed:
    """Confirm as the second administrator, who has met the person. Answers the code for their next sign-in, once.

    403 for whoever proposed it or is concerned, 409 where one person alone stands behind both accounts.
    """
    response.headers["cache-control"] = "no-store"
    async with parts.database.transaction(ANY_TENANT, viewer) as reading:
        row = await repository.get(reading, viewer, proposal_id)
    if row is None:
        raise ProposalNotFound
    if row["state"] == "waiting":
        await deciding.require_two_people(parts, viewer, row)
    # A transaction of its own: the route's would keep the code for a repeated Idempotency-Key.
    request_id = request.scope.get("linli_request_id", "")
    async with parts.database.transaction(row["county"], viewer, request_id) as tx:
        after, code = await deciding.confirm(tx, parts, viewer, row, version)
        [found] = await service.shown(tx, viewer, [after])
    return Confirmed(proposal=found, activation_code=code)


@router.post("/{proposal_id}/refuse")
async def refuse_proposal(
    proposal_id: UUID, body: RefusedProposal, viewer: Decider, tx: InTx, version: Version
) -> AdminProposal:
    """Refuse as the second administrator, with the reason."""
    row = await deciding.refuse(tx, viewer, proposal_id, version, body.reason)
    [found] = await service.shown(tx, viewer, [row])
    return found


@router.post("/{proposal_id}/withdraw")
async def withdraw_proposal(proposal_id: UUID, viewer: Decider, tx: InTx, version: Version) -> AdminProposal:
    """Take one's own proposal back while it waits."""
    row = await deciding.withdraw(tx, viewer, proposal_id, version)
    [found] = await service.shown(tx, viewer, [row])
    return found
