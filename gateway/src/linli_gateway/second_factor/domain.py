"""Time-based one-time codes (RFC 6238) and recovery codes.

A code works once: the step it belongs to is remembered, and no step at or before it is accepted again.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

import pyotp
from pyotp.utils import strings_equal

ISSUER: Final = "Linli 邻里"
STEP_SECONDS: Final = 30
# One step either way covers a phone whose clock is half a minute wrong.
WINDOW: Final = 1
RECOVERY_CODES: Final = 10
# Without 0 O 1 I L: they are read aloud and typed by hand.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_secret() -> str:
    """Return 160 random bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, username: str) -> str:
    """Return the address that an authenticator reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the step of a right and unused code, else None."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    found: int | None = None
    for step in range(current - WINDOW, current + WINDOW + 1):
        # All steps are compared, so that the time taken does not tell which one was near.
        if strings_equal(totp.generate_otp(step), code) and step > last_step:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return ten codes to be shown once."""
    return [new_code() for _ in range(RECOVERY_CODES)]


def new_code() -> str:
    """Return a code of about 50 bits, `XXXXX-XXXXX`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))


def recovery_digest(code: str) -> str:
    """Return what is stored of a recovery code; spaces, dashes and case do not matter."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode()).hexdigest()


def is_totp_form(code: str) -> bool:
    """Say whether the text looks like a code of the authenticator rather than a recovery code."""
    return len(code) == 6 and code.isascii() and code.isdigit()
