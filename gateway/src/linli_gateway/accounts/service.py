"""Administering accounts, and what people do with their own.

Whoever is disabled or gets a new password is signed out everywhere in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.ids import new_id

from linli_gateway.accounts import repository
from linli_gateway.accounts.domain import may_administer
from linli_gateway.accounts.errors import (
    AccountNotFound,
    LastAdministrator,
    NotYourself,
    OutsideYourCounty,
    UsernameTaken,
)
from linli_gateway.accounts.schemas import AccountChange, AccountOut, NewAccount, OwnPassword
from linli_gateway.attempts.domain import BY_NAME
from linli_gateway.attempts.service import Charge, charge_all, key, refund_all
from linli_gateway.parts import Parts
from linli_gateway.posts import repository as posts
from linli_gateway.posts import service as post_service
from linli_gateway.posts.schemas import PostRecord
from linli_gateway.proposals import service as proposals
from linli_gateway.proposals.domain import ADMINISTRATIVE, Kind, administers
from linli_gateway.proposals.schemas import AdminProposal
from linli_gateway.records import repository as records
from linli_gateway.second_factor import service as second_factor
from linli_gateway.sessions.service import end_all
from linli_gateway.sessions.sign_in import check_password

Row = Mapping[str, Any]


def as_out(row: Row, held: list[Row], waiting: list[AdminProposal]) -> AccountOut:
    """Return the account as administration sees it."""
    return AccountOut(
        **{name: row[name] for name in AccountOut.model_fields if name in row},
        tenant=row["county"],
        otp_enabled=row["otp_secret"] is not None,
        activation_pending=row["activation_code"] is not None,
        posts=[PostRecord.model_validate(dict_of(post)) for post in held],
        proposals=waiting,
    )


def dict_of(row: Row) -> dict[str, Any]:
    """Return the fields of a stored post that its record shows."""
    return {name: row[name] for name in PostRecord.model_fields}


async def show(tx: Tx, viewer: Viewer, account_id: UUID) -> AccountOut:
    """Return one account with its posts."""
    row = await repository.administered(tx, viewer, account_id)
    if row is None:
        raise AccountNotFound
    return as_out(row, await posts.rows_of(tx, [account_id]), await proposals.waiting_for(tx, viewer, [account_id]))


async def create(tx: Tx, parts: Parts, viewer: Viewer, body: NewAccount) -> AccountOut:
    """Create an account with its first posts; those that administer wait for a second administrator."""
    tenant = body.tenant or (viewer.tenant if viewer.role is not Role.SYSTEM_ADMIN else _home(body))
    if not may_administer(actor_role=viewer.role, actor_tenant=viewer.tenant, tenant=tenant, roles=[]):
        raise OutsideYourCounty
    for post in body.posts:
        post_service.check(parts, viewer, post, tenant=tenant)
    check_password(parts, body.password, username=body.username, old=None, pointer="/password")
    if await repository.by_username(tx, body.username) is not None:
        raise UsernameTaken(username=body.username)
    account_id = new_id()
    await repository.add(
        tx,
        {
            "id": account_id,
            "username": body.username,
            "name": body.name,
            "county": tenant,
            "password_hash": await parts.passwords.hash(body.password),
            "password_changed_at": tx.now,
            "must_change_password": True,
            "locale": body.locale,
        },
    )
    wanted = [post for post in body.posts if post.role in ADMINISTRATIVE]
    at_once = [post for post in body.posts if post.role not in ADMINISTRATIVE]
    for post in at_once:
        await post_service.add(tx, account_id, post)
    await _record(
        tx, viewer, "account.create", account_id, tenant, body.username, roles=[p.role.value for p in at_once]
    )
    if wanted:
        account = {"id": account_id, "county": tenant}
        await proposals.propose(tx, viewer, Kind.POSTS, account, wanted=wanted)
    return await show(tx, viewer, account_id)


def _home(body: NewAccount) -> str:
    return body.posts[0].tenants[0] if body.posts else ANY_TENANT


async def change(tx: Tx, viewer: Viewer, account_id: UUID, version: int, body: AccountChange) -> AccountOut:
    """Change name or language."""
    row = await _target(tx, viewer, account_id)
    values = body.model_dump(exclude_none=True)
    await repository.change(tx, account_id, values, version=version)
    await _record(tx, viewer, "account.change", account_id, row["county"], row["username"], changed=sorted(values))
    return await show(tx, viewer, account_id)


async def disable(tx: Tx, parts: Parts, viewer: Viewer, account_id: UUID, version: int) -> AccountOut:
    """Refuse the account from now on and end its sessions."""
    row = await _target(tx, viewer, account_id, not_yourself=True)
    held = await posts.open_posts(tx, account_id)
    administers = any(post.role is Role.SYSTEM_ADMIN for post in held) and row["state"] == "active"
    if administers and await repository.count_administrators(tx) <= 1:
        raise LastAdministrator
    await repository.change(tx, account_id, {"state": "disabled"}, version=version)
    ended = await end_all(tx, parts, account_id, "disabled")
    await _record(tx, viewer, "account.disable", account_id, row["county"], row["username"], ended_sessions=ended)
    return await show(tx, viewer, account_id)


async def enable(tx: Tx, viewer: Viewer, account_id: UUID, version: int) -> AccountOut:
    """Let a disabled account sign in again."""
    row = await _target(tx, viewer, account_id)
    await repository.change(tx, account_id, {"state": "active"}, version=version)
    await _record(tx, viewer, "account.enable", account_id, row["county"], row["username"])
    return await show(tx, viewer, account_id)


async def reset_password(
    tx: Tx, parts: Parts, viewer: Viewer, account_id: UUID, version: int, password: str
) -> AccountOut:
    """Set an initial password and end all sessions; known devices are forgotten with them.

    An administrator's stays as it is until a second administrator has confirmed.
    """
    row = await _target(tx, viewer, account_id, not_yourself=True)
    check_password(parts, password, username=row["username"], old=None, pointer="/password")
    if await _administers(tx, account_id):
        await repository.change(tx, account_id, {}, version=version)
        hashed = await parts.passwords.hash(password)
        await proposals.propose(tx, viewer, Kind.PASSWORD, row, password_hash=hashed)
        return await show(tx, viewer, account_id)
    values = {
        "password_hash": await parts.passwords.hash(password),
        "password_changed_at": tx.now,
        "must_change_password": True,
        "activation_code": None,
    }
    await repository.change(tx, account_id, values, version=version)
    await repository.forget_devices(tx, account_id)
    ended = await end_all(tx, parts, account_id, "password_reset")
    await _record(
        tx, viewer, "account.reset_password", account_id, row["county"], row["username"], ended_sessions=ended
    )
    return await show(tx, viewer, account_id)


async def reset_otp(tx: Tx, parts: Parts, viewer: Viewer, account_id: UUID, version: int) -> AccountOut:
    """Remove a lost second factor and end all sessions; an administrator's once a second administrator has confirmed."""
    row = await _target(tx, viewer, account_id, not_yourself=True)
    await repository.change(tx, account_id, {}, version=version)
    if await _administers(tx, account_id):
        await proposals.propose(tx, viewer, Kind.OTP, row)
        return await show(tx, viewer, account_id)
    await second_factor.remove(tx, account_id)
    await end_all(tx, parts, account_id, "otp_reset")
    await _record(tx, viewer, "account.reset_otp", account_id, row["county"], row["username"])
    return await show(tx, viewer, account_id)


async def end_sessions(tx: Tx, parts: Parts, viewer: Viewer, account_id: UUID) -> int:
    """Sign the account out everywhere."""
    row = await _target(tx, viewer, account_id)
    ended = await end_all(tx, parts, account_id, "ended_by_administrator")
    await _record(tx, viewer, "account.end_sessions", account_id, row["county"], row["username"], ended_sessions=ended)
    return ended


async def own(tx: Tx, viewer: Viewer) -> Row:
    """Return the caller's own account, locked."""
    row = await repository.get(tx, viewer.subject, lock=True)
    if row is None:
        raise AccountNotFound
    return row


async def prove(parts: Parts, row: Row, password: str, pointer: str) -> None:
    """Raise Invalid unless it is the account's; guesses are charged like sign-ins."""
    charges = [Charge(key("own", str(row["id"])), BY_NAME)]
    await charge_all(parts.database, charges)
    if not await parts.passwords.verify(row["password_hash"], password):
        raise Invalid(
            errors=[FieldError(pointer, "auth.wrong_password", "原密码不正确", "the present password is wrong")]
        )
    await refund_all(parts.database, charges, forget=[charges[0].key])


async def change_own_password(tx: Tx, parts: Parts, viewer: Viewer, body: OwnPassword) -> None:
    """Set a new password; the caller's other sessions end."""
    async with parts.database.transaction(ANY_TENANT) as reading:
        row = await repository.get(reading, viewer.subject)
    if row is None:
        raise AccountNotFound
    await prove(parts, row, body.current_password, "/current_password")
    check_password(
        parts, body.new_password, username=row["username"], old=body.current_password, pointer="/new_password"
    )
    values = {
        "password_hash": await parts.passwords.hash(body.new_password),
        "password_changed_at": tx.now,
        "must_change_password": False,
    }
    await repository.change(tx, viewer.subject, values, version=row["version"])
    await end_all(tx, parts, viewer.subject, "password_changed", but=UUID(viewer.session))


async def _administers(tx: Tx, account_id: UUID) -> bool:
    return administers(post.role for post in await posts.open_posts(tx, account_id))


async def _target(tx: Tx, viewer: Viewer, account_id: UUID, *, not_yourself: bool = False) -> Row:
    row = await repository.administered(tx, viewer, account_id)
    if row is None:
        raise AccountNotFound
    roles = [post.role.value for post in await posts.open_posts(tx, account_id)]
    if not may_administer(actor_role=viewer.role, actor_tenant=viewer.tenant, tenant=row["county"], roles=roles):
        raise OutsideYourCounty
    if not_yourself and account_id == viewer.subject:
        raise NotYourself
    return row


async def _record(
    tx: Tx, viewer: Viewer, action: str, account_id: UUID, tenant: str, username: str, **detail: Any
) -> None:
    await records.administered(
        tx,
        viewer,
        action=action,
        kind="account",
        object_id=account_id,
        tenant=tenant,
        detail={"username": username, **detail},
    )
