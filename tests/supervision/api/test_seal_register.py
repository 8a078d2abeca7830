"""Who holds a seal is proposed by one and confirmed by another; a lost key signs no more."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography import x509
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.people import Custodian
from tests.supervision.sealing import API, VILLAGE, Hall

RESOLUTION = "村民代表会议〔2026〕第8号，2026年11月10日"


def holder(role: str = "custodian", name: str = "李四") -> dict[str, str]:
    return {"id": str(new_id()), "name": name, "role": role, "title": f"{name}保管岗"}


async def decided(hall: Hall, change: dict[str, Any], role: str = "supervisor", **body: str) -> httpx.Response:
    headers = hall.auth(role) | {"If-Match": f'"{change["version"]}"'}
    step = "refuse" if body else "confirm"
    return await hall.service.client.post(
        f"{API}/seal-changes/{change['id']}/{step}", json=body or None, headers=headers
    )


async def proposed_successor(hall: Hall, account: str, position: int = 2) -> httpx.Response:
    return await hall.service.client.post(
        f"{API}/seals/{hall.seal_id}/custodians/{position}/successor",
        json={"account": account, "resolution": RESOLUTION, "resolved_on": "2020-03-01"},
        headers=hall.auth("county_admin", divisions=[hall.tenant]),
    )


async def lost(hall: Hall, position: int, headers: dict[str, str], reason: str = "stolen") -> httpx.Response:
    path = f"{API}/seals/{hall.seal_id}/custodians/{position}/key/lost"
    return await hall.service.client.post(path, json={"reason": reason}, headers=headers)


async def custodians(hall: Hall) -> list[dict[str, Any]]:
    answer = await hall.service.client.get(f"{API}/seals/{hall.seal_id}", headers=hall.auth("supervisor"))
    items: list[dict[str, Any]] = answer.json()["custodians"]
    return items


@pytest.fixture
def hall(service: Service) -> Hall:
    return Hall(service)


async def test_a_successor_holds_the_piece_once_the_supervisors_confirm(hall: Hall) -> None:
    await hall.register_all()
    new = holder()
    hall.service.neighbours.holders = [new]
    change = (await proposed_successor(hall, new["id"])).json()
    assert change["state"] == "waiting"
    assert change["resolution"] == RESOLUTION
    assert (await custodians(hall))[1]["has_key"]

    answer = await decided(hall, change)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "confirmed"
    second = (await custodians(hall))[1]
    assert (second["title"], second["has_key"]) == (new["title"], False)
    former = await hall.register(2)
    assert former.status_code == 404, "who held the piece before sees the seal no more"

    custodian = Custodian()
    hall.custodians[1] = custodian
    own = hall.auth("custodian", sub=UUID(new["id"]))
    hall.custodian_auth = lambda position: own if position == 2 else Hall.custodian_auth(hall, position)  # type: ignore[method-assign]
    assert (await hall.register(2)).status_code == 201
    use = (await hall.request()).json()
    await hall.post(use["id"], "approve", hall.auth("village_official"), use["version"])
    for position in (1, 2, 3):
        assert (await hall.post(use["id"], "open", hall.custodian_auth(position))).status_code == 200
    for position in (1, 2, 3):
        assert (await hall.sign(use["id"], position)).status_code == 200
    assert (await hall.state(use["id"]))["state"] == "sealed"


async def test_a_document_names_who_signed_it_though_the_piece_changed_hands(hall: Hall) -> None:
    use = await hall.sealed()
    before = (await hall.state(use))["custodians"][1]
    new = holder()
    hall.service.neighbours.holders = [new]
    await decided(hall, (await proposed_successor(hall, new["id"])).json())
    assert (await hall.state(use))["custodians"][1] == before


async def test_whoever_proposes_does_not_confirm_and_nobody_confirms_the_own_piece(hall: Hall) -> None:
    await hall.register_all()
    new = holder()
    hall.service.neighbours.holders = [new]
    change = (await proposed_successor(hall, new["id"])).json()
    township = await decided(hall, change, "township_officer")
    assert (township.status_code, township.json()["code"]) == (403, "supervision.decides_on_oneself")
    headers = hall.auth("supervisor", sub=UUID(new["id"])) | {"If-Match": '"1"'}
    own = await hall.service.client.post(f"{API}/seal-changes/{change['id']}/confirm", headers=headers)
    assert own.status_code == 403
    assert (await custodians(hall))[1]["has_key"]


async def test_a_refused_change_changes_nothing_and_may_be_proposed_again(hall: Hall) -> None:
    await hall.register_all()
    new = holder()
    hall.service.neighbours.holders = [new]
    first = await proposed_successor(hall, new["id"])
    again = await proposed_successor(hall, new["id"])
    assert (again.status_code, again.json()["code"]) == (409, "supervision.change_waiting")
    refused = await decided(hall, first.json(), reason="决议没有过半数")
    assert (refused.json()["state"], refused.json()["refusal"]) == ("refused", "决议没有过半数")
    assert (await decided(hall, refused.json())).json()["code"] == "supervision.change_decided"
    assert (await custodians(hall))[1]["has_key"]
    assert (await proposed_successor(hall, new["id"])).status_code == 201


async def test_who_approves_uses_holds_no_piece(hall: Hall) -> None:
    await hall.find_seal()
    both = holder()
    hall.service.neighbours.holders = [both, both | {"role": "village_official"}]
    answer = await proposed_successor(hall, both["id"])
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "supervision.no_candidate")


async def test_a_seal_exists_once_it_is_confirmed(hall: Hall) -> None:
    people = [holder(name=name) for name in ("甲一", "乙二", "丙三")]
    hall.service.neighbours.holders = people
    body = {
        "division": VILLAGE,
        "name": "花坪村村务监督委员会章",
        "custodians": [one["id"] for one in people],
        "resolution": RESOLUTION,
        "resolved_on": "2020-03-01",
    }
    admin = hall.auth("county_admin", divisions=[hall.tenant])
    change = (await hall.service.client.post(f"{API}/seals", json=body, headers=admin)).json()
    names = [
        seal["name"]
        for seal in (await hall.service.client.get(f"{API}/seals", headers=hall.auth("clerk"))).json()["items"]
    ]
    assert body["name"] not in names
    twice = await hall.service.client.post(f"{API}/seals", json=body, headers=admin)
    assert twice.json()["code"] == "supervision.change_waiting"
    assert (await decided(hall, change)).status_code == 200
    made = await hall.service.client.get(f"{API}/seals/{change['seal_id']}", headers=hall.auth("clerk"))
    assert [one["title"] for one in made.json()["custodians"]] == [one["title"] for one in people]
    again = await hall.service.client.post(f"{API}/seals", json=body, headers=admin)
    assert again.json()["code"] == "supervision.seal_exists"
    few = await hall.service.client.post(
        f"{API}/seals", json=body | {"name": "另一枚章", "custodians": body["custodians"][:2]}, headers=admin
    )
    assert few.json()["errors"][0]["code"] == "supervision.pieces"


async def test_a_lost_key_signs_no_more_and_what_it_opened_begins_anew(hall: Hall) -> None:
    use = await hall.opened()
    assert (await hall.sign(use, 1)).status_code == 200
    reported = await lost(hall, 2, hall.custodian_auth(2))
    assert reported.status_code == 201, reported.text
    stands = await hall.state(use)
    assert (stands["state"], [c["signed_at"] for c in stands["custodians"]]) == ("approved", [None, None, None])
    second = (await custodians(hall))[1]
    assert (second["has_key"], second["key_lost"]) == (False, True)
    missing = await hall.post(use, "open", hall.custodian_auth(2))
    assert missing.json()["code"] == "supervision.custodian_key_missing"

    hall.custodians[1] = Custodian()
    early = await hall.register(2)
    assert (early.status_code, early.json()["code"]) == (409, "supervision.key_reported_lost")
    assert (await decided(hall, reported.json())).status_code == 200
    assert (await hall.register(2)).status_code == 201
    for position in (1, 2, 3):
        assert (await hall.post(use, "open", hall.custodian_auth(position))).status_code == 200
    for position in (1, 2, 3):
        assert (await hall.sign(use, position)).status_code == 200


async def test_a_custodian_reports_the_own_key_only(hall: Hall) -> None:
    await hall.register_all()
    other = await lost(hall, 2, hall.custodian_auth(1))
    assert (other.status_code, other.json()["code"]) == (403, "supervision.not_a_custodian")
    clerk = await lost(hall, 2, hall.auth("clerk"))
    assert clerk.status_code == 403
    assert (await lost(hall, 9, hall.auth("supervisor"))).status_code == 404
    elsewhere = hall.auth("supervisor", tenant="511681", divisions=["511681002001"])
    assert (await lost(hall, 2, elsewhere)).status_code == 404
    assert (await lost(hall, 2, hall.auth("supervisor"), reason="bored")).status_code == 422


async def test_the_revocation_list_names_what_was_lost(hall: Hall) -> None:
    await hall.register_all()
    serial = (await custodians(hall))[1]["key_serial"]
    await lost(hall, 2, hall.custodian_auth(2))
    client = hall.service.client
    authority = x509.load_der_x509_certificate(
        (await client.get(f"/api/public/v1/seals/{hall.tenant}/authority.cer")).content
    )
    answer = await client.get(f"/api/public/v1/seals/{hall.tenant}/revoked.crl")
    assert answer.headers["content-type"] == "application/pkix-crl"
    listed = x509.load_der_x509_crl(answer.content)
    assert listed.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    found = listed.get_revoked_certificate_by_serial_number(int(serial, 16))
    assert found is not None
    assert found.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise
    assert (await client.get("/api/public/v1/seals/999999/revoked.crl")).status_code == 404


async def test_the_changes_of_an_area_are_listed_newest_first(hall: Hall) -> None:
    await hall.register_all()
    for position in (1, 2, 3):
        await lost(hall, position, hall.auth("supervisor"), reason="damaged")
    headers = hall.auth("supervisor")
    listed = (await hall.service.client.get(f"{API}/seal-changes?state=waiting&limit=2", headers=headers)).json()
    assert [one["position"] for one in listed["items"]] == [3, 2]
    rest = await hall.service.client.get(f"{API}/seal-changes?cursor={listed['next_cursor']}", headers=headers)
    assert [one["position"] for one in rest.json()["items"]] == [1]
    assert listed["items"][0]["my_actions"] == []
    elsewhere = hall.auth("supervisor", tenant="511681", divisions=["511681002001"])
    assert (await hall.service.client.get(f"{API}/seal-changes", headers=elsewhere)).json()["items"] == []
