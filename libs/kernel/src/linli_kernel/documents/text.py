"""Text from people, made safe to print.

Nothing invisible survives (controls, direction overrides, zero-width characters), so a paper reads as it was checked;
a character without a glyph becomes 〓, the printer's mark for a missing sort, because PDF/A refuses an empty box.
"""

import unicodedata

from linli_kernel.documents.fonts import Coverage

MISSING = "〓"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_UNASSIGNED_OR_PRIVATE = frozenset({"Cn", "Co"})


def printable(value: str, coverage: Coverage) -> str:
    """Return `value` composed (NFC) with only visible characters, spaces and line feeds, each with a glyph."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_printable_character(character, coverage) for character in text)


def _printable_character(character: str, coverage: Coverage) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    if _is_variation_selector(ord(character)):
        return ""
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    if category == "Zs":
        return "\u3000" if character == "\u3000" else " "
    if category in _UNASSIGNED_OR_PRIVATE or ord(character) not in coverage:
        return MISSING
    return character


def _is_variation_selector(code_point: int) -> bool:
    return 0xFE00 <= code_point <= 0xFE0F or 0xE0100 <= code_point <= 0xE01EF
