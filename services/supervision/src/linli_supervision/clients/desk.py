"""The desk as supervision sees it: the document that is to be sealed, why somebody was asked again, which case bears a number, and
what it remembers of the time before its events were counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

import httpx
import msgspec
from linli_kernel.clock import SHANGHAI
from linli_kernel.errors import Unavailable
from linli_kernel.neighbours import Answered, Neighbours, read

from linli_supervision.cockpit.counting import RetoldCase, RetoldWhistle
from linli_supervision.seals.errors import DocumentNotFound, UnusableDocument

TIMEOUT = httpx.Timeout(10.0, connect=1.0)
RECORDS_TIMEOUT = httpx.Timeout(30.0, connect=1.0)
AWAITING_SEAL = "awaiting_seal"


class _Document(msgspec.Struct):
    id: UUID
    state: str
    title: str = ""
    number: str = ""


class _Documents(msgspec.Struct):
    items: list[_Document]


class SupplementReason(msgspec.Struct):
    case_id: UUID
    notice: int
    reason: str
    matter_name: str


class _Reasons(msgspec.Struct):
    items: list[SupplementReason]


class Numbered(msgspec.Struct):
    """A case that bears a number, itself or on one of its papers."""

    case_id: UUID
    division: str


class _Numbered(msgspec.Struct):
    items: list[Numbered]


class _Case(msgspec.Struct):
    id: UUID
    division: str
    state: str
    due: date | None
    not_accepted_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    level: int | None


class _Cases(msgspec.Struct):
    items: list[_Case]
    head: int


class _Clock(msgspec.Struct):
    department: str
    clock: str
    at: datetime
    missed: bool


class _Whistle(msgspec.Struct):
    id: UUID
    division: str
    state: str
    whistled_at: datetime | None
    closed_at: datetime | None
    clocks: list[_Clock]


class _Whistles(msgspec.Struct):
    items: list[_Whistle]
    head: int


Told = TypeVar("Told")


@dataclass(frozen=True)
class Page(Generic[Told]):
    """Records by their ids, in order; `head` is the number of the newest event that the desk had written by then."""

    items: Sequence[tuple[UUID, Told]]
    head: int


class DeskClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def document_to_seal(self, tenant: str, case_id: UUID, document_id: UUID, authorization: str) -> bytes:
        """Return the PDF of a document that waits for its seal.

        The user's own token asks for the case, so nobody has sealed what it may not see. Raises DocumentNotFound,
        UnusableDocument, Unavailable.
        """
        await self._check(case_id, document_id, authorization)
        answer = await self._neighbours.request(
            "GET", f"{self._base_url}/internal/v1/documents/{document_id}", tenant=tenant, timeout=TIMEOUT
        )
        if answer.status_code == 404:
            raise DocumentNotFound()
        if answer.status_code != 200:
            raise Unavailable()
        return answer.content

    async def papers_to_stamp(self, case_id: UUID, documents: Collection[UUID], authorization: str) -> dict[UUID, str]:
        """Return the titles of papers of a case that wait for their seal.

        Raises DocumentNotFound unless the user may see the case and it has them all, UnusableDocument when one does not
        wait, Unavailable while the desk does not answer.
        """
        known = await self._documents(case_id, authorization)
        if not known.keys() >= set(documents):
            raise DocumentNotFound()
        if any(known[one].state != AWAITING_SEAL for one in documents):
            raise UnusableDocument()
        return {one: f"{known[one].title}（{known[one].number}）" for one in documents}

    async def supplement_reasons(
        self, tenant: str, notices: Sequence[tuple[UUID, int]]
    ) -> dict[tuple[UUID, int], SupplementReason]:
        """Return what officers wrote in these notices; raises Unavailable while the desk does not answer."""
        body = {"notices": [{"case_id": str(case), "notice": number} for case, number in notices]}
        url = f"{self._base_url}/internal/v1/supplement-reasons"
        answer = await self._neighbours.request("POST", url, tenant=tenant, json=body, timeout=TIMEOUT)
        found = read(answer, _Reasons)
        return {(one.case_id, one.notice): one for one in found.items}

    async def cases_numbered(self, tenant: str, number: str) -> list[Numbered]:
        """Return the county's cases of that number; raises Unavailable while the desk does not answer."""
        url = f"{self._base_url}/internal/v1/cases/by-number"
        answer = await self._neighbours.request("POST", url, tenant=tenant, json={"number": number}, timeout=TIMEOUT)
        return read(answer, _Numbered).items

    async def cases_of_before(self, tenant: str, after: UUID | None) -> Page[RetoldCase]:
        """Return the cases that follow; raises Unavailable while the desk does not answer."""
        found = await self._retold("cases", tenant, after, _Cases)
        return Page([(one.id, _case(one)) for one in found.items], found.head)

    async def whistles_of_before(self, tenant: str, after: UUID | None) -> Page[RetoldWhistle]:
        """Return the whistles that follow; raises Unavailable while the desk does not answer."""
        found = await self._retold("whistles", tenant, after, _Whistles)
        return Page([(one.id, _whistle(one)) for one in found.items], found.head)

    async def _retold(self, noun: str, tenant: str, after: UUID | None, kind: type[Answered]) -> Answered:
        url = f"{self._base_url}/internal/v1/records/{noun}"
        params = {"after": str(after)} if after else {}
        return read(
            await self._neighbours.request("GET", url, tenant=tenant, params=params, timeout=RECORDS_TIMEOUT), kind
        )

    async def _documents(self, case_id: UUID, authorization: str) -> dict[UUID, _Document]:
        """A case's documents, as the user sees them."""
        answer = await self._neighbours.request(
            "GET",
            f"{self._base_url}/api/desk/v1/cases/{case_id}/documents",
            authorization=authorization,
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
        )
        if answer.status_code in (403, 404):
            raise DocumentNotFound()
        return {document.id: document for document in read(answer, _Documents).items}

    async def _check(self, case_id: UUID, document_id: UUID, authorization: str) -> None:
        known = await self._documents(case_id, authorization)
        if document_id not in known:
            raise DocumentNotFound()
        if known[document_id].state != AWAITING_SEAL:
            raise UnusableDocument()


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(SHANGHAI).date() if moment else None


def _case(one: _Case) -> RetoldCase:
    not_accepted, accepted, decided = map(_day, (one.not_accepted_at, one.accepted_at, one.decided_at))
    return RetoldCase(one.division, one.state, one.due, not_accepted, accepted, decided, one.level)


def _whistle(one: _Whistle) -> RetoldWhistle:
    clocks = {f"{of.department}:{of.clock}": (of.at.astimezone(SHANGHAI).date(), of.missed) for of in one.clocks}
    return RetoldWhistle(one.division, one.state, _day(one.whistled_at), _day(one.closed_at), clocks)
