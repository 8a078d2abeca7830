"""Rules of user names and passwords, and who may administer whom.

A password that passes here is neither short nor guessable from the account, and is never the demo's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DEMO_PASSWORD = "Linli#2026demo"  # noqa: S105 - published in the manual; refused outside the demo
MIN_LENGTH = 10
MAX_LENGTH = 128
# From this length on a sentence is stronger than a short mix of signs.
PASSPHRASE_LENGTH = 20
USERNAME = re.compile(r"[a-z][a-z0-9_]{1,40}(\.[a-z0-9_]{1,24})?")

COMMON_PARTS = (
    "password",
    "passw0rd",
    "qwerty",
    "admin123",
    "123456",
    "654321",
    "111111",
    "abc123",
    "iloveyou",
    "woaini",
)


@dataclass(frozen=True, slots=True)
class Weakness:
    """One reason to refuse a password, in both languages."""

    code: str
    zh: str
    en: str


TOO_SHORT = Weakness("auth.password_too_short", f"密码至少 {MIN_LENGTH} 位", f"use at least {MIN_LENGTH} characters")
TOO_LONG = Weakness("auth.password_too_long", f"密码最多 {MAX_LENGTH} 位", f"use at most {MAX_LENGTH} characters")
TOO_SIMPLE = Weakness(
    "auth.password_too_simple",
    f"请混用大写字母、小写字母、数字、符号中的至少三种，或使用 {PASSPHRASE_LENGTH} 位以上的短句",
    f"mix at least three of capitals, small letters, digits and signs, or use {PASSPHRASE_LENGTH} or more",
)
HAS_NAME = Weakness("auth.password_contains_name", "密码不能包含用户名", "the password must not contain the user name")
COMMON = Weakness("auth.password_common", "密码过于常见，容易被猜到", "the password is among the first ones guessed")
REPEATED = Weakness(
    "auth.password_repeated", "密码不能由同一字符重复而成", "the password repeats too few different characters"
)
SAME = Weakness("auth.password_unchanged", "新密码不能与原密码相同", "the new password must differ from the old one")
IS_DEMO = Weakness("auth.password_is_demo", "演示密码不能用于正式系统", "the demo password is refused outside the demo")


def weaknesses(password: str, *, username: str, old: str | None, demo: bool) -> list[Weakness]:
    """Return every reason to refuse the password at once; empty when it is good."""
    if demo and password == DEMO_PASSWORD:
        return [SAME] if old == password else []
    found = list(_of_form(password))
    lowered = password.lower()
    if any(len(part) >= 4 and part in lowered for part in username.lower().split(".")):
        found.append(HAS_NAME)
    if any(part in lowered for part in COMMON_PARTS):
        found.append(COMMON)
    if old is not None and old == password:
        found.append(SAME)
    if password == DEMO_PASSWORD:
        found.append(IS_DEMO)
    return found


def _of_form(password: str) -> Iterable[Weakness]:
    if len(password) < MIN_LENGTH:
        yield TOO_SHORT
    if len(password) > MAX_LENGTH:
        yield TOO_LONG
    kinds = sum(bool(re.search(kind, password)) for kind in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]"))
    if kinds < 3 and len(password) < PASSPHRASE_LENGTH:
        yield TOO_SIMPLE
    if len(set(password)) < 5:
        yield REPEATED


def must_change(*, flagged: bool, changed_at: datetime, now: datetime, max_age: timedelta | None) -> bool:
    """Say whether the next sign-in has to bring a new password: never used yet, or too old."""
    return flagged or (max_age is not None and now - changed_at >= max_age)


def may_administer(*, actor_role: str, actor_tenant: str, tenant: str, roles: Iterable[str]) -> bool:
    """Say whether an administrator may touch an account of that tenant holding those roles.

    A county's administrator stays inside the county and below system administration, so that nobody can raise himself.
    """
    if actor_role == "system_admin":
        return True
    return actor_role == "county_admin" and tenant == actor_tenant and not {"system_admin", "service"} & set(roles)
