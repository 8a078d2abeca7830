"""What a typed text is taken for."""

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_registry.residents.recognise import Look, NotRecognised, recognise


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("42122119900101001X", "identity_number", "42122119900101001X"),
        ("421221 19900101 001x", "identity_number", "42122119900101001X"),
        ("４２１２２１１９９００１０１００１Ｘ", "identity_number", "42122119900101001X"),
        ("810000199001010019", "identity_number", "810000199001010019"),
        ("911840198101150013", "identity_number", "911840198101150013"),
        ("421221900101001", "identity_number", "42122119900101001X"),
        ("姓名:王明|性别:男|42122119900101001X|", "identity_number", "42122119900101001X"),
        ("E12345678", "identity_number", "E12345678"),
        ("h1234567890", "identity_number", "H1234567890"),
        ("12345678", "identity_number", "12345678"),
        ("13812345678", "phone", "13812345678"),
        ("+86 138-1234-5678", "phone", "13812345678"),
        ("001X", "identity_tail", "001X"),
        ("0611", "identity_tail", "0611"),
        ("张三 001x", "identity_tail", "001X"),
        ("001X张三", "identity_tail", "001X"),
        ("李〇001X", "identity_tail", "001X"),
        ("zhang", "pinyin_or_initials", "zhang"),
        ("zhangguilan", "pinyin", "zhangguilan"),
        ("zgl", "initials", "zgl"),
        ("lü", "pinyin", "lv"),
        ("xian", "pinyin", "xian"),
        ("张三", "name", "张三"),
        ("张", "name", "张"),
        ("欧阳娜娜", "name", "欧阳娜娜"),
        ("阿卜杜拉•买买提", "name", "阿卜杜拉·买买提"),
        ("张 三", "name", "张三"),
        ("花坪村3组12号", "address", "花坪村3组12号"),
        ("咸安区贺胜桥镇花坪村3组", "address", "花坪村3组"),
        ("3组12号", "address", "3组12号"),
        ("花坪村", "address", "花坪村"),
        ("建设路12号", "address", "建设路12号"),
    ],
)
def test_a_text_is_recognised(text: str, kind: str, value: str) -> None:
    look = recognise(text)
    values = {
        "identity_number": look.number,
        "phone": look.phone,
        "identity_tail": look.tail,
        "name": look.name,
        "address": look.address,
    }
    assert (look.kind, values.get(look.kind, look.pinyin)) == (kind, value)


@pytest.mark.parametrize(
    ("text", "first", "otherwise"),
    [
        ("刘晓路", "address", "name"),
        ("买买提吐尔逊", "address", "name"),
        ("花坪", "name", "address"),
        ("张", "name", None),
        ("花坪村3组", "address", None),
        ("zhang", "pinyin_or_initials", None),
    ],
)
def test_words_that_may_be_a_name_or_an_address_are_read_both_ways(
    text: str, first: str, otherwise: str | None
) -> None:
    look = recognise(text)
    assert (look.kind, look.otherwise and look.otherwise.kind) == (first, otherwise)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("421221199001010011", "identity.check_digit"),
        ("42122119901301001X", "identity.birth_date"),
        ("12345", "registry.query_incomplete"),
        ("138123", "registry.query_incomplete"),
        ("a1", "registry.query_incomplete"),
    ],
)
def test_what_cannot_be_searched_says_why(text: str, code: str) -> None:
    with pytest.raises(NotRecognised) as refused:
        recognise(text)
    assert refused.value.code == code
    assert refused.value.zh


@given(st.text(alphabet=string.printable + "张三村组号·１Ｘü赵\U00020bb7", max_size=40))
def test_any_text_is_recognised_or_refused(text: str) -> None:
    with contextlib.suppress(NotRecognised):
        assert isinstance(recognise(text), Look)
