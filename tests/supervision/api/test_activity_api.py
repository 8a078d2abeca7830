"""The committee's activity record: what stands in it by itself, and what does not."""

from typing import Any

from linli_kernel.ids import new_id

from tests.supervision.disclosing import Disclosing
from tests.supervision.sealing import VILLAGE, Hall

ACTIVITY = f"/api/supervision/v1/committee/activity?division={VILLAGE}"
INQUIRY = {"division": VILLAGE, "question": 1, "origin": "planned", "group": "discipline", "subject": "窗口服务态度"}


async def listed(service: Any, role: str = "supervisor", more: str = "") -> list[dict[str, Any]]:
    answer = await service.client.get(f"{ACTIVITY}{more}", headers=service.auth(role))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def told(service: Any) -> None:
    """Let the service's own acts reach its log, as its relay does."""
    await service.deliver(await service.outbox("cn.linli.act"), source="supervision")


async def test_what_the_committee_does_stands_in_its_record_by_itself(service: Any) -> None:
    village, hall = Disclosing(service), Hall(service)
    checked = await village.step(
        await village.step(await village.draft(), "submit", "bookkeeper"), "check", "supervisor"
    )
    use = await hall.opened()
    made = await service.client.post("/api/supervision/v1/inquiries", json=INQUIRY, headers=service.auth("supervisor"))
    await told(service)
    lines = await listed(service)
    # Three custodians opened, and that is one opening; submitting and asking for the seal are nobody's activity here.
    assert [(one["action"], one["of"], one["object_id"]) for one in lines] == [
        ("inquiry.plan", "inquiry", made.json()["id"]),
        ("seal-use.open", "seal-use", use),
        ("disclosure.check", "disclosure", checked["id"]),
    ]
    assert lines[2]["item"] == "accounts"
    headers = service.auth("auditor")
    entry = f"/api/supervision/v1/ledger/421202/entries/{lines[1]['entry']}"
    assert (await service.client.get(entry, headers=headers)).json()["action"] == "seal-use.open"
    rest = (await service.client.get(f"{ACTIVITY}&limit=2", headers=headers)).json()
    after = await listed(service, "auditor", f"&limit=2&cursor={rest['next_cursor']}")
    assert [one["entry"] for one in rest["items"] + after] == [one["entry"] for one in lines]
    assert await listed(service, more=f"&year={service.clock.today().year - 1}") == []


async def test_the_envelope_of_a_rubber_seal_is_in_the_record_and_who_else_approved_is_not(service: Any) -> None:
    use = str(new_id())
    one = {
        "object_kind": "seal-use",
        "object_id": use,
        "division": VILLAGE,
        "role": "custodian",
        "actor": str(new_id()),
    }
    steps = [
        ("open", "opening"),
        ("open", "opening"),
        ("open", "present"),
        ("unseal", "unsealed"),
        ("reclose", "reclosed"),
    ]
    acts = [one | {"action": f"seal-use.{step}", "detail": {"state": state}} for step, state in steps]
    approved = one | {"action": "seal-use.approve", "detail": {}}
    acts += [approved | {"role": "township_officer"}, approved | {"role": "supervisor"}]
    acts += [one | {"action": "disclosure.check", "role": "supervisor", "division": "421202104217"}]
    await service.deliver(acts, source="supervision")
    service.neighbours.names[one["actor"]] = "王敏"
    lines = await listed(service)
    assert [line["action"] for line in lines] == [
        "seal-use.approve", "seal-use.reclose", "seal-use.unseal", "seal-use.open",
    ]  # fmt: skip
    assert lines[0]["actor"]["name"] == "王敏"


async def test_the_record_belongs_to_whoever_reads_the_committees_work(service: Any) -> None:
    for role, status in (("village_official", 200), ("township_officer", 200), ("clerk", 403), ("resident", 403)):
        assert (await service.client.get(ACTIVITY, headers=service.auth(role))).status_code == status
    stranger = service.auth("supervisor", divisions=["421202104217"])
    assert (await service.client.get(ACTIVITY, headers=stranger)).status_code == 404
    assert (await service.client.get(ACTIVITY)).status_code == 401
    for wrong in ("&year=1", "&cursor=x", "&limit=0", "&who=1"):
        assert (await service.client.get(ACTIVITY + wrong, headers=service.auth("auditor"))).status_code == 422
