"""One-time codes by SMS: how long they live and how often they may be tried."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

LIFETIME: Final = timedelta(minutes=5)
# Thirty of a million guesses for each code, over all addresses: one address has five, so that a stranger's mistakes do not
# use up the code of its owner.
MAX_ATTEMPTS: Final = 30


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def message(code: str) -> str:
    """Return the text of the message."""
    return f"【邻里】您的登录验证码是 {code}，{int(LIFETIME.total_seconds() // 60)} 分钟内有效。请勿告诉他人。"
