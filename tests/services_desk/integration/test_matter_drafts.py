"""The next version of a matter: written by one, reviewed by another, published; running cases keep theirs."""

from typing import Any

import pytest
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_TENANT
from linli_services_desk.matters.service import ImportReport, import_rows

DRAFTS = "/api/desk/v1/matter-drafts"


@pytest.fixture
def writer(hire: Any) -> Any:
    return hire(Role.DEPARTMENT_OFFICER, department="民政局", name="李干事")


@pytest.fixture
def county(hire: Any) -> Any:
    return hire(Role.COUNTY_ADMIN, name="县管理员")


async def begun(person: Any, matter: str | None = None, name: str = "测试事项") -> dict[str, Any]:
    body = {"matter_id": (await person.matter(matter))["id"]} if matter else {"name": name}
    answer = await person.post(DRAFTS, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def saved(person: Any, draft: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {"content": {**draft["content"], **changes}, "note": "调整"}
    answer = await person.http.put(
        f"{DRAFTS}/{draft['id']}", json=body, headers={**person.headers, "If-Match": f'"{draft["version"]}"'}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def commanded(
    person: Any, draft: dict[str, Any], command: str, note: str = "", status: int = 200
) -> dict[str, Any]:
    answer = await person.post(f"{DRAFTS}/{draft['id']}/{command}", {"note": note}, draft["version"])
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_version_is_written_by_one_and_published_by_another_and_running_cases_keep_theirs(
    hire: Any, writer: Any, county: Any
) -> None:
    clerk, matter = hire(Role.CLERK), "临时救助对象认定"
    before = await clerk.open(matter, form={})
    draft = await begun(writer, matter)
    content = draft["content"]
    content["form_schema"]["properties"]["village_group"] = {"type": "string", "title": "村民小组", "maxLength": 20}
    content["form_order"] = [*content["form_order"], "village_group"]
    content["limits"]["shortened"] = {"number": 1, "unit": "working_day"}
    draft = await saved(writer, draft, **content)
    draft = await commanded(writer, draft, "submit")
    assert draft["state"] == "review"
    assert "publish" not in draft["commands"]
    refused = await commanded(writer, draft, "publish", status=409)
    assert refused["code"] == "desk.own_draft"

    seen = (await county.get(f"{DRAFTS}/{draft['id']}/comparison")).json()
    assert {(one["part"], one["key"], one["kind"]) for one in seen["changes"]} == {
        ("form", "village_group", "added"), ("limits", "shortened", "added"),
    }  # fmt: skip
    published = await commanded(county, draft, "publish")
    assert published["state"] == "published"
    assert published["commands"] == []

    versions = (await clerk.get(f"/api/desk/v1/matters/{draft['matter_id']}/versions")).json()["items"]
    assert [(one["number"], one["written_name"], one["published_name"]) for one in versions] == [
        (2, "李干事", "县管理员"), (1, "", ""),
    ]  # fmt: skip
    old, new = await clerk.case(before["id"]), await clerk.open(matter, form={})
    assert (old["matter_version"], new["matter_version"]) == (1, 2)
    assert "village_group" not in old["form_schema"]["properties"]
    assert "village_group" in (await clerk.case(new["id"]))["form_schema"]["properties"]
    path = f"/api/desk/v1/matters/{draft['matter_id']}"
    compared = (await clerk.get(f"{path}/comparison", params={"before": 1, "after": 2})).json()
    assert compared["changes"] == seen["changes"]
    assert (await clerk.get(f"{path}/versions/1")).json()["content"] == seen["before"]
    assert (await clerk.get(f"{path}/versions/9")).status_code == 404


async def test_a_new_matter_can_be_applied_for_once_it_is_published(hire: Any, writer: Any, county: Any) -> None:
    clerk, name = hire(Role.CLERK), "高龄老人送餐申请"
    draft = await begun(county, name=name)
    short = await commanded(county, draft, "submit", status=422)
    assert {one["code"] for one in short["errors"]} >= {"matter.no_fields", "matter.no_steps"}
    draft = await saved(
        county, draft, department="民政局", conditions="年满80周岁", limits={"promised": {"number": 2, "unit": "working_day"}},
        form_schema={
            "type": "object", "additionalProperties": False, "required": ["name"],
            "properties": {"name": {"type": "string", "title": "姓名", "x-prefill": "name", "maxLength": 50}},
        },
        form_order=["name"],
        steps=[{"key": "decide", "name": "村委会决定", "kind": "decide", "role": "village_official", "level": "village"}],
    )  # fmt: skip
    draft = await commanded(county, draft, "submit")
    assert (await clerk.get("/api/desk/v1/matters", params={"q": name})).json()["items"] == []
    draft = await commanded(writer, draft, "publish")
    opened = await clerk.open(name)
    assert [step["role"] for step in (await clerk.case(opened["id"]))["steps"]] == ["village_official"]


async def test_a_catalogue_imported_again_leaves_what_the_county_made_of_its_entries(
    app: Any, hire: Any, writer: Any, county: Any
) -> None:
    name = "水库移民后期扶持登记"
    entry = {
        "department": "民政局", "main_item": "", "name": name, "item_code": "LL-IMPORT-1", "task_type": "20",
        "department_code": "1", "area_code": "421202",
    }  # fmt: skip
    profile = app.state.desk.profile("421202")

    async def imported() -> ImportReport:
        report = ImportReport()
        async with app.state.linli.database.transaction("421202") as tx:
            await import_rows(tx, "421202", profile, [entry], report)
        return report

    assert (await imported()).published == 1
    draft = await begun(writer, name)
    draft = await saved(
        writer, draft, conditions="均可", limits={"promised": {"number": 5, "unit": "working_day"}},
        form_schema={"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}}, form_order=["name"],
        steps=[{"key": "decide", "name": "决定", "kind": "decide", "role": "village_official", "level": "village"}],
    )  # fmt: skip
    await commanded(county, await commanded(writer, draft, "submit"), "publish")
    again = await imported()
    assert (again.published, again.already_offered) == (0, 1)
    assert (await hire(Role.CLERK).matter(name))["state"] == "published"


async def test_every_role_that_a_step_may_name_can_handle_it(hire: Any, writer: Any, county: Any) -> None:
    clerk, name = hire(Role.CLERK), "县级审批事项"
    draft = await begun(county, name=name)
    roles = ("clerk", "village_official", "township_officer", "department_officer", "county_admin")
    steps = [
        {
            "key": role, "name": role, "kind": "decide" if role == "county_admin" else "check", "role": role, "level": "county",
            "after": list(roles[:at]),
        }
        for at, role in enumerate(roles)
    ]  # fmt: skip
    draft = await saved(
        county, draft, department="民政局", conditions="均可", limits={"promised": {"number": 5, "unit": "working_day"}},
        form_schema={"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}}, form_order=["name"], steps=steps,
    )  # fmt: skip
    await commanded(writer, await commanded(county, draft, "submit"), "publish")
    case = await clerk.open(name, form={})
    await clerk.do(case["id"], "accept")
    for role in roles[:-1]:
        await hire(Role(role)).do(case["id"], f"steps/{role}/complete")
    assert (await hire(Role.COUNTY_ADMIN).do(case["id"], "decide", {"outcome": "approved"}))["state"] == "decided"


async def test_a_draft_sent_back_says_why_and_is_written_again(writer: Any, county: Any) -> None:
    draft = await commanded(writer, await begun(writer, "最低生活保障对象认定"), "submit")
    nameless = await commanded(county, draft, "send-back", status=422)
    assert nameless["errors"][0]["pointer"] == "/note"
    draft = await commanded(county, draft, "send-back", "材料太多")
    assert (draft["state"], draft["answer"], draft["editable"]) == ("draft", "材料太多", True)
    draft = await saved(writer, draft)
    await commanded(writer, draft, "discard")


async def test_a_matter_has_one_open_draft_and_two_writers_lose_nothing(writer: Any, county: Any) -> None:
    draft = await begun(writer, "特困人员认定")
    second = await county.post(DRAFTS, {"matter_id": draft["matter_id"]})
    assert (second.status_code, second.json()["code"]) == (409, "desk.draft_open")
    newer = await saved(county, draft, conditions="县里改过")
    late = await writer.http.put(
        f"{DRAFTS}/{draft['id']}", json={"content": draft["content"]}, headers={**writer.headers, "If-Match": '"1"'}
    )
    assert late.status_code == 412
    newer = await commanded(writer, newer, "submit")
    both = await commanded(county, newer, "publish", status=409)
    assert both["code"] == "desk.own_draft", "who saved once is an author"
    await commanded(county, newer, "discard")


async def test_a_malformed_draft_is_not_stored(writer: Any) -> None:
    draft = await begun(writer, "老年人优待证办理")
    broken = {**draft["content"], "form_schema": {"type": "object", "properties": {"x": {"$ref": "http://x"}}}}
    answer = await writer.http.put(
        f"{DRAFTS}/{draft['id']}", json={"content": broken}, headers={**writer.headers, "If-Match": '"1"'}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/form_schema")
    await commanded(writer, draft, "discard")


async def test_a_department_writes_its_own_matters_only(hire: Any, writer: Any) -> None:
    other = hire(Role.DEPARTMENT_OFFICER, department="公安局")
    pension = await writer.post(DRAFTS, {"matter_id": (await writer.matter("失业登记"))["id"]})
    assert (pension.status_code, pension.json()["code"]) == (403, "desk.other_department")
    draft = await begun(writer, "残疾人两项补贴申请（困难残疾人生活补贴、重度残疾人护理补贴）")
    assert (await other.get(f"{DRAFTS}/{draft['id']}")).status_code == 404
    assert draft["id"] not in [one["id"] for one in (await other.get(DRAFTS)).json()["items"]]
    assert (await hire(Role.COUNTY_ADMIN, tenant=FOREIGN_TENANT).get(f"{DRAFTS}/{draft['id']}")).status_code == 404
    await commanded(writer, draft, "discard")


async def test_the_seed_leaves_a_matter_that_the_county_made_its_own(app: Any, writer: Any, county: Any) -> None:
    from linli_services_desk.matters.domain import sample_matters
    from linli_services_desk.matters.service import publish_sample

    draft = await saved(writer, await begun(writer, "基本殡葬服务费用减免申请"), conditions="县里写的条件")
    draft = await commanded(county, await commanded(writer, draft, "submit"), "publish")
    sample = next(one for one in sample_matters() if one["code"] == draft["code"])
    desk = app.state.desk
    async with app.state.linli.database.transaction("421202") as tx:
        await publish_sample(tx, "421202", desk.profile("421202"), sample)
    shown = (await county.get(f"/api/desk/v1/matters/{draft['matter_id']}")).json()
    assert (shown["conditions"], shown["sample"], shown["version"]) == ("县里写的条件", False, 2)


async def test_steps_of_other_departments_are_done_by_them_in_parallel(hire: Any) -> None:
    clerk, official = hire(Role.CLERK), hire(Role.VILLAGE_OFFICIAL)
    housing = hire(Role.DEPARTMENT_OFFICER, department="住房和城乡建设局")
    welfare = hire(Role.DEPARTMENT_OFFICER, department="民政局")
    police = hire(Role.DEPARTMENT_OFFICER, department="公安局")
    form = {
        "phone": "13800005678", "category": "minimum_living", "structure": "earth", "area": 80, "plan": "rebuild",
        "danger": "墙体开裂", "bank_account": "6217001234567890123",
    }  # fmt: skip
    case = await clerk.open("农村危房改造申请", form=form)
    await clerk.tick_all(case["id"])
    await clerk.do(case["id"], "accept")
    await official.do(case["id"], "steps/village_check/complete")
    ready = [step["key"] for step in (await clerk.case(case["id"]))["steps"] if step["state"] == "ready"]
    assert ready == ["safety", "means", "township_check"]
    assert (await police.get(f"/api/desk/v1/cases/{case['id']}")).status_code == 404
    mine = (await welfare.get("/api/desk/v1/cases", params={"mine": True})).json()["items"]
    assert case["id"] in [one["id"] for one in mine]
    assert (await welfare.command(case["id"], "steps/safety/complete")).json()["code"] == "desk.step_not_yours"
    await welfare.do(case["id"], "steps/means/complete")
    mine = (await welfare.get("/api/desk/v1/cases", params={"mine": True})).json()["items"]
    assert case["id"] not in [one["id"] for one in mine]
    await housing.do(case["id"], "steps/safety/complete")
    await hire(Role.TOWNSHIP_OFFICER).do(case["id"], "steps/township_check/complete")
    decider = hire(Role.DEPARTMENT_OFFICER, department="住房和城乡建设局")
    assert (await welfare.command(case["id"], "decide", {"outcome": "approved"})).status_code == 403
    assert (await decider.do(case["id"], "decide", {"outcome": "approved"}))["state"] == "decided"


async def test_a_green_case_has_the_shortened_limit_and_where_there_is_none_it_is_refused(hire: Any) -> None:
    clerk = hire(Role.CLERK)
    urgent = await clerk.open("农村危房改造申请", green=True)
    usual = await clerk.open("农村危房改造申请")
    limits = [(await clerk.case(one["id"]))["limit"] for one in (urgent, usual)]
    assert limits == [
        {"number": 7, "unit": "working_day", "green": True, "due": "2026-12-02"},
        {"number": 20, "unit": "working_day", "green": False, "due": "2026-12-21"},
    ]
    answer = await clerk.post(
        "/api/desk/v1/cases",
        {"matter_id": (await clerk.matter("失业登记"))["id"], "applicant": {"name": "王五"}, "green": True},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "desk.no_shortened_limit")
    changed = await clerk.patch(f"/api/desk/v1/cases/{usual['id']}", {"green": True}, 1)
    assert changed.status_code == 200, changed.text
    assert (await clerk.case(usual["id"]))["limit"]["number"] == 7
