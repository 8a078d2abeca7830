"""Supervision as the desk sees it: where a sealed PDF is fetched after its event arrived."""

from uuid import UUID

import httpx
from linli_kernel.errors import Unavailable
from linli_kernel.neighbours import Neighbours

TIMEOUT = httpx.Timeout(10.0, connect=1.0)


class SupervisionClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def sealed_document(self, tenant: str, use: UUID) -> bytes:
        """Return the PDF with all signatures. Raises `Unavailable`; the job that asked tries again."""
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/internal/v1/seal-uses/{use}/document", tenant=tenant, timeout=TIMEOUT
        )
        if answer.status_code != 200:
            raise Unavailable
        return answer.content
