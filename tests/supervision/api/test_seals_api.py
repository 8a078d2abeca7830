"""Who may do what with a seal, seen from outside: roles, scope, order, and malformed input."""

import base64
from typing import Any

import pytest
from linli_kernel.identity import Role
from linli_kernel.ids import new_id
from linli_supervision.commands import demo_account

from tests.supervision.conftest import Service
from tests.supervision.people import Custodian
from tests.supervision.sealing import API, VILLAGE, Hall

COMMANDS: dict[str, dict[str, Any] | None] = {
    "approve": None,
    "refuse": {"reason": "不符"},
    "cancel": None,
    "open": None,
    "sign": {"signature": base64.b64encode(b"x" * 64).decode()},
}
MAY = {
    "approve": {Role.VILLAGE_OFFICIAL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER},
    "refuse": {Role.VILLAGE_OFFICIAL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.CUSTODIAN},
    "cancel": {Role.CLERK, Role.VILLAGE_OFFICIAL},
    "open": {Role.CUSTODIAN},
    "sign": {Role.CUSTODIAN},
}


async def test_no_role_reaches_a_command_that_is_not_its_own(service: Service) -> None:
    hall = Hall(service)
    use = await hall.approved()
    for command, body in COMMANDS.items():
        for role in set(Role) - MAY[command]:
            headers = service.auth(role.value) | {"If-Match": '"2"'}
            for path in (f"{API}/uses/{use}/{command}", f"{API}/seals/{hall.seal_id}/uses/{use}/{command}"):
                answer = await service.client.post(path, json=body, headers=headers)
                assert answer.status_code == 403, (command, role, answer.text)
    assert (await hall.state(use))["state"] == "approved"


async def test_nobody_signs_for_a_custodian_however_privileged(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    stranger = hall.auth("custodian", sub=new_id())
    assert (await hall.post(use, "sign", stranger, **(COMMANDS["sign"] or {}))).status_code == 404
    for role in ("county_admin", "system_admin", "service", "village_official", "supervisor"):
        answer = await service.client.get(f"{API}/uses/{use}/to-be-signed", headers=hall.auth(role))
        assert answer.status_code == 403


async def test_without_a_token_nothing_is_told(service: Service) -> None:
    hall = Hall(service)
    use = await hall.approved()
    for path in ("/seals", f"/seals/{hall.seal_id}", "/uses", f"/uses/{use}", f"/uses/{use}/document"):
        assert (await service.client.get(f"{API}{path}")).status_code == 401
    for command, body in COMMANDS.items():
        assert (await service.client.post(f"{API}/uses/{use}/{command}", json=body)).status_code == 401


@pytest.mark.parametrize(
    ("tenant", "division"), [("421202", "421202104222"), ("421221", "421221106202"), ("511681", "511681002001")]
)
async def test_a_seal_of_another_place_does_not_exist(service: Service, tenant: str, division: str) -> None:
    hall = Hall(service)
    use = await hall.approved()
    foreign = {"tenant": tenant, "divisions": [division]}
    for role in ("clerk", "village_official", "supervisor"):
        headers = service.auth(role, **foreign)
        for path in (f"/seals/{hall.seal_id}", f"/seals/{hall.seal_id}/uses", f"/uses/{use}"):
            assert (await service.client.get(f"{API}{path}", headers=headers)).status_code == 404, path
        assert (await service.client.get(f"{API}/uses/{use}/document", headers=headers)).status_code == 404
        listed = await service.client.get(f"{API}/uses", headers=headers)
        assert listed.json()["items"] == []
    official = service.auth("village_official", **foreign) | {"If-Match": '"1"'}
    assert (await service.client.post(f"{API}/uses/{use}/approve", headers=official)).status_code == 404
    body = {"case_id": str(new_id()), "document_id": str(new_id()), "purpose": "证明"}
    clerk = service.auth("clerk", **foreign)
    answer = await service.client.post(f"{API}/seals/{hall.seal_id}/uses", json=body, headers=clerk)
    assert answer.status_code == 404


async def test_a_custodian_sees_only_the_seal_it_holds_a_piece_of(service: Service) -> None:
    hall = Hall(service)
    use = await hall.approved()
    for position in (1, 2, 3):
        seals = await service.client.get(f"{API}/seals", headers=hall.custodian_auth(position))
        assert [seal["my_position"] for seal in seals.json()["items"]] == [position]
        uses = await service.client.get(f"{API}/uses", headers=hall.custodian_auth(position))
        assert [found["id"] for found in uses.json()["items"]] == [use]
        assert uses.json()["items"][0]["my_actions"] == ["open", "refuse"]
    stranger = hall.auth("custodian", sub=new_id())
    assert (await service.client.get(f"{API}/seals", headers=stranger)).json()["items"] == []
    assert (await service.client.get(f"{API}/uses/{use}", headers=stranger)).status_code == 404


async def test_a_use_is_found_below_its_own_seal_only(service: Service) -> None:
    hall = Hall(service)
    use = await hall.approved()
    own = await service.client.get(f"{API}/seals/{hall.seal_id}/uses/{use}", headers=hall.auth("clerk"))
    assert own.status_code == 200
    other = await service.client.get(f"{API}/seals/{new_id()}/uses/{use}", headers=hall.auth("clerk"))
    assert other.status_code == 404


async def test_the_requester_cannot_approve_its_own_request(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    case_id, document_id = service.neighbours.put_document()
    official = hall.auth("village_official")
    body = {"case_id": str(case_id), "document_id": str(document_id), "purpose": "证明"}
    requested = await service.client.post(f"{API}/seals/{hall.seal_id}/uses", json=body, headers=official)
    assert requested.json()["my_actions"] == ["cancel"]
    answer = await hall.post(requested.json()["id"], "approve", official, 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.approver_is_requester")
    township = hall.auth("township_officer", divisions=[VILLAGE[:9]])
    assert (await hall.post(requested.json()["id"], "approve", township, 1)).status_code == 200


async def test_a_custodian_with_a_second_post_cannot_approve(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    use = (await hall.request()).json()["id"]
    as_official = hall.auth("village_official", sub=demo_account(f"custodian1.{VILLAGE}"))
    answer = await hall.post(use, "approve", as_official, 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.approver_holds_piece")


async def test_a_role_that_the_profile_does_not_name_cannot_approve(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    use = (await hall.request()).json()["id"]
    assert (await hall.post(use, "approve", hall.auth("supervisor"), 1)).status_code == 403


async def test_approval_needs_the_version_that_was_read(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    use = (await hall.request()).json()["id"]
    official = hall.auth("village_official")
    assert (await hall.post(use, "approve", official)).status_code == 428
    assert (await hall.post(use, "approve", official, 7)).status_code == 412
    answer = await hall.post(use, "approve", official, 1)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')


async def test_a_repeated_request_with_its_key_is_one_use(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    case_id, document_id = service.neighbours.put_document()
    body = {"case_id": str(case_id), "document_id": str(document_id), "purpose": "证明"}
    headers = hall.auth("clerk") | {"Idempotency-Key": "once"}
    path = f"{API}/seals/{hall.seal_id}/uses"
    first = await service.client.post(path, json=body, headers=headers)
    second = await service.client.post(path, json=body, headers=headers)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


async def test_malformed_input_is_named(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    key = Custodian()
    jwk, proof = key.jwk, base64.b64encode(key.prove(hall.seal_id)).decode()
    path = f"{API}/seals/{hall.seal_id}/custodians/me/key"
    bodies: list[Any] = [
        {},
        {"public_key_jwk": jwk},
        {"public_key_jwk": jwk | {"d": "A" * 43}, "proof": proof},
        {"public_key_jwk": jwk | {"crv": "P-384"}, "proof": proof},
        {"public_key_jwk": jwk | {"y": "A" * 43}, "proof": proof},
        {"public_key_jwk": jwk, "proof": "AAAA"},
        {"public_key_jwk": jwk, "proof": "A"},
        {"public_key_jwk": Custodian().jwk, "proof": proof},
        {"public_key_jwk": jwk, "proof": proof, "more": 1},
    ]
    for body in bodies:
        answer = await service.client.post(path, json=body, headers=hall.custodian_auth(1))
        assert answer.status_code == 422, (body, answer.text)
    for signature in ("", "A", "AAAA", "%", base64.b64encode(b"\xff" * 64).decode(), "A" * 300):
        answer = await hall.post(use, "sign", hall.custodian_auth(1), signature=signature)
        assert answer.status_code == 422, (signature, answer.text)
    for query in ("state=lost", "limit=0", "cursor=x", "case_id=1", "unknown=1"):
        answer = await service.client.get(f"{API}/uses?{query}", headers=hall.auth("clerk"))
        assert answer.status_code == 422, query
    assert (await hall.post(use, "refuse", hall.custodian_auth(1), reason=" ")).status_code == 422
    assert (await service.client.get(f"{API}/uses/1", headers=hall.auth("clerk"))).status_code == 422


async def test_uses_are_paged_and_filtered(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    made = [(await hall.request()).json() for _ in range(3)]
    clerk = hall.auth("clerk")
    first = (await service.client.get(f"{API}/uses?limit=2", headers=clerk)).json()
    rest = (await service.client.get(f"{API}/uses?limit=2&cursor={first['next_cursor']}", headers=clerk)).json()
    assert [use["id"] for use in first["items"] + rest["items"]] == [use["id"] for use in reversed(made)]
    of_case = await service.client.get(f"{API}/uses?case_id={made[1]['case_id']}", headers=clerk)
    assert [use["id"] for use in of_case.json()["items"]] == [made[1]["id"]]
    of_seal = await service.client.get(f"{API}/seals/{hall.seal_id}/uses?state=sealed", headers=clerk)
    assert of_seal.json()["items"] == []


async def test_the_document_is_shown_to_participants_and_its_reading_recorded(service: Service) -> None:
    hall = Hall(service)
    use = await hall.sealed()
    for headers in (hall.auth("clerk"), hall.custodian_auth(2)):
        answer = await service.client.get(f"{API}/uses/{use}/document", headers=headers)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    acts = [act["action"] for act in await service.outbox("cn.linli.act")]
    assert acts.count("seal-use.read-document") == 2


async def test_the_desk_alone_fetches_the_sealed_document(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    assert (await hall.internal_document(use)).status_code == 404
    for position in (1, 2, 3):
        await hall.sign(use, position)
    assert (await hall.internal_document(use)).status_code == 200
    path = f"/internal/v1/seal-uses/{use}"
    for role in ("clerk", "county_admin", "system_admin"):
        headers = service.auth(role) | {"X-Linli-Tenant": "421202"}
        assert (await service.client.get(f"{path}/document", headers=headers)).status_code == 403
    other = service.auth("service") | {"X-Linli-Tenant": "511681"}
    assert (await service.client.get(f"{path}/document", headers=other)).status_code == 404
    assert (await service.client.get(f"{path}/document", headers=service.auth("service"))).status_code == 422
    known = await service.client.get(path, headers=service.auth("service") | {"X-Linli-Tenant": "421202"})
    assert [signer["position"] for signer in known.json()["signers"]] == [1, 2, 3]
    assert known.json()["state"] == "sealed"
