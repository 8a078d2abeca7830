"""A certificate from approval to the sealed paper that anyone can verify."""

import hashlib
from typing import Any

import httpx
import pypdfium2
from linli_kernel.contracts import supervision as contract
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

from tests.services_desk.flow import decided_case
from tests.services_desk.integration.test_disclosure_notices import tell

CERTIFICATE = "居住情况证明"
FORM = {"since": "2010-03-01", "purpose": "办理公租房申请", "recipient": "区住房保障中心"}


async def approved(clerk: Any, official: Any) -> tuple[str, dict[str, Any]]:
    opened = await clerk.open(CERTIFICATE, form=FORM)
    await clerk.tick_all(opened["id"])
    await clerk.do(opened["id"], "accept")
    for step in opened["steps"]:
        if step["kind"] == "check":
            await clerk.do(opened["id"], f"steps/{step['key']}/complete", {"comment": "已核实"})
    decided = await official.do(opened["id"], "decide", {"outcome": "approved"})
    return opened["id"], decided["documents"][0]


async def sealed_event(app: Any, tokens: Any, document: dict[str, Any], case_id: str, pdf: bytes, seq: int) -> Any:
    """Deliver what supervision announces when the seal is closed."""
    event = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "supervision",
        "type": "cn.linli.supervision.seal-use.sealed.v1",
        "subject": document["id"],
        "time": "2026-11-23T10:00:00+08:00",
        "tenant": "421202",
        "sequence": seq,
        "data": {
            "use_id": document["id"],
            "case_id": case_id,
            "document_id": document["id"],
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "signers": [
                {"position": 1, "title": "第一保管人", "serial": "01", "signed_at": "2026-11-23T10:00:00+08:00"}
            ],
        },
    }
    headers = {
        **tokens.auth(Role.SERVICE),
        "Content-Type": "application/cloudevents-batch+json",
        "X-Linli-Source": "supervision",
        "X-Linli-Tenant": "421202",
        "X-Linli-After": str(seq - 1),
        "X-Linli-Upto": str(seq),
    }
    return await app.state.client.post("/internal/v1/events", json=[event], headers=headers)


async def test_a_certificate_is_delivered_only_once_it_is_sealed(
    clerk: Any, official: Any, http: httpx.AsyncClient, app: Any, tokens: Any, neighbours: Any
) -> None:
    case_id, document = await approved(clerk, official)
    assert document["state"] == "awaiting_seal"
    assert (await clerk.command(case_id, "deliver")).json()["code"] == "desk.seal_missing"

    service = {**tokens.auth(Role.SERVICE), "X-Linli-Tenant": "421202"}
    unsealed = (await http.get(f"/internal/v1/documents/{document['id']}", headers=service)).content
    again = (await http.get(f"/internal/v1/documents/{document['id']}", headers=service)).content
    assert unsealed.startswith(b"%PDF-")
    assert unsealed == again, "what is signed stays the same, byte for byte"
    draft = (await clerk.get(document["href"])).content
    assert draft != unsealed, "before the seal staff see a draft"

    pdf = unsealed + b"% three signatures"
    neighbours.sealed[document["id"]] = pdf
    for _ in range(2):
        delivered = await sealed_event(app, tokens, document, case_id, pdf, 1)
        assert delivered.status_code < 300, delivered.text
        while await app.state.linli.jobs.run_one():
            pass
    papers = (await clerk.get(f"/api/desk/v1/cases/{case_id}/documents")).json()["items"]
    certificate = next(item for item in papers if item["kind"] == "residence_certificate")
    assert certificate["state"] == "sealed"
    assert (await clerk.get(certificate["href"])).content == pdf
    assert (await clerk.do(case_id, "deliver"))["state"] == "delivered"

    page = f"/api/public/v1/verifications/{certificate['token']}"
    shown = (await http.get(page)).json()
    assert shown["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert shown["signers"][0]["title"] == "第一保管人"
    assert "张" not in str(shown), "who verifies a paper learns nothing that the paper does not say"
    assert (await http.post(page, json={"sha256": shown["sha256"]})).json()["matches"] is True
    assert (await http.post(page, json={"sha256": "0" * 64})).json()["matches"] is False
    assert (await http.get(f"/api/public/v1/receipts/{certificate['token']}")).status_code == 404


async def test_the_service_of_another_tenant_does_not_find_the_paper(
    clerk: Any, official: Any, http: httpx.AsyncClient, tokens: Any
) -> None:
    _, document = await approved(clerk, official)
    service = {**tokens.auth(Role.SERVICE), "X-Linli-Tenant": "511681"}
    assert (await http.get(f"/internal/v1/documents/{document['id']}", headers=service)).status_code == 404


async def test_a_certificate_in_the_places_own_words_is_filled_in_and_sealed_like_any_other(
    clerk: Any, official: Any, http: httpx.AsyncClient
) -> None:
    form = {"farming_kind": "黄桃", "farming_scale": "12亩", "farming_since": "2015-03-01"}
    form |= {"purpose": "办理农业保险", "recipient": "区农业保险服务中心"}
    opened = await clerk.open("种植养殖情况证明", form=form)
    await clerk.tick_all(opened["id"])
    await clerk.do(opened["id"], "accept")
    await clerk.do(opened["id"], f"steps/{opened['steps'][0]['key']}/complete")
    [document] = (await official.do(opened["id"], "decide", {"outcome": "approved"}))["documents"]
    assert (document["kind"], document["title"]) == ("certificate", "种植养殖情况证明")
    assert document["state"] == "awaiting_seal"
    assert (await clerk.command(opened["id"], "deliver")).json()["code"] == "desk.seal_missing"
    with pypdfium2.PdfDocument((await clerk.get(document["href"])).content) as pdf:
        words = "".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    for phrase in ("张桂兰", "421202194306110025", "2015年3月1日", "12亩", "预览"):
        assert phrase in words, words
    shown = (await http.get(f"/api/public/v1/verifications/{document['token']}")).json()
    assert (shown["kind"], shown["number"], shown["state"]) == ("certificate", document["number"], "awaiting_seal")


async def test_printing_again_keeps_number_and_bytes_and_every_paper_is_verified_by_its_code(
    hire: Any, clerk: Any, http: httpx.AsyncClient
) -> None:
    case = await clerk.open(CERTIFICATE, form=FORM)
    await clerk.do(case["id"], "supplement")
    await clerk.do(case["id"], "resume")
    await clerk.tick_all(case["id"])
    await clerk.do(case["id"], "accept")
    refused = await clerk.open(CERTIFICATE, form=FORM)
    await clerk.do(refused["id"], "not-accept", {"reason": "不在本村居住"})
    cases = (case, refused, await decided_case(hire))

    async def all_papers() -> list[dict[str, Any]]:
        return [paper for one in cases for paper in (await clerk.case(one["id"]))["documents"]]

    papers = await all_papers()
    kinds = {"receipt", "supplement_notice", "acceptance_notice", "not_accepted_notice", "decision"}
    assert {paper["kind"] for paper in papers} == kinds
    for paper in papers:
        first, again = (await clerk.get(paper["href"])).content, (await clerk.get(paper["href"])).content
        assert first == again, paper["kind"]
        if paper["kind"] == "receipt":
            # The code of a receipt opens the case; the paper itself is compared by its digest there.
            assert (await http.get(f"/api/public/v1/receipts/{paper['token']}")).status_code == 200
        page = f"/api/public/v1/verifications/{paper['token']}"
        shown = (await http.get(page)).json()
        assert (shown["kind"], shown["number"]) == (paper["kind"], paper["number"])
        assert shown["sha256"] == hashlib.sha256(first).hexdigest()
    assert [paper["number"] for paper in await all_papers()] == [paper["number"] for paper in papers]


async def test_a_refused_certificate_is_a_decision_and_needs_no_seal(clerk: Any, official: Any) -> None:
    opened = await clerk.open(CERTIFICATE, form=FORM)
    await clerk.tick_all(opened["id"])
    await clerk.do(opened["id"], "accept")
    await clerk.do(opened["id"], f"steps/{opened['steps'][0]['key']}/complete")
    refused = await official.do(opened["id"], "decide", {"outcome": "refused", "comment": "未在本村居住"})
    assert refused["documents"][0]["kind"] == "decision"
    assert (await clerk.do(opened["id"], "deliver"))["state"] == "delivered"


async def test_when_the_seal_is_refused_the_window_and_the_applicant_hear_of_it_once(
    clerk: Any, official: Any, http: httpx.AsyncClient, app: Any, tokens: Any
) -> None:
    case_id, document = await approved(clerk, official)
    receipt = (await clerk.case(case_id))["receipt_token"]
    assert (await http.get(f"/api/public/v1/receipts/{receipt}")).json()["sealing"] == "waiting"
    for use in (new_id(), new_id()):
        told = {"use_id": str(use), "document_id": document["id"], "case_id": case_id, "state": "refused"}
        await tell(app, tokens, (contract.SEAL_USE_REFUSED, told), (contract.SEAL_USE_REFUSED, told))
    assert (await http.get(f"/api/public/v1/receipts/{receipt}")).json()["sealing"] == "refused"
    count = app.state.linli.database.pool.fetchval
    told_to = "SELECT count(*) FROM {} WHERE case_id = $1::uuid AND template = 'seal.refused'"
    assert await count(told_to.format("notice"), case_id) == 2, "the window hears of each refusal once"
    assert await count(told_to.format("sms_message"), case_id) == 1, "the applicant is not alarmed again"
    stranger = {"use_id": str(new_id()), "document_id": str(new_id()), "state": "refused"}
    await tell(app, tokens, (contract.SEAL_USE_REFUSED, stranger))


async def test_supervision_alone_finds_a_case_by_its_number_or_that_of_a_paper(
    clerk: Any, official: Any, http: httpx.AsyncClient, tokens: Any
) -> None:
    case_id, document = await approved(clerk, official)
    number = (await clerk.case(case_id))["number"]
    path, service = "/internal/v1/cases/by-number", tokens.auth(Role.SERVICE)
    here = {**service, "X-Linli-Tenant": "421202"}
    for asked in (number, document["number"], f" {document['number'][:4]} {document['number'][4:]}"):
        found = (await http.post(path, json={"number": asked}, headers=here)).json()["items"]
        assert case_id in [one["case_id"] for one in found], asked
        assert all(one["division"].startswith("421202") for one in found)
    assert (await http.post(path, json={"number": "421202104221-1999-000001"}, headers=here)).json()["items"] == []
    elsewhere = {**service, "X-Linli-Tenant": "511681"}
    assert (await http.post(path, json={"number": number}, headers=elsewhere)).json()["items"] == []
    assert (await http.post(path, json={"number": ""}, headers=here)).status_code == 422
    refused = await http.post(
        path, json={"number": number}, headers={**tokens.auth(Role.AUDITOR), "X-Linli-Tenant": "421202"}
    )
    assert refused.status_code == 403
