"""One-time codes by SMS: how long they live, how often they may be tried, and who of a family it is.

A phone may belong to a whole family. Whoever holds it says who of them it is by the end of the own document number; nobody
learns who else there is.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

LIFETIME: Final = timedelta(minutes=5)
# Thirty of a million guesses for each code, over all addresses: one address has five, so that a stranger's mistakes do not
# use up the code of its owner.
MAX_ATTEMPTS: Final = 30
# More than can be asked for one number while a code lives: no request of a stranger ends a code of the owner.
MOST_OPEN: Final = 20


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def one_of(residents: Sequence[Mapping[str, str]], named: Collection[str] | None) -> Mapping[str, str] | None:
    """Return the resident who signs in, or None when it could be nobody or somebody else.

    `named` are the records that the given end of a number left, None when none was given. Several records of one person, in
    several counties, are that person: the first is signed in.
    """
    left = [one for one in residents if named is None or one["id"] in named]
    return left[0] if len({one.get("person", one["id"]) for one in left}) == 1 else None


def message(code: str) -> str:
    """Return the text of the message."""
    return f"【邻里】您的登录验证码是 {code}，{int(LIFETIME.total_seconds() // 60)} 分钟内有效。请勿告诉他人。"
