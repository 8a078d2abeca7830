"""Files of every kind that an office sends: old workbooks, several sheets, spoilt formulas, bombs; the mapping by hand."""

import io
import zipfile
from pathlib import Path

import pytest
from linli_registry.imports import reading
from openpyxl import Workbook

from tests.registry import workbooks as w
from tests.registry.importing import Clerk, listed, person

OLD_WORKBOOK = Path(__file__).parent.parent / "files" / "list.xls"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.fixture
def clerk(empty_registry):
    return Clerk(empty_registry)


def ods(rows):
    def cell(value):
        return "<table:table-cell/>" if value is None else (
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        )  # fmt: skip

    table = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in names.items())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", _ODS)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="人口">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def book(**sheets):
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def with_part(content, name, text, *, declared=None):
    """Return the workbook with one part replaced; `declared` makes the archive lie about its length."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, text if item.filename == name else old.read(item))
    made = bytearray(stream.getvalue())
    if declared is not None:
        at = made.rindex(name.encode()) - 46
        assert made[at : at + 4] == b"PK\x01\x02"
        made[at + 24 : at + 28] = declared.to_bytes(4, "little")
    return bytes(made)


async def test_a_workbook_of_the_nineties_is_read(clerk):
    made = await clerk.checked(OLD_WORKBOOK.read_bytes(), name="名单.xls")
    assert (await clerk.found(made), made["counts"]["new"], made["counts"]["households"]) == ([], 3, 1)


async def test_an_open_document_is_read(clerk):
    rows = [["姓名", "与户主关系", "公民身份号码"], ["万户主", "户主", w.HEAD], ["万妻子", "妻", w.WIFE]]
    made = await clerk.checked(ods(rows), name="名单.ods")
    assert (await clerk.found(made), made["counts"]["new"], made["counts"]["households"]) == ([], 2, 1)


async def test_of_several_sheets_the_list_of_people_is_proposed_and_another_can_be_chosen(clerk):
    people, others = [w.HEADERS, *w.family(1)], [w.HEADERS, *w.family(2), person("万外孙", "外孙子", w.SON)]
    made = await clerk.uploaded(book(说明=[["填表说明"], ["请按户填写"]], 一组=people, 二组=others))
    assert (made["sheet"], made["sheets"]) == ("一组", ["说明", "一组", "二组"])
    columns = {str(c["column"]): c["field"] for c in made["columns"] if c["field"]}
    put = await clerk.call(
        "PUT", f"imports/{made['id']}/mapping", {"columns": columns, "sheet": "二组"}, match=made["version"]
    )
    assert (put.status_code, put.json()["sheet"], put.json()["header_row"]) == (200, "二组", 1)
    await clerk.job(await clerk.call("POST", f"imports/{made['id']}/check"))
    assert (await clerk.call("GET", f"imports/{made['id']}")).json()["counts"]["rows"] == 4


async def test_the_header_row_is_corrected_through_the_mapping(clerk):
    rows = [
        ["某村花名册"],
        ["甲", "乙", "丙"],
        ["称呼", "和主人", "号"],
        ["万户主", "户主", w.HEAD],
        ["万妻子", "妻", w.WIFE],
    ]
    made = await clerk.uploaded(w.xlsx(rows))
    assert not made["ready"]
    columns = {"0": "name", "1": "relation", "2": "identity_number"}
    put = await clerk.call(
        "PUT", f"imports/{made['id']}/mapping", {"columns": columns, "header_row": 3}, match=made["version"]
    )
    assert [c["header"] for c in put.json()["columns"]] == ["称呼", "和主人", "号"]
    assert put.json()["ready"]
    await clerk.job(await clerk.call("POST", f"imports/{made['id']}/check"))
    now = (await clerk.call("GET", f"imports/{made['id']}")).json()
    assert (await clerk.found(now), now["counts"]["rows"], now["counts"]["new"]) == ([], 2, 2)


async def test_a_sheet_or_header_that_is_not_there_leaves_the_first_sheet(clerk):
    made = await clerk.uploaded(listed(*w.family()))
    for body in ({"columns": {}, "sheet": "没有这张表"}, {"columns": {}, "header_row": 900}):
        version = (await clerk.call("GET", f"imports/{made['id']}")).json()["version"]
        put = await clerk.call("PUT", f"imports/{made['id']}/mapping", body, match=version)
        assert (put.status_code, put.json()["ready"]) == (200, False)
    refused = await clerk.call("POST", f"imports/{made['id']}/check")
    assert (refused.status_code, refused.json()["code"]) == (409, "import.mapping_incomplete")


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
async def test_the_error_value_of_a_formula_is_named_at_its_cell(clerk, value):
    content = w.xlsx([w.HEADERS, person("万户主", "户主", w.HEAD, address="address")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    at = sheet.index('<c r="I2"')
    end = sheet.index("</c>", at) + 4
    broken = f'{sheet[:at]}<c r="I2" t="e"><f>VLOOKUP(A2,B:B,1)</f><v>{value}</v></c>{sheet[end:]}'
    made = await clerk.checked(with_part(content, "xl/worksheets/sheet1.xml", broken))
    assert await clerk.found(made) == [("I2", "import.formula_error")]


async def test_a_formula_with_its_result_is_read_as_the_result(clerk):
    content = listed(person("万户主", "户主", w.HEAD, address="address"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    at = sheet.index('<c r="I2"')
    end = sheet.index("</c>", at) + 4
    made = f'{sheet[:at]}<c r="I2" t="str"><f>A1&amp;B1</f><v>花坪村1组1号</v></c>{sheet[end:]}'
    made = await clerk.committed(with_part(content, "xl/worksheets/sheet1.xml", made))
    found = (await clerk.registry.search(name="万户主"))["items"][0]
    assert found["address"] == "花坪村1组1号"


async def test_a_workbook_that_its_reader_panics_over_is_refused_with_words(clerk):
    spoilt = bytearray(OLD_WORKBOOK.read_bytes())
    spoilt[514] = 0
    answer = await clerk.upload(bytes(spoilt), "名单.xls")
    assert (answer.status_code, answer.json()["code"]) == (422, "import.file_unreadable")


async def test_two_cells_in_opposite_corners_take_no_memory_of_the_service(clerk):
    # The reader would ask for the whole rectangle, 100 GB, and take the process with it.
    far = book(名单=[["姓名"]])
    sheet = zipfile.ZipFile(io.BytesIO(far)).read("xl/worksheets/sheet1.xml").decode()
    row = '<row r="190000"><c r="XFD190000" t="inlineStr"><is><t>张三</t></is></c></row></sheetData>'
    answer = await clerk.upload(with_part(far, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", row)))
    assert (answer.status_code, answer.json()["code"]) == (422, "import.file_unreadable")
    assert "很远" in answer.json()["detail"]


async def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(clerk, monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNPACKED_BYTES", 1024 * 1024)
    bomb = with_part(listed(*w.family()), "xl/worksheets/sheet1.xml", "<x>" + " " * 2 * 1024 * 1024)
    answer = await clerk.upload(bomb)
    assert (answer.status_code, answer.json()["code"]) == (422, "import.file_unreadable")
    assert "解压后过大" in answer.json()["detail"]


async def test_an_archive_that_lies_about_its_length_is_refused(clerk):
    bomb = with_part(listed(*w.family()), "xl/styles.xml", "<x>" + " " * 64 * 1024 * 1024, declared=1000)
    answer = await clerk.upload(bomb)
    assert (answer.status_code, answer.json()["code"]) == (422, "import.file_unreadable")


async def test_more_rows_than_an_import_takes_are_refused(clerk, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 10)
    answer = await clerk.upload(listed(*(row for n in range(4) for row in w.family(n))))
    assert (answer.status_code, "10 行" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
async def test_half_a_workbook_is_refused_and_breaks_nothing(clerk, keep):
    content = listed(*w.family())
    answer = await clerk.upload(content[: int(len(content) * keep)])
    assert (answer.status_code, answer.json()["code"]) == (422, "import.file_unreadable")
