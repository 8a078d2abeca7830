"""The registry as supervision sees it: whether a person is within somebody's area."""

from uuid import UUID

from linli_kernel.neighbours import Neighbours


class RegistryClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def may_see(self, resident: UUID, authorization: str) -> bool:
        """Ask with the user's own token; raises Unavailable while the registry does not answer."""
        url = f"{self._base_url}/api/registry/v1/residents/{resident}"
        answer = await self._neighbours.request("GET", url, authorization=authorization)
        return answer.status_code == 200
