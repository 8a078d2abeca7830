"""The registry as the desk sees it: what a form may be filled with, under the clerk's own token.

The registry is asked before the desk's transaction begins and never waited for long: when it is slow or down the clerk goes
on by hand.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
from linli_kernel.errors import Forbidden, NotFound, Unauthenticated
from msgspec import Struct

# A clerk with a resident before her waits this long and no longer; the registry answers in some 20 ms.
TIMEOUT = httpx.Timeout(2.0, connect=0.5)
APPLICANT_FIELDS = ("name", "sex", "birth_date", "identity_number", "phone", "address", "division")


class RegistryDownError(Exception):
    """The registry did not answer in time or answered with a fault of its own."""


class Prefill(Struct, frozen=True):
    """Registry values by the registry's field names, as of one version of the resident."""

    values: dict[str, Any]
    version: int | None


class RegistryClient:
    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, transport=transport)

    async def prefill(
        self, authorization: str, resident: UUID, fields: Sequence[str], matter_code: str, case: UUID | None = None
    ) -> Prefill:
        """Return the values of the named fields, unmasked; the registry records the look-up.

        Raises `RegistryDownError` when the clerk has to go on by hand, and the registry's own refusal (unknown or out of
        scope, not permitted) as it is.
        """
        wanted = sorted({*fields, *APPLICANT_FIELDS})
        body: dict[str, Any] = {"fields": wanted, "matter_code": matter_code}
        if case is not None:
            body["case_id"] = str(case)
        try:
            answer = await self._http.post(
                f"/api/registry/v1/residents/{resident}/prefill", json=body, headers={"Authorization": authorization}
            )
        except httpx.HTTPError as error:
            raise RegistryDownError(type(error).__name__) from error
        _refusal(answer)
        data = answer.json()
        return Prefill(values=data.get("values", {}), version=data.get("version"))

    async def aclose(self) -> None:
        await self._http.aclose()


def _refusal(answer: httpx.Response) -> None:
    match answer.status_code:
        case 200:
            return
        case 401:
            raise Unauthenticated
        case 403:
            raise Forbidden
        case 404:
            raise NotFound
        case status:
            raise RegistryDownError(str(status))
