"""Which divisions of the installation's counties ended: a post answers for what became part of its area, too.

The registry keeps the list; a gateway that has not heard of it yet signs tokens for the areas as the posts name them.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from linli_kernel.codes.succession import Succession

from linli_gateway.proxy.upstreams import REGISTRY
from linli_gateway.services import Services

_PATH = "/api/public/v1/divisions"


async def read(services: Services, counties: Iterable[str]) -> Succession | None:
    """Ask the registry county by county; None when it did not answer."""
    ended: list[tuple[str, str]] = []
    for county in sorted(counties):
        cursor: str | None = ""
        while cursor is not None:
            query = {"q": county, "ended": "true", "limit": "200"} | ({"cursor": cursor} if cursor else {})
            answer = await services.get(REGISTRY, f"{_PATH}?{urlencode(query)}", signed=False)
            if not isinstance(answer, dict):
                return None
            ended += [(str(one["code"]), str(one["successor"])) for one in answer.get("items", ())]
            cursor = answer.get("next_cursor")
    return Succession(ended)
