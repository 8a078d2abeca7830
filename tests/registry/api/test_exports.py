"""Lists taken out: masked as on the screen, with the exporter's name on them, recorded, for a day."""

import csv
import io
from datetime import timedelta

import pytest
from linli_kernel.identity import Role
from linli_kernel.spreadsheet import harmless
from linli_registry.population.known import ZHANG_GUILAN
from openpyxl import load_workbook

from tests.registry import workbooks as w
from tests.registry.importing import VILLAGE, Clerk


async def exported(clerk, role_format="xlsx", **more):
    answer = await clerk.call("POST", "exports", {"format": role_format, "purpose": "走访名单", **more})
    job = await clerk.job(answer)
    assert job["state"] == "done", job
    got = await clerk.registry.client.get(job["result"]["href"], headers=clerk.headers)
    assert got.status_code == 200
    return job["result"], got.content


async def test_an_export_is_masked_and_carries_the_exporter(registry):
    clerk = Clerk(registry, name="王敏")
    result, content = await exported(clerk)
    page = load_workbook(io.BytesIO(content)).active
    rows = list(page.iter_rows(values_only=True))
    assert "王敏" in rows[0][0]
    assert result["number"] in rows[0][0]
    assert result["number"] in rows[-1][0]
    assert "王敏" in page.oddHeader.right.text
    numbers = [row[6] for row in rows[2:-1] if row[6]]
    assert len(rows) == result["rows"] + 3
    assert all("*" in number or "●" in number for number in numbers)
    assert ZHANG_GUILAN.number("421202") not in str(rows)


async def test_an_auditor_and_a_supervisor_cannot_export(registry):
    for role in (Role.AUDITOR, Role.SUPERVISOR, Role.BOOKKEEPER, Role.SYSTEM_ADMIN):
        answer = await Clerk(registry, role).call("POST", "exports", {"format": "csv", "purpose": "看看"})
        assert answer.status_code == 403


async def test_an_export_holds_the_area_only(registry):
    outside = Clerk(registry, divisions=["421202104217"])
    assert (await exported(outside))[0]["rows"] == 0
    wide = Clerk(registry, Role.TOWNSHIP_OFFICER)
    _, content = await exported(wide, "csv", division=VILLAGE)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert {line[0] for line in lines[2:-1]} == {lines[2][0]}


async def test_a_child_is_masked_for_a_role_that_does_not_work_with_children(registry):
    _, content = await exported(Clerk(registry, Role.GRID_WORKER), "csv")
    assert "张子涵" not in content.decode("utf-8-sig")
    _, content = await exported(Clerk(registry), "csv")
    assert "张子涵" in content.decode("utf-8-sig")


async def test_the_file_is_for_the_exporter_until_it_expires(own_registry):
    clerk = Clerk(own_registry)
    result, _ = await exported(clerk)
    assert (await Clerk(own_registry).call("GET", result["href"])).status_code == 404
    own_registry.app.state.linli.clock.move(timedelta(hours=25))
    answer = await clerk.call("GET", result["href"])
    assert (answer.status_code, answer.json()["code"]) == (409, "import.file_gone")


async def test_an_export_and_every_fetch_of_it_are_acts(registry):
    clerk = Clerk(registry)
    result, _ = await exported(clerk)
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE data->>'object_kind' = 'export' ORDER BY seq DESC LIMIT 3"
    )
    acts = [row["data"] for row in rows][::-1]
    assert [act["action"] for act in acts] == ["export.ask", "export.write", "export.fetch"]
    assert acts[1]["detail"] == {"rows": result["rows"], "format": "xlsx", "number": result["number"]}
    listed = (await clerk.call("GET", "exports")).json()["items"]
    assert [one["number"] for one in listed] == [result["number"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_nothing_that_looks_like_a_formula_leaves_as_one(text):
    assert harmless(text).startswith("'")


async def test_an_address_that_is_a_formula_leaves_as_text(empty_registry):
    clerk = Clerk(empty_registry)
    rows = w.family()
    rows[0][8] = "@SUM(1)"
    await clerk.committed(w.xlsx([w.HEADERS, *rows]))
    _, content = await exported(clerk, "csv")
    assert '"\'@SUM(1)"' in content.decode("utf-8-sig")
    _, content = await exported(clerk)
    cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if "SUM" in str(cell.value)] == ["s"] * 3


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_an_export_imported_again_changes_nothing(empty_registry, kind):
    clerk = Clerk(empty_registry)
    rows = [row for n in range(30) for row in w.family(n)]
    await clerk.committed(w.xlsx([w.HEADERS, *rows]))
    _, content = await exported(clerk, kind)
    made = await clerk.committed(content, name=f"名单.{kind}")
    assert made["counts"]["stored"] == {"unchanged": 90}


async def test_an_export_corrected_in_the_spreadsheet_changes_just_that(empty_registry):
    clerk = Clerk(empty_registry)
    await clerk.committed(w.xlsx([w.HEADERS, *w.family()]))
    _, content = await exported(clerk, "csv")
    made = await clerk.committed(content.decode("utf-8-sig").replace("大专", "本科", 1).encode(), name="名单.csv")
    assert made["counts"]["stored"] in ({"unchanged": 2, "changed": 1}, {"unchanged": 3})
    made = await clerk.committed(content.decode("utf-8-sig").replace("小学", "高中", 1).encode(), name="名单.csv")
    assert made["counts"]["stored"] == {"unchanged": 2, "changed": 1}


async def test_malformed_exports_are_refused(registry):
    clerk = Clerk(registry)
    for body in (
        {"format": "pdf", "purpose": "走访"},
        {"format": "csv"},
        {"format": "csv", "purpose": "走访", "division": "x"},
    ):
        assert (await clerk.call("POST", "exports", body)).status_code == 422
