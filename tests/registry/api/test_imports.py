"""Lists of people: uploaded, mapped, checked, repaired, committed, repeated; nothing is ever half imported."""

import asyncio
import io
import json
import signal
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from linli_kernel.testing import FOREIGN_VILLAGE
from linli_registry.imports import jobs as import_jobs
from linli_registry.imports import writing
from openpyxl import load_workbook

from tests.registry import workbooks as w
from tests.registry.importing import Clerk, count, listed, person

from .test_transfers import advance


@pytest.fixture
def clerk(empty_registry):
    return Clerk(empty_registry)


async def test_a_clean_list_enters_the_register_with_its_household(clerk):
    made = await clerk.committed(listed(*w.family()))
    assert made["state"] == "committed"
    assert made["counts"]["stored"] == {"new": 3, "households_new": 1}
    found = await clerk.registry.search(name="万户主")
    home = (await clerk.call("GET", f"households/{found['items'][0]['household_id']}")).json()
    assert (home["head"]["name"], home["head"]["relation"]) == ("万户主", "02")
    assert {(m["name"], m["relation"]) for m in home["members"]} == {
        ("万户主", "02"),
        ("万妻子", "12"),
        ("万儿子", "22"),
    }
    assert home["address"] == "花坪村1组500号"


async def test_after_a_list_its_people_are_compared_with_those_who_were_there(clerk):
    other = Clerk(clerk.registry, divisions=["421202104217"])
    before = {"name": "万户主", "sex": "1", "birth_date": "1968-05-02", "division": "421202104217"}
    assert (await other.call("POST", "residents", before)).status_code == 201
    row = person("万户主", "户主", sex="男", born="1968-05-02", household="1", address="花坪村9组9号")
    await clerk.committed(listed(row))
    pool = clerk.registry.app.state.linli.database.pool
    queued = await pool.fetch("SELECT source, reasons FROM duplicate_pair")
    assert [(one["source"], one["reasons"][:2]) for one in queued] == [("scan", ["same_name", "same_birth"])]


async def test_the_same_list_again_changes_nothing(clerk):
    await clerk.committed(listed(*w.family()))
    before = (
        await count(clerk.registry, "resident_history"),
        await count(clerk.registry, "outbox", "type LIKE '%resident%'"),
    )
    made = await clerk.committed(listed(*w.family()))
    assert made["counts"]["stored"] == {"unchanged": 3}
    assert before == (
        await count(clerk.registry, "resident_history"),
        await count(clerk.registry, "outbox", "type LIKE '%resident%'"),
    )


async def test_a_changed_row_updates_the_person_with_its_source_in_history(clerk):
    await clerk.committed(listed(*w.family()))
    rows = w.family()
    rows[1][9] = "高中"
    rows[0][7] = "13900001111"
    made = await clerk.committed(listed(*rows))
    assert made["counts"]["stored"] == {"unchanged": 1, "changed": 2}
    wife = (await clerk.registry.search(name="万妻子"))["items"][0]["id"]
    history = (await clerk.call("GET", f"residents/{wife}/history")).json()["items"]
    assert (history[0]["source"], history[0]["changes"]) == ("import", {"education": ["80", "60"]})
    found = await clerk.registry.search(phone="13900001111")
    assert [one["name"] for one in found["items"]] == ["万户主"]


async def test_what_a_list_changes_goes_after_a_transfer_that_waits_for_the_other_county(clerk):
    await clerk.committed(listed(*w.family()))
    wife = (await clerk.registry.search(name="万妻子"))["items"][0]
    body = {"household_id": wife["household_id"], "people": [wife["id"]], "to_division": FOREIGN_VILLAGE}
    key = (await clerk.call("POST", "transfers", body)).json()["id"]
    await advance(clerk.registry, key)
    assert (await clerk.call("GET", f"transfers/{key}")).json()["state"] == "waiting"
    rows = w.family()
    rows[1][9] = "高中"
    await clerk.committed(listed(*rows))
    assert (await clerk.call("GET", f"transfers/{key}")).json()["state"] == "requested"


async def test_titles_merged_cells_and_a_header_of_two_rows_are_read_through(clerk):
    rows = [
        ["花坪村2026年人口信息登记表"], ["填表人：王敏", None, "2026年11月"],
        ["户 号", "家庭成员", None, None, None, "备注"], [None, "姓　名", "与户主\n关系", "公民身份号码（必填）", "联系电话(手机)", None],
        ["1", "万 户 主", "户主", w.HEAD, 13800000001, "x"], [None, "万妻子", "之妻", w.WIFE, None, None],
        ["合计", None, None, None, None, None],
    ]  # fmt: skip
    made = await clerk.checked(w.xlsx(rows, merge=["A1:F1", "B3:E3", "A5:A6"]))
    assert made["header_row"] == 4
    assert {c["field"] for c in made["columns"]} == {
        "household_number", "name", "relation", "identity_number", "phone", None
    }  # fmt: skip
    assert await clerk.found(made) == []
    assert (made["counts"]["rows"], made["counts"]["new"], made["counts"]["households"]) == (2, 2, 1)


@pytest.mark.parametrize(
    "spelling",
    ["1962.3.7", "1962年3月7日", "19620307", 22712, "22712", "1962-03-07 00:00:00", date(1962, 3, 7), "１９６２年３月７日",
     "62.3.7", "1962年3月", "一九六二年三月七日", 1962.3],
)  # fmt: skip
async def test_a_date_in_any_spelling_agrees_with_the_number(clerk, spelling):
    made = await clerk.checked(listed(person("万户主", "户主", w.HEAD, "男", spelling)))
    assert await clerk.found(made) == []


async def test_a_date_that_contradicts_the_number_is_refused_at_its_cell(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", w.HEAD, "男", "1962年4月")))
    assert await clerk.found(made) == [("F2", "import.day_assumed"), ("F2", "identity.mismatch")][::-1]


@pytest.mark.parametrize("spoilt", [4.21202196203078e17, "4.21202E+17", 421202196203078111])
async def test_a_number_that_lost_its_digits_is_refused_with_the_reason(clerk, spoilt):
    made = await clerk.checked(listed(person("万户主", "户主", spoilt, "男", "1962.3.7")))
    assert await clerk.found(made) == [("D2", "import.digits_lost")]
    assert "科学计数法" in (await clerk.rows(made))[0]["findings"][0]["detail"]


async def test_small_letters_blanks_full_width_and_old_numbers_are_read(clerk):
    ending_in_x = next(n for s in range(1, 999) if (n := w.number(date(1970, 1, 2), s)).endswith("X"))
    wide = ending_in_x.lower().translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    old = w.HEAD[:6] + w.HEAD[8:17]
    made = await clerk.committed(listed(person("欧 阳 某", "户主", wide), person("万户主", "户主", int(old))))
    assert made["counts"]["stored"]["new"] == 2
    assert [p["name"] for p in (await clerk.registry.search(identity_number=ending_in_x))["items"]] == ["欧阳某"]
    assert [p["name"] for p in (await clerk.registry.search(identity_number=w.HEAD))["items"]] == ["万户主"]


async def test_a_wrong_check_digit_is_refused_and_a_strange_region_only_warns(clerk):
    strange = w.number(date(1970, 1, 2), 3, region="429999")
    wrong = w.HEAD[:-1] + ("1" if w.HEAD[-1] != "1" else "2")
    made = await clerk.checked(listed(person("甲甲", "户主", strange), person("乙乙", "户主", wrong)))
    assert await clerk.found(made) == [("D2", "identity.region_unknown"), ("D3", "identity.check_digit")]
    assert made["counts"]["new"] == 1


async def test_a_formula_without_its_result_is_named_and_one_with_an_error_too(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", "=A1&B1", "男", "1962.3.7")))
    assert await clerk.found(made) == [("D2", "import.formula")]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", "\t"), ("utf-16", ";")]
)
async def test_text_tables_are_read_in_every_usual_encoding(clerk, encoding, delimiter):
    content = w.text(
        [w.HEADERS, person("万户主", "户主", f"'{w.HEAD}"), person("万妻子", "妻", f'="{w.WIFE}"')], encoding, delimiter
    )
    made = await clerk.checked(content, name="名单.csv")
    assert (await clerk.found(made), made["counts"]["new"]) == ([], 2)


async def test_households_by_number_need_no_order(clerk):
    rows = [
        person("万儿子", "子", w.SON, household="20260001"), person("王户主", "户主", w.number(date(1960, 1, 1), 821), household="20260002"),
        person("万户主", "户主", w.HEAD, household="20260001"),
    ]  # fmt: skip
    made = await clerk.committed(listed(*rows))
    assert made["counts"]["stored"] == {"new": 3, "households_new": 2}
    son = (await clerk.registry.search(name="万儿子"))["items"][0]
    home = (await clerk.call("GET", f"households/{son['household_id']}")).json()
    assert home["household_number"] == "20260001"


async def test_duplicates_within_the_file_name_each_other(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", w.HEAD), person("万妻子", "妻", w.HEAD)))
    assert await clerk.found(made) == [("D2", "import.repeated"), ("D3", "import.repeated")]
    assert "第 3 行" in (await clerk.rows(made))[0]["findings"][0]["detail"]


async def test_a_number_of_somebody_with_another_name_is_refused(clerk):
    await clerk.committed(listed(*w.family()))
    rows = w.family()
    rows[2][1] = "万别人"
    made = await clerk.checked(listed(*rows))
    assert await clerk.found(made) == [("B4", "import.name_differs")]
    assert made["counts"]["held"] == 2


async def test_somebody_registered_in_another_village_is_named_without_details(clerk):
    other = Clerk(clerk.registry, divisions=["421202104217"])
    await other.committed(listed(*w.family()), division="421202104217")
    made = await clerk.checked(listed(*w.family()))
    assert {code for _, code in await clerk.found(made)} == {"import.registered_elsewhere"}
    assert "万" not in str([r["findings"] for r in await clerk.rows(made)])


async def test_a_household_with_an_error_stays_out_whole(clerk):
    rows = w.family(0) + w.family(1)
    rows[2][3] = "123"
    made = await clerk.checked(listed(*rows))
    assert (made["counts"]["error"], made["counts"]["held"], made["counts"]["new"]) == (1, 2, 3)
    refused = await clerk.call("POST", f"imports/{made['id']}/commit", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "import.errors_left")
    job = await clerk.job(await clerk.call("POST", f"imports/{made['id']}/commit", {"without_faulty": True}))
    assert job["result"]["stored"] == {"skipped": 3, "new": 3, "households_new": 1}
    assert await count(clerk.registry, "resident", "name LIKE '万%'") == 3


async def test_a_cell_is_repaired_in_place_and_its_household_checked_again(clerk):
    rows = w.family()
    rows[0][2] = "家长"
    made = await clerk.checked(listed(*rows))
    assert await clerk.found(made) == [("C2", "import.word_unknown")]
    edited = await clerk.call("PATCH", f"imports/{made['id']}/rows/2", {"cells": {"2": "户主"}})
    assert edited.status_code == 200
    assert (edited.json()["outcome"], edited.json()["findings"]) == ("new", [])
    again = (await clerk.call("GET", f"imports/{made['id']}")).json()
    assert (again["counts"]["new"], again["counts"].get("error"), again["counts"]["faulty_households"]) == (3, None, 0)


async def test_repairing_one_of_two_repeated_numbers_clears_both(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", w.HEAD), person("王户主", "户主", w.HEAD)))
    await clerk.call("PATCH", f"imports/{made['id']}/rows/3", {"cells": {"3": w.number(date(1960, 1, 1), 821)}})
    assert await clerk.found(made) == []


async def test_making_somebody_head_splits_the_rows_below_into_another_household(clerk):
    rows = [
        person("万户主", "户主", w.HEAD),
        person("王户主", "妻", w.number(date(1960, 1, 1), 821)),
        person("王儿子", "子", w.SON),
    ]
    made = await clerk.checked(listed(*rows))
    await clerk.call("PATCH", f"imports/{made['id']}/rows/3", {"cells": {"2": "户主"}})
    counts = (await clerk.call("GET", f"imports/{made['id']}")).json()["counts"]
    assert (counts["households"], counts["new"]) == (2, 3)


async def test_a_corrected_mapping_is_remembered_for_the_same_headers(clerk):
    rows = [["编码甲", "称呼", "和主人", "号"], ["1", "万户主", "户主", w.HEAD]]
    made = await clerk.uploaded(w.xlsx(rows))
    assert not made["ready"]
    columns = {"1": "name", "2": "relation", "3": "identity_number"}
    put = await clerk.call(
        "PUT", f"imports/{made['id']}/mapping", {"columns": columns, "header_row": 1}, match=made["version"]
    )
    assert put.json()["ready"], put.text
    colleague = Clerk(clerk.registry)
    again = await colleague.uploaded(w.xlsx(rows))
    assert again["remembered"]
    assert {str(c["column"]): c["field"] for c in again["columns"] if c["field"]} == columns


async def test_the_annotated_copy_marks_cells_and_can_be_uploaded_again(clerk):
    rows = w.family()
    rows[1][3] = "123"
    made = await clerk.checked(listed(*rows))
    job = await clerk.job(await clerk.call("POST", f"imports/{made['id']}/annotated"))
    answer = await clerk.registry.client.get(job["result"]["href"], headers=clerk.headers)
    page = load_workbook(io.BytesIO(answer.content)).active
    assert "证件号码" in page["D3"].comment.text
    assert (page["D3"].fill.fgColor.rgb, page["D2"].value, page["K1"].value) == ("00FBE9E7", rows[0][3], "检查结果")
    page["D3"].value = rows[1][3] = w.family()[1][3]
    stream = io.BytesIO()
    page.parent.save(stream)
    fixed = await clerk.committed(stream.getvalue())
    assert fixed["remembered"] is False
    assert fixed["counts"]["stored"] == {"new": 3, "households_new": 1}
    gone = await Clerk(clerk.registry).call("GET", job["result"]["href"])
    assert gone.status_code == 409


async def test_a_new_member_joins_the_registered_household(clerk):
    await clerk.committed(listed(*w.family()))
    rows = [*w.family(), person("万孙子", "孙子", w.number(date(2026, 2, 3), 831))]
    made = await clerk.committed(listed(*rows))
    assert made["counts"]["stored"] == {"unchanged": 3, "new": 1}
    found = (await clerk.registry.search(name="万孙子"))["items"][0]
    home = (await clerk.call("GET", f"households/{found['household_id']}")).json()
    assert len(home["members"]) == 4
    assert next(m for m in home["members"] if m["name"] == "万孙子")["since"] == "2026-02-03"


async def test_kinship_is_made_from_the_relations(clerk):
    await clerk.committed(listed(*w.family()))
    assert (
        await count(
            clerk.registry, "kinship k", "EXISTS (SELECT FROM resident r WHERE r.id = k.a AND r.name LIKE '万%')"
        )
        == 2
    )


async def test_somebody_without_papers_needs_birth_and_sex_and_is_found_again(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", None, None, None)))
    assert ("F2", "import.number_or_birth") in await clerk.found(made)
    rows = [person("万户主", "户主", "无", "女", "1962-03-07")]
    await clerk.committed(listed(*rows))
    assert (await clerk.committed(listed(*rows)))["counts"]["stored"] == {"unchanged": 1}


async def test_a_kind_of_document_without_its_number_is_told_and_registered_as_no_papers_yet(clerk):
    header = ["姓名", "与户主关系", "证件类型", "身份证号", "性别", "出生日期", "住址"]
    table = w.xlsx([header, ["万户主", "户主", "身份证", "", "女", "1990-03-07", "花坪村1组9号"]])
    assert ("C2", "import.no_number") in await clerk.found(await clerk.checked(table))
    await clerk.committed(table)
    someone = (await clerk.registry.search(name="万户主"))["items"][0]["id"]
    assert (await clerk.call("GET", f"residents/{someone}")).json()["document_kind"] == "none"


async def test_a_cancelled_commit_leaves_nothing(clerk, monkeypatch):
    made = await clerk.checked(listed(*(row for n in range(20) for row in w.family(n))))
    before = await count(clerk.registry, "resident"), await count(clerk.registry, "outbox", "type NOT LIKE '%act%'")
    answer = await clerk.call("POST", f"imports/{made['id']}/commit", {})
    original = writing.Writer.flush

    async def write_and_be_cancelled(self, made):
        await original(self, made)
        await clerk.call("DELETE", f"jobs/{answer.json()['id']}")

    monkeypatch.setattr(writing.Writer, "flush", write_and_be_cancelled)
    assert (await clerk.job(answer))["state"] == "cancelled"
    monkeypatch.undo()
    assert before == (
        await count(clerk.registry, "resident"),
        await count(clerk.registry, "outbox", "type NOT LIKE '%act%'"),
    )
    assert (await clerk.call("GET", f"imports/{made['id']}")).json()["state"] == "checked"
    job = await clerk.job(await clerk.call("POST", f"imports/{made['id']}/commit", {}))
    assert job["result"]["stored"]["new"] == 60


async def test_a_killed_commit_is_taken_up_again_and_stores_everything_once(clerk, monkeypatch):
    made = await clerk.checked(listed(*(row for n in range(5) for row in w.family(n))))
    answer = await clerk.call("POST", f"imports/{made['id']}/commit", {})

    async def die(self, act):
        raise asyncio.CancelledError

    monkeypatch.setattr(writing.Writer, "finish", die)
    with pytest.raises(asyncio.CancelledError):
        await clerk.registry.app.state.linli.jobs.run_one()
    monkeypatch.undo()
    assert await count(clerk.registry, "resident", "name LIKE '万%'") == 0
    await clerk.registry.app.state.linli.database.pool.execute(
        "UPDATE job SET heartbeat_at = now() - interval '1 hour'"
    )
    job = await clerk.job(answer)
    assert (job["state"], await count(clerk.registry, "resident", "name LIKE '万%'")) == ("done", 15)


async def test_a_process_killed_in_the_middle_of_a_commit_leaves_nothing(clerk):
    made = await clerk.checked(listed(*(row for n in range(5) for row in w.family(n))))
    before = await count(clerk.registry, "outbox"), await count(clerk.registry, "life_event")
    answer = await clerk.call("POST", f"imports/{made['id']}/commit", {})
    settings = clerk.registry.settings
    told = {
        **settings.model_dump(mode="json"),
        "database_url": settings.database_url,
        "keyring": settings.keyring.get_secret_value(),
    }
    worker = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).parent.parent / "die_in_commit.py"), stdin=asyncio.subprocess.PIPE
    )
    await worker.communicate(json.dumps(told).encode())
    assert worker.returncode == -signal.SIGKILL
    for table in ("resident", "household", "membership", "dwelling"):
        assert await count(clerk.registry, table) == 0, table
    assert before == (await count(clerk.registry, "outbox"), await count(clerk.registry, "life_event"))
    await clerk.registry.app.state.linli.database.pool.execute(
        "UPDATE job SET heartbeat_at = now() - interval '1 hour' WHERE state = 'running'"
    )
    job = await clerk.job(answer)
    assert (job["state"], await count(clerk.registry, "resident")) == ("done", 15)


async def test_a_commit_that_ended_but_was_not_noted_is_not_done_twice(clerk):
    made = await clerk.committed(listed(*w.family()))
    pool = clerk.registry.app.state.linli.database.pool
    await pool.execute(
        "UPDATE job SET state = 'running', heartbeat_at = now() - interval '1 hour' WHERE id = $1", UUID(made["job"])
    )
    await clerk.work()
    assert (await clerk.call("GET", f"jobs/{made['job']}")).json()["state"] == "done"
    assert await count(clerk.registry, "resident", "name LIKE '万%'") == 3


async def test_a_killed_check_starts_over_without_doubles(clerk, monkeypatch):
    made = await clerk.uploaded(listed(*(row for n in range(5) for row in w.family(n))))
    answer = await clerk.call("POST", f"imports/{made['id']}/check")

    async def die(*args):
        raise asyncio.CancelledError

    monkeypatch.setattr(import_jobs.repository, "copy", die)
    with pytest.raises(asyncio.CancelledError):
        await clerk.registry.app.state.linli.jobs.run_one()
    monkeypatch.undo()
    await clerk.registry.app.state.linli.database.pool.execute(
        "UPDATE job SET heartbeat_at = now() - interval '1 hour'"
    )
    assert (await clerk.job(answer))["result"]["rows"] == 15


async def test_the_acts_of_an_import_name_everybody_and_carry_no_personal_data(clerk):
    made = await clerk.committed(listed(*w.family()))
    rows = await clerk.registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE data->>'action' LIKE 'import.%'"
    )
    acts = [row["data"] for row in rows]
    assert [act["action"] for act in acts] == ["import.upload", "import.check", "import.store", "import.commit"]
    assert len(next(act for act in acts if act["action"] == "import.store")["people"]) == 3
    assert all(act["object_id"] == made["id"] for act in acts)
    assert "万" not in str(acts)
    assert w.HEAD not in str(acts)


async def test_nothing_of_a_file_rests_in_plain_words(clerk):
    await clerk.checked(listed(*w.family()))
    pool = clerk.registry.app.state.linli.database.pool
    for table in ("import", "import_row", "job"):
        text = " ".join(str(dict(row)) for row in await pool.fetch(f"SELECT * FROM {table}"))
        assert "万户主" not in text
        assert w.family()[0][3] not in text


async def test_cells_are_shown_only_to_whoever_uploaded_them(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", "123")))
    assert (await clerk.rows(made))[0]["cells"]
    other = Clerk(clerk.registry)
    assert [row["cells"] for row in await other.rows(made)] == [[]]
    edit = await other.call("PATCH", f"imports/{made['id']}/rows/2", {"cells": {"3": w.HEAD}})
    assert (edit.status_code, edit.json()["code"]) == (409, "import.not_your_file")


async def test_findings_are_grouped_by_kind(clerk):
    made = await clerk.checked(listed(person("万户主", "户主", "123"), person("王户主", "户主", "456")))
    groups = (await clerk.call("GET", f"imports/{made['id']}/findings")).json()["items"]
    assert [(g["code"], g["count"], g["first_row"]) for g in groups][:1] == [("identity.length", 2, 2)]
