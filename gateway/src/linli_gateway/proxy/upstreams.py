"""Which service answers which path.

The longest prefix wins. What is listed nowhere, `/internal/` first of all, does not exist for the outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

REGISTRY: Final = "registry"
DESK: Final = "services-desk"
SUPERVISION: Final = "supervision"

PREFIXES: Final[dict[str, str]] = {
    "/api/registry/": REGISTRY,
    "/api/desk/": DESK,
    "/api/supervision/": SUPERVISION,
    "/api/public/v1/divisions": REGISTRY,
    "/api/public/v1/statistics": REGISTRY,
    "/api/public/v1/matters": DESK,
    "/api/public/v1/receipts": DESK,
    "/api/public/v1/evaluations": DESK,
    "/api/public/v1/verifications": DESK,
    "/api/public/v1/board": DESK,
    "/api/public/v1/tickets": DESK,
    "/api/public/v1/halls": DESK,
    "/api/public/v1/pads": DESK,
    "/api/public/v1/whistles": DESK,
    "/api/public/v1/sms-receipts": DESK,
    "/api/public/v1/subscriptions": DESK,
    "/api/public/v1/ledger": SUPERVISION,
    "/api/public/v1/disclosures": SUPERVISION,
    "/api/public/v1/flags": SUPERVISION,
    "/api/public/v1/seals": SUPERVISION,
}
PUBLIC: Final = "/api/public/"

# An HTTP client resolves dot segments and backslashes before it connects: `/api/registry/../../internal/…` would reach
# the service's inner side. Encoded slashes are refused with them, because the two sides may not agree on what they
# mean.
_UNSAFE = re.compile(
    r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)|\\|//|%2f|%5c|%[01][0-9a-f]|%7f|[\x00-\x20\x7f-\xff]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Upstream:
    """One service as the gateway sees it."""

    name: str
    base_url: str

    @property
    def authority(self) -> str:
        return urlsplit(self.base_url).netloc


class Directory:
    """Finds the upstream of a path by its first three or four segments."""

    def __init__(self, base_urls: dict[str, str]) -> None:
        self.upstreams = {name: Upstream(name, url.rstrip("/")) for name, url in base_urls.items()}
        self._prefixes = sorted(
            ((prefix, self.upstreams[name]) for prefix, name in PREFIXES.items()), key=lambda item: -len(item[0])
        )

    def find(self, path: str) -> Upstream | None:
        """Return the owner of the path; None when no service has it."""
        for prefix, upstream in self._prefixes:
            if path.startswith(prefix) and (
                prefix.endswith("/") or len(path) == len(prefix) or path[len(prefix)] == "/"
            ):
                return upstream
        return None


def unsafe(raw_path: str) -> bool:
    """Say whether the path could mean something else to the service than it means here."""
    return _UNSAFE.search(raw_path) is not None


def is_public(path: str) -> bool:
    """Say whether the path may be read without signing in."""
    return path.startswith(PUBLIC)
