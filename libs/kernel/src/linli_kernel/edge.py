"""The outermost layer of a service: request id, trace, timing, one log line for what went wrong or slow.

Plain ASGI, because this runs on every request. No path parameter, query or body is ever logged: only the route's pattern.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from functools import cache
from typing import Any

import structlog
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("http")
SLOW_SECONDS = 1.0
# From what a phone feels as instant to the longest a clerk will wait.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
REQUESTS = Histogram("linli_request_seconds", "Time of a request", ["method", "route", "status"], buckets=BUCKETS)

_REQUEST_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")
_TRACE = re.compile(rb"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")


def configure_logging(level: str) -> None:
    """JSON lines on standard output."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        cache_logger_on_first_use=True,
    )


@cache
def _series(method: str, route: str, status: int) -> Histogram:
    return REQUESTS.labels(method, route, str(status))


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer; `route` is a pattern of ours, so the series are few."""
    _series(method, route, status).observe(seconds)


def trace_of(headers: list[tuple[bytes, bytes]]) -> tuple[str, str]:
    """Return (request id, traceparent): the caller's where they are well formed, fresh ones otherwise."""
    request_id, trace = b"", b""
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            request_id = value
        elif name == b"traceparent" and _TRACE.match(value):
            trace = value
    traceparent = trace.decode() or f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    return request_id.decode() or secrets.token_hex(12), traceparent


def account(scope: Scope, route: str, status: int, seconds: float) -> None:
    """Count an answer, and say so when it was a failure of ours or took long."""
    observe(scope["method"], route, status, seconds)
    if status >= 500 or seconds > SLOW_SECONDS:
        log.warning(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000),
            request_id=scope["linli_request_id"],
            trace=scope["linli_traceparent"].split("-")[1],
        )


class Edge:
    """Wraps the application; answers carry `X-Request-Id`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, traceparent = trace_of(scope["headers"])
        scope["linli_request_id"] = request_id
        scope["linli_traceparent"] = traceparent
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            self._account(scope, status, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        account(
            scope, getattr(route, "path_format", None) or getattr(route, "path", "") or "unmatched", status, seconds
        )
