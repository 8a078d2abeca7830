"""What is found about a cell or a row: an error keeps the household out, a warning does not.

Texts never quote a number or a whole name: others than who uploaded the file read them too. Where a value helps, it is
read from the row for whoever uploaded it.
"""

from typing import Literal

import msgspec
from linli_kernel.errors import FieldError

Level = Literal["error", "warning", "info"]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """`field` is a field's key or empty for the whole row."""

    code: str
    zh: str
    en: str
    field: str = ""
    level: Level = "error"

    @classmethod
    def of(cls, fault: FieldError) -> "Finding":
        return cls(fault.code, fault.zh, fault.en, fault.pointer.removeprefix("/"))


def warning(code: str, zh: str, en: str, field: str = "") -> Finding:
    return Finding(code, zh, en, field, "warning")


def is_error(finding: Finding) -> bool:
    return finding.level == "error"
