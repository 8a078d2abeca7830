"""Supervision as the desk sees it: where a sealed PDF is fetched after its event arrived."""

from uuid import UUID

import httpx
from linli_kernel.errors import Unavailable
from linli_kernel.neighbours import Neighbours, read
from linli_kernel.public_tokens import parse
from msgspec import Struct

TIMEOUT = httpx.Timeout(10.0, connect=1.0)


class Question(Struct, frozen=True):
    """A question about a disclosure, found by the token of whoever asked it."""

    id: UUID
    disclosure_id: UUID
    division: str


class FormName(Struct, frozen=True):
    zh: str
    en: str


class CalledPage(Struct, frozen=True):
    """Some of those on the roll of a meeting; `calls`: how often it was called, moved or called off until now; `vote`: whether they
    vote in it; `posts`: who of the village's staff are told by their post."""

    title: str
    place: str
    calls: int
    items: list[UUID]
    next_cursor: str | None
    vote: bool = True
    form: FormName | None = None
    posts: list[str] = []


class SupervisionClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def sealed_document(self, tenant: str, use: UUID) -> bytes:
        """Return the PDF with all signatures. Raises `Unavailable`; the job that asked tries again."""
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/internal/v1/seal-uses/{use}/document", tenant=tenant, timeout=TIMEOUT
        )
        if answer.status_code != 200:
            raise Unavailable
        return answer.content

    async def called(self, tenant: str, deliberation: UUID, position: int, cursor: str | None) -> CalledPage:
        """Return whom to tell of a meeting, a page of its roll. Raises `Unavailable`."""
        answer = await self._neighbours.request(
            "GET",
            f"{self._base_url}/internal/v1/deliberations/{deliberation}/called",
            params={"position": position, **({"cursor": cursor} if cursor else {})},
            tenant=tenant,
            timeout=TIMEOUT,
        )
        return read(answer, CalledPage)

    async def question(self, token: str) -> Question | None:
        """Return the question that a token was given for, None for no such token. Raises `Unavailable`."""
        if parse(token) is None:
            return None
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/api/public/v1/disclosures/questions/{token}", timeout=TIMEOUT
        )
        return None if answer.status_code == 404 else read(answer, Question)
