"""What a list says is what the register holds; whatever stands in the register, exported and imported again, changes nothing."""

import unicodedata
from datetime import date, timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from linli_kernel.codes import identity
from linli_kernel.codes.dictionaries import dictionary
from linli_kernel.spreadsheet import WRITERS
from linli_registry.imports.cells import text_of
from linli_registry.imports.reading import open_sheets
from linli_registry.residents.keys import ResidentKeys

from tests.registry import workbooks as w
from tests.registry.api.test_exports import exported
from tests.registry.importing import Clerk, count

FIRST, DAYS = date(1930, 1, 1), 30_000
YOUNGEST_HEAD = date(1990, 1, 1)
SURNAMES, GIVEN = "王李张刘陈欧阳司马买买提", "桂兰建国子涵秀英·阿依古丽"
RELATIONS = ("其他亲属", "弟", "孙子", "儿媳", "非亲属", "母亲")
# What a cell of the register can hold: no control characters, which no spreadsheet can store either.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=30)
# What an import fills, those that name others first.
FILLED = ("field_confirmation", "resident_history", "kinship", "membership", "life_event", "household", "dwelling", "duplicate_pair", "resident")  # fmt: skip
names = st.builds("".join, st.lists(st.sampled_from(SURNAMES + GIVEN.replace("·", "")), min_size=2, max_size=4))
# An example takes a second: a failing one is shown as it is and not made smaller.
many = settings(
    max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@st.composite
def households(draw):
    """Rows of `HEADERS` for some households: with and without papers, old and young, with every optional field or none."""
    rows, sequence = [], 0
    for n in range(draw(st.integers(1, 6))):
        for place in range(draw(st.integers(1, 5))):
            sequence += 1
            born = FIRST + timedelta(days=draw(st.integers(0, DAYS)))
            born = min(born, YOUNGEST_HEAD) if place == 0 else born
            sex = draw(st.sampled_from("男女"))
            papers = place == 0 or draw(st.booleans())
            number = identity.make(w.COUNTY, born, sequence * 2 + (sex == "男")) if papers else None
            relation = "户主" if place == 0 else draw(st.sampled_from(RELATIONS))
            name = draw(names) + "甲乙丙丁戊己庚辛壬癸"[sequence % 10] + "子丑寅卯辰巳午未申酉戌亥"[sequence % 12]
            phone = draw(st.none() | st.integers(13_000_000_000, 19_999_999_999).map(str))
            address = draw(st.none() | st.sampled_from(["花坪村1组1号", "'+1号", "'=2号", "花坪村(老屋)"]))
            rows.append([
                f"H{n}", name, relation, number, sex, born.isoformat(), draw(st.none() | st.sampled_from(["汉族", "土家族"])),
                phone, address if place == 0 else None, draw(st.none() | st.sampled_from(["小学", "大学专科", "其他"])),
            ])  # fmt: skip
    return rows


def spelled_day(day, style):
    return (
        day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}", str((day - date(1899, 12, 30)).days), f"{day.year}年{day.month}月",
    )[style]  # fmt: skip


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@st.composite
def as_villages_write(draw, rows):
    """Return (lines, kind of file): the same rows under titles, in any order of columns, in the spellings of villages."""
    written = []
    for number, name, relation, paper, sex, born, *rest in rows:
        day = date.fromisoformat(born)
        # Without papers the day cannot be completed; a serial counts from 1900.
        born = spelled_day(day, draw(st.integers(0, 6 if paper else 5)))
        if paper:
            old = day.year < 2000 and draw(st.booleans())
            paper = paper[:6] + paper[8:17] if old else draw(st.sampled_from([paper, paper.lower(), wide(paper)]))
            paper = paper if draw(st.booleans()) else f" {paper[:6]} {paper[6:]}"
        name = name if draw(st.booleans()) else "　".join(name)
        phone = rest[1] and draw(st.sampled_from([rest[1], wide(rest[1]), f"{rest[1][:3]} {rest[1][3:]}"]))
        written.append([number, name, relation, paper, sex, born, rest[0], phone, *rest[2:]])
    headers = [
        "户编号",
        " 成员 姓名",
        "与户主的关系（必填）",
        "身份证号",
        "性 别",
        "出生年月",
        "民族",
        "手机号码",
        "现住址",
        "学历",
    ]
    order = draw(st.permutations(range(len(headers))))
    lines = [["花坪村人口花名册"], ["填表人：王敏"], headers, *written]
    lines = [[line[n] for n in order] if len(line) > 1 else line for line in lines]
    return lines, draw(st.sampled_from(["xlsx", "gb18030", "utf-8", "utf-8-sig"]))


@many
@given(data=st.data())
async def test_what_is_imported_is_what_the_list_says(empty_registry, data):
    rows = data.draw(households())
    lines, kind = data.draw(as_villages_write(rows))
    content = w.xlsx(lines) if kind == "xlsx" else w.text(lines, kind)
    clerk = Clerk(empty_registry)
    await emptied(empty_registry)
    seen = await clerk.checked(content, name="名单")
    assert seen["counts"]["faulty_households"] == 0, await clerk.found(seen)
    await clerk.job(await clerk.call("POST", f"imports/{seen['id']}/commit", {}))
    said = {
        (number, name, relation, paper and paper.upper(), sex, date.fromisoformat(born), ethnic, phone, education)
        for number, name, relation, paper, sex, born, ethnic, phone, _, education in rows
    }
    held, homes = await register(empty_registry)
    numbers = {name: number for number, name, *_ in said}
    assert {(numbers[name], name, *rest) for name, *rest in held} == said
    # Who shares a number of the list shares a household of the register.
    assert len({(numbers[name], home) for name, home in homes.items()}) == len(set(numbers.values()))
    addresses = {row[0]: unicodedata.normalize("NFKC", row[8]).lstrip("'") for row in rows if row[8]}
    stored = await registered_addresses(empty_registry)
    assert {numbers[name]: address for name, address in stored.items() if address} == addresses


async def register(registry):
    """Everybody as the register holds them, in the words of a list; and the household of each."""
    linli = registry.app.state.linli
    keys = ResidentKeys(linli.keyring, w.COUNTY)
    people = await linli.database.pool.fetch(
        "SELECT r.*, m.relation, m.household FROM resident r JOIN membership m ON m.resident = r.id AND m.until IS NULL"
    )

    def word(table, code):
        return dictionary(table).zh_of(code) or None

    held = {
        (
            row["name"], word("relation", row["relation"]), keys.open("identity_number", row["identity_number"], row["id"]),
            "男" if row["sex"] == "1" else "女", row["birth_date"], word("ethnic_group", row["ethnic_group"]),
            keys.open("phone", row["phone"], row["id"]), word("education", row["education"]),
        )
        for row in people
    }  # fmt: skip
    return held, {row["name"]: row["household"] for row in people}


async def registered_addresses(registry):
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT r.name, d.address FROM resident r JOIN membership m ON m.resident = r.id AND m.relation = '02'"
        " JOIN household h ON h.id = m.household LEFT JOIN dwelling d ON d.id = h.dwelling"
    )
    return {row["name"]: row["address"] for row in rows}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@many
@given(rows=households())
async def test_an_export_of_any_households_imported_again_changes_nothing(empty_registry, kind, rows):
    clerk = Clerk(empty_registry)
    await emptied(empty_registry)
    seen = await clerk.checked(w.xlsx([w.HEADERS, *rows]))
    assert seen["counts"]["faulty_households"] == 0, await clerk.found(seen)
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
        for table in FILLED:
            await owner.execute(f"DELETE FROM {table}")
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
