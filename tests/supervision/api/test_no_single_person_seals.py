"""No single person, however privileged, uses a seal: every role at every step, and one account with several posts."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from linli_kernel.ids import new_id
from linli_supervision.commands import demo_account

from tests.supervision.conftest import Service
from tests.supervision.people import Custodian
from tests.supervision.sealing import API, VILLAGE, Hall

WHOLE_COUNTY = {"divisions": ["421202"]}
PRIVILEGED: dict[str, dict[str, Any]] = {
    "system_admin": {"tenant": "*", "divisions": [""]},
    "county_admin": WHOLE_COUNTY,
    "auditor": {"divisions": ["4212"]},
    "department_officer": WHOLE_COUNTY,
    "township_officer": {"divisions": [VILLAGE[:9]]},
    "supervisor": {},
    "village_official": {},
    "service": {"tenant": "*", "divisions": [""]},
}
SIGNATURE = {"signature": base64.b64encode(b"x" * 64).decode()}


def stands(use: dict[str, Any]) -> tuple[str, int, int]:
    opened = sum(one["opened_at"] is not None for one in use["custodians"])
    return use["state"], opened, sum(one["signed_at"] is not None for one in use["custodians"])


@pytest.mark.parametrize("role", PRIVILEGED)
async def test_no_role_but_a_custodian_makes_a_key_opens_is_shown_what_to_sign_or_signs(
    service: Service, role: str
) -> None:
    hall = Hall(service)
    use = await hall.opened()
    before = stands(await hall.state(use))
    headers = hall.auth(role, **PRIVILEGED[role])
    key = Custodian()
    proof = {"public_key_jwk": key.jwk, "proof": base64.b64encode(key.prove(hall.seal_id)).decode()}
    attempts: list[tuple[str, str, dict[str, Any] | None]] = [
        ("POST", f"/seals/{hall.seal_id}/custodians/me/key", proof),
        ("POST", f"/uses/{use}/open", None),
        ("GET", f"/uses/{use}/to-be-signed", None),
        ("POST", f"/uses/{use}/sign", SIGNATURE),
        ("POST", f"/uses/{use}/unseal", {"number": "1", "condition": "whole"}),
        ("POST", f"/uses/{use}/reclose", {}),
    ]
    for method, path, body in attempts:
        answer = await service.client.request(method, API + path, json=body, headers=headers)
        assert answer.status_code == 403, (path, answer.text)
    assert stands(await hall.state(use)) == before == ("open", 3, 0)


@pytest.mark.parametrize("role", ["system_admin", "county_admin", "auditor", "service"])
async def test_who_stands_above_the_village_neither_asks_nor_approves_nor_refuses(service: Service, role: str) -> None:
    hall = Hall(service)
    await hall.register_all()
    use = (await hall.request()).json()
    headers = hall.auth(role, **PRIVILEGED[role])
    for command, body in (("approve", {}), ("refuse", {"reason": "不符"}), ("cancel", {})):
        assert (await hall.post(use["id"], command, headers, use["version"], **body)).status_code == 403
    case_id, document_id = service.neighbours.put_document()
    wanted = {"case_id": str(case_id), "document_id": str(document_id), "purpose": "证明"}
    answer = await service.client.post(f"{API}/seals/{hall.seal_id}/uses", json=wanted, headers=headers)
    assert answer.status_code == 403
    assert (await hall.state(use["id"]))["state"] == "requested"


async def test_a_custodian_who_is_an_administrator_as_well_still_holds_one_piece_only(service: Service) -> None:
    hall = Hall(service)
    use = await hall.approved()
    one = demo_account(f"custodian1.{VILLAGE}")
    assert (await hall.post(use, "open", hall.custodian_auth(1))).status_code == 200
    again = await hall.post(use, "open", hall.custodian_auth(1))
    assert (again.status_code, again.json()["code"]) == (409, "supervision.already_opened")
    for role in ("system_admin", "county_admin"):
        assert (await hall.post(use, "open", hall.auth(role, sub=one, **PRIVILEGED[role]))).status_code == 403
    assert stands(await hall.state(use)) == ("opening", 1, 0)


async def test_nobody_is_appointed_to_two_pieces_of_a_seal(service: Service) -> None:
    hall = Hall(service)
    await hall.find_seal()
    one = {"id": str(new_id()), "name": "李四", "role": "custodian", "title": "保管岗"}
    two = one | {"id": str(new_id())}
    service.neighbours.holders = [one, two]
    body = {
        "division": VILLAGE,
        "name": "另一枚章",
        "resolution": "村民代表会议〔2026〕第8号，2026年11月10日",
        "resolved_on": "2020-03-01",
    }
    admin = hall.auth("county_admin", **WHOLE_COUNTY)
    twice = body | {"custodians": [one["id"], one["id"], two["id"]]}
    answer = await service.client.post(f"{API}/seals", json=twice, headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "supervision.two_pieces")


def reset(account: UUID, by: UUID) -> dict[str, Any]:
    return {
        "actor": str(by), "role": "county_admin", "action": "account.reset_password", "object_kind": "account",
        "object_id": str(account), "people": [], "division": "", "outcome": "ok",
    }  # fmt: skip


async def test_who_resets_a_custodian_s_password_makes_no_key_in_its_name(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    admin, captured, honest = new_id(), new_id(), new_id()
    service.clock.move(timedelta(minutes=1))
    await service.deliver(
        [reset(demo_account(f"custodian2.{VILLAGE}"), admin), reset(captured, admin)], source="gateway"
    )
    service.clock.move(timedelta(minutes=1))
    hall.custodians[1] = Custodian()
    answer = await hall.register(2)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.custodian_unconfirmed")
    client, path = service.client, f"{API}/seals/{hall.seal_id}/custodians/2/key/lost"
    change = (await client.post(path, json={"reason": "damaged"}, headers=hall.custodian_auth(2))).json()
    for confirming, status in ((admin, 409), (captured, 409), (honest, 200)):
        headers = hall.auth("supervisor", sub=confirming) | {"If-Match": '"1"'}
        answer = await client.post(f"{API}/seal-changes/{change['id']}/confirm", headers=headers)
        assert answer.status_code == status, answer.text
    assert (await hall.register(2)).status_code == 201
    hall.custodians[0] = Custodian()
    assert (await hall.register(1)).status_code == 201, "whose password was not reset makes a new key as before"


def account(role: str) -> str:
    return str(demo_account(f"{role}.{VILLAGE}"))


async def test_one_person_with_two_accounts_approves_nothing_of_its_own_and_holds_one_piece(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    use = (await hall.request()).json()
    for pair in (("village_official", "custodian2"), ("village_official", "clerk"), ("custodian1", "custodian3")):
        service.neighbours.one_person = [{account(role) for role in pair}]
        answer = await hall.post(use["id"], "approve", hall.auth("village_official"), use["version"])
        assert (answer.status_code, answer.json()["code"]) == (409, "supervision.same_person"), pair
    service.neighbours.one_person = [{account("clerk"), account("custodian1")}]
    answer = await hall.post(use["id"], "approve", hall.auth("village_official"), use["version"])
    assert answer.status_code == 200, "who asks may keep a piece: the others and the approver are other people"


async def test_nothing_is_approved_while_nobody_knows_whose_the_accounts_are(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    use = (await hall.request()).json()
    service.neighbours.registry_down = True
    answer = await hall.post(use["id"], "approve", hall.auth("village_official"), use["version"])
    assert answer.status_code == 503
    assert (await hall.state(use["id"]))["state"] == "requested"


@pytest.mark.parametrize("twin", ["another custodian", "an approver"])
async def test_nobody_is_appointed_who_is_a_custodian_or_an_approver_under_another_account(
    service: Service, twin: str
) -> None:
    hall = Hall(service)
    await hall.find_seal()
    people = [{"id": str(new_id()), "name": "李四", "role": "custodian", "title": "保管岗"} for _ in range(3)]
    official = {"id": str(new_id()), "name": "李四", "role": "village_official", "title": "主任"}
    service.neighbours.holders = [*people, official]
    other = people[1] if twin == "another custodian" else official
    service.neighbours.one_person = [{people[0]["id"], other["id"]}]
    admin = hall.auth("county_admin", **WHOLE_COUNTY)
    body = {
        "division": VILLAGE,
        "name": "另一枚章",
        "resolution": "村民代表会议〔2026〕第8号，2026年11月10日",
        "resolved_on": "2020-03-01",
    }
    founded = await service.client.post(
        f"{API}/seals", json=body | {"custodians": [one["id"] for one in people]}, headers=admin
    )
    assert (founded.status_code, founded.json()["code"]) == (409, "supervision.same_person")
    if twin == "an approver":
        path = f"{API}/seals/{hall.seal_id}/custodians/2/successor"
        order = {"account": people[0]["id"], "resolution": body["resolution"], "resolved_on": "2020-03-01"}
        answer = await service.client.post(path, json=order, headers=admin)
        assert answer.json()["code"] == "supervision.same_person"
