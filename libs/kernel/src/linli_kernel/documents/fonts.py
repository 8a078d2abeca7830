"""Where the fonts are and which characters they can draw.

Coverage is read from the font files themselves, so a character is promised only when a glyph exists for it.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from linli_kernel.errors import Unavailable

FONT_SUFFIXES = frozenset({".otf", ".ttf"})


class FontsMissingError(Unavailable):
    """There is no folder with fonts, so no paper can be set."""

    code = "documents.fonts_missing"
    zh = "尚未安装文书字体，暂时不能生成文书，请联系系统管理员（{place} 中没有字体，请运行 linli build）"
    en = "Papers cannot be made: no fonts in {place}; run `linli build` or set LINLI_FONT_DIR"


def resolve_font_dir(configured: Path | str | None = None) -> Path:
    """Return the configured font folder, else the `.build/fonts` of the working copy this code or process is in."""
    if configured:
        candidates = [Path(configured)]
    else:
        here = Path.cwd()
        parents = (here, *here.parents, *Path(__file__).resolve().parents)
        candidates = [folder / ".build" / "fonts" for folder in parents]
    for folder in candidates:
        if font_files(folder):
            return folder.resolve()
    raise FontsMissingError(place=str(configured or ".build/fonts"))


def font_files(folder: Path) -> list[Path]:
    """Return the font files of a folder by name, none when there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in FONT_SUFFIXES)


class Coverage:
    """The set of code points that at least one of the fonts draws."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(ranges):
            if merged and start <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def __contains__(self, code_point: int) -> bool:
        index = bisect_right(self._starts, code_point) - 1
        return index >= 0 and code_point <= self._ends[index]

    @classmethod
    def of_folder(cls, folder: Path) -> "Coverage":
        """Return what the fonts of a folder draw together; typst falls back from one to the next."""
        return cls(found for path in font_files(folder) for found in _character_ranges(path.read_bytes()))


def _character_ranges(font: bytes) -> list[tuple[int, int]]:
    """Return the code point ranges of the `cmap` table, format 12 (OpenType 1.9, cmap); [] when there is none."""
    table_count = struct.unpack_from(">H", font, 4)[0]
    for index in range(table_count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == b"cmap":
            return _format_12_ranges(font, offset)
    return []


def _format_12_ranges(font: bytes, cmap: int) -> list[tuple[int, int]]:
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * index)
        subtable = cmap + offset
        if platform in (0, 3) and struct.unpack_from(">H", font, subtable)[0] == 12:
            count = struct.unpack_from(">I", font, subtable + 12)[0]
            groups = struct.iter_unpack(">III", font[subtable + 16 : subtable + 16 + 12 * count])
            return [(start, end) for start, end, glyph in groups if glyph]
    return []
