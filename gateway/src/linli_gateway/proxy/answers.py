"""Problems that the gateway answers by itself on the way through, in the caller's language.

The body has the same shape as a service's problem (RFC 9457), so a client needs one reader for both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One kind of answer without a service."""

    status: int
    code: str
    zh_title: str
    en_title: str
    zh: str
    en: str


class Refused(Exception):
    """The request ends at the gateway."""

    def __init__(self, refusal: Refusal, retry_after: float | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.retry_after = retry_after


UNAUTHENTICATED: Final = Refusal(
    401, "auth.token_required", "请先登录", "Sign-in required", "此地址需要登录后访问。", "Sign in to use this address."
)
BAD_TOKEN: Final = Refusal(
    401,
    "auth.token_invalid",
    "登录已失效",
    "Token not accepted",
    "登录凭证无效、已过期或已退出，请重新登录。",
    "The token is not valid, has expired or was ended; sign in again.",
)
NOT_FOUND: Final = Refusal(
    404, "gateway.not_found", "没有这个地址", "Not found", "没有这个地址。", "There is nothing at this address."
)
MALFORMED: Final = Refusal(
    422,
    "gateway.malformed_request",
    "请求格式有误",
    "Malformed request",
    "请求头或地址格式有误。",
    "The request's headers or address are malformed.",
)
TOO_LARGE: Final = Refusal(
    413,
    "gateway.body_too_large",
    "内容过大",
    "Body too large",
    "上传内容超过大小限制。",
    "The request body exceeds the limit.",
)
STALLED: Final = Refusal(
    408,
    "gateway.request_stalled",
    "上传中断",
    "Upload stalled",
    "上传停顿过久，请检查网络后重试。",
    "The upload paused for too long; check the connection and try again.",
)
TOO_MANY: Final = Refusal(
    429,
    "gateway.too_many_requests",
    "请求过于频繁",
    "Too many requests",
    "请求过于频繁，请稍后再试。",
    "Too many requests; try again later.",
)
DOWN: Final = Refusal(
    503,
    "gateway.service_unavailable",
    "服务暂时不可用",
    "Service unavailable",
    "后台服务暂时不可用，请稍后再试。",
    "The service behind this address is not available; try again shortly.",
)
SLOW: Final = Refusal(
    503,
    "gateway.service_timeout",
    "服务响应超时",
    "Service timed out",
    "后台服务响应超时，请稍后再试。",
    "The service behind this address took too long; try again shortly.",
)
BROKEN: Final = Refusal(
    502,
    "gateway.bad_gateway",
    "服务应答异常",
    "Bad gateway",
    "后台服务的应答不完整，请稍后再试。",
    "The service behind this address gave a broken answer; try again shortly.",
)


def prefers_english(accept_language: str | None) -> bool:
    """Say whether English comes before Chinese in the header; Chinese is the default."""
    if not accept_language:
        return False
    best_zh = best_en = 0.0
    for entry in accept_language.lower().split(","):
        tag, _, parameters = entry.strip().partition(";")
        quality = _quality(parameters)
        if tag.startswith("zh"):
            best_zh = max(best_zh, quality)
        elif tag.startswith("en"):
            best_en = max(best_en, quality)
    return best_en > best_zh


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


async def refuse(
    send: Send,
    refusal: Refusal,
    *,
    accept_language: str | None,
    request_id: str,
    own: list[tuple[bytes, bytes]],
    retry_after: float | None = None,
) -> None:
    """Send a whole problem answer."""
    english = prefers_english(accept_language)
    body = msgspec.json.encode(
        {
            "type": f"urn:linli:problem:{refusal.code}",
            "title": refusal.en_title if english else refusal.zh_title,
            "status": refusal.status,
            "detail": refusal.en if english else refusal.zh,
            "code": refusal.code,
            "errors": [],
            "request_id": request_id,
        }
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"content-language", b"en" if english else b"zh-CN"),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode()),
        *own,
    ]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="linli"'))
    if retry_after is not None:
        headers.append((b"retry-after", str(max(1, ceil(retry_after))).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
