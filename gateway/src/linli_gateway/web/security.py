"""Headers that every answer of the gateway carries.

No script, style or font is loaded from anywhere else, and no page of ours is shown inside another.
"""

from __future__ import annotations

from typing import Final

# `unsafe-inline` for styles only: the component library sets positions by style attributes. Workers and blobs: offline
# mode and PDF view.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
YEAR_SECONDS: Final = 31_536_000

Headers = list[tuple[bytes, bytes]]


def _common(https: bool) -> Headers:
    headers: Headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=(), payment=()"),
    ]
    if https:
        headers.append((b"strict-transport-security", f"max-age={YEAR_SECONDS}; includeSubDomains".encode()))
    return headers


def page_headers(https: bool) -> Headers:
    """Headers of the application's pages and files."""
    return [*_common(https), (b"content-security-policy", CONTENT_SECURITY_POLICY.encode())]


def api_headers(https: bool) -> Headers:
    """Headers of data: nothing in it may be executed even when it is opened as a page."""
    return [*_common(https), (b"content-security-policy", API_POLICY.encode())]
