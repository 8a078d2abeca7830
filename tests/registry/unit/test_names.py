"""Search keys of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_registry.residents.names import grams_of, normalise_name, pinyin_of, query_grams


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张桂兰", "zhangguilan", "zgl"),
        ("单小明", "shanxiaoming", "sxm"),
        ("解放", "xiefang", "xf"),
        ("曾强", "zengqiang", "zq"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("吕布", "lvbu", "lb"),
        ("阿卜杜拉·买买提", "abudulamaimaiti", "abdlmmt"),
        ("John Smith", "johnsmith", "js"),
    ],
)
def test_a_name_has_its_pinyin(name: str, full: str, initials: str) -> None:
    assert pinyin_of(name) == (full, initials)


def test_a_name_has_one_written_form() -> None:
    assert normalise_name(" 张　三 ") == "张三"
    assert normalise_name("阿卜杜拉•买买提") == "阿卜杜拉·买买提"


@given(st.text(alphabet="张王李桂兰建国·", min_size=2, max_size=8), st.data())
def test_every_part_of_a_name_is_found_by_its_grams(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))].strip("·")
    if part:
        assert set(query_grams("421202", part)) <= set(grams_of("421202", name))


def test_grams_of_two_counties_never_meet() -> None:
    assert not set(grams_of("421202", "张三")) & set(grams_of("511681", "张三"))
