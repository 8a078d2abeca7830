"""A certificate that waits for a seal goes on when its paper was stamped with the seal of rubber; the code says so."""

from typing import Any

import httpx
import pypdfium2
import pytest
from linli_kernel.contracts import supervision as contract
from linli_kernel.ids import new_id
from sqlalchemy import text

from tests.services_desk.integration.test_disclosure_notices import tell
from tests.services_desk.integration.test_sealing import approved

AT = "2026-11-23T10:30:00+08:00"
SIGNERS = [{"position": n, "title": f"第{n}保管人", "serial": f"0{n}", "signed_at": AT} for n in (1, 2, 3)]


class Stamping:
    """A decided certificate, and the seal of rubber as supervision tells of it."""

    def __init__(self, app: Any, tokens: Any, clerk: Any, official: Any) -> None:
        self.app, self.tokens, self.clerk, self.official = app, tokens, clerk, official
        self.use = str(new_id())
        self.case_id = ""
        self.paper: dict[str, Any] = {}

    async def begin(self) -> None:
        self.case_id, self.paper = await approved(self.clerk, self.official)

    def moved(self, event: str, **more: Any) -> tuple[str, dict[str, Any]]:
        told = {"document_id": self.use, "use_id": self.use, "actor": str(self.clerk.subject)}
        return event, told | {"documents": [self.paper["id"]]} | more

    def enclosed(self, copies: int = 1, impressions: int = 1, **more: Any) -> tuple[str, dict[str, Any]]:
        line = {"document_id": self.paper["id"], "case_id": self.case_id, "copies": copies, "impressions": impressions}
        told = {"document_id": self.use, "use_id": self.use, "sealed_at": AT, "signers": SIGNERS}
        return contract.SEAL_USE_ENCLOSED, told | {"stamped": [line | more]}

    async def tell(self, *events: tuple[str, dict[str, Any]]) -> None:
        await tell(self.app, self.tokens, *events)

    async def state(self) -> str:
        papers = (await self.clerk.case(self.case_id))["documents"]
        return str(next(one["state"] for one in papers if one["id"] == self.paper["id"]))

    async def words(self) -> str:
        with pypdfium2.PdfDocument((await self.clerk.get(self.paper["href"])).content) as pdf:
            return "".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())


@pytest.fixture
async def stamping(app: Any, tokens: Any, clerk: Any, official: Any) -> Stamping:
    made = Stamping(app, tokens, clerk, official)
    await made.begin()
    await made.tell(made.moved(contract.SEAL_USE_REQUESTED))
    return made


async def test_a_certificate_that_was_stamped_on_paper_is_delivered_and_its_code_says_so(
    stamping: Stamping, http: httpx.AsyncClient
) -> None:
    assert (await stamping.clerk.command(stamping.case_id, "deliver")).json()["code"] == "desk.seal_missing"
    await stamping.tell(stamping.enclosed())
    assert await stamping.state() == "stamped"
    shown = (await http.get(f"/api/public/v1/verifications/{stamping.paper['token']}")).json()
    assert (shown["state"], shown["sha256"], shown["sealed_at"]) == ("stamped", None, "2026-11-23T02:30:00Z")
    assert [one["title"] for one in shown["signers"]] == ["第1保管人", "第2保管人", "第3保管人"]
    path = f"/api/public/v1/verifications/{stamping.paper['token']}"
    assert (await http.post(path, json={"sha256": "0" * 64})).json()["matches"] is False
    receipt = (await stamping.clerk.case(stamping.case_id))["receipt_token"]
    assert (await http.get(f"/api/public/v1/receipts/{receipt}")).json()["sealing"] == "sealed"
    assert (await stamping.clerk.do(stamping.case_id, "deliver"))["state"] == "delivered"


async def test_it_stands_in_the_ledger_once_however_often_it_is_told(stamping: Stamping) -> None:
    for _ in range(2):
        await stamping.tell(stamping.enclosed(copies=2, impressions=3))
    async with stamping.app.state.linli.database.transaction("421202") as tx:
        rows = await tx.all(text("SELECT type, data FROM outbox ORDER BY seq"))
    own = [row["data"] for row in rows if stamping.paper["id"] in str(row["data"])]
    acts = [one for one in own if one.get("action") == "document.stamp"]
    assert [act["detail"] for act in acts] == [
        {"use": stamping.use, "number": stamping.paper["number"], "copies": 2, "impressions": 3}
    ]
    assert acts[0]["case_id"] == stamping.case_id
    events = [row["data"]["state"] for row in rows if row["type"].endswith("stamped.v1") and row["data"] in own]
    assert events == ["stamped"]


async def test_what_is_printed_for_the_stamp_has_a_place_for_it_and_never_the_seal_s_picture(
    stamping: Stamping,
) -> None:
    asked = await stamping.words()
    assert "预览" not in asked
    await stamping.tell(stamping.moved(contract.SEAL_USE_CANCELLED))
    assert "预览" in await stamping.words(), "nobody stamps what was taken back"
    await stamping.tell(stamping.moved(contract.SEAL_USE_REQUESTED), stamping.enclosed())
    assert await stamping.words() == asked


@pytest.mark.parametrize("made", [{"copies": 0, "impressions": 0}, {"copies": 1, "impressions": 0}])
async def test_what_was_not_stamped_waits_on_and_can_be_asked_for_again(
    stamping: Stamping, made: dict[str, int]
) -> None:
    await stamping.tell(stamping.enclosed(**made))
    assert await stamping.state() == "awaiting_seal"
    assert "预览" in await stamping.words()
    await stamping.tell(stamping.moved(contract.SEAL_USE_REQUESTED), stamping.enclosed())
    assert await stamping.state() == "stamped"


async def test_a_refused_stamp_opens_the_ways_out_and_whoever_has_the_case_hears_of_it(stamping: Stamping) -> None:
    await stamping.tell(stamping.moved(contract.SEAL_USE_REFUSED))
    commands = set((await stamping.official.case(stamping.case_id))["commands"])
    assert {"not-issue", "return-to-step"} <= commands
    told = (await stamping.clerk.get("/api/desk/v1/notices?limit=200")).json()["items"]
    assert any(stamping.case_id in str(one) and "印" in one["title"] for one in told)
    order = {"reason": "与登记不符", "basis": "清单第三条"}
    await stamping.official.do(stamping.case_id, "not-issue", order)
    await stamping.tell(stamping.enclosed())
    assert await stamping.state() == "void", "what is void stays void, whatever was stamped meanwhile"


async def test_a_paper_is_stamped_only_as_one_of_its_own_case(stamping: Stamping) -> None:
    await stamping.tell(stamping.enclosed(case_id=str(new_id())))
    assert await stamping.state() == "awaiting_seal"
