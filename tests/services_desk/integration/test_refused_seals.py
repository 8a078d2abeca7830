"""A case whose certificate was refused the seal is asked for again, corrected, or ended as not issued; it is never stuck."""

from dataclasses import dataclass
from typing import Any

import httpx
import pypdfium2
import pytest
from linli_kernel.contracts import desk as desk_contract
from linli_kernel.contracts import supervision as contract
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

from tests.services_desk.integration.test_disclosure_notices import tell
from tests.services_desk.integration.test_sealing import approved, sealed_event
from tests.services_desk.integration.test_two_at_once import API, play

WHY = "居住年限与登记不符"
BASIS = "村（社区）证明事项清单第三条"
ORDER = {"reason": WHY, "basis": BASIS}
ENDING = {"not-issue", "return-to-step", "return-to-window"}


@dataclass
class Refused:
    """A decided case with its certificate, and the seal as supervision tells of it."""

    app: Any
    tokens: Any
    clerk: Any
    official: Any
    case_id: str = ""
    paper: dict[str, Any] | None = None

    async def seal(self, *events: str, by: Any = None) -> None:
        told = {"document_id": self.document["id"], "case_id": self.case_id, "use_id": str(new_id())}
        asked = told | {"actor": str((by or self.clerk).subject)}
        await tell(self.app, self.tokens, *((one, asked) for one in events))

    @property
    def document(self) -> dict[str, Any]:
        assert self.paper is not None
        return self.paper

    async def papers(self) -> dict[str, str]:
        return {one["number"]: one["state"] for one in (await self.clerk.case(self.case_id))["documents"]}

    async def shown(self, http: httpx.AsyncClient) -> dict[str, Any]:
        token = (await self.clerk.case(self.case_id))["receipt_token"]
        found: dict[str, Any] = (await http.get(f"/api/public/v1/receipts/{token}")).json()
        return found


@pytest.fixture
async def scene(clerk: Any, official: Any, app: Any, tokens: Any) -> Refused:
    """A certificate whose seal the clerk asked for."""
    case_id, paper = await approved(clerk, official)
    scene = Refused(app, tokens, clerk, official, case_id, paper)
    await scene.seal(contract.SEAL_USE_REQUESTED)
    return scene


async def test_what_was_rightly_refused_is_not_issued_in_writing_with_remedy_notice_and_rating(
    scene: Refused, http: httpx.AsyncClient
) -> None:
    await scene.seal(contract.SEAL_USE_REFUSED)
    assert set((await scene.official.case(scene.case_id))["commands"]) >= ENDING
    moved = await scene.official.do(scene.case_id, "not-issue", ORDER)
    [decision] = moved["documents"]
    assert (moved["state"], decision["kind"]) == ("decided", "decision")
    with pypdfium2.PdfDocument((await scene.clerk.get(decision["href"])).content) as pdf:
        words = "".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    for phrase in ("不予办理决定书", WHY, BASIS, "行政复议", "乡镇人民政府"):
        assert phrase in words, words
    case = await scene.clerk.case(scene.case_id)
    assert (case["outcome"], (await scene.papers())[scene.document["number"]]) == ("refused", "void")
    assert (case["steps"][-1]["outcome"], case["steps"][-1]["comment"]) == ("refused", WHY)
    assert not ENDING & set(case["commands"])
    shown = await scene.shown(http)
    assert (shown["outcome"], shown["sealing"], shown["evaluation_open"]) == ("refused", None, True)
    page = (await http.get(f"/api/public/v1/verifications/{scene.document['token']}")).json()
    assert page["state"] == "void"
    database = scene.app.state.linli.database
    sent = await database.pool.fetchval(
        "SELECT count(*) FROM sms_message WHERE case_id = $1::uuid AND template = 'case.not_issued'", scene.case_id
    )
    told = await database.pool.fetchval(
        "SELECT count(*) FROM outbox WHERE type = $1 AND subject = $2",
        desk_contract.DOCUMENT_VOIDED,
        scene.document["id"],
    )
    assert (sent, told) == (1, 1)
    assert (await scene.clerk.do(scene.case_id, "deliver"))["state"] == "delivered"


async def test_ending_a_case_on_an_older_version_is_refused_and_changes_nothing(scene: Refused) -> None:
    await scene.seal(contract.SEAL_USE_REFUSED)
    await play(scene.official, f"{API}/cases/{scene.case_id}", "not-issue", ORDER)


async def test_a_seal_that_comes_after_the_paper_is_void_makes_it_count_no_more(
    scene: Refused, neighbours: Any
) -> None:
    await scene.seal(contract.SEAL_USE_REFUSED)
    await scene.official.do(scene.case_id, "not-issue", ORDER)
    late = b"%PDF- sealed all the same"
    neighbours.sealed[scene.document["id"]] = late
    after = await scene.app.state.linli.database.pool.fetchval(
        "SELECT coalesce(max(last_seq), 0) FROM inbox WHERE source = 'supervision'"
    )
    event = await sealed_event(scene.app, scene.tokens, scene.document, scene.case_id, late, after + 1)
    assert event.status_code < 300, event.text
    while await scene.app.state.linli.jobs.run_one():
        pass
    assert (await scene.papers())[scene.document["number"]] == "void"


async def test_a_decision_stands_while_its_seal_is_not_refused(scene: Refused) -> None:
    """Asked for, or asked for again after a refusal; taken back again, the refusal is what counts."""

    async def stands() -> None:
        assert not ENDING & set((await scene.official.case(scene.case_id))["commands"])
        for command, body in (("not-issue", ORDER), ("return", {"reason": WHY})):
            answer = await scene.official.command(scene.case_id, command, body)
            assert (answer.status_code, answer.json()["code"]) == (409, "desk.seal_not_refused")

    await stands()
    await scene.seal(contract.SEAL_USE_REFUSED, contract.SEAL_USE_REQUESTED)
    await stands()
    await scene.seal(contract.SEAL_USE_CANCELLED)
    assert (await scene.official.do(scene.case_id, "not-issue", ORDER))["state"] == "decided"


async def test_whoever_asked_for_the_seal_or_accepted_the_case_does_not_end_it_and_the_township_may(
    scene: Refused, hire: Any, stranger: Any
) -> None:
    await scene.seal(contract.SEAL_USE_REFUSED, contract.SEAL_USE_REQUESTED, by=scene.official)
    await scene.seal(contract.SEAL_USE_REFUSED)
    asked = await scene.official.command(scene.case_id, "not-issue", ORDER)
    assert (asked.status_code, asked.json()["code"]) == (409, "desk.same_person")
    accepted = await scene.clerk.command(scene.case_id, "not-issue", ORDER)
    assert (accepted.status_code, accepted.json()["code"]) == (403, "desk.step_not_yours")
    posing = hire(Role.TOWNSHIP_OFFICER, sub=scene.clerk.subject)
    assert (await posing.command(scene.case_id, "not-issue", ORDER)).json()["code"] == "desk.same_person"
    path = f"/api/desk/v1/cases/{scene.case_id}/not-issue"
    version = (await scene.clerk.case(scene.case_id))["version"]
    assert (await stranger.post(path, ORDER, version)).status_code == 404
    assert (await scene.official.post(path, {"reason": WHY}, version)).status_code == 422
    assert (await scene.official.post(path, ORDER, version - 1)).status_code in (409, 412)
    township = hire(Role.TOWNSHIP_OFFICER)
    assert (await township.do(scene.case_id, "not-issue", ORDER))["documents"][0]["kind"] == "decision"


async def test_a_refused_certificate_is_corrected_and_decided_anew_under_another_number(
    scene: Refused, http: httpx.AsyncClient
) -> None:
    due = (await scene.clerk.case(scene.case_id))["clock"]["due"]
    await scene.seal(contract.SEAL_USE_REFUSED)
    await scene.clerk.do(scene.case_id, "return", {"reason": WHY})
    case = await scene.clerk.case(scene.case_id)
    assert (case["state"], case["outcome"], case["decided_at"]) == ("received", None, None)
    edited = {**case["form"], "since": "2018-05-01"}
    answer = await scene.clerk.patch(f"/api/desk/v1/cases/{scene.case_id}", {"form": {"since": edited["since"]}}, case["version"])  # fmt: skip
    assert answer.status_code == 200, answer.text
    await scene.clerk.do(scene.case_id, "accept")
    for step in case["steps"]:
        if step["kind"] == "check":
            await scene.clerk.do(scene.case_id, f"steps/{step['key']}/complete", {"comment": "已更正"})
    [paper] = (await scene.official.do(scene.case_id, "decide", {"outcome": "approved"}))["documents"]
    states = await scene.papers()
    assert (states[scene.document["number"]], states[paper["number"]]) == ("void", "awaiting_seal")
    after = await scene.clerk.case(scene.case_id)
    assert after["clock"]["due"] == due, "the applicant waits no longer for it"
    assert (await scene.shown(http))["sealing"] == "waiting"
