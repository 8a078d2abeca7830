"""Request ids and W3C trace context.

A caller's well-formed ids are continued; anything else is replaced, because they end up in logs and headers.
"""

from __future__ import annotations

import re
from os import urandom

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NOTHING = ("0" * 32, "0" * 16)


def request_id(given: str | None) -> str:
    """Return the caller's id if it is harmless, else a new one of 32 hex digits."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return urandom(16).hex()


def traceparent(given: str | None) -> str:
    """Return a trace context with a span of our own, inside the caller's trace where there is one."""
    if (
        given is not None
        and (found := _TRACEPARENT.fullmatch(given))
        and found[1] != _NOTHING[0]
        and found[2] != _NOTHING[1]
    ):
        return f"00-{found[1]}-{urandom(8).hex()}-{found[3]}"
    fresh = urandom(24).hex()
    return f"00-{fresh[:32]}-{fresh[32:]}-01"
