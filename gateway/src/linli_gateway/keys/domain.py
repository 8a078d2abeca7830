"""Life of a signing key: published, signing, retired, forgotten.

A key is published before it signs, so that a service that reads the key set every few minutes never meets an unknown
one, and stays published until the last token it signed has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Services keep the key set for five minutes; twice that is the margin.
PUBLISHED_BEFORE: Final = timedelta(minutes=10)
# Tokens live ten minutes; an hour covers clocks that differ and requests that take long.
PUBLISHED_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeyLife:
    """The dates of one key."""

    kid: str
    signs_from: datetime
    retired_at: datetime | None
    published_until: datetime | None


def signing(keys: list[KeyLife], now: datetime) -> KeyLife | None:
    """Return the key that signs now: the newest that may; a retired one serves until its successor may."""
    ready = [key for key in keys if key.signs_from <= now and (key.retired_at is None or key.retired_at > now)]
    return max(ready, key=lambda key: (key.signs_from, key.kid), default=None)


def published(keys: list[KeyLife], now: datetime) -> list[KeyLife]:
    """Return the keys whose signatures are accepted now or soon."""
    return [key for key in keys if key.published_until is None or key.published_until > now]


def due(keys: list[KeyLife], now: datetime, max_age: timedelta) -> bool:
    """Say whether the time has come to publish a successor."""
    return not any(key.retired_at is None and key.signs_from > now - max_age for key in keys)
