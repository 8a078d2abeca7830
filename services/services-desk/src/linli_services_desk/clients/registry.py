"""The registry as the desk sees it: what a form may be filled with, under the clerk's own token.

The registry is asked before the desk's transaction begins and never waited for long: when it is slow or down the clerk goes
on by hand.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
from linli_kernel.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from linli_kernel.neighbours import Neighbours, read
from msgspec import Struct

# A clerk with a resident before her waits this long and no longer; the registry answers in some 20 ms.
TIMEOUT = httpx.Timeout(2.0, connect=0.5)
APPLICANT_FIELDS = ("name", "sex", "birth_date", "identity_number", "phone", "address", "division")


class Prefill(Struct, frozen=True):
    """Registry values by the registry's field names, as of one version of the resident."""

    values: dict[str, Any]
    version: int | None = None


class _Owner(Struct, frozen=True):
    resident: UUID


class _Owners(Struct, frozen=True):
    items: list[_Owner]


class Reached(Struct, frozen=True):
    """How somebody is reached who is called to a meeting; `phone` only where it was asked for."""

    resident: UUID
    has_phone: bool
    phone: str | None
    accounts: list[UUID]


class _ReachedList(Struct, frozen=True):
    items: list[Reached]


class _Division(Struct, frozen=True):
    name: str
    level: str
    valid_to: str | None = None


class _Divisions(Struct, frozen=True):
    items: list[_Division]


class Above(Struct, frozen=True):
    """A division that the village lies in."""

    name: str
    level: str


class Place(Struct, frozen=True):
    """A village: `short_name` is what people say."""

    short_name: str
    above: list[Above]


class RegistryClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def prefill(
        self,
        resident: UUID,
        fields: Sequence[str],
        matter_code: str,
        *,
        authorization: str | None = None,
        tenant: str | None = None,
        case_id: UUID | None = None,
    ) -> Prefill:
        """Return the values of the named fields, unmasked; the registry records the look-up.

        Raises `Unavailable` when the clerk has to go on by hand, and the registry's own refusal (unknown, out of scope,
        not permitted) as it is. Without `authorization` the desk asks for itself (reconciliation).
        """
        body: dict[str, Any] = {"fields": sorted({*fields, *APPLICANT_FIELDS}), "matter_code": matter_code}
        if case_id is not None:
            body["case_id"] = str(case_id)
        answer = await self._neighbours.request(
            "POST",
            f"{self._base_url}/api/registry/v1/residents/{resident}/prefill",
            authorization=authorization,
            tenant=tenant,
            json=body,
            timeout=TIMEOUT,
        )
        match answer.status_code:
            case 200:
                return read(answer, Prefill)
            case 401:
                raise Unauthenticated
            case 403:
                raise Forbidden
            case 404:
                raise NotFound
            case _:
                raise Unavailable

    async def owns_phone(self, phone: str, tenant: str, resident: UUID) -> bool:
        """Whether the registry knows this phone as the resident's. Raises `Unavailable`."""
        answer = await self._neighbours.request(
            "POST",
            f"{self._base_url}/internal/v1/residents/by-phone",
            json={"phone": phone, "tenant": tenant},
            timeout=TIMEOUT,
        )
        return any(one.resident == resident for one in read(answer, _Owners).items)

    async def reach(
        self, tenant: str, deliberation: UUID, people: Sequence[UUID], *, phones: bool = False
    ) -> dict[UUID, Reached]:
        """Return how the living among these people are reached. Raises `Unavailable`."""
        if not people:
            return {}
        body = {
            "tenant": tenant,
            "deliberation_id": str(deliberation),
            "people": [str(one) for one in people],
            "phones": phones,
        }
        answer = await self._neighbours.request(
            "POST", f"{self._base_url}/internal/v1/residents/reach", json=body, timeout=TIMEOUT
        )
        return {one.resident: one for one in read(answer, _ReachedList).items}

    async def place(self, division: str, tenant: str) -> Place:
        """Return a village's name and what it lies in. Raises `Unavailable`, also where there is no such village."""
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/api/registry/v1/divisions/{division}", tenant=tenant, timeout=TIMEOUT
        )
        return read(answer, Place)

    async def village_name(self, division: str) -> str | None:
        """Return what people call a village, None where there is none. Raises `Unavailable`."""
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/api/public/v1/divisions", params={"code": division}, timeout=TIMEOUT
        )
        return next((one.name for one in read(answer, _Divisions).items if one.level == "village"), None)
