"""Identity numbers, organisation codes, divisions and code tables."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_kernel.codes import dictionaries, division, identity, uscc
from linli_kernel.codes.errors import CodeError
from linli_kernel.codes.identity import IdentityKind
from linli_kernel.codes.regions import county_names

regions = st.sampled_from(sorted(county_names()))
births = st.dates(date(1900, 1, 1), date(2026, 12, 31))
sequences = st.integers(1, 999)
uscc_characters = st.sampled_from(uscc.ALPHABET)


@pytest.mark.parametrize(
    ("number", "kind", "birth"),
    [
        ("42122119900101001X", IdentityKind.RESIDENT_ID, date(1990, 1, 1)),
        ("440704200002290016", IdentityKind.RESIDENT_ID, date(2000, 2, 29)),
        ("511681197005200030", IdentityKind.RESIDENT_ID, date(1970, 5, 20)),
        ("810000199001010019", IdentityKind.HMT_RESIDENCE_PERMIT, date(1990, 1, 1)),
        ("820000199001010010", IdentityKind.HMT_RESIDENCE_PERMIT, date(1990, 1, 1)),
        ("830000199001010012", IdentityKind.HMT_RESIDENCE_PERMIT, date(1990, 1, 1)),
        ("911840198101150013", IdentityKind.FOREIGN_PERMANENT_RESIDENCE, date(1981, 1, 15)),
        ("USA110081011501", IdentityKind.FOREIGN_PERMANENT_RESIDENCE, None),
        ("E12345678", IdentityKind.PASSPORT, None),
    ],
)
def test_every_kind_of_document_is_recognised(number: str, kind: IdentityKind, birth: date | None) -> None:
    found = identity.parse(number)
    assert (found.kind, found.birth_date, found.warnings) == (kind, birth, ())


@given(regions, births, sequences)
def test_a_made_number_tells_region_birth_and_sex(region: str, birth: date, sequence: int) -> None:
    found = identity.parse(identity.make(region, birth, sequence))
    assert (found.region, found.birth_date) == (region, birth)
    assert found.sex == ("1" if sequence % 2 else "2")


@given(regions, births, sequences, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(
    region: str, birth: date, sequence: int, position: int, difference: int
) -> None:
    number = identity.make(region, birth, sequence)
    old = number[position]
    new = str((int(old) + difference) % 10) if old.isdigit() else str(difference)
    assert not identity.is_valid(number[:position] + new + number[position + 1 :])


@given(regions, births, sequences, st.integers(0, 16))
def test_two_swapped_neighbours_are_always_noticed(region: str, birth: date, sequence: int, position: int) -> None:
    number = identity.make(region, birth, sequence)
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    assert swapped == number or not identity.is_valid(swapped)


@given(regions, births, sequences)
def test_full_width_digits_blanks_and_a_small_x_are_the_same_number(region: str, birth: date, sequence: int) -> None:
    number = identity.make(region, birth, sequence)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number.lower())
    assert identity.parse(f" {wide[:6]} {wide[6:14]}-{wide[14:]}").number == number


@given(regions, st.dates(date(1900, 1, 1), date(1999, 12, 31)), sequences)
def test_an_old_number_and_its_new_form_are_the_same_person(region: str, birth: date, sequence: int) -> None:
    eighteen = identity.make(region, birth, sequence)
    fifteen = eighteen[:6] + eighteen[8:17]
    old = identity.parse(fifteen)
    assert old.canonical == eighteen
    assert (old.birth_date, old.sex) == (birth, identity.parse(eighteen).sex)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "identity.empty"),
        ("421221199001010011", "identity.check_digit"),
        ("42122119900230001X", "identity.birth_date"),
        ("421221000001010011", "identity.birth_date"),
        ("4212211990010100", "identity.length"),
        ("4212211990010100123", "identity.length"),
        ("4212A119900101001X", "identity.length"),
        ("421221*990010100", "identity.characters"),
    ],
)
def test_a_wrong_number_names_its_reason_in_two_languages(number: str, code: str) -> None:
    with pytest.raises(CodeError) as raised:
        identity.parse(number)
    assert raised.value.code == code
    assert raised.value.zh
    assert raised.value.en
    assert not number or number not in str(raised.value)


def test_an_abolished_county_is_a_warning_and_never_an_error() -> None:
    found = identity.parse(identity.make("422322", date(1965, 1, 1), 1))
    assert [warning.code for warning in found.warnings] == ["identity.region_unknown"]


def test_a_birth_tomorrow_is_refused_today() -> None:
    number = identity.make("421202", date(2026, 11, 23), 1)
    with pytest.raises(CodeError, match="birth_in_future"):
        identity.parse(number, today=date(2026, 11, 22))
    assert identity.parse(number, today=date(2026, 11, 23)).birth_date == date(2026, 11, 23)


def test_a_number_of_another_document_than_asked_is_refused() -> None:
    with pytest.raises(CodeError, match=r"identity\.kind"):
        identity.parse("810000199001010019", kind=IdentityKind.RESIDENT_ID)


def test_digits_only_are_a_passport_while_they_are_few() -> None:
    assert identity.parse("123456789").kind is IdentityKind.PASSPORT
    assert not identity.is_valid("12345678901234")


def test_a_rural_collective_has_a_valid_code() -> None:
    found = uscc.parse("N2421221MF1234567F")
    assert found.is_rural_collective
    assert found.region == "421221"


@given(uscc_characters, uscc_characters, regions, st.text(uscc_characters, min_size=9, max_size=9))
def test_a_made_organisation_code_is_valid(first: str, second: str, region: str, body: str) -> None:
    assert uscc.parse(uscc.make(first + second, region, body)).region == region


@given(st.text(uscc_characters, min_size=9, max_size=9), st.integers(8, 17), st.integers(1, 30))
def test_one_wrong_character_of_an_organisation_code_is_noticed(body: str, position: int, difference: int) -> None:
    code = uscc.make("91", "421202", body)
    new = uscc.ALPHABET[(uscc.ALPHABET.index(code[position]) + difference) % 31]
    assert not uscc.is_valid(code[:position] + new + code[position + 1 :])


@pytest.mark.parametrize(
    ("code", "level", "prefix", "parent"),
    [
        ("420000000000", "province", "42", None),
        ("421200000000", "prefecture", "4212", "420000000000"),
        ("421202000000", "county", "421202", "421200000000"),
        ("421202104000", "township", "421202104", "421202000000"),
        ("421202104221", "village", "421202104221", "421202104000"),
        ("441900003000", "township", "441900003", "441900000000"),
    ],
)
def test_a_division_code_tells_its_level_prefix_and_parent(
    code: str, level: str, prefix: str, parent: str | None
) -> None:
    assert division.level(code) == level
    assert division.prefix(code) == prefix
    assert division.parent(code) == parent
    assert division.full(prefix) == code


def test_a_scope_covers_what_starts_with_it() -> None:
    assert division.covers("421202104", "421202104221")
    assert not division.covers("421202104", "421202103227")
    assert division.covers("", "421202104221")
    low, high = division.covered_range("421202104")
    assert low <= "421202104221" <= high < "421202105000"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("花坪村委会", "花坪村"),
        ("古桥社区居委会", "古桥社区"),
        ("百节社区居民委员会", "百节社区"),
        ("玉龙村民委员会", "玉龙村"),
        ("魁字岩农村社区村民委员会", "魁字岩社区"),
        ("贺胜桥社区", "贺胜桥社区"),
    ],
)
def test_names_of_committees_become_the_names_people_use(name: str, short: str) -> None:
    assert division.short_name(name) == short


def test_dictionaries_have_unique_codes_and_both_languages() -> None:
    for table in dictionaries.all_dictionaries():
        assert len(table.by_code) == len(table.entries)
        assert all(entry.zh and entry.en for entry in table.entries)
    assert len(dictionaries.dictionary("ethnic_group").entries) == 58


@pytest.mark.parametrize(
    ("table", "word", "code"),
    [("ethnic_group", "汉", "01"), ("ethnic_group", "瑶族", "13"), ("relation", "户主", "02"), ("sex", "女", "2")],
)
def test_a_word_of_a_spreadsheet_finds_its_code(table: str, word: str, code: str) -> None:
    assert dictionaries.dictionary(table).code_of(word) == code
