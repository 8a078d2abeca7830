"""The desk as supervision sees it: the document that is to be sealed, and why somebody was asked again."""

from collections.abc import Sequence
from uuid import UUID

import httpx
import msgspec
from linli_kernel.errors import Unavailable
from linli_kernel.neighbours import Neighbours, read

from linli_supervision.seals.errors import DocumentNotFound, UnusableDocument

TIMEOUT = httpx.Timeout(10.0, connect=1.0)
AWAITING_SEAL = "awaiting_seal"


class _Document(msgspec.Struct):
    id: UUID
    state: str


class _Documents(msgspec.Struct):
    items: list[_Document]


class SupplementReason(msgspec.Struct):
    case_id: UUID
    notice: int
    reason: str
    matter_name: str


class _Reasons(msgspec.Struct):
    items: list[SupplementReason]


class DeskClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def document_to_seal(self, tenant: str, case_id: UUID, document_id: UUID, authorization: str) -> bytes:
        """Return the PDF of a document that waits for its seal.

        The user's own token asks for the case, so nobody has sealed what it may not see. Raises DocumentNotFound,
        UnusableDocument, Unavailable.
        """
        await self._check(case_id, document_id, authorization)
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/internal/v1/documents/{document_id}", tenant=tenant, timeout=TIMEOUT
        )
        if answer.status_code == 404:
            raise DocumentNotFound()
        if answer.status_code != 200:
            raise Unavailable()
        return answer.content

    async def see_case(self, case_id: UUID, authorization: str) -> None:
        """Raise DocumentNotFound unless the user may see the case, Unavailable while the desk does not answer."""
        await self._documents(case_id, authorization)

    async def supplement_reasons(
        self, tenant: str, notices: Sequence[tuple[UUID, int]]
    ) -> dict[tuple[UUID, int], SupplementReason]:
        """Return what officers wrote in these notices; raises Unavailable while the desk does not answer."""
        body = {"notices": [{"case_id": str(case), "notice": number} for case, number in notices]}
        url = f"{self._base_url}/internal/v1/supplement-reasons"
        answer = await self._neighbours.request("POST", url, tenant=tenant, json=body, timeout=TIMEOUT)
        found = read(answer, _Reasons)
        return {(one.case_id, one.notice): one for one in found.items}

    async def _documents(self, case_id: UUID, authorization: str) -> dict[UUID, str]:
        """The states of a case's documents, as the user sees them."""
        answer = await self._neighbours.request(
            "GET",
            f"{self._base_url}/api/desk/v1/cases/{case_id}/documents",
            authorization=authorization,
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
        )
        if answer.status_code in (403, 404):
            raise DocumentNotFound()
        return {document.id: document.state for document in read(answer, _Documents).items}

    async def _check(self, case_id: UUID, document_id: UUID, authorization: str) -> None:
        states = await self._documents(case_id, authorization)
        if document_id not in states:
            raise DocumentNotFound()
        if states[document_id] != AWAITING_SEAL:
            raise UnusableDocument()
