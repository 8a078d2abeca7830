"""Quiet calls of the gateway itself to the services: revocations, a resident by phone, documents and health.

A service that is down or slow is an empty answer, never an error of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog
from linli_kernel.neighbours import certificates

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 3.0


class Services:
    """An HTTP client to each service, signed in as `service-gateway`."""

    def __init__(
        self,
        base_urls: Mapping[str, str],
        token: Callable[[], str],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_urls = dict(base_urls)
        self._token = token
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS, transport=transport, trust_env=False, verify=certificates(base_urls.values())
        )

    @property
    def names(self) -> list[str]:
        return list(self._base_urls)

    async def get(self, name: str, path: str, *, signed: bool = True) -> Any | None:
        """Return the JSON answer; None when there is none."""
        return await self._call("GET", name, path, None, signed=signed)

    async def post(self, name: str, path: str, body: Any) -> Any | None:
        """Return the JSON answer, {} for an empty one; None when there is none."""
        return await self._call("POST", name, path, body, signed=True)

    async def ready(self, name: str) -> str:
        """Return the state of a service: `ready`, `starting` or `down`."""
        try:
            answer = await self._client.get(self._base_urls[name] + "/readyz")
        except httpx.HTTPError:
            return "down"
        return "ready" if answer.is_success else "starting"

    async def close(self) -> None:
        await self._client.aclose()

    async def _call(self, method: str, name: str, path: str, body: Any, *, signed: bool) -> Any | None:
        headers = {"Authorization": f"Bearer {self._token()}"} if signed else {}
        try:
            answer = await self._client.request(method, self._base_urls[name] + path, json=body, headers=headers)
            if answer.is_success:
                return answer.json() if answer.content else {}
            log.warning("service_refused", service=name, path=path, status=answer.status_code)
        except (httpx.HTTPError, ValueError) as error:
            log.warning("service_unreachable", service=name, path=path, error=type(error).__name__)
        return None
