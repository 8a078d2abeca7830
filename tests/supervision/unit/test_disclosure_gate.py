"""No number of a person passes into what is published, however it is written; names in lists lose their given part."""

import pytest
from linli_kernel.privacy import Masking
from linli_supervision.disclosures.errors import PersonalDataFound
from linli_supervision.disclosures.personal import Gate

IDENTITY = "42120219430307002X"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"补贴发给{IDENTITY}", "identity_number"),
        ("身份证 421202 19430307 002x", "identity_number"),
        ("４２１２０２１９４３０３０７００２Ｘ", "identity_number"),
        ("4212021943\u200b0307002X", "identity_number"),
        ("电话13800138000。", "phone"),
        ("138-0013-8000", "phone"),
        ("+8613800138000", "phone"),
        ("电话008613800138000", "phone"),
        ("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "phone"),
        ("卡号6222021234567890123", "bank_account"),
        ("6222 0212 3456 7890", "bank_account"),
    ],
)
def test_a_number_of_a_person_is_refused_with_its_place(written: str, code: str) -> None:
    gate = Gate(Masking(), mask=False)
    gate.text("/tables/0/rows/3/1", written)
    with pytest.raises(PersonalDataFound) as refused:
        gate.close()
    (found,) = refused.value.errors
    assert (found.pointer, found.code) == ("/tables/0/rows/3/1", f"supervision.{code}_found")
    assert not any(part in str(refused.value) + found.zh + found.en for part in (IDENTITY, "13800138000", "6222"))


def test_a_number_is_masked_where_that_was_asked_for() -> None:
    gate = Gate(Masking(), mask=True)
    kept = gate.text("/body", f"{IDENTITY}，电话 138 0013 8000，账号 6222021234567890123")
    assert kept == "421202********002X，电话 138****8000，账号 6222***********0123"
    assert gate.text("/body", "+8613800138000") == "+86138****8000"
    gate.close()


@pytest.mark.parametrize(
    "harmless",
    [
        "共 128600.50 元",
        "2026-01-31",
        "0715-8323456",
        "合同 2026001234",
        "421202104221",
        "3800 亩",
        "2026年第1季度",
        "9613800138000",
    ],
)
def test_amounts_days_and_office_numbers_stay(harmless: str) -> None:
    gate = Gate(Masking(), mask=False)
    assert gate.text("/body", harmless) == harmless
    gate.close()


def test_names_in_lists_are_masked_once() -> None:
    gate = Gate(Masking(), mask=False)
    assert [gate.person(name) for name in ("张三", "欧阳娜娜", "张*", "")] == ["张*", "欧阳*", "张*", ""]
