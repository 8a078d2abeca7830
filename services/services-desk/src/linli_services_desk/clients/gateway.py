"""The gateway as the desk sees it: who works at the same desk."""

from uuid import UUID

import httpx
from linli_kernel.identity import Viewer
from linli_kernel.neighbours import Neighbours, read
from msgspec import Struct

TIMEOUT = httpx.Timeout(2.0, connect=0.5)


class Colleague(Struct, frozen=True):
    id: UUID
    name: str
    role: str
    title: str


class _Colleagues(Struct, frozen=True):
    items: list[Colleague]


class GatewayClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def colleagues(self, viewer: Viewer) -> list[Colleague]:
        """People with a post at a desk of the viewer's own area. Raises `Unavailable`."""
        answer = await self._neighbours.request(
            "GET",
            f"{self._base_url}/internal/v1/colleagues",
            params={"tenant": viewer.tenant, "divisions": ",".join(viewer.divisions)},
            timeout=TIMEOUT,
        )
        return read(answer, _Colleagues).items
