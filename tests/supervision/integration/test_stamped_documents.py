"""A paper of a case under the seal of rubber: named, stamped or not, void meanwhile; never under two uses at once."""

import asyncio
from typing import Any

import httpx
import pytest
from linli_kernel.contracts import desk
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.integration.test_paper_seals import FIRST, Safe
from tests.supervision.sealing import API, Hall


class Counter(Safe):
    """The same safe, with certificates of cases that wait for their seal."""

    def paper(self, state: str = "awaiting_seal") -> dict[str, Any]:
        case_id, document_id = self.service.neighbours.put_document(state)
        return {"case_id": str(case_id), "document_id": str(document_id), "copies": 1, "impressions": 1}

    async def out(self, *papers: dict[str, Any]) -> str:
        """A use for these papers, with the envelope opened."""
        asked = (await self.ask(list(papers))).json()
        use: str = asked["id"]
        await self.post(use, "approve", self.auth("village_official"), asked["version"])
        for position in (1, 2, 3):
            assert (await self.post(use, "open", self.custodian_auth(position))).status_code == 200
        assert (await self.snap(use)).status_code == 201
        assert (await self.unseal(use, FIRST)).status_code == 200
        return use

    async def closed(self, use: str, *made: int) -> dict[str, Any]:
        """Close the seal in and sign; `made`: how often each line was stamped."""
        assert (await self.snap(use, 3)).status_code == 201
        lines = [{"line": n, "copies": count, "impressions": count} for n, count in enumerate(made, start=1)]
        answer = await self.post(use, "reclose", self.custodian_auth(3), number="XN-0002", documents=lines)
        assert answer.status_code == 200, answer.text
        for position in (1, 2, 3):
            assert (await self.sign(use, position)).status_code == 200
        return await self.state(use)

    async def told(self, kind: str) -> list[dict[str, Any]]:
        return await self.service.outbox(f"cn.linli.supervision.seal-use.{kind}.")

    async def void(self, paper: dict[str, Any]) -> None:
        told = {"type": desk.DOCUMENT_VOIDED, "document_id": paper["document_id"], "object_id": paper["document_id"]}
        await self.service.deliver([told | {"state": "void"}], source="desk")


@pytest.fixture
async def counter(service: Service) -> Counter:
    made = Counter(service)
    await made.found()
    return made


async def test_a_paper_bears_its_own_title_and_its_desk_is_told_what_was_stamped(counter: Counter) -> None:
    certificate, left = counter.paper(), counter.paper()
    use = await counter.out(certificate, left)
    [asked] = await counter.told("requested")
    assert sorted(asked["documents"]) == sorted([certificate["document_id"], left["document_id"]])
    state = await counter.closed(use, 1, 0)
    lines = state["paper"]["documents"]
    assert [one["document_id"] for one in lines] == [certificate["document_id"], left["document_id"]]
    assert lines[0]["title"] == "居住情况证明（花坪证〔2026〕0001号）"
    [told] = await counter.told("enclosed")
    assert told["stamped"] == [
        {"document_id": certificate["document_id"], "case_id": certificate["case_id"], "copies": 1, "impressions": 1},
        {"document_id": left["document_id"], "case_id": left["case_id"], "copies": 0, "impressions": 0},
    ]
    path = f"{API}/uses?document_id={left['document_id']}"
    found = (await counter.service.client.get(path, headers=counter.auth("clerk"))).json()["items"]
    assert [one["id"] for one in found] == [use]


async def test_copies_without_an_impression_are_not_stamped(counter: Counter) -> None:
    use = await counter.out(counter.paper())
    assert (await counter.snap(use, 3)).status_code == 201
    lines = [{"line": 1, "copies": 1, "impressions": 0}]
    answer = await counter.post(use, "reclose", counter.custodian_auth(3), number="XN-0002", documents=lines)
    assert answer.status_code == 200
    for position in (1, 2, 3):
        await counter.sign(use, position)
    [told] = await counter.told("enclosed")
    assert (told["stamped"][0]["copies"], told["stamped"][0]["impressions"]) == (0, 0)


async def electronic(counter: Counter, paper: dict[str, Any]) -> httpx.Response:
    hall = Hall(counter.service)
    await hall.find_seal()
    wanted = {"case_id": paper["case_id"], "document_id": paper["document_id"], "purpose": "证明"}
    path = f"{API}/seals/{hall.seal_id}/uses"
    return await counter.service.client.post(path, json=wanted, headers=counter.auth("clerk"))


async def test_a_paper_is_under_one_use_of_one_seal_at_a_time(counter: Counter) -> None:
    first, second = counter.paper(), counter.paper()
    assert (await electronic(counter, first)).status_code == 201
    answer = await counter.ask([first])
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.document_in_use")
    asked = await counter.ask([second])
    for again in (await counter.ask([second]), await electronic(counter, second)):
        assert (again.status_code, again.json()["code"]) == (409, "supervision.document_in_use")
    cancelled = await counter.post(asked.json()["id"], "cancel", counter.auth("clerk"), asked.json()["version"])
    assert cancelled.status_code == 200
    assert (await electronic(counter, second)).status_code == 201


async def test_of_two_seals_that_are_asked_for_at_once_one_is(counter: Counter) -> None:
    for _ in range(4):
        paper = counter.paper()
        answers = await asyncio.gather(counter.ask([paper]), electronic(counter, paper), counter.ask([paper]))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_what_was_stamped_is_not_stamped_again_and_what_was_not_may_be(counter: Counter) -> None:
    certificate, left = counter.paper(), counter.paper()
    await counter.closed(await counter.out(certificate, left), 1, 0)
    assert (await counter.ask([certificate])).json()["code"] == "supervision.document_in_use"
    assert (await counter.ask([left])).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"document_id": str(new_id())}, 404, "supervision.document_not_found"),
        ({"case_id": str(new_id())}, 404, "supervision.document_not_found"),
        ({"case_id": None}, 422, "invalid"),
        ({"document_id": "1"}, 422, "invalid"),
        ({"document_id": None}, 422, "invalid"),
    ],
)
async def test_only_a_paper_of_the_case_is_named(
    counter: Counter, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await counter.ask([counter.paper() | change])
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("state", ["issued", "sealed", "stamped", "void"])
async def test_a_paper_that_waits_for_no_seal_is_not_named(counter: Counter, state: str) -> None:
    answer = await counter.ask([counter.paper(state)])
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.unusable_document")


async def test_the_same_paper_stands_on_one_line_only(counter: Counter) -> None:
    paper = counter.paper()
    assert (await counter.ask([paper, paper])).status_code == 422


async def test_a_void_paper_ends_what_was_asked_for_it_and_nothing_is_opened(counter: Counter) -> None:
    paper = counter.paper()
    asked = (await counter.ask([paper, counter.paper()])).json()
    await counter.post(asked["id"], "approve", counter.auth("village_official"), asked["version"])
    for position in (1, 2, 3):
        await counter.post(asked["id"], "open", counter.custodian_auth(position))
    assert (await counter.state(asked["id"]))["state"] == "present"
    await counter.void(paper)
    state = await counter.state(asked["id"])
    assert (state["state"], state["reason"]) == ("cancelled", "document_void")
    assert (await counter.unseal(asked["id"])).status_code == 409


@pytest.mark.parametrize("made", [0, 1])
async def test_a_paper_that_became_void_beside_the_open_envelope_is_not_to_be_stamped(
    counter: Counter, made: int
) -> None:
    paper = counter.paper()
    use = await counter.out(paper)
    await counter.void(paper)
    assert (await counter.state(use))["paper"]["documents"][0]["void_at"] is not None
    state = await counter.closed(use, made)
    assert [one["kind"] for one in state["paper"]["incidents"]] == (["excess"] if made else [])


async def test_a_refused_use_tells_which_papers_wait_on(counter: Counter) -> None:
    paper = counter.paper()
    use = await counter.out(paper)
    await counter.snap(use, 3)
    lines = [{"line": 1, "copies": 1, "impressions": 1}]
    await counter.post(use, "reclose", counter.custodian_auth(3), number="XN-0002", documents=lines)
    refused = await counter.post(use, "refuse", counter.custodian_auth(1), reason="记录与实际不符")
    assert refused.json()["state"] == "refused"
    [told] = await counter.told("refused")
    assert told["documents"] == [paper["document_id"]]
    assert await counter.told("enclosed") == []
    assert (await counter.ask([paper])).status_code == 201
