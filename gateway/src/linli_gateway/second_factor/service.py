"""The second factor of an account.

The secret is stored encrypted and shown once; it counts from the moment a first code has confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli_kernel.database import Tx
from linli_kernel.identity import ANY_TENANT

from linli_gateway.accounts import repository as accounts
from linli_gateway.accounts.errors import OtpAlreadyActive, OtpNotPending, WrongOtp
from linli_gateway.parts import Parts
from linli_gateway.second_factor.domain import (
    is_totp_form,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    recovery_digest,
)

Account = Mapping[str, Any]


async def accept(tx: Tx, parts: Parts, account: Account, code: str) -> bool:
    """Check a code and use it up; the account's row is locked by the caller, so a code cannot win twice."""
    if is_totp_form(code):
        secret = _open(parts, account, "otp_secret")
        step = matching_step(secret, code, tx.now, account["otp_last_step"])
        if step is None:
            return False
        await accounts.note(tx, account["id"], {"otp_last_step": step})
        return True
    used = recovery_digest(code)
    if used not in account["recovery_codes"]:
        return False
    left = [stored for stored in account["recovery_codes"] if stored != used]
    await accounts.note(tx, account["id"], {"recovery_codes": left})
    return True


async def begin(tx: Tx, parts: Parts, account: Account) -> tuple[str, str]:
    """Store a new secret to be confirmed; return it with the address for the QR code."""
    if account["otp_secret"] is not None:
        raise OtpAlreadyActive
    secret = new_secret()
    sealed = parts.keyring.encrypt(secret, tenant=ANY_TENANT, table="account", column="otp_secret", row=account["id"])
    await accounts.note(tx, account["id"], {"otp_pending": sealed})
    return secret, provisioning_uri(secret, account["username"])


async def confirm(tx: Tx, parts: Parts, account: Account, code: str) -> list[str]:
    """Put the pending secret into use; return the recovery codes, which are shown once."""
    if account["otp_pending"] is None:
        raise OtpNotPending
    step = matching_step(_open(parts, account, "otp_pending"), code, tx.now, 0)
    if step is None:
        raise WrongOtp
    codes = new_recovery_codes()
    await accounts.note(
        tx,
        account["id"],
        {
            "otp_secret": account["otp_pending"],
            "otp_pending": None,
            "otp_last_step": step,
            "recovery_codes": [recovery_digest(code) for code in codes],
        },
    )
    return codes


async def remove(tx: Tx, account_id: Any) -> None:
    """Forget secret and recovery codes."""
    await accounts.note(tx, account_id, {"otp_secret": None, "otp_pending": None, "recovery_codes": []})


def _open(parts: Parts, account: Account, column: str) -> str:
    # Both columns are bound to one place, so that confirming moves the value without decrypting it.
    return parts.keyring.decrypt(
        account[column], tenant=ANY_TENANT, table="account", column="otp_secret", row=account["id"]
    )
