"""What an inquiry at random looks into: drawn again by everybody, chosen by nobody."""

import asyncio
from datetime import timedelta
from typing import Any

from linli_kernel.ids import new_id
from linli_supervision.inquiries.workflow import drawn

INQUIRIES = "/api/supervision/v1/inquiries"
VILLAGE, ELSEWHERE = "421202104221", "421202104217"
ORDER = {"division": VILLAGE, "question": 1, "origin": "random", "subject": "抽查办结的办件"}


async def decided(service: Any, count: int, division: str = VILLAGE) -> None:
    told = {
        "type": "cn.linli.desk.case.decided.v1",
        "from_state": "handling",
        "to_state": "decided",
        "outcome": "approved",
    }
    acts = [told | {"division": division, "case_id": str(new_id())} for _ in range(count)]
    await service.deliver(acts, source="desk")
    service.clock.move(timedelta(minutes=1))


async def planned(service: Any, count: int = 3, days: int = 30, **changed: Any) -> Any:
    order = ORDER | {"draw": {"count": count, "days": days}} | changed
    return await service.client.post(INQUIRIES, json=order, headers=service.auth("supervisor"))


async def told(service: Any) -> None:
    """Let the service's own acts reach its log, as its relay does."""
    await service.deliver(await service.outbox("cn.linli.act"), source="supervision")


async def shown(service: Any, one: dict[str, Any], role: str = "supervisor") -> dict[str, Any]:
    found: dict[str, Any] = (await service.client.get(f"{INQUIRIES}/{one['id']}", headers=service.auth(role))).json()
    return found


async def step(service: Any, one: dict[str, Any], name: str) -> Any:
    headers = service.auth("supervisor") | {"If-Match": f'"{one["version"]}"'}
    return await service.client.post(f"{INQUIRIES}/{one['id']}/{name}", json={"note": "已核实"}, headers=headers)


async def roots(service: Any) -> list[str]:
    """The roots that anybody could read by now."""
    rows = await service.linli.database.pool.fetch("SELECT encode(root, 'base64') AS root FROM ledger_checkpoint")
    return [row["root"] for row in rows]


async def test_what_is_drawn_follows_from_a_root_that_nobody_knew_when_it_was_asked_for(service: Any) -> None:
    assert (await planned(service)).json()["code"] == "supervision.nothing_to_draw"
    await decided(service, 9)
    await decided(service, 1, ELSEWHERE)
    known = await roots(service)
    one = (await planned(service)).json()
    assert (one["draw"]["seed"], one["draw"]["size"], one["draw"]["entries"]) == ("", None, [])
    assert (await step(service, one, "begin")).json()["code"] == "supervision.not_drawn_yet"
    await told(service)
    one = await shown(service, one)
    rows = await service.linli.database.pool.fetch(
        "SELECT index FROM ledger_entry WHERE action = 'desk.case.decided' AND division = $1 ORDER BY index", VILLAGE
    )
    assert one["draw"]["pool"] == 9
    assert one["draw"]["entries"] == drawn(one["draw"]["seed"], [row["index"] for row in rows], 3)
    assert one["draw"]["seed"] not in known
    checkpoint = (await service.client.get("/api/public/v1/ledger/421202/checkpoint")).text
    assert one["draw"]["seed"] in checkpoint


async def test_what_arrives_later_changes_no_draw(service: Any) -> None:
    await decided(service, 9)
    one = (await planned(service)).json()
    await told(service)
    first = (await shown(service, one))["draw"]
    # A slow source tells of an earlier hour, and the log is signed again.
    service.clock.move(timedelta(minutes=-10))
    await decided(service, 5)
    service.clock.move(timedelta(minutes=20))
    assert (await shown(service, one, "auditor"))["draw"] == first
    begun = (await step(service, one, "begin")).json()
    assert begun["draw"] == first == (await shown(service, one))["draw"]


async def test_a_question_is_not_drawn_again_until_what_was_drawn_is_looked_into(service: Any) -> None:
    await decided(service, 9)
    both = await asyncio.gather(planned(service), planned(service, count=5))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    assert (await planned(service, days=7)).json()["code"] == "supervision.drawn_already"
    one = next(answer.json() for answer in both if answer.status_code == 201)
    await told(service)
    one = (await step(service, one, "begin")).json()
    assert (await planned(service, days=7)).status_code == 409
    assert (await step(service, one, "clear")).status_code == 200
    assert (await planned(service, days=7)).status_code == 201
