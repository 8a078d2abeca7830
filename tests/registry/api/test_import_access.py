"""Who may import what, and what is refused before anything is staged."""

from uuid import uuid4

import pytest
from linli_kernel.identity import Role

from tests.registry import workbooks as w
from tests.registry.importing import Clerk, count, listed, person


@pytest.fixture
def clerk(empty_registry):
    return Clerk(empty_registry)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "空"),
        (b"PK\x03\x04 nothing", "Excel"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "表格"),
        (b"\xd0\xcf\x11\xe0 broken", "Excel"),
    ],
)
async def test_what_is_no_table_is_refused_with_the_reason(clerk, content, part):
    answer = await clerk.upload(content)
    assert (answer.status_code, answer.json()["code"]) == (422, "import.file_unreadable")
    assert part in answer.json()["detail"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.BOOKKEEPER, Role.GRID_WORKER, Role.AUDITOR, Role.SYSTEM_ADMIN])
async def test_only_who_registers_people_may_import_them(registry, role):
    answer = await Clerk(registry, role).upload(listed(*w.family()))
    assert answer.status_code == 403
    assert (await registry.call("GET", "imports/template", role=role)).status_code == 403


async def test_a_village_outside_the_area_does_not_exist(registry):
    clerk = Clerk(registry)
    assert (await clerk.upload(listed(*w.family()), division="421202104217")).status_code == 404
    made = await clerk.uploaded(listed(*w.family()))
    foreign = Clerk(registry, divisions=["421202104217"])
    for method, path, body in (
        ("GET", "", None), ("GET", "/rows", None), ("GET", "/findings", None), ("POST", "/check", None),
        ("POST", "/commit", {}), ("DELETE", "", None), ("POST", "/annotated", None), ("POST", "/resume", None),
        ("PATCH", "/rows/2", {"cells": {"1": "甲"}}),
    ):  # fmt: skip
        answer = await foreign.call(method, f"imports/{made['id']}{path}", body)
        assert answer.status_code == 404, (method, path)
    assert (await foreign.call("PUT", f"imports/{made['id']}/mapping", {"columns": {}}, match=1)).status_code == 404


async def test_malformed_requests_name_the_field(registry):
    clerk = Clerk(registry)
    made = await clerk.uploaded(listed(*w.family()))
    for columns, code in (({"0": "nonsense"}, "import.field_unknown"), ({"99": "name"}, "import.column_unknown"),
                          ({"0": "name", "1": "name"}, "import.field_twice")):  # fmt: skip
        answer = await clerk.call("PUT", f"imports/{made['id']}/mapping", {"columns": columns}, match=made["version"])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert (await clerk.call("PUT", f"imports/{made['id']}/mapping", {"columns": {}})).status_code == 428
    assert (await clerk.call("POST", f"imports/{uuid4()}/check")).status_code == 404
    assert (await clerk.call("POST", f"imports/{made['id']}/commit", {})).json()["code"] == "import.wrong_state"
    assert (await clerk.call("PATCH", f"imports/{made['id']}/rows/0", {"cells": {"1": "甲"}})).status_code == 422


async def test_the_template_is_recognised_by_the_import(registry):
    clerk = Clerk(registry)
    answer = await clerk.call("GET", "imports/template")
    made = await clerk.uploaded(answer.content)
    assert all(column["field"] for column in made["columns"])
    assert made["ready"]


async def test_an_import_that_was_given_up_keeps_no_file(clerk):
    made = await clerk.checked(listed(*w.family()))
    assert (await clerk.call("DELETE", f"imports/{made['id']}")).status_code == 204
    assert await count(clerk.registry, "import_row") == 0
    assert await count(clerk.registry, "import", "content IS NOT NULL") == 0
    listed_now = (await clerk.call("GET", "imports")).json()["items"]
    assert [one["state"] for one in listed_now] == ["discarded"]


async def test_a_check_cancelled_before_it_began_can_be_started_again(clerk):
    made = await clerk.uploaded(listed(*w.family()))
    job = (await clerk.call("POST", f"imports/{made['id']}/check")).json()["id"]
    await clerk.call("DELETE", f"jobs/{job}")
    assert (await clerk.call("POST", f"imports/{made['id']}/resume")).json()["state"] == "uploaded"
    assert (await clerk.job(await clerk.call("POST", f"imports/{made['id']}/check")))["state"] == "done"


async def test_rows_of_several_villages_name_their_village(registry):
    clerk = Clerk(registry, divisions=["421202104"])
    rows = [
        [*w.HEADERS, "村（社区）"],
        [*person("万户主", "户主", w.HEAD), "花坪村"],
        [*person("王户主", "户主", w.SON), "没有村"],
    ]
    made = await clerk.checked(w.xlsx(rows), division="421202104000")
    assert await clerk.found(made) == [("K3", "import.village_unknown")]


async def test_who_did_not_upload_a_list_reads_no_name_of_it(clerk):
    await clerk.committed(listed(*w.family()))
    rows = w.family()
    rows[2][1] = "万别人"
    made = await clerk.checked(listed(*rows))
    assert any(column["samples"] for column in made["columns"])
    [said] = [finding["detail"] for row in await clerk.rows(made) for finding in row["findings"]]
    assert "“万*”" in said
    for role in (Role.AUDITOR, Role.DEPARTMENT_OFFICER, Role.VILLAGE_OFFICIAL):
        for path in ("", "/rows", "/findings"):
            text = (await clerk.registry.call("GET", f"imports/{made['id']}{path}", role=role)).text
            assert all(name not in text for name in ("万别人", "万户主", "万儿子")), (role, path)
        shown = (await clerk.registry.call("GET", f"imports/{made['id']}", role=role)).json()
        assert not any(column["samples"] for column in shown["columns"])
