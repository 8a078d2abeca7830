"""Calls between services: one pooled client, short waits, tokens of the service's own.

No service waits long for another; a neighbour that does not answer is `Unavailable`.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable
from typing import Any, TypeVar

import httpx
import msgspec

from .errors import Unavailable
from .kept import BrokenOff, KeptConnections, TimedOut, Unreachable
from .settings import ServiceSettings

CONNECT_SECONDS, READ_SECONDS, MOST_AT_ONCE = 2.0, 5.0, 100
TIMEOUT = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
# Renew a token a minute before it ends, so that none ends on its way.
RENEW_BEFORE_SECONDS = 60
Answered = TypeVar("Answered")


def certificates(urls: Iterable[str]) -> ssl.SSLContext | bool:
    """Return what a client of these addresses trusts (`verify`): the usual authorities, or nobody when none speaks TLS.

    Reading the authorities takes some 40 ms, for each client of each process at every start.
    """
    return True if any(url.startswith("https:") for url in urls) else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class KeptTransport(httpx.AsyncBaseTransport):
    """Carries what goes to plain addresses over kept connections, at a fifth of the cost; TLS is left to httpx's own transport."""

    def __init__(self, verify: ssl.SSLContext | bool) -> None:
        self._tls = httpx.AsyncHTTPTransport(verify=verify)
        self._kept: dict[bytes, KeptConnections] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme != "http":
            return await self._tls.handle_async_request(request)
        body = await request.aread()
        lines = [b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
        lines += [b"%b: %b" % header for header in request.headers.raw]
        sent = b"\r\n".join((*lines, b"", body))
        kept = self._kept.get(request.url.netloc) or self._keep(request.url)
        patience = request.extensions.get("timeout", {}).get("read")
        try:
            answer = await kept.send(sent, again=request.method == "GET", read_seconds=patience)
            try:
                pieces = [piece async for piece, _ in answer.pieces()]
            finally:
                kept.end(answer)
        except Unreachable as error:
            raise httpx.ConnectError("") from error
        except TimedOut as error:
            raise httpx.ReadTimeout("") from error
        except BrokenOff as error:
            raise httpx.RemoteProtocolError("") from error
        return httpx.Response(answer.status, headers=answer.headers, content=b"".join(pieces))

    async def aclose(self) -> None:
        for kept in self._kept.values():
            kept.close()
        await self._tls.aclose()

    def _keep(self, url: httpx.URL) -> KeptConnections:
        made = KeptConnections(str(url), connect_seconds=CONNECT_SECONDS, read_seconds=READ_SECONDS, most=MOST_AT_ONCE)
        self._kept[url.netloc] = made
        return made


class ServiceTokens:
    """The service's own token from the gateway (client credentials), kept until shortly before its end."""

    def __init__(self, settings: ServiceSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self._token = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def header(self) -> dict[str, str]:
        """Return the Authorization header; raises Unavailable while the gateway does not answer."""
        async with self._lock:
            if time.monotonic() >= self._until:
                await self._renew()
        return {"Authorization": f"Bearer {self._token}"}

    async def _renew(self) -> None:
        try:
            answer = await self._client.post(
                f"{self._settings.gateway_url}/oauth2/token",
                data={"grant_type": "client_credentials"},
                auth=(self._settings.client_id, self._settings.client_secret.get_secret_value()),
            )
            answer.raise_for_status()
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(retry_after_seconds=2) from error
        self._token = body["access_token"]
        self._until = time.monotonic() + max(float(body["expires_in"]) - RENEW_BEFORE_SECONDS, 5.0)

    def forget(self) -> None:
        """Drop the token after a neighbour refused it."""
        self._until = 0.0


class Neighbours:
    """HTTP to the other services: with the service's own token, or with the user's (`authorization`)."""

    def __init__(self, settings: ServiceSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        urls = (settings.gateway_url, settings.registry_url, settings.desk_url, settings.supervision_url)
        self.client = httpx.AsyncClient(timeout=TIMEOUT, transport=transport or KeptTransport(certificates(urls)))
        self.tokens = ServiceTokens(settings, self.client)

    async def close(self) -> None:
        await self.client.aclose()

    async def request(
        self, method: str, url: str, *, authorization: str | None = None, tenant: str | None = None, **options: Any
    ) -> httpx.Response:
        """Send one request; raises Unavailable when there is no answer or a 5xx. Other statuses are the caller's."""
        headers = dict(options.pop("headers", None) or {})
        headers.update({"Authorization": authorization} if authorization else await self.tokens.header())
        if tenant:
            headers["X-Linli-Tenant"] = tenant
        try:
            answer = await self.client.request(method, url, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Unavailable(retry_after_seconds=2) from error
        if answer.status_code == 401 and not authorization:
            self.tokens.forget()
        if answer.status_code >= 500:
            raise Unavailable(retry_after_seconds=2)
        return answer


def read(answer: httpx.Response, kind: type[Answered]) -> Answered:
    """Return what a 200 says; any other status, or a body of another shape, is `Unavailable`."""
    if answer.status_code != 200:
        raise Unavailable
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable from error
