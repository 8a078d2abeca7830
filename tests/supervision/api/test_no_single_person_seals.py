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
    body = {"division": VILLAGE, "name": "另一枚章", "resolution": "村民代表会议〔2026〕第8号，2026年11月10日"}
    admin = hall.auth("county_admin", **WHOLE_COUNTY)
    twice = body | {"custodians": [one["id"], one["id"], two["id"]]}
    answer = await service.client.post(f"{API}/seals", json=twice, headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "supervision.two_pieces")


def reset(account: UUID, by: UUID) -> dict[str, Any]:
    return {
        "actor": str(by), "role": "county_admin", "action": "account.reset_password", "object_kind": "account",
        "object_id": str(account), "people": [], "division": "", "outcome": "ok",
    }  # fmt: skip


async def report_and_confirm(hall: Hall, by: UUID) -> None:
    """The custodian of the second piece reports the key lost; `by` confirms who the custodian is."""
    client, path = hall.service.client, f"{API}/seals/{hall.seal_id}/custodians/2/key/lost"
    change = await client.post(path, json={"reason": "damaged"}, headers=hall.custodian_auth(2))
    assert change.status_code == 201, change.text
    headers = hall.auth("supervisor", sub=by) | {"If-Match": '"1"'}
    answer = await client.post(f"{API}/seal-changes/{change.json()['id']}/confirm", headers=headers)
    assert answer.status_code == 200, answer.text


async def test_who_resets_a_custodian_s_password_makes_no_key_in_its_name(service: Service) -> None:
    hall = Hall(service)
    await hall.register_all()
    admin, captured, honest = new_id(), new_id(), new_id()
    # The seed appoints by the machine's clock, which is ahead of the tests' own.
    await service.linli.database.pool.execute("UPDATE seal_custodian SET since = $1", service.clock.now())
    service.clock.move(timedelta(minutes=1))
    await service.deliver(
        [reset(demo_account(f"custodian2.{VILLAGE}"), admin), reset(captured, admin)], source="gateway"
    )
    service.clock.move(timedelta(minutes=1))
    hall.custodians[1] = Custodian()
    answer = await hall.register(2)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.custodian_unconfirmed")
    for confirming in (admin, captured):
        await report_and_confirm(hall, confirming)
        assert (await hall.register(2)).json()["code"] == "supervision.custodian_unconfirmed"
    await report_and_confirm(hall, honest)
    assert (await hall.register(2)).status_code == 201
    hall.custodians[0] = Custodian()
    assert (await hall.register(1)).status_code == 201, "whose password was not reset makes a new key as before"
