"""Whatever stands in the register: exported and imported again it changes nothing."""

import unicodedata
from datetime import date, timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linli_kernel.codes import identity
from linli_registry.exports.spreadsheet import WRITERS
from linli_registry.imports.cells import text_of
from linli_registry.imports.reading import open_sheets

from tests.registry import workbooks as w
from tests.registry.api.test_exports import exported
from tests.registry.importing import Clerk, count

FIRST, DAYS = date(1930, 1, 1), 30_000
SURNAMES, GIVEN = "王李张刘陈欧阳司马买买提", "桂兰建国子涵秀英·阿依古丽"
# What a cell of the register can hold: no control characters, which no spreadsheet can store either.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=30)
names = st.builds("".join, st.lists(st.sampled_from(SURNAMES + GIVEN.replace("·", "")), min_size=2, max_size=4))


@st.composite
def households(draw):
    """Rows of `HEADERS` for some households: with and without papers, old and young, with every optional field or none."""
    rows, sequence = [], 0
    for n in range(draw(st.integers(1, 6))):
        for place in range(draw(st.integers(1, 5))):
            sequence += 1
            born = FIRST + timedelta(days=draw(st.integers(0, DAYS)))
            born = min(born, date(1990, 1, 1)) if place == 0 else born
            sex = draw(st.sampled_from("男女"))
            papers = place == 0 or draw(st.booleans())
            number = identity.make(w.COUNTY, born, sequence * 2 + (sex == "男")) if papers else None
            relation = (
                "户主" if place == 0 else draw(st.sampled_from(["其他亲属", "兄弟", "孙子", "儿媳", "非亲属", "母亲"]))
            )
            name = draw(names) + "甲乙丙丁戊己庚辛壬癸"[sequence % 10] + "子丑寅卯辰巳午未申酉戌亥"[sequence % 12]
            phone = draw(st.none() | st.integers(13_000_000_000, 19_999_999_999).map(str))
            address = (
                draw(st.none() | st.sampled_from(["花坪村1组1号", "+1号", "=2号", "花坪村（老屋）"]))
                if place == 0
                else None
            )
            rows.append([
                f"H{n}", name, relation, number, sex, born.isoformat(), draw(st.none() | st.sampled_from(["汉族", "土家族"])), phone,
                address, draw(st.none() | st.sampled_from(["小学", "大专", "文盲"])),
            ])  # fmt: skip
    return rows


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=households())
async def test_an_export_of_any_households_imported_again_changes_nothing(empty_registry, kind, rows):
    clerk = Clerk(empty_registry)
    await emptied(empty_registry)
    first = await clerk.committed(w.xlsx([w.HEADERS, *rows]))
    assert first["counts"]["stored"]["new"] == len(rows)
    lines = await count(empty_registry, "resident_history")
    _, content = await exported(clerk, kind)
    again = await clerk.committed(content, name=f"名单.{kind}")
    assert again["counts"]["stored"] == {"unchanged": len(rows)}
    assert await count(empty_registry, "resident_history") == lines


async def emptied(registry):
    """Each example begins with nobody: the database of the test is shared by its examples."""
    owner = await asyncpg.connect(registry.settings.migration_url.replace("+asyncpg", ""))
    try:
        await owner.execute("TRUNCATE resident, household, dwelling, duplicate_pair CASCADE")
    finally:
        await owner.close()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(TEXTS.map(lambda text: " ".join(text.split())), min_size=1, max_size=6))
def test_any_text_that_is_written_is_read_back_the_same(tmp_path_factory, kind, cells):
    path = tmp_path_factory.mktemp("lists") / f"list.{kind}"
    with path.open("wb+") as target:
        writer = WRITERS[kind](target)
        writer.begin("水印", ["甲"] * len(cells))
        writer.rows([cells])
        writer.end("水印")
    sheet = open_sheets(path.read_bytes())[0]
    read = [text_of(cell) for cell in list(sheet.rows())[2]]
    folded = [unicodedata.normalize("NFKC", cell).lstrip("'’‘`") for cell in cells]
    assert read[: len(cells)] == [" ".join(cell.split()) for cell in folded]
