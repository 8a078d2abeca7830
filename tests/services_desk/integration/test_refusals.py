"""A certificate that the village must not issue: the note says who does, has its number, and anybody can check it."""

from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from linli_kernel.identity import Role
from linli_kernel.ids import new_id
from linli_kernel.testing import FOREIGN_VILLAGE

NOTES = "/api/desk/v1/refusal-notes"


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


async def refused(clerk: Any, name: str = "婚姻状况证明") -> str:
    found: str = (await clerk.matter(name))["id"]
    return found


async def issued(clerk: Any, **more: Any) -> dict[str, Any]:
    answer = await clerk.post(NOTES, {"matter_id": await refused(clerk), "name": "李春生", **more})
    assert answer.status_code == 201, answer.text
    note: dict[str, Any] = answer.json()
    return note


async def test_the_note_on_paper_names_the_office_the_basis_and_the_remedy(clerk: Any) -> None:
    note = await issued(clerk)
    found = words((await clerk.get(note["href"])).content)
    for phrase in ("李春生", "婚姻状况证明", "婚姻登记机关", "民发〔2020〕20号", "行政复议", note["number"]):
        assert phrase in found


async def test_notes_are_numbered_without_gaps_and_printed_again_under_the_same_number(clerk: Any) -> None:
    first, second = await issued(clerk), await issued(clerk)
    counted = [int(note["number"].split("〕")[1].removesuffix("号")) for note in (first, second)]
    assert counted[1] == counted[0] + 1
    assert (await clerk.get(first["href"])).content == (await clerk.get(first["href"])).content


async def test_anybody_checks_the_note_and_reads_no_name(clerk: Any, http: Any) -> None:
    note = await issued(clerk)
    answer = await http.get(f"/api/public/v1/verifications/{note['token']}")
    assert answer.json()["kind"] == "refusal_note"
    assert answer.json()["number"] == note["number"]
    assert "李春生" not in answer.text


async def test_a_note_is_given_in_the_words_of_its_own_hall(clerk: Any, stranger: Any, hire: Any) -> None:
    note = await issued(clerk)
    assert (await stranger.get(note["href"])).status_code == 404
    assert (await hire(Role.DEPARTMENT_OFFICER).get(note["href"])).status_code == 404
    assert (await hire(Role.TOWNSHIP_OFFICER).get(note["href"])).status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 422),
        ({"division": "42"}, 422),
        ({"secret": 1}, 422),
        ({"matter_id": str(new_id())}, 404),
        ({"division": FOREIGN_VILLAGE}, 404),
    ],
)
async def test_what_is_malformed_unknown_or_elsewhere_is_refused(clerk: Any, change: Any, status: int) -> None:
    answer = await clerk.post(NOTES, {"matter_id": await refused(clerk), "name": "李春生", **change})
    assert answer.status_code == status


async def test_a_matter_that_is_handled_here_is_not_refused_on_paper(clerk: Any) -> None:
    handled = (await clerk.matter("居住情况证明"))["id"]
    assert (await clerk.post(NOTES, {"matter_id": handled, "name": "李春生"})).status_code == 404


async def test_only_who_sits_at_a_window_hands_notes_out(hire: Any, clerk: Any) -> None:
    order = {"matter_id": await refused(clerk), "name": "李春生"}
    for role in (Role.DEPARTMENT_OFFICER, Role.COUNTY_ADMIN, Role.RESIDENT):
        assert (await hire(role).post(NOTES, order)).status_code == 403


async def test_an_officer_without_a_hall_names_the_village(officer: Any, clerk: Any) -> None:
    order = {"matter_id": await refused(clerk), "name": "李春生"}
    assert (await officer.post(NOTES, order)).json()["errors"][0]["pointer"] == "/division"
