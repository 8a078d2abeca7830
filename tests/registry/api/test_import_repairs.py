"""What was repaired stays repaired: through another check, another mapping, the annotated copy and the next upload."""

import io

import pytest
from openpyxl import load_workbook

from tests.registry import workbooks as w
from tests.registry.importing import Clerk, count, listed, person


@pytest.fixture
def clerk(empty_registry):
    return Clerk(empty_registry)


async def repaired(clerk, made, row, **cells):
    answer = await clerk.call("PATCH", f"imports/{made['id']}/rows/{row}", {"cells": cells})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def checked_again(clerk, made):
    job = await clerk.job(await clerk.call("POST", f"imports/{made['id']}/check"))
    assert job["state"] == "done", job
    return (await clerk.call("GET", f"imports/{made['id']}")).json()


async def annotated(clerk, made):
    job = await clerk.job(await clerk.call("POST", f"imports/{made['id']}/annotated"))
    return (await clerk.registry.client.get(job["result"]["href"], headers=clerk.headers)).content


async def test_only_rows_with_findings_are_listed_and_by_their_kind(clerk):
    rows = w.family()
    rows[2][3] = w.SON[:17] + ("1" if w.SON.endswith("0") else "0")
    made = await clerk.checked(listed(*rows))
    assert [row["row"] for row in await clerk.rows(made)] == [4]
    assert [row["row"] for row in await clerk.rows(made, "identity.check_digit")] == [4]
    assert await clerk.rows(made, "import.masked") == []


async def test_examples_of_columns_show_no_person(clerk):
    rows = [["姓名", "与户主关系", "出生年月", "住址"], ["陈　明", "户主", "1962.3.7", "花坪村三组88号陈家"]]
    made = await clerk.uploaded(w.xlsx(rows))
    assert [column["samples"][0] for column in made["columns"]] == ["陈**", "户主", "19****.7", "花坪村三组8**"]


async def test_a_repaired_cell_stays_repaired_when_the_list_is_checked_again(clerk):
    rows = w.family()
    rows[0][2] = "家长"
    made = await clerk.checked(listed(*rows))
    await repaired(clerk, made, 2, **{"2": "户主"})
    again = await checked_again(clerk, made)
    assert (await clerk.found(again), again["counts"]["new"]) == ([], 3)


async def test_a_repaired_cell_stays_repaired_under_another_mapping(clerk):
    rows = w.family()
    rows[0][2] = "家长"
    made = await clerk.checked(listed(*rows))
    await repaired(clerk, made, 2, **{"2": "户主"})
    now = (await clerk.call("GET", f"imports/{made['id']}")).json()
    columns = {str(c["column"]): c["field"] for c in now["columns"] if c["field"] not in (None, "education")}
    put = await clerk.call("PUT", f"imports/{made['id']}/mapping", {"columns": columns}, match=now["version"])
    assert put.status_code == 200
    again = await checked_again(clerk, made)
    assert (await clerk.found(again), again["counts"]["new"]) == ([], 3)


async def test_a_repaired_cell_is_in_the_annotated_copy(clerk):
    rows = [*w.family(), person("王户主", "户主", "123")]
    rows[0][2] = "家长"
    made = await clerk.checked(listed(*rows))
    await repaired(clerk, made, 2, **{"2": "户主"})
    page = load_workbook(io.BytesIO(await annotated(clerk, made))).active
    assert (page["C2"].value, page["C2"].comment) == ("户主", None)
    assert page["D5"].comment is not None


async def test_a_repaired_copy_takes_the_place_of_its_former_import(clerk):
    rows = w.family()
    rows[1][3] = "123"
    made = await clerk.checked(listed(*rows))
    rows[1][3] = w.family()[1][3]
    answer = await clerk.registry.client.post(
        "/api/registry/v1/imports",
        files={"file": ("名单-改.xlsx", listed(*rows))},
        data={"division": "421202104221", "former": made["id"]},
        headers=clerk.headers,
    )
    assert (answer.status_code, answer.json()["former"]) == (201, made["id"])
    before = (await clerk.call("GET", f"imports/{made['id']}")).json()
    assert (before["state"], before["former"]) == ("discarded", None)
    assert await count(clerk.registry, "import_row") == 0


async def test_nobody_takes_the_place_of_somebody_elses_import(clerk):
    made = await clerk.checked(listed(*w.family()))
    other = Clerk(clerk.registry)
    for former, status in ((made["id"], 409), ("00000000-0000-7000-8000-000000000000", 404), ("x", 422)):
        answer = await clerk.registry.client.post(
            "/api/registry/v1/imports",
            files={"file": ("名单.xlsx", listed(*w.family()))},
            data={"division": "421202104221", "former": former},
            headers=other.headers,
        )
        assert answer.status_code == status, answer.text
    assert (await clerk.call("GET", f"imports/{made['id']}")).json()["state"] == "checked"


async def test_another_address_of_a_registered_household_is_kept_out_and_said(clerk):
    await clerk.committed(listed(*w.family()))
    rows = w.family()
    rows[0][8] = "花坪村9组99号"
    made = await clerk.checked(listed(*rows))
    assert await clerk.found(made) == [("I2", "import.address_kept")]
    assert made["counts"]["unchanged"] == 3
    rows[0][8] = " 花坪村 1组５００号 "
    assert await clerk.found(await clerk.checked(listed(*rows))) == []


async def test_a_repair_asks_only_for_the_villages_it_names(clerk, monkeypatch):
    everywhere = Clerk(clerk.registry, divisions=["421202104"])
    rows = [
        [*w.HEADERS, "村（社区）"],
        [*person("万户主", "户主", w.HEAD), "没有村"],
        [*person("王户主", "户主", w.SON), "花坪"],
    ]
    made = await everywhere.checked(w.xlsx(rows), division="421202104000")
    assert await everywhere.found(made) == [("K2", "import.village_unknown")]
    asked = []
    database = clerk.registry.app.state.linli.database
    original = database.fetch_all

    async def fetch_all(query, params=None):
        found = await original(query, params)
        asked.append([row["name"] for row in found if "level" not in row and "name" in row])
        return found

    monkeypatch.setattr(database, "fetch_all", fetch_all)
    row = await repaired(everywhere, made, 2, **{"10": "花坪村民委员会"})
    assert (row["outcome"], row["findings"]) == ("new", [])
    assert max(map(len, asked)) == 1


async def test_one_person_of_many_confirmed_fields_is_noted_for_each(clerk):
    await clerk.committed(listed(*w.family()))
    rows = w.family()
    for row in rows:
        row[9] = "高中"
    await clerk.committed(listed(*rows))
    assert await count(clerk.registry, "field_confirmation", "field = 'education'") == 3


async def remapped(clerk, made, expect=200, **more):
    now = (await clerk.call("GET", f"imports/{made['id']}")).json()
    columns = {str(c["column"]): c["field"] for c in now["columns"] if c["field"]}
    answer = await clerk.call(
        "PUT", f"imports/{made['id']}/mapping", {"columns": columns, **more}, match=now["version"]
    )
    assert answer.status_code == expect, answer.text
    return answer.json()


def without_sex():
    """A list that has no column for sex, with one person whose number cannot tell it."""
    rows = [*w.family(), person("万小孩", "孙子", born="2020-05-01")]
    kept = [n for n, header in enumerate(w.HEADERS) if header != "性别"]
    return w.xlsx([[row[n] for n in kept] for row in ([*w.HEADERS], *rows)])


async def test_a_column_that_the_file_lacks_is_added_filled_in_and_stored(clerk):
    made = await clerk.checked(without_sex())
    # Sex and birth date of the others are told by their numbers.
    assert [(row["row"], [(f["field"], f["column"]) for f in row["findings"]]) for row in await clerk.rows(made)] == [
        (5, [("sex", None)])
    ]
    added = (await remapped(clerk, made, add=["sex"]))["columns"][-1]
    assert (added["header"], added["field"], added["column"]) == ("性别", "sex", 9)
    again = await checked_again(clerk, made)
    assert await clerk.found(again) == [("J5", "registry.required")]
    assert (await repaired(clerk, made, 5, **{"9": "男"}))["findings"] == []
    stored = await clerk.job(await clerk.call("POST", f"imports/{made['id']}/commit", {"without_faulty": False}))
    assert stored["state"] == "done", stored
    assert await count(clerk.registry, "resident", "name = '万小孩' AND sex = '1'") == 1


async def test_an_added_column_is_in_the_annotated_copy_under_its_header(clerk):
    made = await clerk.checked(without_sex())
    await remapped(clerk, made, add=["sex"])
    await checked_again(clerk, made)
    copy = await annotated(clerk, made)
    page = load_workbook(io.BytesIO(copy)).active
    assert (page["I1"].value, page["J1"].value, page["K1"].value) == ("文化程度", "性别", "检查结果")
    assert page["J5"].comment is not None
    columns = (await clerk.uploaded(copy))["columns"]
    assert [c["field"] for c in columns if c["header"] == "性别"] == ["sex"]


async def test_an_added_column_is_remembered_for_no_other_list(clerk):
    made = await clerk.checked(without_sex())
    await remapped(clerk, made, add=["sex"])
    other = await clerk.uploaded(without_sex())
    assert (other["remembered"], len(other["columns"])) == (True, 9)


@pytest.mark.parametrize(("add", "code"), [(["colour"], "import.field_unknown"), (["name"], "import.field_twice")])
async def test_a_column_that_is_unknown_or_there_already_is_not_added(clerk, add, code):
    made = await clerk.checked(without_sex())
    refused = await remapped(clerk, made, expect=422, add=add)
    assert [one["code"] for one in refused["errors"]] == [code]


async def test_findings_are_told_in_the_readers_language(clerk):
    rows = w.family()
    rows[2][3] = "123"
    made = await clerk.checked(listed(*rows))
    for language, word in (("zh", "号码"), ("en", "number")):
        more = {"extra": {"Accept-Language": language}}
        shown = (await clerk.call("GET", f"imports/{made['id']}/rows", **more)).json()["items"]
        groups = (await clerk.call("GET", f"imports/{made['id']}/findings", **more)).json()["items"]
        assert word in shown[0]["findings"][0]["detail"]
        assert groups[0]["detail"] == shown[0]["findings"][0]["detail"]
