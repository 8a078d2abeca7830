"""Answers are encoded without a second validation, so here each is held against the model that documents it."""

from typing import Any

import httpx
from linli_kernel.http import ApiModel
from linli_services_desk.cases.schemas import Case, CaseList, CaseMoved, DocumentList, FormValues
from linli_services_desk.documents.endpoints import Verification
from linli_services_desk.evaluations.endpoints import Receipt
from linli_services_desk.matters.schemas import Matter, MatterList
from linli_services_desk.windows.schemas import Board, Called, PublicTicket, Queue, TakenTicket, WindowList
from linli_services_desk.workbench.endpoints import DeskSummary, Workbench

ALLOWANCE = "80周岁以上老年人高龄津贴发放"


def holds(model: type[ApiModel], answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    model.model_validate_json(answer.content)
    found: dict[str, Any] = answer.json()
    return found


async def test_every_answer_of_the_story_is_what_its_model_says(
    clerk: Any, official: Any, officer: Any, http: httpx.AsyncClient
) -> None:
    desk, public = "/api/desk/v1", "/api/public/v1"
    matters = holds(MatterList, await clerk.get(f"{desk}/matters", params={"q": "证明"}))["items"]
    for state in ("published", "refused", "guide"):
        entry = next(item for item in matters if item["state"] == state)
        holds(Matter, await clerk.get(f"{desk}/matters/{entry['id']}"))
    opened = await clerk.open(ALLOWANCE, form={"bank_account": "6217001234567890123"})
    case_id = opened["id"]
    await clerk.do(case_id, "supplement")
    await clerk.tick_all(case_id)
    await clerk.do(case_id, "resume")
    holds(Case, await clerk.get(f"{desk}/cases/{case_id}"))
    accepted = holds(CaseMoved, await clerk.command(case_id, "accept", {"note": "材料齐全"}))
    await official.do(case_id, "steps/village_check/complete")
    await officer.do(case_id, "decide", {"outcome": "approved"})
    decided = holds(Case, await clerk.get(f"{desk}/cases/{case_id}"))
    holds(CaseList, await clerk.get(f"{desk}/cases"))
    holds(FormValues, await clerk.post(f"{desk}/cases/{case_id}/reveal", {"purpose": "核对"}))
    papers = holds(DocumentList, await clerk.get(f"{desk}/cases/{case_id}/documents"))["items"]
    holds(Verification, await http.get(f"{public}/verifications/{papers[-1]['token']}"))
    holds(Receipt, await http.get(f"{public}/receipts/{accepted['receipt_token']}"))
    holds(Workbench, await clerk.get(f"{desk}/workbench"))
    holds(DeskSummary, await clerk.get(f"{desk}/residents/{decided['resident_id']}/desk-summary"))


async def test_every_answer_of_the_hall_is_what_its_model_says(clerk: Any, http: httpx.AsyncClient) -> None:
    taken = holds(TakenTicket, await clerk.post("/api/desk/v1/tickets", {"priority": "elder", "channel": "clerk"}))
    holds(PublicTicket, await http.get(f"/api/public/v1/tickets/{taken['token']}"))
    windows = holds(WindowList, await clerk.get("/api/desk/v1/windows"))["items"]
    holds(Called, await clerk.post(f"/api/desk/v1/windows/{windows[0]['id']}/call-next"))
    holds(WindowList, await clerk.get("/api/desk/v1/windows"))
    holds(Queue, await clerk.get("/api/desk/v1/queue"))
    holds(Board, await http.get("/api/public/v1/board", params={"division": "421202104221"}))
