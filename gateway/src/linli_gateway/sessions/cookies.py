"""The two cookies: the refresh token and the known device.

Scripts cannot read them, other sites cannot send them, and they travel only to the paths that need them.
"""

from __future__ import annotations

from datetime import UTC
from typing import Final

from fastapi import Request, Response

from linli_gateway.sessions.issue import Opened

REFRESH: Final = "linli_refresh"
DEVICE: Final = "linli_device"
PATH: Final = "/api/auth/v1/sessions"
# A device is known for a year; it proves nothing, it only keeps strangers' mistakes apart from the owner's.
DEVICE_SECONDS: Final = 365 * 24 * 3600


def set_refresh(response: Response, opened: Opened, *, https: bool) -> None:
    """Hand the refresh token to the browser."""
    response.set_cookie(
        REFRESH,
        opened.refresh_token,
        expires=opened.refresh_expires_at.astimezone(UTC),
        path=PATH,
        secure=https,
        httponly=True,
        samesite="strict",
    )


def clear_refresh(response: Response, *, https: bool) -> None:
    response.delete_cookie(REFRESH, path=PATH, secure=https, httponly=True, samesite="strict")


def set_device(response: Response, device: str, *, https: bool) -> None:
    """Let the browser be recognised at its next sign-in."""
    response.set_cookie(
        DEVICE, device, max_age=DEVICE_SECONDS, path=PATH, secure=https, httponly=True, samesite="strict"
    )


def device_of(request: Request) -> str | None:
    """Return the device cookie if it can be one of ours."""
    device = request.cookies.get(DEVICE)
    return device if device is not None and 20 <= len(device) <= 100 and device.isascii() else None
