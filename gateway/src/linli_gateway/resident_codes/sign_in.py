"""A resident signs in with the code from the phone.

A code is used up by its first success, or when all addresses together failed too often; one address has a few guesses and
then waits as long as a code lives. The account of a resident is made at the first sign-in and has no password.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from linli_kernel.database import Tx
from linli_kernel.errors import Unauthenticated, Unavailable
from linli_kernel.identity import ANY_TENANT, Role, account_of_resident

from linli_gateway.accounts import repository as accounts
from linli_gateway.attempts.domain import BY_GUESS, BY_SOURCE, source_of
from linli_gateway.attempts.service import Charge, charge_all, key, refund_all
from linli_gateway.parts import Parts, Visitor
from linli_gateway.posts import repository as posts
from linli_gateway.records import repository as records
from linli_gateway.resident_codes import repository, service
from linli_gateway.resident_codes.domain import one_of
from linli_gateway.sessions.errors import InvalidCode, WhoNeeded, WhoUnknown
from linli_gateway.sessions.issue import Opened, choose, open_session
from linli_gateway.sessions.schemas import SignIn

CODE: Final = "code"


async def sign_in_with_code(parts: Parts, visitor: Visitor, body: SignIn) -> Opened:
    """Open a resident's session; raises InvalidCode for whatever reason a code is refused, and with a right code WhoNeeded
    or WhoUnknown where the phone belongs to several people."""
    phone, source = body.phone or "", source_of(visitor.address)
    guesses = key("guess", phone, source)
    charges = [Charge(key("source", source), BY_SOURCE), Charge(guesses, BY_GUESS)]
    await charge_all(parts.database, charges)
    try:
        named = await service.named(parts, phone, body.identity_tail) if body.identity_tail else None
    except Unavailable:
        await refund_all(parts.database, charges)
        raise
    # A failure is committed as well: it uses up an attempt.
    async with parts.database.transaction(ANY_TENANT) as tx:
        outcome = await _try(tx, parts, visitor, body, named)
        if not isinstance(outcome, Opened):
            await records.signed_in(tx, visitor, method=CODE, outcome=outcome.code)
    if isinstance(outcome, WhoNeeded):
        # The code was right, and nothing was guessed.
        await refund_all(parts.database, charges)
    if not isinstance(outcome, Opened):
        raise outcome
    await refund_all(parts.database, charges, forget=[guesses])
    return outcome


async def _try(
    tx: Tx, parts: Parts, visitor: Visitor, body: SignIn, named: Collection[str] | None
) -> Opened | Unauthenticated:
    """Open a session with a code that is good and names one person, or count the attempt and say what was wrong."""
    good = await repository.lock_open(tx, service.phone_key(parts, body.phone or ""))
    row = next((one for one in good if _matches(parts, one, body.code or "")), None)
    if row is None:
        await repository.count_attempt(tx, good)
        return InvalidCode()
    resident = one_of(row["residents"], named)
    if resident is None and named is None:
        return WhoNeeded()
    if resident is None:
        await repository.count_attempt(tx, good)
        return WhoUnknown()
    await repository.change(tx, row["id"], {"used_at": tx.now})
    return await _open(tx, parts, visitor, resident, body) or InvalidCode()


def _matches(parts: Parts, row: Mapping[str, Any], code: str) -> bool:
    return hmac.compare_digest(bytes(row["code_key"]), service.code_key(parts, row["id"], code))


async def _open(tx: Tx, parts: Parts, visitor: Visitor, resident: Mapping[str, str], body: SignIn) -> Opened | None:
    account_id = account_of_resident(resident["tenant"], resident["id"])
    account = await accounts.get(tx, account_id, lock=True)
    if account is None:
        await _make_account(tx, account_id, resident)
        account = await accounts.get(tx, account_id, lock=True)
    if account is None or account["state"] != "active":
        return None
    held = await posts.open_posts(tx, account_id)
    opened = await open_session(
        tx, parts, visitor, account=account, posts=held, post=choose(held, None), client=body.client
    )
    await records.signed_in(tx, visitor, method=CODE, outcome="ok", account=account, session_id=opened.session_id)
    return opened


async def _make_account(tx: Tx, account_id: UUID, resident: Mapping[str, str]) -> None:
    await accounts.add(
        tx,
        {
            "id": account_id,
            # No user name that can be typed: it holds signs that the sign-in refuses.
            "username": f"resident:{account_id}",
            # The registry keeps people's names; here a resident is a number.
            "name": "居民",
            "county": resident["tenant"],
            "password_changed_at": tx.now,
        },
    )
    await posts.add(
        tx,
        {
            "id": uuid5(account_id, "post"),
            "account_id": account_id,
            "role": Role.RESIDENT.value,
            "tenants": [resident["tenant"]],
            "title": "居民",
            "resident_id": UUID(resident["id"]),
        },
    )
