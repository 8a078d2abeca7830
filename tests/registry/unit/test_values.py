"""Checks of what is typed about a resident, and differences that are kept in history."""

from datetime import date

import pytest
from linli_kernel.errors import Invalid
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.values import check, differences, stored

TODAY = date(2026, 11, 20)
KEYS = ResidentKeys(KeyRing.from_json(KeyRing.generate()), "421202")
ROW = new_id()


def checked(known=None, **given):
    return check(given, known or {}, TODAY).values


def test_a_number_gives_kind_birth_date_and_sex() -> None:
    values = checked(identity_number="42122119900101001x")
    assert (values["document_kind"], values["birth_date"], values["sex"]) == ("resident_id", date(1990, 1, 1), "1")
    assert values["identity_number"] == "42122119900101001X"


def test_numbers_are_stored_encrypted_with_what_finds_them() -> None:
    columns = stored(checked(name="张桂兰", identity_number="42122119900101001X", phone=None), KEYS, "421202", ROW)
    assert KEYS.open("identity_number", columns["identity_number"], ROW) == "42122119900101001X"
    assert columns["number_index"] == KEYS.number_index("42122119900101001X")
    assert (columns["pinyin"], columns["initials"]) == ("zhangguilan", "zgl")
    assert (columns["phone"], columns["phone_index"]) == (None, None)


@pytest.mark.parametrize("known", [{"sex": "2"}, {"birth_date": date(1990, 1, 2)}])
def test_a_number_that_contradicts_the_record_is_refused(known) -> None:
    with pytest.raises(Invalid) as refused:
        checked(known, identity_number="42122119900101001X")
    assert refused.value.errors[0].code == "identity.mismatch"


@pytest.mark.parametrize(("name", "said"), [("长" * 61, "61"), ("王😀", "间隔号"), ("沈（曾用名沈二）", "间隔号")])
def test_a_name_is_refused_with_what_is_wrong_with_it(name, said) -> None:
    with pytest.raises(Invalid) as refused:
        checked(name=name)
    assert said in refused.value.errors[0].zh


def test_the_value_that_is_stored_is_no_change() -> None:
    old = {"id": ROW, "phone": KEYS.encrypt("phone", "13812345678", ROW), "education": "70"}
    assert differences(old, checked(phone="13812345678", education="70"), KEYS) == {}
    assert differences(old, checked(phone="13812345679", education="60"), KEYS) == {
        "phone": "changed",
        "education": ["70", "60"],
    }
    assert differences(old, checked(phone=None), KEYS) == {"phone": "changed"}


def test_a_value_moved_to_another_row_does_not_open() -> None:
    stored = KEYS.encrypt("phone", "13812345678", ROW)
    with pytest.raises(Exception, match="changed or belongs"):
        KEYS.open("phone", stored, new_id())


@pytest.mark.parametrize("kind", ["resident_id", "hmt_residence_permit", "foreign_permanent_residence", "passport"])
def test_a_kind_of_document_is_not_taken_without_its_number(kind) -> None:
    for given in ({"document_kind": kind}, {"document_kind": kind, "identity_number": ""}):
        with pytest.raises(Invalid) as refused:
            checked({"document_kind": "none"}, name="李四", **given)
        (fault,) = refused.value.errors
        assert (fault.pointer, fault.code) == ("/identity_number", "registry.number_needed")
        assert "暂无证件" in fault.zh


def test_no_papers_yet_is_said_by_choice_and_a_stored_number_is_enough() -> None:
    assert checked(name="李四", sex="1", document_kind="none")["document_kind"] == "none"
    assert checked({"identity_number": "v1:…"}, document_kind="resident_id") == {"document_kind": "resident_id"}
