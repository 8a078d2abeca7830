"""Supervision as the desk sees it: where a sealed PDF is fetched after its event arrived."""

from typing import Protocol
from uuid import UUID

import httpx

TIMEOUT = httpx.Timeout(10.0, connect=1.0)


class TokenSource(Protocol):
    async def token(self) -> str: ...


class SupervisionClient:
    def __init__(self, base_url: str, tokens: TokenSource, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, transport=transport)
        self._tokens = tokens

    async def sealed_document(self, tenant: str, use: UUID) -> bytes:
        """Return the PDF with all signatures. Raises httpx.HTTPError; the job that asked tries again."""
        answer = await self._http.get(
            f"/internal/v1/seal-uses/{use}/document",
            headers={"Authorization": f"Bearer {await self._tokens.token()}", "X-Linli-Tenant": tenant},
        )
        answer.raise_for_status()
        return answer.content

    async def aclose(self) -> None:
        await self._http.aclose()
