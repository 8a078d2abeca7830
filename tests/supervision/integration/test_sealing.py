"""Three custodians seal a real PDF over the API, each with a key that the service never sees."""

import base64
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from linli_supervision.seals.opening import lapse_due

from tests.supervision.conftest import Service
from tests.supervision.people import Custodian, pdfsig
from tests.supervision.sealing import API, Hall


async def test_three_custodians_seal_a_document_and_pdfsig_accepts_it(service: Service, tmp_path: Path) -> None:
    hall = Hall(service)
    use = await hall.sealed()
    state = await hall.state(use)
    assert state["state"] == "sealed"
    assert [custodian["signed_at"] is not None for custodian in state["custodians"]] == [True] * 3
    fetched = await hall.internal_document(use)
    assert sha256(fetched.content).hexdigest() == state["sealed_sha256"]
    said = pdfsig(fetched.content, tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 3, said
    for numeral in "一二三":
        assert f"第{numeral}片保管人" in said
    broken = bytearray(fetched.content)
    broken[broken.index(b"/Type")] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(broken), tmp_path)


async def test_the_sealed_event_names_the_signers(service: Service) -> None:
    hall = Hall(service)
    use = await hall.sealed()
    (event,) = await service.outbox("cn.linli.supervision.seal-use.sealed")
    fetched = await hall.internal_document(use)
    assert event["sha256"] == sha256(fetched.content).hexdigest()
    assert [signer["position"] for signer in event["signers"]] == [1, 2, 3]
    assert all(signer["serial"] and signer["signed_at"] and signer["title"] for signer in event["signers"])
    types = [e["type"].split(".")[-2] for e in await service.outbox("cn.linli.supervision.seal-use.")]
    assert types == ["requested", "approved", *["opened"] * 3, *["signed"] * 3, "sealed"]


async def test_a_seal_in_two_pieces_is_closed_by_two(service: Service, tmp_path: Path) -> None:
    hall = Hall(service, village="511681002001", pieces=2)
    use = await hall.sealed()
    said = pdfsig((await hall.internal_document(use)).content, tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 2


async def test_no_private_key_and_no_plain_document_is_in_the_database(service: Service) -> None:
    hall = Hall(service)
    use = await hall.sealed()
    pool = service.linli.database.pool
    row = await pool.fetchrow("SELECT document, sealed_document FROM seal_use WHERE id = $1::uuid", use)
    assert row is not None
    assert b"%PDF" not in row["document"]
    assert b"%PDF" not in row["sealed_document"]
    authority = await pool.fetchval("SELECT private_key FROM seal_authority")
    assert not authority.startswith(b"0\x81")
    jwks = await pool.fetch("SELECT public_jwk FROM custodian_key")
    assert all(set(row["public_jwk"]) == {"kty", "crv", "x", "y"} for row in jwks)


async def test_a_signature_of_another_key_is_refused_and_the_turn_stays(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    data = (await service.client.get(f"{API}/uses/{use}/to-be-signed", headers=hall.custodian_auth(1))).json()["data"]
    forged = base64.b64encode(Custodian().sign(base64.b64decode(data))).decode()
    answer = await hall.post(use, "sign", hall.custodian_auth(1), signature=forged)
    assert (answer.status_code, answer.json()["code"]) == (422, "supervision.wrong_signature")
    assert (await hall.sign(use, 1)).status_code == 200


async def test_a_custodian_cannot_sign_out_of_turn(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    answer = await hall.sign(use, 2)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.not_your_turn")


async def test_a_window_that_runs_out_discards_what_was_signed(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    assert (await hall.sign(use, 1)).status_code == 200
    service.clock.move(timedelta(minutes=10))
    late = await hall.sign(use, 2)
    assert (late.status_code, late.json()["code"]) == (409, "supervision.opening_lapsed")
    assert (await hall.state(use))["state"] == "approved"
    assert await lapse_due(service.linli.database) == 1
    assert await lapse_due(service.linli.database) == 0
    assert await service.linli.database.pool.fetchval("SELECT count(*) FROM seal_signature") == 0
    assert len(await service.outbox("cn.linli.supervision.seal-use.lapsed")) == 1
    state = await hall.state(use)
    assert [custodian["signed_at"] for custodian in state["custodians"]] == [None] * 3


async def test_after_a_lapse_the_seal_can_be_opened_and_closed_again(service: Service, tmp_path: Path) -> None:
    hall = Hall(service)
    use = await hall.opened()
    assert (await hall.sign(use, 1)).status_code == 200
    service.clock.move(timedelta(minutes=11))
    for position in (3, 1, 2):
        assert (await hall.post(use, "open", hall.custodian_auth(position))).status_code == 200
    for position in (1, 2, 3):
        assert (await hall.sign(use, position)).status_code == 200
    state = await hall.state(use)
    assert (state["state"], state["round"]) == ("sealed", 2)
    said = pdfsig((await hall.internal_document(use)).content, tmp_path)
    assert said.count("Signature is Valid") == 3


async def test_a_custodian_refuses_with_a_reason_and_nothing_remains_signed(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    assert (await hall.sign(use, 1)).status_code == 200
    answer = await hall.post(use, "refuse", hall.custodian_auth(3), reason="申请人情况不实")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["reason"]) == ("refused", "申请人情况不实")
    assert (await hall.sign(use, 2)).status_code == 409
    assert await service.linli.database.pool.fetchval("SELECT count(*) FROM seal_signature") == 0


async def test_the_same_document_is_not_under_two_uses(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    first = await hall.request()
    ids = {name: first.json()[name] for name in ("case_id", "document_id")}
    assert (await hall.request(**ids)).json()["code"] == "supervision.document_in_use"
    cancelled = await hall.post(first.json()["id"], "cancel", hall.auth("clerk"), first.json()["version"])
    assert cancelled.status_code == 200
    assert (await hall.request(**ids)).status_code == 201


async def test_a_document_that_does_not_wait_for_its_seal_is_refused(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    case_id, document_id = service.neighbours.put_document(state="issued")
    answer = await hall.request(case_id=str(case_id), document_id=str(document_id))
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.unusable_document")


@pytest.mark.parametrize("content", [b"not a pdf", b"%PDF-1.7 broken"])
async def test_what_is_no_pdf_is_not_sealed(service: Service, content: bytes) -> None:
    hall = Hall(service)
    await hall.register_all()
    case_id, document_id = service.neighbours.put_document(content=content)
    answer = await hall.request(case_id=str(case_id), document_id=str(document_id))
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.unusable_document")


async def test_a_silent_desk_is_said_to_be_unavailable(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    service.neighbours.down = True
    assert (await hall.request()).status_code == 503


async def test_a_key_cannot_be_replaced_while_the_seal_is_open(service: Service) -> None:
    hall = Hall(service)
    await hall.opened()
    hall.custodians[0] = Custodian()
    answer = await hall.register(1)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.key_in_use")


async def test_a_replaced_key_no_longer_signs(service: Service) -> None:
    hall = Hall(service)
    use = await hall.approved()
    old, hall.custodians[1] = hall.custodians[1], Custodian()
    assert (await hall.register(2)).status_code == 201
    for position in (1, 2, 3):
        assert (await hall.post(use, "open", hall.custodian_auth(position))).status_code == 200
    assert (await hall.sign(use, 1)).status_code == 200
    new, hall.custodians[1] = hall.custodians[1], old
    assert (await hall.sign(use, 2)).status_code == 422
    hall.custodians[1] = new
    assert (await hall.sign(use, 2)).status_code == 200


async def test_registering_the_same_key_again_gives_the_same_certificate(service: Service) -> None:
    hall = Hall(service)
    await hall.find_seal()
    first, second = await hall.register(1), await hall.register(1)
    assert first.json() == second.json()


async def test_nobody_opens_without_a_key(service: Service) -> None:
    hall = Hall(service)
    await hall.find_seal()
    for position in (1, 2):
        await hall.register(position)
    requested = (await hall.request()).json()
    await hall.post(requested["id"], "approve", hall.auth("village_official"), requested["version"])
    answer = await hall.post(requested["id"], "open", hall.custodian_auth(3))
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.custodian_key_missing")


async def test_after_a_refusal_everybody_reads_who_refused_and_why_and_the_seal_is_asked_for_again(
    service: Service,
) -> None:
    hall = Hall(service)
    use = await hall.opened()
    case_id, document_id = [(await hall.state(use))[name] for name in ("case_id", "document_id")]
    assert (await hall.post(use, "refuse", hall.custodian_auth(2), reason="居住年限与登记不符")).status_code == 200
    refusals = [act for act in await service.outbox("cn.linli.act") if act["action"] == "seal-use.refuse"]
    await service.deliver([dict(act, type="cn.linli.act.v1") for act in refusals], source="supervision")
    for headers in (hall.auth("clerk"), hall.custodian_auth(1), hall.custodian_auth(2)):
        seen = (await service.client.get(f"{API}/uses/{use}", headers=headers)).json()
        assert seen["reason"] == "居住年限与登记不符"
        assert (seen["refused_by"]["role"], seen["refused_by"]["position"]) == ("custodian", 2)
        assert seen["my_actions"] == []
    for position in (1, 2, 3):
        assert (await hall.post(use, "open", hall.custodian_auth(position))).status_code == 409
    again = await hall.request(case_id=case_id, document_id=document_id)
    assert again.status_code == 201, again.text
    assert (again.json()["state"], again.json()["refused_by"]) == ("requested", None)
