"""The whole life of a case, from the window to the resident's phone."""

from datetime import timedelta
from typing import Any

import httpx
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role

from tests.services_desk.flow import accepted_case

ALLOWANCE = "80周岁以上老年人高龄津贴发放"


async def test_an_allowance_is_opened_supplemented_accepted_checked_decided_delivered_and_rated(
    clerk: Any, official: Any, officer: Any, http: httpx.AsyncClient, neighbours: Any, clock: FrozenClock
) -> None:
    opened = await clerk.open(ALLOWANCE)
    assert opened["state"] == "draft"
    assert opened["link"] == "linked"
    case = await clerk.case(opened["id"])
    assert case["form"]["name"] == "张桂兰"
    assert "19430611" not in case["form"]["identity_number"]
    assert neighbours.authorizations[-1] == clerk.headers["Authorization"]

    asked = await clerk.do(case["id"], "supplement")
    assert asked["clock"] is None
    assert {document["kind"] for document in asked["documents"]} == {"receipt", "supplement_notice"}
    notice = (await clerk.case(case["id"]))["supplements"][0]
    assert {"银行卡（折）号"} <= {item["name"] for item in notice["items"]}

    await clerk.tick_all(case["id"])
    version = (await clerk.case(case["id"]))["version"]
    patched = await clerk.patch(
        f"/api/desk/v1/cases/{case['id']}", {"form": {"bank_account": "6217001234567890123"}}, version
    )
    assert patched.status_code == 200, patched.text
    await clerk.do(case["id"], "resume")
    accepted = await clerk.do(case["id"], "accept")
    assert accepted["clock"]["state"] == "green"
    assert accepted["clock"]["due"] == "2026-12-07", "ten working days after the Monday of acceptance"
    token = accepted["receipt_token"]

    early = await http.post(f"/api/public/v1/evaluations/{token}", json={"level": 5})
    assert early.json()["code"] == "desk.not_decided_yet"

    checked = await official.do(case["id"], "steps/village_check/complete", {"comment": "入户核实属实"})
    assert checked["state"] == "handling"
    decided = await officer.do(case["id"], "decide", {"outcome": "approved"})
    assert decided["state"] == "decided"
    assert decided["clock"]["state"] == "done"
    await clerk.do(case["id"], "deliver")
    await clerk.do(case["id"], "close")

    followed = (await http.get(f"/api/public/v1/receipts/{token}")).json()
    assert followed["applicant_name"] == "张*"
    assert followed["evaluation_open"] is True
    assert "42120219" not in str(followed)
    rated = await http.post(f"/api/public/v1/evaluations/{token}", json={"level": 5, "comment": "办得快"})
    assert rated.status_code == 201
    again = await http.post(f"/api/public/v1/evaluations/{token}", json={"level": 1})
    assert again.json()["code"] == "desk.already_rated"
    final = await clerk.case(case["id"])
    assert [entry["command"] for entry in final["history"]] == [
        "open", "supplement", "edit", "resume", "accept", "complete-step", "decide", "deliver", "close",
    ]  # fmt: skip
    assert final["evaluation"] == 5


async def test_the_days_of_a_supplement_move_the_deadline(clerk: Any, official: Any, clock: FrozenClock) -> None:
    case_id = (await clerk.open(ALLOWANCE, form={"bank_account": "6217001234567890123"}))["id"]
    await clerk.tick_all(case_id)
    accepted = await clerk.do(case_id, "accept")
    clock.move(timedelta(days=1))
    paused = await official.do(case_id, "supplement", {"items": [{"material_id": "photo", "text": "照片不清晰"}]})
    assert paused["clock"]["state"] == "paused"
    clock.move(timedelta(days=2))
    resumed = await official.do(case_id, "resume")
    assert (accepted["clock"]["due"], resumed["clock"]["due"]) == ("2026-12-07", "2026-12-09")


async def test_who_checked_a_case_cannot_decide_it(clerk: Any, hire: Any, clock: FrozenClock) -> None:
    case_id = (await clerk.open(ALLOWANCE, form={"bank_account": "6217001234567890123"}))["id"]
    await clerk.tick_all(case_id)
    await clerk.do(case_id, "accept")
    official = hire(Role.VILLAGE_OFFICIAL)
    await official.do(case_id, "steps/village_check/complete")
    same_person = hire(Role.TOWNSHIP_OFFICER, sub=official.subject)
    refused = await same_person.command(case_id, "decide", {"outcome": "approved"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "desk.same_person"


async def test_who_accepts_a_case_that_came_back_does_not_check_it(hire: Any) -> None:
    case = await accepted_case(hire)
    official, officer = hire(Role.VILLAGE_OFFICIAL), hire(Role.TOWNSHIP_OFFICER)
    await official.do(case["id"], "return", {"reason": "请核对账号"})
    await officer.do(case["id"], "accept")
    await official.do(case["id"], "steps/village_check/complete")
    refused = await officer.command(case["id"], "decide", {"outcome": "refused"})
    assert (refused.status_code, refused.json()["code"]) == (409, "desk.same_person")
    assert (await hire(Role.TOWNSHIP_OFFICER).do(case["id"], "decide", {"outcome": "refused"}))["state"] == "decided"


async def test_a_withdrawn_case_asks_its_applicant_for_nothing_more(clerk: Any, http: httpx.AsyncClient) -> None:
    case_id = (await clerk.open(ALLOWANCE))["id"]
    token = (await clerk.do(case_id, "supplement"))["receipt_token"]
    assert (await http.get(f"/api/public/v1/receipts/{token}")).json()["supplement"] != []
    await clerk.do(case_id, "withdraw", {"reason": "申请人不办了"})
    followed = (await http.get(f"/api/public/v1/receipts/{token}")).json()
    assert (followed["state"], followed["supplement"]) == ("withdrawn", [])
