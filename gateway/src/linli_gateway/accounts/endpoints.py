"""Administering accounts and posts."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, match_version
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_gateway.accounts import repository, service
from linli_gateway.accounts.schemas import AccountChange, AccountOut, Accounts, Ended, NewAccount, ResetPassword
from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.posts import repository as posts
from linli_gateway.posts import service as post_service
from linli_gateway.posts.schemas import NewPost, PostChange, PostRecord
from linli_gateway.proposals import service as proposals
from linli_gateway.proposals.schemas import AdminProposal

router = ServiceRouter(prefix="/api/auth/v1", tags=["administration"])

InParts = Annotated[Parts, Depends(get_parts)]
InTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_WRITE))]
PostWriter = Annotated[Viewer, Depends(require(POLICY, Permission.POST_WRITE))]
Version = Annotated[int, Depends(match_version)]


def _tagged(response: Response, account: AccountOut) -> AccountOut:
    response.headers["etag"] = f'"{account.version}"'
    return account


def _waiting(response: Response, account: AccountOut, kind: str) -> AccountOut:
    if any(one.kind == kind for one in account.proposals):
        response.status_code = 202
    return _tagged(response, account)


@router.get("/accounts")
async def get_accounts(
    viewer: Reader,
    parts: InParts,
    q: Annotated[str | None, Query(max_length=60, description="beginning of a user name, or part of a name")] = None,
    state: Literal["active", "disabled"] | None = None,
    tenant: Annotated[str | None, Query(max_length=20)] = None,
    role: Role | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> Accounts:
    """Accounts by user name: all of them for the system's administrator, the own county's for a county's."""
    after = Cursor.parse(cursor, str)
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        rows = await repository.search(
            tx, viewer, q=q, state=state, tenant=tenant, role=role, after=after[0] if after else None, limit=limit + 1
        )
        kept, next_cursor = page(rows, limit, lambda row: (row["username"],))
        held = await posts.rows_of(tx, [row["id"] for row in kept])
        waiting = await proposals.waiting_for(tx, viewer, [row["id"] for row in kept])
    items = [
        service.as_out(
            row,
            [post for post in held if post["account_id"] == row["id"]],
            [one for one in waiting if one.account_id == row["id"]],
        )
        for row in kept
    ]
    return Accounts(items=items, next_cursor=next_cursor)


@router.post("/accounts", status_code=201)
async def post_account(body: NewAccount, response: Response, viewer: Writer, tx: InTx, parts: InParts) -> AccountOut:
    """Create an account, with its posts if they are known. The password has to be changed at the first sign-in.

    Posts that administer (`county_admin`, `system_admin`) wait under `proposals` for a second administrator.
    """
    account = await service.create(tx, parts, viewer, body)
    response.headers["location"] = f"/api/auth/v1/accounts/{account.id}"
    return _tagged(response, account)


@router.get("/accounts/{account_id}")
async def get_account(account_id: UUID, response: Response, viewer: Reader, parts: InParts) -> AccountOut:
    """One account with its posts."""
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        return _tagged(response, await service.show(tx, viewer, account_id))


@router.patch("/accounts/{account_id}")
async def patch_account(
    account_id: UUID, body: AccountChange, response: Response, viewer: Writer, tx: InTx, version: Version
) -> AccountOut:
    """Change name or language."""
    return _tagged(response, await service.change(tx, viewer, account_id, version, body))


@router.post("/accounts/{account_id}/disable")
async def disable_account(
    account_id: UUID, response: Response, viewer: Writer, tx: InTx, parts: InParts, version: Version
) -> AccountOut:
    """Refuse the account and end its sessions."""
    return _tagged(response, await service.disable(tx, parts, viewer, account_id, version))


@router.post("/accounts/{account_id}/enable")
async def enable_account(
    account_id: UUID, response: Response, viewer: Writer, tx: InTx, version: Version
) -> AccountOut:
    """Let a disabled account sign in again."""
    return _tagged(response, await service.enable(tx, viewer, account_id, version))


@router.post("/accounts/{account_id}/reset-password", responses={202: {"model": AccountOut}})
async def reset_password(
    account_id: UUID,
    body: ResetPassword,
    response: Response,
    viewer: Writer,
    tx: InTx,
    parts: InParts,
    version: Version,
) -> AccountOut:
    """Set a new initial password and end the account's sessions.

    202 for an administrator's: it waits under `proposals` until a second administrator has confirmed.
    """
    return _waiting(
        response, await service.reset_password(tx, parts, viewer, account_id, version, body.password), "password"
    )


@router.post("/accounts/{account_id}/reset-otp", responses={202: {"model": AccountOut}})
async def reset_otp(
    account_id: UUID, response: Response, viewer: Writer, tx: InTx, parts: InParts, version: Version
) -> AccountOut:
    """Remove a lost second factor and end the account's sessions; 202 for an administrator's, as with the password."""
    return _waiting(response, await service.reset_otp(tx, parts, viewer, account_id, version), "otp")


@router.delete("/accounts/{account_id}/sessions")
async def delete_sessions(account_id: UUID, viewer: Writer, tx: InTx, parts: InParts) -> Ended:
    """Sign the account out everywhere."""
    return Ended(ended=await service.end_sessions(tx, parts, viewer, account_id))


@router.post("/accounts/{account_id}/posts", status_code=201, responses={202: {"model": AdminProposal}})
async def give_post(
    account_id: UUID, body: NewPost, response: Response, viewer: PostWriter, tx: InTx, parts: InParts
) -> PostRecord | AdminProposal:
    """Give the account one more post; 202 with the proposal when it administers and a second administrator has to confirm."""
    row, counts = await post_service.give(tx, parts, viewer, account_id, body)
    if not counts:
        response.status_code = 202
        [proposal] = await proposals.shown(tx, viewer, [row])
        return proposal
    response.headers["etag"] = f'"{row["version"]}"'
    return PostRecord.model_validate(service.dict_of(row))


@router.patch("/posts/{post_id}")
async def patch_post(
    post_id: UUID, body: PostChange, response: Response, viewer: PostWriter, tx: InTx, parts: InParts, version: Version
) -> PostRecord:
    """Change scope or title. Sessions that run under the post end when its scope changes."""
    row = await post_service.change(tx, parts, viewer, post_id, version, body)
    response.headers["etag"] = f'"{row["version"]}"'
    return PostRecord.model_validate(service.dict_of(row))


@router.delete("/posts/{post_id}", status_code=204)
async def delete_post(post_id: UUID, viewer: PostWriter, tx: InTx, parts: InParts, version: Version) -> None:
    """End the post and the sessions that run under it. It stays on record."""
    await post_service.end(tx, parts, viewer, post_id, version)
