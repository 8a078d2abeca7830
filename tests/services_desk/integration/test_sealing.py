"""A certificate from approval to the sealed paper that anyone can verify."""

import hashlib
from typing import Any

import httpx
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

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


async def test_a_refused_certificate_is_a_decision_and_needs_no_seal(clerk: Any, official: Any) -> None:
    opened = await clerk.open(CERTIFICATE, form=FORM)
    await clerk.tick_all(opened["id"])
    await clerk.do(opened["id"], "accept")
    await clerk.do(opened["id"], f"steps/{opened['steps'][0]['key']}/complete")
    refused = await official.do(opened["id"], "decide", {"outcome": "refused", "comment": "未在本村居住"})
    assert refused["documents"][0]["kind"] == "decision"
    assert (await clerk.do(opened["id"], "deliver"))["state"] == "delivered"
