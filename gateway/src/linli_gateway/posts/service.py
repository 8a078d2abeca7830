"""Giving, changing and ending posts.

Whoever works under a post that changes is signed out, so that no token outlives the scope it was made for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Invalid
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id

from linli_gateway.accounts import repository as accounts
from linli_gateway.accounts.domain import may_administer
from linli_gateway.accounts.errors import AccountNotFound, LastAdministrator, OutsideYourCounty
from linli_gateway.parts import Parts
from linli_gateway.posts import repository
from linli_gateway.posts.domain import faults
from linli_gateway.posts.errors import PostEnded, PostNotFound
from linli_gateway.posts.schemas import NewPost, PostChange
from linli_gateway.proposals import service as proposals
from linli_gateway.proposals.domain import ADMINISTRATIVE, Kind
from linli_gateway.records import repository as records
from linli_gateway.sessions.service import end_of_post

Row = Mapping[str, Any]


def check(parts: Parts, viewer: Viewer, body: NewPost, *, tenant: str) -> None:
    """Raise unless the post is well-formed and the administrator may give it."""
    found = faults(role=body.role, tenants=body.tenants, divisions=body.divisions, counties=parts.counties)
    if found:
        raise Invalid(errors=found)
    county_only = viewer.role is not Role.SYSTEM_ADMIN
    if county_only and (list(body.tenants) != [viewer.tenant] or any(len(code) < 6 for code in body.divisions)):
        raise OutsideYourCounty
    if not may_administer(actor_role=viewer.role, actor_tenant=viewer.tenant, tenant=tenant, roles=[body.role.value]):
        raise OutsideYourCounty


async def add(tx: Tx, account_id: UUID, body: NewPost) -> UUID:
    """Store a post that was checked."""
    post_id = new_id()
    values = body.model_dump()
    await repository.add(tx, {"id": post_id, "account_id": account_id, **values, "role": body.role.value})
    return post_id


async def give(tx: Tx, parts: Parts, viewer: Viewer, account_id: UUID, body: NewPost) -> tuple[Row, bool]:
    """Give an account one more post; return it, or the proposal of a post that administers, with whether it counts."""
    account = await accounts.administered(tx, viewer, account_id)
    if account is None:
        raise AccountNotFound
    check(parts, viewer, body, tenant=account["county"])
    if body.role in ADMINISTRATIVE:
        return await proposals.propose(tx, viewer, Kind.POSTS, account, wanted=[body]), False
    post_id = await add(tx, account_id, body)
    detail = {"username": account["username"], "role": body.role.value, "divisions": list(body.divisions)}
    await records.administered(
        tx, viewer, action="post.give", kind="post", object_id=post_id, tenant=account["county"], detail=detail
    )
    return await _found(tx, post_id), True


async def change(tx: Tx, parts: Parts, viewer: Viewer, post_id: UUID, version: int, body: PostChange) -> Row:
    """Change scope or title."""
    row, account = await _administered(tx, viewer, post_id)
    given = body.model_dump(exclude_unset=True)
    values = {name: value for name, value in given.items() if value is not None or name == "department"}
    kept = {name: row[name] for name in ("role", "tenants", "divisions", "grids", "department", "title")}
    check(parts, viewer, NewPost.model_validate({**kept, **values}), tenant=account["county"])
    await repository.change(tx, post_id, version, values)
    if values.keys() - {"title"}:
        await end_of_post(tx, parts, post_id)
    detail = {"username": account["username"], "changed": sorted(values)}
    await records.administered(
        tx, viewer, action="post.change", kind="post", object_id=post_id, tenant=account["county"], detail=detail
    )
    return await _found(tx, post_id)


async def end(tx: Tx, parts: Parts, viewer: Viewer, post_id: UUID, version: int) -> None:
    """End a post; it stays on record."""
    row, account = await _administered(tx, viewer, post_id)
    if row["role"] == Role.SYSTEM_ADMIN and await accounts.count_administrators(tx) <= 1:
        raise LastAdministrator
    await repository.change(tx, post_id, version, {"ended_at": tx.now})
    await end_of_post(tx, parts, post_id)
    detail = {"username": account["username"], "role": row["role"]}
    await records.administered(
        tx, viewer, action="post.end", kind="post", object_id=post_id, tenant=account["county"], detail=detail
    )


async def _administered(tx: Tx, viewer: Viewer, post_id: UUID) -> tuple[Row, Row]:
    row = await repository.get(tx, post_id)
    account = await accounts.administered(tx, viewer, row["account_id"]) if row is not None else None
    if row is None or account is None:
        raise PostNotFound
    if row["ended_at"] is not None:
        raise PostEnded
    if not may_administer(
        actor_role=viewer.role, actor_tenant=viewer.tenant, tenant=account["county"], roles=[row["role"]]
    ):
        raise OutsideYourCounty
    return row, account


async def _found(tx: Tx, post_id: UUID) -> Row:
    row = await repository.get(tx, post_id)
    if row is None:
        raise PostNotFound
    return row
