"""Signing in with a password.

The attempt is charged first, the password checked outside any transaction, and only then the session opened. A wrong
name, a wrong password, a disabled account and the demo password outside the demo are one and the same answer after the
same work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Final

from linli_kernel.database import Tx
from linli_kernel.errors import DomainError, FieldError, Invalid
from linli_kernel.identity import ANY_TENANT

from linli_gateway.accounts import repository as accounts
from linli_gateway.accounts.domain import DEMO_PASSWORD, Weakness, must_change, weaknesses
from linli_gateway.attempts.domain import BY_NAME, BY_SOURCE, source_of
from linli_gateway.attempts.service import Charge, charge_all, key, refund_all
from linli_gateway.parts import Parts, Visitor
from linli_gateway.posts import repository as posts
from linli_gateway.records import repository as records
from linli_gateway.second_factor.domain import recovery_digest
from linli_gateway.second_factor.service import accept
from linli_gateway.sessions.errors import (
    ActivationRejected,
    ActivationRequired,
    InvalidCredentials,
    OtpRejected,
    OtpRequired,
    PasswordChangeRequired,
)
from linli_gateway.sessions.issue import Opened, choose, open_session
from linli_gateway.sessions.repository import digest
from linli_gateway.sessions.schemas import SignIn

PASSWORD: Final = "password"  # noqa: S105 - the method's name in the log
# Failures that prove the password was known: they cost no attempt.
_PROVEN = (OtpRequired, ActivationRequired, PasswordChangeRequired)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The account behind the typed name, if any, and the budgets of this attempt."""

    account: Mapping[str, Any] | None
    known_device: bool
    charges: tuple[Charge, ...]
    own_key: str


async def sign_in(parts: Parts, visitor: Visitor, body: SignIn, device: str | None) -> Opened:
    """Open a session, or raise why not."""
    username, password = (body.username or "").lower(), body.password or ""
    candidate = await _candidate(parts, visitor, username, device)
    await charge_all(parts.database, candidate.charges)
    account = candidate.account
    right = await parts.passwords.verify(account["password_hash"] if account else None, password)
    if not right or account is None or _refused(parts, account, password):
        await _log(parts, visitor, account, InvalidCredentials.code)
        raise InvalidCredentials
    second = _second_charge(candidate, body)
    await charge_all(parts.database, second)
    new_hash = None
    if body.new_password is not None:
        check_password(parts, body.new_password, username=username, old=password, pointer="/new_password")
        new_hash = await parts.passwords.hash(body.new_password)
    elif parts.passwords.outdated(account["password_hash"]):
        new_hash = await parts.passwords.hash(password)
    try:
        async with parts.database.transaction(ANY_TENANT) as tx:
            opened = await _open(tx, parts, visitor, candidate, body, device, new_hash)
    except DomainError as error:
        if isinstance(error, _PROVEN):
            await refund_all(parts.database, [*candidate.charges, *second])
        await _log(parts, visitor, account, error.code)
        raise
    forget = [candidate.own_key, *(charge.key for charge in second)]
    await refund_all(parts.database, [*candidate.charges, *second], forget=forget)
    return opened


async def _candidate(parts: Parts, visitor: Visitor, username: str, device: str | None) -> _Candidate:
    source = source_of(visitor.address)
    async with parts.database.transaction(ANY_TENANT) as tx:
        account = await accounts.by_username(tx, username)
        known = (
            account is not None
            and device is not None
            and await accounts.knows_device(tx, account["id"], digest(device))
        )
    if known and device is not None:
        # A device that the owner has signed in from has a budget of its own, whatever strangers do from the same
        # address.
        own = key("device", username, digest(device))
        return _Candidate(account, True, (Charge(own, BY_NAME),), own)
    own = key("name", username, source)
    return _Candidate(account, False, (Charge(own, BY_NAME), Charge(key("source", source), BY_SOURCE)), own)


def _second_charge(candidate: _Candidate, body: SignIn) -> list[Charge]:
    """Return the budget of guesses at the second factor.

    Charged only after the password was right, so that a stranger cannot use it up; it holds over all sources, because
    whoever knows the password may have many.
    """
    account = candidate.account
    if account is None or candidate.known_device:
        return []
    asked = (("otp", account["otp_secret"], body.otp), ("activation", account["activation_code"], body.activation_code))
    return [Charge(key(what, str(account["id"])), BY_NAME) for what, kept, given in asked if kept and given]


def _refused(parts: Parts, account: Mapping[str, Any], password: str) -> bool:
    return account["state"] != "active" or (not parts.settings.demo and password == DEMO_PASSWORD)


def check_password(parts: Parts, password: str, *, username: str, old: str | None, pointer: str) -> None:
    """Raise Invalid naming everything that is wrong with a new password."""
    found: list[Weakness] = weaknesses(password, username=username, old=old, demo=parts.settings.demo)
    if found:
        raise Invalid(errors=[FieldError(pointer, weak.code, weak.zh, weak.en) for weak in found])


async def _open(
    tx: Tx,
    parts: Parts,
    visitor: Visitor,
    candidate: _Candidate,
    body: SignIn,
    device: str | None,
    new_hash: str | None,
) -> Opened:
    assert candidate.account is not None  # noqa: S101 - the password was right
    account = await accounts.get(tx, candidate.account["id"], lock=True)
    # Read again under the lock: it may have been disabled, or its password changed, while this one was being verified.
    if (
        account is None
        or account["state"] != "active"
        or account["password_hash"] != candidate.account["password_hash"]
    ):
        raise InvalidCredentials
    if account["otp_secret"] is not None:
        if body.otp is None:
            raise OtpRequired
        if not await accept(tx, parts, account, body.otp):
            raise OtpRejected
    activating = account["activation_code"] is not None
    if activating and body.activation_code is None:
        raise ActivationRequired
    if activating and not compare_digest(account["activation_code"], recovery_digest(body.activation_code or "")):
        raise ActivationRejected
    stale = must_change(
        flagged=account["must_change_password"],
        changed_at=account["password_changed_at"],
        now=tx.now,
        max_age=parts.settings.password_max_age,
    )
    # Whoever made the account knows its password: with the code it gets one that nobody else does, in the demo as well.
    if stale and body.new_password is None and (activating or not parts.settings.demo):
        raise PasswordChangeRequired
    if new_hash is not None:
        changed: dict[str, Any] = {}
        if body.new_password:
            changed = {"password_changed_at": tx.now, "must_change_password": False, "activation_code": None}
        await accounts.note(tx, account["id"], {"password_hash": new_hash, **changed})
    held = await posts.open_posts(tx, account["id"])
    post = choose(held, body.post_id)
    opened = await open_session(tx, parts, visitor, account=account, posts=held, post=post, client=body.client)
    if device is not None:
        await accounts.remember_device(tx, account["id"], digest(device))
    await records.signed_in(tx, visitor, method=PASSWORD, outcome="ok", account=account, session_id=opened.session_id)
    return opened


async def _log(parts: Parts, visitor: Visitor, account: Mapping[str, Any] | None, outcome: str) -> None:
    async with parts.database.transaction(ANY_TENANT) as tx:
        await records.signed_in(tx, visitor, method=PASSWORD, outcome=outcome, account=account)
