"""The way through: one request in, the same request to the service, its answer back.

A token is checked before the first byte goes on; a path that a service owns never reaches the gateway's own routes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import perf_counter
from typing import Any, Final

from linli_kernel.kept import KeptConnections
from prometheus_client import Counter, Histogram
from pyreqwest.client import Client

from linli_gateway.proxy import answers
from linli_gateway.proxy.answers import Receive, Refused, Scope, Send
from linli_gateway.proxy.exchange import (
    Disconnected,
    ExchangeOptions,
    build_client,
    exchange,
    exchange_small,
    is_small,
)
from linli_gateway.proxy.headers import Inward, MalformedHeaders, read_inward
from linli_gateway.proxy.limits import Full, Places, RateLimiter
from linli_gateway.proxy.source import Origin, TrustedProxies
from linli_gateway.proxy.tracing import request_id, traceparent
from linli_gateway.proxy.upstreams import Directory, Upstream, is_public, unsafe

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

REQUESTS = Counter("linli_gateway_requests_total", "Requests sent on to a service", ["service", "status"])
SECONDS = Histogram("linli_gateway_request_seconds", "Time until the whole answer was passed on", ["service"])

Headers = list[tuple[bytes, bytes]]
# Returns the key that the caller's requests are counted under; None refuses the token.
Authenticate = Callable[[str], Hashable | None]


class Way:
    """The ASGI callable for every path that belongs to a service."""

    def __init__(
        self,
        directory: Directory,
        authenticate: Authenticate,
        options: ExchangeOptions,
        *,
        by_caller: RateLimiter,
        by_source: RateLimiter,
        proxies: TrustedProxies,
        api_headers: list[tuple[bytes, bytes]],
    ) -> None:
        self._directory = directory
        self._authenticate = authenticate
        self._options = options
        self._by_caller = by_caller
        self._by_source = by_source
        self._places = Places(options.max_streams)
        self._proxies = proxies
        self._own = api_headers
        self._client: Client | None = None
        self._kept: dict[str, KeptConnections] = {}
        self._seconds = {name: SECONDS.labels(name) for name in directory.upstreams}
        self._counted: dict[tuple[str, int], Any] = {}

    def taking(self, scope: Scope) -> Way | None:
        """Return itself for a path that a service owns; None leaves it to the gateway's own routes.

        Found by the bytes on the wire: an encoded path that only looks like a service's is nobody's.
        """
        return self if self._directory.find(scope["raw_path"].decode("latin-1")) is not None else None

    async def close(self) -> None:
        """Close the kept connections."""
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inward = Inward([])
        try:
            inward = read_inward(scope["headers"])
            await self._pass(scope, receive, send, inward)
        except MalformedHeaders:
            await self._refuse(send, inward, Refused(answers.MALFORMED))
        except Refused as refused:
            await self._refuse(send, inward, refused)
        except Disconnected:
            return

    async def _refuse(self, send: Send, inward: Inward, refused: Refused) -> None:
        await answers.refuse(
            send,
            refused.refusal,
            accept_language=inward.accept_language,
            request_id=request_id(inward.request_id),
            own=self._own,
            retry_after=refused.retry_after,
        )

    async def _pass(self, scope: Scope, receive: Receive, send: Send, inward: Inward) -> None:
        path = scope["raw_path"].decode("latin-1")
        upstream = self._directory.find(path)
        if upstream is None or scope["method"] not in METHODS or unsafe(path):
            raise Refused(answers.NOT_FOUND)
        origin = self._proxies.origin(scope, inward)
        caller = self._admit(path, inward, origin)
        own_id = inward.request_id = request_id(inward.request_id)
        own = [*self._own, (b"x-request-id", own_id.encode())]
        headers = self._headers(inward, origin, own_id)
        started = perf_counter()
        status = 502
        try:
            if is_small(scope["method"], inward):
                status = await self._pass_small(scope, receive, send, inward, upstream, headers, own)
            else:
                with self._places.one(caller):
                    status = await self._pass_any(scope, receive, send, inward, upstream, headers, own)
        except Full:
            status = answers.TOO_MANY.status
            raise Refused(answers.TOO_MANY, 1.0) from None
        except Refused as refused:
            status = refused.refusal.status
            raise
        finally:
            self._seconds[upstream.name].observe(perf_counter() - started)
            self._count(upstream.name, status)

    async def _pass_small(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        inward: Inward,
        upstream: Upstream,
        headers: Headers,
        own: Headers,
    ) -> int:
        kept = self._kept.get(upstream.name) or self._keep(upstream)
        method = scope["method"]
        target: bytes = scope["raw_path"]
        if scope["query_string"]:
            target = b"%b?%b" % (target, scope["query_string"])
        lines = [b"%b %b HTTP/1.1\r\nhost: %b" % (method.encode(), target, kept.host_header)]
        lines += [b"%b: %b" % pair for pair in headers]
        if inward.has_body:
            lines.append(b"content-length: %d" % (inward.content_length or 0))
        head = b"\r\n".join((*lines, b"", b""))
        return await exchange_small(kept, head, inward, receive, send, may_repeat=method == "GET", own=own)

    async def _pass_any(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        inward: Inward,
        upstream: Upstream,
        headers: Headers,
        own: Headers,
    ) -> int:
        target = scope["raw_path"].decode("latin-1")
        query = scope["query_string"]
        url = f"{upstream.base_url}{target}?{query.decode('latin-1')}" if query else upstream.base_url + target
        client = self._client or self._connect()
        try:
            # The client writes UTF-8, so this passes the same bytes on.
            texts = [(name.decode("latin-1"), value.decode()) for name, value in headers]
            builder = client.request(scope["method"], url).headers(texts)
        except ValueError as error:
            raise Refused(answers.MALFORMED) from error
        return await exchange(builder, inward, receive, send, options=self._options, own=own)

    def _keep(self, upstream: Upstream) -> KeptConnections:
        options = self._options
        self._kept[upstream.name] = kept = KeptConnections(
            upstream.base_url,
            connect_seconds=options.connect_timeout.total_seconds(),
            read_seconds=options.read_timeout.total_seconds(),
            most=options.max_connections,
        )
        return kept

    def _connect(self) -> Client:
        # Made on first use, inside the event loop that serves.
        self._client = build_client(self._options)
        return self._client

    def _admit(self, path: str, inward: Inward, origin: Origin) -> Hashable:
        """Check the token and the caller's limit and return who calls; a public path needs no token and passes none on."""
        key: Hashable | None
        if is_public(path):
            inward.authorization, key = None, origin.address
            wait = self._by_source.take(key)
        else:
            if inward.authorization is None:
                raise Refused(answers.UNAUTHENTICATED)
            scheme, _, token = inward.authorization.partition(" ")
            key = self._authenticate(token) if scheme.lower() == "bearer" else None
            if key is None:
                raise Refused(answers.BAD_TOKEN)
            wait = self._by_caller.take(key)
        if wait:
            raise Refused(answers.TOO_MANY, wait)
        if inward.content_length is not None and inward.content_length > self._options.max_body_bytes:
            raise Refused(answers.TOO_LARGE)
        return key

    def _headers(self, inward: Inward, origin: Origin, own_id: str) -> Headers:
        headers = inward.passed
        if inward.authorization is not None:
            headers.append((b"authorization", inward.authorization.encode("latin-1")))
        headers += (
            (b"x-request-id", own_id.encode()),
            (b"traceparent", traceparent(inward.traceparent).encode()),
            (b"x-forwarded-for", origin.address.encode("latin-1")),
            (b"x-forwarded-proto", origin.scheme.encode("latin-1")),
            (b"x-forwarded-host", origin.host.encode("latin-1")),
        )
        return headers

    def _count(self, name: str, status: int) -> None:
        counter = self._counted.get((name, status))
        if counter is None:
            counter = self._counted[name, status] = REQUESTS.labels(name, str(status))
        counter.inc()
