"""Cells and rows as villages write them, before the register is asked."""

from datetime import date

import pytest
from linli_kernel.codes import identity
from linli_registry.imports.cells import CHOICES, WORDS, code_of, day_of, digits_of, full_day, spoilt, text_of
from linli_registry.imports.rows import is_empty, number_of, read_cells, read_row
from linli_registry.imports.service import _sample

TODAY = date(2026, 11, 20)
NUMBER = identity.make("421202", date(1962, 3, 7), 811)
OLD = NUMBER[:6] + NUMBER[8:17]
ENDS_WITH_X = next(n for s in range(1, 999) if (n := identity.make("421202", date(1970, 1, 1), s)).endswith("X"))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (22712, "22***"), ("22712", "22***"), (22712.0, "22***"), ("1962.3", "19****"), ("1962年3月", "19*****"),
        ("1962", "19**"), (date(1962, 3, 7), "19******07"), (45, "45"), ("3组", "3组"),
    ],
)  # fmt: skip
def test_an_example_of_a_birth_date_is_masked_however_it_is_written(cell, shown):
    assert _sample(cell) == shown


@pytest.mark.parametrize(
    "written", [NUMBER, OLD, " ".join(NUMBER), ENDS_WITH_X, ENDS_WITH_X.lower(), "Ｅ１２３４５６７８"]
)
def test_what_tells_repeated_rows_is_the_number_as_it_will_be_stored(written):
    columns = {0: "identity_number"}
    whole = read_row(1, [written], columns, TODAY)
    assert number_of(read_cells(1, [written], columns)) == whole.canonical


@pytest.mark.parametrize(
    ("cells", "empty"),
    [
        (["序号", "姓名", "公民身份号码", "性别"], True),
        (["合 计", "26人", None, None], True),
        (["填表人：王敏", None, None, "审核：李强"], True),
        (["注：本表一式两份", None, None, "另附"], True),
        ([7, "姓名", None, "女"], False),
        (["合计", "何计", NUMBER, "男"], False),
        ([8, None, None, "男"], False),
    ],
)
def test_headers_repeated_sums_and_signatures_are_nobody(cells, empty):
    assert is_empty(cells, {1: "name", 2: "identity_number", 3: "sex"}) is empty


@pytest.mark.parametrize("written", ["13812345678", 13812345678, "4212021950"])
def test_digits_in_the_column_of_numbers_are_no_passport_unless_the_list_says_so(written):
    columns = {0: "identity_number", 1: "document_kind"}
    assert [f.code for f in read_row(1, [written, None], columns, TODAY).findings][:1] == ["import.kind_needed"]
    said = read_row(1, [written, "台胞证"], columns, TODAY)
    assert (said.canonical, said.faulty) == (str(written), True)  # Only the name is missing.
    assert [f.code for f in said.findings] == ["registry.required"]


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [
        ("relation", "本人", "02"), ("relation", "1", "02"), ("relation", "户 主", "02"), ("relation", "之妻", "12"),
        ("ethnic_group", "汉族", "01"), ("ethnic_group", "汉", "01"), ("ethnic_group", "1", "01"),
        ("political_status", "党员", "01"), ("education", "初中", "70"), ("presence", "在住", "registered_here"),
        ("document_kind", "无", "none"), ("sex", "男", "1"),
    ],
)  # fmt: skip
def test_words_codes_and_codes_without_their_zero_mean_the_same(field, word, code):
    assert code_of(field, text_of(word)) == (code, None)
    assert WORDS[field].get(word, code) == code


@pytest.mark.parametrize("field", CHOICES)
def test_every_word_that_is_offered_is_read_and_means_a_code_of_its_own(field):
    codes = [code_of(field, word)[0] for word in CHOICES[field]]
    assert None not in codes
    assert len(codes) == len(set(codes))


def test_an_unknown_word_is_named():
    assert code_of("relation", "老乡")[1].code == "import.word_unknown"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        ("  万　 户主 ", "万 户主"),
        ("'123", "123"),
        ('="0715"', "0715"),
        (True, "是"),
        (None, ""),
        ("１２", "12"),
    ],
)
def test_a_cell_is_one_line_of_plain_text(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize("cell", ["13800001111.0", "13800001111.00", 13800001111.0, "１３８００００１１１１"])
def test_a_number_that_a_program_wrote_with_a_point_is_that_number(cell):
    assert digits_of(cell) == ("13800001111", None)


@pytest.mark.parametrize("cell", [4.21202196203078e17, "4.21202E+17", 421202196203078112, "421202196203078112.0"])
def test_digits_that_a_spreadsheet_lost_are_not_guessed(cell):
    assert digits_of(cell)[1].code == "import.digits_lost"


@pytest.mark.parametrize(
    "written",
    [
        "1950.3.7",
        "1950年3月7日",
        "19500307",
        "1950-03-07",
        18329,
        "一九五〇年三月七日",
        date(1950, 3, 7),
        "19500307.0",
        "18329.0",
    ],
)
def test_every_spelling_of_a_day_is_that_day(written):
    day, fault = day_of(written)
    assert (fault, full_day(day, TODAY)[0]) == (None, date(1950, 3, 7))


@pytest.mark.parametrize("cell", ["#REF!", " #N/A "])
def test_the_error_of_a_formula_is_named(cell):
    assert spoilt(cell).code == "import.formula_error"
    assert spoilt("3#楼") is None
