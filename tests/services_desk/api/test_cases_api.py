"""What each call on a case answers, and how it refuses."""

from datetime import date
from typing import Any

import httpx
import pytest
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

from tests.services_desk.flow import decided_case

CARD = "老年人优待证办理"
ALLOWANCE = "80周岁以上老年人高龄津贴发放"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


async def accepted(clerk: Any, matter: str = ALLOWANCE) -> str:
    opened = await clerk.open(matter, form={"bank_account": "6217001234567890123"} if matter == ALLOWANCE else {})
    await clerk.tick_all(opened["id"])
    await clerk.do(opened["id"], "accept")
    return str(opened["id"])


async def test_a_forbidden_certificate_is_refused_naming_who_issues_it(clerk: Any) -> None:
    entry = await clerk.matter("婚姻状况证明")
    assert entry["state"] == "refused"
    answer = await clerk.post("/api/desk/v1/cases", {"matter_id": entry["id"], "applicant": {"name": "王芳"}})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "desk.certificate_forbidden"
    assert entry["refused"]["issuer"] in problem["detail"]


async def test_a_guide_entry_has_no_form_to_open_a_case_on(clerk: Any) -> None:
    found = (await clerk.get("/api/desk/v1/matters", params={"q": "残疾人证换领"})).json()["items"]
    assert found[0]["state"] == "guide"
    answer = await clerk.post("/api/desk/v1/cases", {"matter_id": found[0]["id"], "applicant": {"name": "王芳"}})
    assert answer.json()["code"] == "desk.matter_not_ready"


async def test_matters_are_found_by_initials_and_page_without_gaps(clerk: Any) -> None:
    by_initials = (await clerk.get("/api/desk/v1/matters", params={"q": "gljt"})).json()["items"]
    assert ALLOWANCE in {item["name"] for item in by_initials}
    seen, cursor = [], None
    while True:
        query = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = (await clerk.get("/api/desk/v1/matters", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) > 1_100


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"matter_id": "x"}, "/matter_id"),
        ({"matter_id": str(new_id()), "unknown": 1}, "/unknown"),
        ({"matter_id": str(new_id()), "applicant": {"name": ""}}, "/applicant/name"),
        ({"matter_id": str(new_id()), "division": "42"}, "/division"),
    ],
)
async def test_a_malformed_order_is_refused_by_its_field(clerk: Any, order: dict[str, Any], pointer: str) -> None:
    answer = await clerk.post("/api/desk/v1/cases", order)
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


async def test_a_command_needs_the_version_that_was_read(clerk: Any) -> None:
    opened = await clerk.open(CARD)
    path = f"/api/desk/v1/cases/{opened['id']}/receive"
    assert (await clerk.post(path, {})).status_code == 428
    assert (await clerk.post(path, {}, 7)).status_code == 412
    assert (await clerk.post(path, {}, 1)).status_code == 200


async def test_the_same_key_opens_one_case(clerk: Any) -> None:
    matter = await clerk.matter(CARD)
    order = {"matter_id": matter["id"], "applicant": {"name": "王芳"}}
    headers = {**clerk.headers, "Idempotency-Key": str(new_id())}
    answers = [await clerk.http.post("/api/desk/v1/cases", json=order, headers=headers) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    other = await clerk.http.post("/api/desk/v1/cases", json={**order, "channel": "letter"}, headers=headers)
    assert other.json()["code"] == "idempotency.key_reused"


async def test_an_upload_can_be_retried_with_its_key(clerk: Any) -> None:
    opened = await clerk.open(CARD)
    headers = {**clerk.headers, "Idempotency-Key": str(new_id())}
    for _ in range(2):
        answer = await clerk.http.post(
            f"/api/desk/v1/cases/{opened['id']}/materials",
            files={"file": ("a.png", PNG)},
            data={"material_id": "photo"},
            headers=headers,
        )
        assert answer.status_code == 201, answer.text


async def test_acceptance_names_every_missing_field_and_then_every_missing_material(clerk: Any) -> None:
    opened = await clerk.open(ALLOWANCE)
    refused = await clerk.command(opened["id"], "accept")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/form/bank_account"]
    version = (await clerk.case(opened["id"]))["version"]
    form = {"form": {"bank_account": "6217001234567890123"}}
    assert (await clerk.patch(f"/api/desk/v1/cases/{opened['id']}", form, version)).status_code == 200
    refused = await clerk.command(opened["id"], "accept")
    assert refused.status_code == 409
    assert refused.json()["code"] == "desk.materials_missing"
    assert len(refused.json()["errors"]) == len(opened["missing"])


async def test_without_the_registry_the_clerk_goes_on_by_hand_and_links_later(clerk: Any, neighbours: Any) -> None:
    neighbours.down = True
    opened = await clerk.open(CARD, applicant={"name": "张桂兰"})
    assert opened["link"] == "unlinked"
    day = (await clerk.get("/api/desk/v1/workbench")).json()
    assert opened["id"] in {case["id"] for case in day["unlinked"]}
    neighbours.down = False
    linked = await clerk.post(f"/api/desk/v1/cases/{opened['id']}/link", {}, opened["version"])
    assert linked.status_code == 200, linked.text
    assert linked.json()["link"] == "linked"
    assert linked.json()["form"]["birth_date"] == "1943-06-11"


async def test_a_resident_that_the_registry_does_not_show_is_not_found(clerk: Any, neighbours: Any) -> None:
    matter = await clerk.matter(CARD)
    answer = await clerk.post("/api/desk/v1/cases", {"matter_id": matter["id"], "applicant_id": str(new_id())})
    assert answer.status_code == 404


async def test_a_paper_once_uploaded_is_reused_and_never_asked_for_again(clerk: Any) -> None:
    first = await clerk.open(CARD)
    path = f"/api/desk/v1/cases/{first['id']}/materials"
    sent = await clerk.http.post(
        path, files={"file": ("a.png", PNG)}, data={"material_id": "photo"}, headers=clerk.headers
    )
    assert sent.status_code == 201
    second = await clerk.case((await clerk.open(CARD))["id"])
    assert {material["id"] for material in second["materials"] if material["on_file"]} >= {"photo"}
    photo = next(material for material in second["materials"] if material["id"] == "photo")
    assert photo["state"] == "reused", "what is on file is there from the first moment"
    assert photo["attachment_id"] == (await clerk.case(first["id"]))["materials"][_at(second, "photo")]["attachment_id"]
    path = f"/api/desk/v1/cases/{second['id']}/materials/photo"
    assert (await clerk.put(path, {"state": "missing"})).json()["missing"].count("photo") == 1
    reused = await clerk.put(path, {"state": "reused"})
    assert reused.status_code == 200, reused.text


def _at(case: dict[str, Any], material: str) -> int:
    return next(n for n, one in enumerate(case["materials"]) if one["id"] == material)


async def test_a_paper_that_has_run_out_is_asked_for_again(clerk: Any, app: Any) -> None:
    first = await clerk.open(CARD)
    path = f"/api/desk/v1/cases/{first['id']}/materials"
    await clerk.http.post(path, files={"file": ("a.png", PNG)}, data={"material_id": "photo"}, headers=clerk.headers)
    expire = "UPDATE paper SET valid_until = $1 WHERE case_id = $2"
    await app.state.linli.database.pool.execute(expire, date(2026, 11, 22), first["id"])
    assert "photo" in (await clerk.open(CARD))["missing"]
    await app.state.linli.database.pool.execute(expire, date(2026, 11, 30), first["id"])
    photo = (await clerk.open(CARD))["materials"][_at(first, "photo")]
    assert (photo["state"], photo["on_file_until"]) == ("reused", "2026-11-30")


async def test_a_case_that_the_registry_did_not_confirm_takes_nobodys_papers(clerk: Any, neighbours: Any) -> None:
    first = await clerk.open(CARD)
    path = f"/api/desk/v1/cases/{first['id']}/materials"
    await clerk.http.post(path, files={"file": ("a.png", PNG)}, data={"material_id": "photo"}, headers=clerk.headers)
    neighbours.down = True
    assert "photo" in (await clerk.open(CARD, applicant={"name": "张桂兰"}))["missing"]


async def test_a_file_that_is_no_picture_or_pdf_is_refused_whatever_it_is_called(clerk: Any) -> None:
    opened = await clerk.open(CARD)
    answer = await clerk.http.post(
        f"/api/desk/v1/cases/{opened['id']}/materials",
        files={"file": ("a.pdf", b"<script>", "application/pdf")},
        data={"material_id": "photo"},
        headers=clerk.headers,
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "desk.file_type"


async def test_a_deferred_material_needs_a_day_and_counts_as_there(clerk: Any) -> None:
    opened = await clerk.open(CARD)
    path = f"/api/desk/v1/cases/{opened['id']}/materials"
    assert (await clerk.put(f"{path}/photo", {"state": "deferred"})).status_code == 422
    deferred = await clerk.put(f"{path}/photo", {"state": "deferred", "promise_date": "2026-12-01"})
    assert deferred.status_code == 200, deferred.text
    await clerk.put(f"{path}/identity_card", {"state": "original_checked"})
    await clerk.do(opened["id"], "accept")
    brought = await clerk.put(f"{path}/photo", {"state": "original_checked"})
    assert brought.status_code == 200, "what was promised is taken after acceptance"
    again = await clerk.put(f"{path}/identity_card", {"state": "missing"})
    assert again.json()["code"] == "desk.not_editable"


async def test_a_second_supplement_needs_an_officer_and_a_reason(clerk: Any, officer: Any) -> None:
    case_id = await accepted(clerk)
    item = {"items": [{"material_id": "photo", "text": "照片不清晰"}]}
    await clerk.do(case_id, "supplement", item)
    await clerk.do(case_id, "resume")
    assert (await clerk.command(case_id, "supplement", {**item, "reason": "还要一份"})).status_code == 403
    assert (await officer.command(case_id, "supplement", item)).status_code == 403
    await officer.do(case_id, "supplement", {**item, "reason": "补拍后仍不清晰"})


async def test_a_step_belongs_to_its_role_and_waits_for_its_turn(clerk: Any, official: Any, officer: Any) -> None:
    case_id = await accepted(clerk)
    assert (await officer.command(case_id, "decide", {"outcome": "approved"})).json()["code"] == "desk.steps_missing"
    wrong = await officer.command(case_id, "steps/village_check/complete")
    assert wrong.json()["code"] == "desk.step_not_yours"
    await official.do(case_id, "steps/village_check/complete")
    assert (await official.command(case_id, "steps/village_check/complete")).json()["code"] == "desk.step_not_waiting"
    assert (await official.command(case_id, "decide", {"outcome": "approved"})).json()["code"] == "desk.step_not_yours"


async def test_a_case_goes_back_to_a_step_and_to_the_window_and_keeps_its_deadline(
    clerk: Any, official: Any, officer: Any
) -> None:
    case_id = await accepted(clerk)
    due = (await clerk.case(case_id))["clock"]["due"]
    await official.do(case_id, "steps/village_check/complete")
    await officer.do(case_id, "return", {"to_step": "village_check", "reason": "请再核实居住情况"})
    await official.do(case_id, "steps/village_check/complete")
    back = await officer.do(case_id, "return", {"reason": "银行卡户名不符"})
    assert back["state"] == "received"
    again = await clerk.do(case_id, "accept")
    assert again["clock"]["due"] == due


async def test_a_withdrawn_case_takes_nothing_but_reopening(clerk: Any, officer: Any) -> None:
    case_id = await accepted(clerk)
    await clerk.do(case_id, "withdraw", {"reason": "申请人不再申请"})
    assert (await clerk.command(case_id, "accept")).json()["code"] == "desk.command_not_allowed"
    await officer.do(case_id, "reopen", {"reason": "申请人改变主意"})
    assert (await clerk.do(case_id, "accept"))["clock"]["state"] == "green"


async def test_the_list_filters_by_state_clock_and_turn(clerk: Any, official: Any) -> None:
    case_id = await accepted(clerk)

    async def ids(person: Any, **query: Any) -> set[str]:
        items = (await person.get("/api/desk/v1/cases", params={"limit": 200, **query})).json()["items"]
        return {item["id"] for item in items}

    assert case_id in await ids(clerk, state="accepted")
    assert case_id not in await ids(clerk, state="draft")
    assert case_id in await ids(clerk, clock="green")
    assert case_id not in await ids(clerk, clock="overdue")
    assert case_id not in await ids(clerk, clock="done")
    assert case_id in await ids(official, mine=True)
    assert case_id in await ids(clerk, division="421202104")
    assert case_id not in await ids(clerk, division="421202105")
    assert (await clerk.get("/api/desk/v1/cases", params={"division": "花坪"})).status_code == 422
    assert (await clerk.get("/api/desk/v1/cases", params={"colour": "red"})).status_code == 422
    await clerk.do(case_id, "withdraw", {"reason": "申请人不再申请"})
    assert case_id not in await ids(clerk, clock="done"), "its clock was taken away, it was not done"


async def test_a_name_is_searched_without_standing_in_an_address(clerk: Any) -> None:
    opened = await clerk.open(CARD, applicant_id=None, applicant={"name": "欧阳修远"})
    found = (await clerk.post("/api/desk/v1/cases/search", {"q": "欧阳修远"})).json()["items"]
    assert [item["id"] for item in found] == [opened["id"]]
    assert (await clerk.get("/api/desk/v1/cases", params={"q": "欧阳修远"})).json()["items"] == []


async def test_revealing_needs_a_purpose_and_answers_only_masked_fields(clerk: Any) -> None:
    opened = await clerk.open(CARD)
    path = f"/api/desk/v1/cases/{opened['id']}/reveal"
    assert (await clerk.post(path, {})).status_code == 422
    shown = (await clerk.post(path, {"purpose": "核对身份证"})).json()
    assert shown["values"]["identity_number"] == "421202194306110025"
    assert set(shown["values"]) == {"identity_number", "phone"}


async def test_papers_answer_as_list_and_as_pdf(clerk: Any) -> None:
    case_id = await accepted(clerk)
    path = f"/api/desk/v1/cases/{case_id}/documents"
    listed = (await clerk.get(path)).json()["items"]
    assert {item["kind"] for item in listed} == {"receipt", "acceptance_notice"}
    pdf = await clerk.get(path, params={"kind": "receipt"})
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    receipt = next(item for item in listed if item["kind"] == "receipt")
    assert (await clerk.get(receipt["href"])).content == pdf.content, "a paper never changes once it was shown"
    slip = await clerk.get(receipt["href"], params={"layout": "slip"})
    assert slip.content.startswith(b"%PDF-")


async def test_numbers_of_a_village_have_no_gap(clerk: Any) -> None:
    first, second = await accepted(clerk), await accepted(clerk)
    numbers = [int((await clerk.case(one))["number"].rsplit("-", 1)[1]) for one in (first, second)]
    assert numbers[1] == numbers[0] + 1


@pytest.mark.parametrize("token", ["x", "421202.short", "421202." + "0" * 22, "999999." + "0" * 22, "../" + "0" * 22])
async def test_an_unknown_token_is_not_found_on_any_public_page(http: httpx.AsyncClient, token: str) -> None:
    for page in ("receipts", "verifications", "tickets"):
        assert (await http.get(f"/api/public/v1/{page}/{token}")).status_code == 404
    assert (await http.post(f"/api/public/v1/evaluations/{token}", json={"level": 5})).status_code == 404


@pytest.mark.parametrize("level", [0, 6, 3.5, "5", None])
async def test_only_five_levels_exist(http: httpx.AsyncClient, level: Any) -> None:
    token = "421202." + "0" * 22
    assert (await http.post(f"/api/public/v1/evaluations/{token}", json={"level": level})).status_code == 422


async def test_the_catalogue_import_is_a_job_with_a_report(hire: Any, app: Any) -> None:
    county = hire(Role.COUNTY_ADMIN)
    header = "department,main_item,name,item_code,task_type,department_code,area_code\n"
    rows = "区民政局,,测试事项甲,T-1,5,X,511602\n区民政局,,,T-2,5,X,511602\n"
    files = {"file": ("catalogue.csv", (header + rows).encode())}
    bad = await county.http.post(
        "/api/desk/v1/matters/imports", files={"file": ("a.csv", b"a,b\n")}, headers=county.headers
    )
    assert bad.json()["code"] == "desk.catalogue_unreadable"
    answer = await county.http.post("/api/desk/v1/matters/imports", files=files, headers=county.headers)
    assert answer.status_code == 202
    while await app.state.linli.jobs.run_one():
        pass
    job = (await county.get(answer.headers["location"])).json()
    assert job["state"] == "done"
    assert job["result"]["published"] == 1
    assert job["result"]["errors"] == [{"row": 3, "column": "name", "code": "missing"}]


async def test_a_result_to_be_handed_over_is_in_the_summary_until_it_is(clerk: Any, hire: Any) -> None:
    case = await decided_case(hire)
    address = f"/api/desk/v1/residents/{case['resident_id']}/desk-summary"

    async def states() -> dict[str, str]:
        return {one["id"]: one["state"] for one in (await clerk.get(address)).json()["running"]}

    assert (await states())[case["id"]] == "decided"
    await clerk.do(case["id"], "deliver")
    assert case["id"] not in await states()


async def test_what_the_desk_knows_of_a_resident_is_a_summary(clerk: Any, neighbours: Any) -> None:
    opened = await clerk.open(CARD)
    summary = (await clerk.get(f"/api/desk/v1/residents/{opened['resident_id']}/desk-summary")).json()
    assert opened["id"] == summary["running"][0]["id"]
    assert len(summary["matters"]) == 5


async def test_nobody_is_proposed_a_matter_for_which_they_are_too_young(clerk: Any) -> None:
    for _ in range(8):
        await clerk.open(ALLOWANCE)

    async def proposed(age: int | None) -> list[str]:
        address = f"/api/desk/v1/residents/{new_id()}/desk-summary"
        found = await clerk.get(address, params={} if age is None else {"age": age})
        return [matter["name"] for matter in found.json()["matters"]]

    assert ALLOWANCE in await proposed(None)
    assert ALLOWANCE in await proposed(80)
    young = await proposed(79)
    assert ALLOWANCE not in young
    assert len(young) == 5
    malformed = await clerk.get(f"/api/desk/v1/residents/{new_id()}/desk-summary", params={"age": 200})
    assert malformed.status_code == 422


async def test_a_file_is_read_back_whole_by_those_who_may_see_the_case(clerk: Any, stranger: Any) -> None:
    opened = await clerk.open(CARD)
    sent = await clerk.http.post(
        f"/api/desk/v1/cases/{opened['id']}/materials",
        files={"file": ("a.png", PNG)},
        data={"material_id": "photo"},
        headers=clerk.headers,
    )
    material = next(item for item in sent.json()["materials"] if item["id"] == "photo")
    path = f"/api/desk/v1/cases/{opened['id']}/attachments/{material['attachment_id']}"
    answer = await clerk.get(path)
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert (await stranger.get(path)).status_code == 404


async def test_the_first_morning_shows_what_is_overdue_and_what_waits(hire: Any, clerk: Any) -> None:
    day = (await clerk.get("/api/desk/v1/workbench")).json()
    assert "周玉珍" in {case["applicant_name"] for case in day["overdue"]}
    assert "李秀英" in {case["applicant_name"] for case in day["supplements_back"]}
    assert day["counts"]["overdue"] >= 1


@pytest.mark.parametrize(
    "cursor", ["x", "WyIxIl0", "WyI5OTk5OTk5OTk5OTk5OTk5OTkiLCIwMTk5MDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ"]
)
async def test_a_cursor_that_was_never_given_out_is_refused(clerk: Any, cursor: str) -> None:
    assert (await clerk.get("/api/desk/v1/matters", params={"cursor": cursor})).status_code == 422
