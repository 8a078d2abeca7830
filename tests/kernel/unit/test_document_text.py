"""What a paper can print: coverage read from the fonts, and text made visible and safe."""

from pathlib import Path

import pytest
from linli_kernel.documents import MISSING, Coverage, FontsMissingError, printable, qr_svg, resolve_font_dir
from linli_launcher.fonts import ensure_fonts


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return Coverage.of_folder(ensure_fonts())


def test_ranges_that_touch_or_overlap_are_one() -> None:
    found = Coverage([(10, 20), (21, 30), (25, 26), (40, 40)])
    assert [point for point in range(5, 45) if point in found] == [*range(10, 31), 40]


def test_the_fonts_draw_every_ideograph_of_the_basic_block_and_of_extension_a(coverage: Coverage) -> None:
    assert all(point in coverage for point in (*range(0x4E00, 0xA000), *range(0x3400, 0x4DB6)))


def test_the_fonts_draw_rare_characters_of_names(coverage: Coverage) -> None:
    assert [character for character in "䶮𬱖𫖯㛃𠅤𬭎𬘭𬀩" if ord(character) not in coverage] == []


def test_the_fonts_do_not_claim_what_they_lack(coverage: Coverage) -> None:
    assert [character for character in "😀☑\U0010fffd\ufffe" if ord(character) in coverage] == []


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("张三", "张三"),
        ("a\r\nb\rc\td", "a\nb\nc d"),
        ("张\u202e三\u2066\u200b\ufeff", "张三"),
        ("\x00\x07\x1b[31m", "[31m"),
        ("葛\U000e0100城", "葛城"),
        ("e\u0301", "é"),
        ("好😀\ue000", f"好{MISSING}{MISSING}"),
        ("\ud800孤", "孤"),
        ("两\u3000字\u00a0间", "两\u3000字 间"),
    ],
)
def test_only_what_can_be_seen_is_printed(typed: str, printed: str, coverage: Coverage) -> None:
    assert printable(typed, coverage) == printed


def test_a_qr_code_is_a_drawing_without_time_or_script() -> None:
    drawing = qr_svg("https://linli.example/v/421202.abc")
    assert drawing.startswith("<svg")
    assert drawing == qr_svg("https://linli.example/v/421202.abc")


def test_a_configured_folder_without_fonts_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FontsMissingError, match=str(tmp_path)):
        resolve_font_dir(tmp_path)
