"""Which acts on accounts need two administrators, and who the second one may be.

A post that administers takes effect, and a password or second factor of somebody who has one is set by others, only when
a second administrator says so: neither who proposed it, nor whom it concerns, nor an account that one person alone stands
behind together with the proposer's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from linli_kernel.identity import Role

from linli_gateway.accounts.domain import may_administer

ADMINISTRATIVE: Final = frozenset((Role.COUNTY_ADMIN, Role.SYSTEM_ADMIN))


class Kind(StrEnum):
    POSTS = "posts"
    PASSWORD = "password"  # noqa: S105 - what is proposed
    OTP = "otp"


# Whoever proposed knows the password, or made the account; the code is known to whoever confirmed.
NEEDS_CODE: Final = frozenset((Kind.POSTS, Kind.PASSWORD))


def administers(roles: Iterable[str]) -> bool:
    """Say whether one of the roles administers accounts."""
    return any(role in ADMINISTRATIVE for role in roles)


def may_decide(
    *, actor: UUID, actor_role: str, actor_tenant: str, by: UUID, account: UUID, county: str, roles: Iterable[str]
) -> bool:
    """Say whether this administrator may be the second one, as far as the proposal itself tells."""
    return actor not in (by, account) and may_administer(
        actor_role=actor_role, actor_tenant=actor_tenant, tenant=county, roles=roles
    )


def behind(account: UUID, makers: Mapping[UUID, Collection[UUID]]) -> set[UUID]:
    """Return the account and everybody who could sit behind it: who set its password, who set theirs, and so on."""
    found, left = {account}, [account]
    while left:
        new = set(makers.get(left.pop(), ())) - found
        found |= new
        left += new
    return found
