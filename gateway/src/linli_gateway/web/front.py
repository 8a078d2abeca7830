"""The first look at every request that goes to no service: to the application's files, or to the gateway's own routes."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

from linli_kernel.errors import TooLarge
from starlette.types import ASGIApp

from linli_gateway.proxy import answers
from linli_gateway.proxy.answers import Receive, Refused, Scope, Send
from linli_gateway.proxy.headers import Inward, MalformedHeaders, read_inward
from linli_gateway.proxy.limits import RateLimiter
from linli_gateway.proxy.source import TrustedProxies
from linli_gateway.proxy.tracing import request_id
from linli_gateway.proxy.upstreams import unsafe
from linli_gateway.web.security import Headers
from linli_gateway.web.static import StaticFiles

# Paths that belong to the gateway itself; everything else is a page or a file of the application.
OWN: Final = (
    "/api/",
    "/oauth2/",
    "/.well-known/",
    "/internal/",
    "/openapi.json",
    "/docs",
    "/healthz",
    "/readyz",
    "/metrics",
)
PAGES: Final = ("/docs",)
# The largest own request is an account with its posts: a few kilobytes.
MAX_OWN_BODY_BYTES: Final = 256 * 1024
_INSIDE: Final = ("/internal/", "/metrics")
# Machines ask these often and from one address.
_UNLIMITED: Final = ("/healthz", "/readyz", "/metrics", "/internal/", "/.well-known/", "/oauth2/token")


class Front:
    """Wraps the FastAPI application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        static: StaticFiles,
        proxies: TrustedProxies,
        by_source: RateLimiter,
        api_headers: Headers,
        page_headers: Headers,
    ) -> None:
        self._app = app
        self._static = static
        self._proxies = proxies
        self._by_source = by_source
        self._api_headers = api_headers
        self._page_headers = page_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if not path.startswith(OWN) and scope["method"] in ("GET", "HEAD") and (name := self._static.find(path)):
            await self._static(name, scope, receive, send)
            return
        inward = Inward([])
        try:
            inward = read_inward(scope["headers"])
            self._admit(scope, path, inward)
        except MalformedHeaders:
            await self._refuse(send, inward, Refused(answers.MALFORMED))
        except Refused as refused:
            await self._refuse(send, inward, refused)
        else:
            await self._app(scope, _counted(receive), self._with_headers(path, send))

    def _admit(self, scope: Scope, path: str, inward: Inward) -> None:
        if unsafe(scope["raw_path"].decode("latin-1")):
            raise Refused(answers.NOT_FOUND)
        if inward.content_length is not None and inward.content_length > MAX_OWN_BODY_BYTES:
            raise Refused(answers.TOO_LARGE)
        origin = self._proxies.origin(scope, inward)
        if path.startswith(_INSIDE) and scope.get("client") and origin.address != scope["client"][0]:
            # What came in through the web front came from outside.
            raise Refused(answers.NOT_FOUND)
        if not path.startswith(_UNLIMITED):
            wait = self._by_source.take(origin.address)
            if wait:
                raise Refused(answers.TOO_MANY, wait)

    async def _refuse(self, send: Send, inward: Inward, refused: Refused) -> None:
        await answers.refuse(
            send,
            refused.refusal,
            accept_language=inward.accept_language,
            request_id=request_id(inward.request_id),
            own=self._api_headers,
            retry_after=refused.retry_after,
        )

    def _with_headers(self, path: str, send: Send) -> Send:
        own = self._page_headers if path.startswith(PAGES) else self._api_headers

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *own]
            await send(message)

        return send_with_headers


def _counted(receive: Receive) -> Receive:
    """Refuse a body that grows past the limit without having announced its length."""
    size = 0

    async def receive_counted() -> MutableMapping[str, Any]:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_OWN_BODY_BYTES:
            raise TooLarge
        return message

    return receive_counted
