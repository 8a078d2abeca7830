"""Which headers pass from one side to the other.

Hop-by-hop headers end here; what a caller claims about forwarding, and every inner `X-Linli-` header, is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

RawHeaders = Iterable[tuple[bytes, bytes]]

HOP_BY_HOP: Final = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
# Cookies are the gateway's own business (refresh token, known device); `expect` is answered by the server in front of
# us.
_NOT_INWARD: Final = HOP_BY_HOP | frozenset(
    (b"host", b"cookie", b"expect", b"forwarded", b"x-real-ip", b"x-request-id", b"traceparent")
)
# The server in front writes its own date and name.
_NOT_OUTWARD: Final = HOP_BY_HOP | frozenset((b"server", b"date", b"set-cookie", b"x-request-id"))
_SECURITY: Final = frozenset(
    (b"x-content-type-options", b"x-frame-options", b"referrer-policy", b"strict-transport-security")
)

_STOPPED: Final = _NOT_OUTWARD | _SECURITY
_UNLESS_STATED: Final = frozenset((b"content-security-policy", b"cache-control"))
_NOT_KEPT: Final = (b"cache-control", b"no-store")


@dataclass(slots=True)
class Inward:
    """What the gateway needs of a request's headers, and those that go on."""

    passed: list[tuple[bytes, bytes]]
    authorization: str | None = None
    accept: str = ""
    accept_language: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    host: str | None = None
    forwarded_for: str | None = None
    forwarded_proto: str | None = None
    forwarded_host: str | None = None
    content_length: int | None = None
    has_body: bool = False


class MalformedHeaders(ValueError):
    """The request's framing cannot be trusted."""


def read_inward(raw: RawHeaders) -> Inward:
    """Split the request's headers.

    Raises MalformedHeaders on a bad or doubled Content-Length.
    """
    inward = Inward([])
    passed = inward.passed
    named: set[bytes] | None = None
    for name, value in raw:
        if name == b"authorization":
            inward.authorization = value.decode("latin-1")
        elif name == b"connection":
            named = {token.strip().lower() for token in value.split(b",")} - {b"close", b"keep-alive"}
        elif name == b"content-length":
            if inward.content_length is not None or not value.isdigit() or len(value) > 18:
                raise MalformedHeaders("content-length")
            inward.content_length = int(value)
            inward.has_body = inward.has_body or inward.content_length > 0
        elif name == b"transfer-encoding":
            inward.has_body = True
        elif name in _NOT_INWARD or name.startswith((b"x-forwarded-", b"x-linli-")):
            _remember(inward, name, value)
        else:
            if not value.isascii():
                _check_utf8(name, value)
            if name == b"accept":
                inward.accept = value.decode()
            elif name == b"accept-language":
                inward.accept_language = value.decode()
            passed.append((name, value))
    if named:
        inward.passed = [(name, value) for name, value in passed if name.lower() not in named]
    return inward


def _check_utf8(name: bytes, value: bytes) -> None:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise MalformedHeaders(name.decode("latin-1")) from error


def _remember(inward: Inward, name: bytes, value: bytes) -> None:
    text = value.decode("latin-1")
    match name:
        case b"host":
            inward.host = text
        case b"x-request-id":
            inward.request_id = text
        case b"traceparent":
            inward.traceparent = text
        case b"x-forwarded-for":
            inward.forwarded_for = text if inward.forwarded_for is None else f"{inward.forwarded_for}, {text}"
        case b"x-forwarded-proto":
            inward.forwarded_proto = text
        case b"x-forwarded-host":
            inward.forwarded_host = text
        case _:
            return


def outward(upstream: RawHeaders, own: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the answer's headers: the service's (names in small letters), without those that end here, and the
    gateway's own after them."""
    headers = [pair for pair in upstream if pair[0] not in _STOPPED]
    stated = {name for name, _ in headers if name in _UNLESS_STATED}
    if b"cache-control" not in stated:
        # An answer about people rests on no disk of a shared machine: what may be kept says so itself.
        headers.append(_NOT_KEPT)
    if b"content-security-policy" in stated:
        return headers + [pair for pair in own if pair[0] != b"content-security-policy"]
    return headers + own
