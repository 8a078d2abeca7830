"""What can be wrong with a code: a stable word and the reason in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass


class CodeError(ValueError):
    """A code that cannot be right; ``zh`` and ``en`` are fit for the person who typed it.

    The text never repeats the code itself: it may be an identity number.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class CodeWarning:
    """Something strange that does not make the code wrong."""

    code: str
    zh: str
    en: str
