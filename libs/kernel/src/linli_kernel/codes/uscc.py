"""Unified social credit codes of organisations, GB 32100.

Every registrar's first character is accepted, N (rural collectives) and A included. Source: FACTS §2.
"""

from __future__ import annotations

from dataclasses import dataclass

from linli_kernel.codes.errors import CodeError, CodeWarning
from linli_kernel.codes.regions import known_counties
from linli_kernel.codes.text import normalise_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}

RURAL_COLLECTIVES = {
    "N1": ("组级集体经济组织", "collective of a villagers' group"),
    "N2": ("村级集体经济组织", "collective of a village"),
    "N3": ("乡镇级集体经济组织", "collective of a township"),
}


@dataclass(frozen=True, slots=True)
class Uscc:
    """A valid code: ``registrar`` and ``category`` are its first two characters, ``region`` the next six."""

    code: str
    registrar: str
    category: str
    region: str
    warnings: tuple[CodeWarning, ...] = ()

    @property
    def is_rural_collective(self) -> bool:
        return self.registrar == "N"


def check_character(first_seventeen: str) -> str:
    """Return the 18th character."""
    total = sum(weight * _VALUES[char] for weight, char in zip(WEIGHTS, first_seventeen, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def parse(text: str) -> Uscc:
    """Take a code apart, or raise ``CodeError`` naming what is wrong."""
    code = normalise_code(text)
    if len(code) != 18:
        raise CodeError(
            "uscc.length",
            f"统一社会信用代码应为 18 位，现为 {len(code)} 位",
            f"a unified social credit code has 18 characters; this has {len(code)}",
        )
    if any(char not in _VALUES for char in code) or not code[2:8].isdigit():
        raise CodeError(
            "uscc.characters",
            "含有不允许的字符（不使用 I、O、S、V、Z，第 3 至 8 位为数字）",
            "a character is not allowed (I, O, S, V, Z never occur; characters 3 to 8 are digits)",
        )
    if check_character(code[:17]) != code[17]:
        raise CodeError("uscc.check_digit", "校验位不符，请核对代码", "the check character does not fit")
    warnings: tuple[CodeWarning, ...] = ()
    region = code[2:8]
    # Registrars above the county use their own six digits (100000, 420000): only a county's code can be looked up.
    if not region.endswith("00") and region not in known_counties():
        warnings = (
            CodeWarning(
                "uscc.region_unknown",
                f"登记机关区划 {region} 不在现行区划中，请核对",
                f"registrar's region {region} is no division of today, please compare",
            ),
        )
    return Uscc(code, code[0], code[1], region, warnings)


def is_valid(text: str) -> bool:
    """Whether ``parse`` would accept the code."""
    try:
        parse(text)
    except CodeError:
        return False
    return True


def make(registrar_and_category: str, region: str, body: str) -> str:
    """Return a valid code from two, six and nine characters."""
    seventeen = f"{registrar_and_category}{region}{body}"
    return seventeen + check_character(seventeen)
