"""No number of a person passes into what is published, however it is written; names in lists lose their given part."""

from pathlib import Path

import pytest
from linli_kernel.privacy import Masking
from linli_kernel.profile import Profiles
from linli_supervision.disclosures.content import fit
from linli_supervision.disclosures.errors import PersonalDataFound
from linli_supervision.disclosures.personal import Gate
from linli_supervision.disclosures.schemas import DisclosureContent, DisclosureTable, TableColumn

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
        ("138 - 0013 - 8000", "phone"),
        ("138  0013  8000", "phone"),
        ("1380013 8000", "phone"),
        ("1380013-8000", "phone"),
        ("138_0013_8000", "phone"),
        ("138/0013/8000", "phone"),
        ("(138)00138000", "phone"),
        ("138\t00138000", "phone"),
        ("138，0013，8000", "phone"),
        ("138-001-38000", "phone"),
        ("1380-013-8000", "phone"),
        ("1-3-8-0-0-1-3-8-0-0-0", "phone"),
        ("手机一三八〇〇一三八〇〇〇", "phone"),
        ("1380013八〇〇〇", "phone"),
        ("补助张三13800138000", "phone"),
        ("421202\n19430307\n0024", "identity_number"),
        ("4 2 1 2 0 2 1 9 4 3 0 3 0 7 0 0 2 4", "identity_number"),
        ("421202，19430307，0024", "identity_number"),
        ("1 421202 19430307 0024", "identity_number"),
        ("421202430307002", "identity_number"),
        ("6222 - 0212 - 3456 - 7890", "bank_account"),
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
    both = "张三13800138000，李四一三八〇〇一三八〇〇〇，王五：一三八〇〇一三八〇〇〇，二〇二六年"
    assert gate.text("/body", both) == "张三138****8000，李四138****8000，王五：138****8000，二〇二六年"
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
        "13 800 1380 000 元",
        "15000 亩，13800.123456 公顷",
        "1345678.1234",
        "1500、2000、3000",
        "2026-01-31、2026-12-31 两次",
        "共 421202000000000 号",
        "15 32 48 120 35",
        "二〇二六年十一月二十二日",
        "420100 1999 0230 1234 56",
    ],
)
def test_amounts_days_and_office_numbers_stay(harmless: str) -> None:
    gate = Gate(Masking(), mask=False)
    assert gate.text("/body", harmless) == harmless
    gate.close()


def test_names_in_lists_are_masked_once() -> None:
    gate = Gate(Masking(), mask=False)
    assert [gate.person(name) for name in ("张三", "欧阳娜娜", "张*", "张**", "欧阳*", "")] == [
        "张*",
        "欧阳*",
        "张*",
        "张**",
        "欧阳*",
        "",
    ]


def test_a_star_behind_a_whole_name_masks_nothing() -> None:
    gate = Gate(Masking(), mask=False)
    assert [gate.person(name) for name in ("张三*", "欧阳娜娜**", "*")] == ["张*", "欧阳*", "*"]


def test_a_number_spread_over_cells_is_refused_even_where_numbers_are_masked() -> None:
    gate = Gate(Masking(), mask=True)
    gate.row("/tables/0/rows/3", ["421202", "19430307", "0024"])
    with pytest.raises(PersonalDataFound) as refused:
        gate.close()
    assert [one.pointer for one in refused.value.errors] == ["/tables/0/rows/3"]
    # Figures beside each other are no phone, and what one cell holds is masked there.
    other = Gate(Masking(), mask=True)
    other.row("/tables/0/rows/0", ["150", "2000", "3000"])
    other.row("/tables/0/rows/1", [IDENTITY, "3000"])
    other.close()


def test_a_template_s_column_of_people_stays_one_whatever_kind_it_comes_with() -> None:
    profile = Profiles.load(Path(__file__).resolve().parents[3] / "profiles").for_tenant("421202")
    table = DisclosureTable(
        columns=[TableColumn(name="姓 名", kind="text"), TableColumn(name="项目", kind="text")],
        rows=[["张三", "张三饭店"]],
    )
    said = DisclosureContent(title="三季度补贴", tables=[table])
    assert fit(said, profile, "benefits")["tables"][0]["rows"] == [["张*", "张三饭店"]]
    assert fit(said, profile, "accounts")["tables"][0]["rows"] == [["张三", "张三饭店"]]
