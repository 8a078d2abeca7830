"""Which divisions ended, known in every part of the system, and what a filter by division then means.

The registry keeps the list and every other part asks it each minute. A filter that names a code means the code and those of
before; the viewer's own scope stands beside it in every query. A part that has not heard yet takes codes as they are named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import httpx
import structlog

from .app import Linli
from .codes.succession import Succession
from .errors import FieldError, Invalid

log = structlog.get_logger("succession")
FOLLOW_SECONDS = 60.0
# While nothing is known yet, at a start: the registry comes up within seconds.
FIRST_SECONDS = 2.0
_PATH = "/api/public/v1/divisions"


async def read(get: Callable[[str], Awaitable[Any | None]], counties: Iterable[str]) -> Succession | None:
    """Ask the registry county by county, `get` giving the answer to a path; None when it did not answer."""
    ended: list[tuple[str, str]] = []
    for county in sorted(counties):
        cursor: str | None = ""
        while cursor is not None:
            query = {"q": county, "ended": "true", "limit": "200"} | ({"cursor": cursor} if cursor else {})
            answer = await get(f"{_PATH}?{urlencode(query)}")
            if not isinstance(answer, dict):
                return None
            ended += [(str(one["code"]), str(one["successor"])) for one in answer.get("items", ())]
            cursor = answer.get("next_cursor")
    return Succession(ended)


async def follow(linli: Linli) -> None:
    """A service's loop: what ended shows within a minute; without an answer what was known stays."""

    async def get(path: str) -> Any | None:
        try:
            answer = await linli.neighbours.client.get(linli.settings.registry_url + path)
            return answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            return None

    counties = {tenant.division[:6] for tenant in linli.profiles.tenants()}
    while True:
        found = await read(get, counties)
        if found is None:
            log.info("succession_not_heard")
        else:
            linli.extra["succession"] = found
        await asyncio.sleep(FOLLOW_SECONDS if "succession" in linli.extra else FIRST_SECONDS)


def known(linli: Linli) -> Succession:
    """Return what this part knows of divisions that ended."""
    found: Succession = linli.extra.get("succession") or Succession()
    return found


def codes_within(linli: Linli, division: str | None) -> tuple[str, ...] | None:
    """Return what a filter by division means: its prefix with the codes of before; None without a filter."""
    return None if division is None else known(linli).widened([as_prefix(division)])


def as_prefix(code: str) -> str:
    """Return the prefix of a code or of a prefix: 421202104000 → 421202104."""
    if len(code) == 12:
        for length in (2, 4, 6, 9):
            if not code[length:].strip("0"):
                return code[:length]
    elif len(code) not in (2, 4, 6, 9):
        fault = FieldError(
            "/division", "division.invalid", "区划代码应为 2、4、6、9 或 12 位", "2, 4, 6, 9 or 12 digits"
        )
        raise Invalid(errors=[fault])
    return code
