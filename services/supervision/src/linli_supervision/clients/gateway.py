"""The gateway as supervision sees it: who an account is, and who else can open it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from linli_kernel.errors import Unavailable
from linli_kernel.neighbours import Neighbours, read

REMEMBERED_NAMES = 5_000
"""More accounts than a county has (FACTS §7: some 2,000 village staff)."""


class _Account(msgspec.Struct):
    id: UUID
    name: str


class _Accounts(msgspec.Struct):
    items: list[_Account]


class Holder(msgspec.Struct, frozen=True):
    """Somebody with a post in a division."""

    id: UUID
    name: str
    role: str
    title: str


class _Holders(msgspec.Struct):
    items: list[Holder]


class PasswordSetting(msgspec.Struct, frozen=True):
    """The last time that `actor` made or reset what opens somebody else's account."""

    account: UUID
    actor: UUID
    at: datetime


class _PasswordSettings(msgspec.Struct):
    items: list[PasswordSetting]


class GatewayClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours
        self._names: dict[UUID, str] = {}

    async def names(self, accounts: Iterable[UUID]) -> dict[UUID, str]:
        """Return the names that are known; a gateway that does not answer leaves gaps and fails nothing."""
        wanted = set(accounts)
        if missing := sorted(wanted - self._names.keys()):
            if len(self._names) > REMEMBERED_NAMES:
                self._names.clear()
            self._names |= await self._ask(missing)
        return {account: self._names[account] for account in wanted & self._names.keys()}

    async def _ask(self, accounts: list[UUID]) -> dict[UUID, str]:
        try:
            answer = await self._neighbours.request(
                "GET",
                f"{self._base_url}/internal/v1/accounts",
                params={"ids": ",".join(str(account) for account in accounts)},
            )
            found = read(answer, _Accounts)
        except Unavailable:
            return {}
        return {account.id: account.name for account in found.items}

    async def holders(self, tenant: str, division: str, roles: Iterable[str]) -> list[Holder]:
        """Return who has one of these posts in the division. Raises `Unavailable`."""
        asked = {"tenant": tenant, "divisions": division, "roles": ",".join(sorted(roles))}
        answer = await self._neighbours.request("GET", f"{self._base_url}/internal/v1/colleagues", params=asked)
        return read(answer, _Holders).items

    async def password_settings(self, accounts: Iterable[UUID]) -> list[PasswordSetting]:
        """Return who else set what opens these accounts. Raises `Unavailable`."""
        asked = {"ids": ",".join(sorted(str(account) for account in accounts))}
        answer = await self._neighbours.request("GET", f"{self._base_url}/internal/v1/password-settings", params=asked)
        return read(answer, _PasswordSettings).items
