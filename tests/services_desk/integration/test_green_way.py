"""一路绿灯: those whom a matter names get its shortened limit and pay less, and the counter says both beforehand."""

from typing import Any

import pypdfium2  # type: ignore[import-untyped]

PERMIT = "居住证换领、补领"


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


async def test_the_counter_names_the_day_the_fee_and_what_is_waived_before_anybody_accepts(clerk: Any) -> None:
    usual = await clerk.open(PERMIT)
    assert usual["shortened_for"]
    assert usual["limit"] == {"number": 10, "unit": "working_day", "green": False, "due": "2026-12-07"}
    assert (usual["fee"]["amount_fen"], usual["fee"]["waivable_fen"], usual["fee"]["waived_fen"]) == (1000, 1000, 0)
    green = (await clerk.patch(f"/api/desk/v1/cases/{usual['id']}", {"green": True}, usual["version"])).json()
    assert green["limit"] == {"number": 3, "unit": "working_day", "green": True, "due": "2026-11-26"}
    assert green["fee"]["waived_fen"] == 1000
    assert green["fee"]["exemption_basis"]
    back = (await clerk.patch(f"/api/desk/v1/cases/{usual['id']}", {"green": False}, green["version"])).json()
    assert (back["limit"]["number"], back["fee"]["waived_fen"]) == (10, 0)


async def test_the_clock_and_the_receipt_keep_what_the_counter_said(clerk: Any) -> None:
    opened = await clerk.open(PERMIT, green=True, form={"cause": "lost"})
    await clerk.tick_all(opened["id"])
    accepted = await clerk.do(opened["id"], "accept")
    assert accepted["clock"]["due"] == opened["limit"]["due"] == "2026-11-26"
    shown = await clerk.case(opened["id"])
    assert shown["limit"]["due"] is None, "once the clock runs it alone says the day"
    receipt = next(paper for paper in accepted["documents"] if paper["kind"] == "receipt")
    text = text_of((await clerk.get(receipt["href"])).content)
    assert "0.00元" in text
    assert "已减免10.00元" in text
    refused = await clerk.patch(f"/api/desk/v1/cases/{opened['id']}", {"green": False}, shown["version"])
    assert refused.status_code == 409, "whoever was promised the short way keeps it"


async def test_a_matter_without_a_shorter_limit_has_no_green_way(clerk: Any) -> None:
    opened = await clerk.open("80周岁以上老年人高龄津贴发放")
    assert opened["shortened_for"] is None
    refused = await clerk.patch(f"/api/desk/v1/cases/{opened['id']}", {"green": True}, opened["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "desk.no_shortened_limit")
