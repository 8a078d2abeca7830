"""Division codes of twelve digits: province 2, prefecture 2, county 2, township 3, village 3.

A division's *prefix* is its code without the zeros of the levels below it; a scope is such a prefix, so what lies
inside a division is what starts with its prefix. Source: FACTS §3.
"""

from __future__ import annotations

import re
from enum import StrEnum

_CODE = re.compile(r"[1-9][0-9]{11}")
_LENGTHS = (2, 4, 6, 9, 12)


class Level(StrEnum):
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"

    @property
    def length(self) -> int:
        """Digits of a prefix of this level."""
        return _LENGTHS[_ORDER.index(self)]

    @property
    def zh(self) -> str:
        return ("省", "市", "县（市、区）", "乡镇（街道）", "村（社区）")[_ORDER.index(self)]


_ORDER = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


def is_code(text: str) -> bool:
    """Whether the text has the shape of a full twelve-digit code."""
    return _CODE.fullmatch(text) is not None


def level(code: str) -> Level:
    """Return the level of a full code: the last one whose digits are not all zero."""
    _require(code)
    for one, start, end in reversed(list(zip(_ORDER, (0, *_LENGTHS[:-1]), _LENGTHS, strict=True))):
        if code[start:end].strip("0"):
            return one
    raise ValueError("a division code cannot be all zeros")


def prefix(code: str) -> str:
    """Return the code without the zeros of the lower levels: 12, 9, 6, 4 or 2 digits."""
    return code[: level(code).length]


def full(prefix_of: str) -> str:
    """Return the twelve-digit code of a prefix."""
    if len(prefix_of) not in _LENGTHS:
        raise ValueError(f"a division prefix has 2, 4, 6, 9 or 12 digits, not {len(prefix_of)}")
    code = prefix_of.ljust(12, "0")
    _require(code)
    return code


def parent(code: str) -> str | None:
    """Return the next division above, or ``None`` for a province.

    Cities without counties (东莞 and its like) put townships right below the prefecture: the empty level is skipped.
    """
    own = level(code)
    for length in reversed(_LENGTHS[: _ORDER.index(own)]):
        above = code[:length].ljust(12, "0")
        if level(above).length == length:
            return above
    return None


def ancestors(code: str) -> list[str]:
    """Return the divisions above, nearest first."""
    found: list[str] = []
    above = parent(code)
    while above is not None:
        found.append(above)
        above = parent(above)
    return found


def covers(scope: str, code: str) -> bool:
    """Whether a code, or a longer prefix, lies inside a scope prefix. An empty scope covers everything."""
    return code.startswith(scope)


def covered_range(scope: str) -> tuple[str, str]:
    """Return the lowest and highest twelve-digit code inside a scope, for ``BETWEEN`` on an index."""
    return scope.ljust(12, "0"), scope.ljust(12, "9")


def province_of(code: str) -> str:
    """Two digits."""
    return code[:2]


def prefecture_of(code: str) -> str:
    """Four digits."""
    return code[:4]


def county_of(code: str) -> str:
    """Six digits; also the key of the county's tenant by custom."""
    return code[:6]


def township_of(code: str) -> str:
    """Nine digits."""
    return code[:9]


def township_kind(code: str) -> str:
    """``subdistrict`` 街道, ``town`` 镇, ``rural_township`` 乡, ``enterprise`` or ``other``, by its number."""
    number = int(code[6:9])
    if 1 <= number <= 99:
        return "subdistrict"
    if 100 <= number <= 199:
        return "town"
    if 200 <= number <= 399:
        return "rural_township"
    return "enterprise" if 400 <= number <= 599 else "other"


def village_kind(code: str) -> str:
    """``community`` 居委会, ``village`` 村委会 or ``other`` (farms, virtual communities), by the number of the code."""
    number = int(code[9:12])
    if 1 <= number <= 199:
        return "community"
    return "village" if 200 <= number <= 399 else "other"


_SUFFIXES = re.compile(r"(农村社区村民委员会|村民委员会|居民委员会|社区居委会|社区居民委员会|村村委会|村委会|居委会)$")


def short_name(name: str) -> str:
    """Return the name people use: 花坪村委会 → 花坪村, 古桥社区居委会 → 古桥社区.

    Sources write the same committee in many ways; searches compare short names.
    """
    found = _SUFFIXES.search(name)
    if found is None:
        return name
    stem = name[: found.start()]
    if "居" in found.group(1) or "社区" in found.group(1):
        return stem if stem.endswith("社区") else f"{stem}社区"
    return stem if stem.endswith(("村", "社区")) and len(stem) > 1 else f"{stem}村"


def _require(code: str) -> None:
    if not is_code(code):
        raise ValueError("a division code has twelve digits and does not start with zero")
