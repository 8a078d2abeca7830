"""Numbers of identity documents: citizens, Hong Kong, Macau and Taiwan residents, foreigners.

A wrong check digit is an error; a strange region is only a warning, because counties were founded, merged and
renumbered while people kept their numbers. Sources: GB 11643, FACTS §2.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import mul

from linli_kernel.codes.errors import CodeError, CodeWarning
from linli_kernel.codes.regions import known_counties
from linli_kernel.codes.text import normalise_code

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
SPECIAL_REGIONS = {"81": "810000", "82": "820000", "83": "830000"}
# Nobody alive was born earlier; the margin keeps archives of the old household books readable.
EARLIEST_BIRTH_YEAR = 1850

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_FOREIGN_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,12}")


class IdentityKind(StrEnum):
    """Which document a number belongs to."""

    RESIDENT_ID = "resident_id"
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"
    FOREIGN_PERMANENT_RESIDENCE = "foreign_permanent_residence"
    PASSPORT = "passport"

    @property
    def zh(self) -> str:
        return _KIND_NAMES[self][0]

    @property
    def en(self) -> str:
        return _KIND_NAMES[self][1]


_KIND_NAMES = {
    IdentityKind.RESIDENT_ID: ("居民身份证", "resident identity card"),
    IdentityKind.HMT_RESIDENCE_PERMIT: (
        "港澳台居民居住证",
        "Hong Kong, Macau or Taiwan resident's permit",
    ),
    IdentityKind.FOREIGN_PERMANENT_RESIDENCE: ("外国人永久居留身份证", "foreign permanent resident identity card"),
    IdentityKind.PASSPORT: ("护照或其他证件", "passport or other document"),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that passed its checks, taken apart.

    ``canonical`` is the 18-digit form of an old 15-digit number, so that both find the same person. ``sex`` is the code
    of GB/T 2261.1 (``1`` male, ``2`` female). What the number does not tell is ``None``.
    """

    kind: IdentityKind
    number: str
    canonical: str
    region: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    warnings: tuple[CodeWarning, ...] = field(default=())


def check_character(first_seventeen: str) -> str:
    """Return the 18th character for 17 digits."""
    total = sum(map(mul, WEIGHTS, map(int, first_seventeen)))
    return CHECK_CHARACTERS[total % 11]


def parse(
    text: str,
    *,
    kind: IdentityKind | None = None,
    today: date | None = None,
    regions: Container[str] | None = None,
) -> Identity:
    """Take a typed or scanned number apart, or raise ``CodeError`` naming what is wrong.

    Without ``kind`` the document is recognised by the shape of the number. With ``today`` a birth date in the future is
    an error. ``regions`` replaces the built-in list of today's counties.
    """
    number = normalise_code(text)
    if not number:
        raise CodeError("identity.empty", "请填写证件号码", "an identity number is needed")
    if not number.isascii() or not number.isalnum():
        raise CodeError("identity.characters", "证件号码只能是数字和字母", "only digits and letters are allowed")
    found = _recognise(number, kind)
    if kind is not None and found.kind is not kind:
        raise CodeError(
            "identity.kind",
            f"号码属于{found.kind.zh}，不是{kind.zh}",
            f"the number belongs to a {found.kind.en}, not to a {kind.en}",
        )
    if found.birth_date is not None and today is not None and found.birth_date > today:
        raise CodeError("identity.birth_in_future", "出生日期晚于今天", "the birth date lies in the future")
    warning = _region_warning(found, known_counties() if regions is None else regions)
    if warning is None:
        return found
    return Identity(
        found.kind, found.number, found.canonical, found.region, found.birth_date, found.sex, (*found.warnings, warning)
    )


def is_valid(text: str, *, kind: IdentityKind | None = None) -> bool:
    """Whether ``parse`` would accept the number."""
    try:
        parse(text, kind=kind)
    except CodeError:
        return False
    return True


def upgrade(fifteen: str) -> str:
    """Return the 18-digit form of a 15-digit number of the years before 1999."""
    seventeen = f"{fifteen[:6]}19{fifteen[6:]}"
    return seventeen + check_character(seventeen)


def make(region: str, birth_date: date, sequence: int) -> str:
    """Return a valid 18-digit number; ``sequence`` 1–999, odd for men.

    Also makes residence permits (regions 810000, 820000, 830000) and new foreign cards (9, province, country code).
    """
    if not re.fullmatch(r"[0-9]{6}", region) or not 0 < sequence < 1000:
        raise ValueError("region needs six digits and sequence 1 to 999")
    seventeen = f"{region}{birth_date:%Y%m%d}{sequence:03d}"
    return seventeen + check_character(seventeen)


def _recognise(number: str, kind: IdentityKind | None) -> Identity:
    if _EIGHTEEN.fullmatch(number):
        return _eighteen(number)
    if _FIFTEEN.fullmatch(number):
        birth = _birth_date(f"19{number[6:12]}")
        sex = "1" if int(number[14]) % 2 else "2"
        return Identity(IdentityKind.RESIDENT_ID, number, upgrade(number), number[:6], birth, sex)
    if _FOREIGN_OLD.fullmatch(number):
        return Identity(IdentityKind.FOREIGN_PERMANENT_RESIDENCE, number, number)
    if kind in (None, IdentityKind.PASSPORT) and _PASSPORT.fullmatch(number):
        return Identity(IdentityKind.PASSPORT, number, number)
    if kind is IdentityKind.PASSPORT:
        raise CodeError(
            "identity.length",
            "护照号码应为 5 至 12 位字母和数字",
            "a passport number has 5 to 12 letters and digits",
        )
    raise CodeError(
        "identity.length",
        f"证件号码应为 18 位（旧号 15 位），现为 {len(number)} 位或含有不应有的字母",
        f"an identity number has 18 digits (old ones 15); this has {len(number)}, or a letter in the wrong place",
    )


def _eighteen(number: str) -> Identity:
    birth = _birth_date(number[6:14])
    if check_character(number[:17]) != number[17]:
        raise CodeError(
            "identity.check_digit",
            "校验位不符，请核对号码是否有输错的数字",
            "the check digit does not fit; one of the digits is probably mistyped",
        )
    sex = "1" if int(number[16]) % 2 else "2"
    if number[0] == "9":
        # 9, province, country code: the first six characters are no division.
        return Identity(IdentityKind.FOREIGN_PERMANENT_RESIDENCE, number, number, None, birth, sex)
    kind = IdentityKind.HMT_RESIDENCE_PERMIT if number[:2] in SPECIAL_REGIONS else IdentityKind.RESIDENT_ID
    return Identity(kind, number, number, number[:6], birth, sex)


def _birth_date(digits: str) -> date:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        birth = None
    if birth is None or birth.year < EARLIEST_BIRTH_YEAR:
        raise CodeError("identity.birth_date", "号码中的出生日期不存在", "the birth date in the number does not exist")
    return birth


def _region_warning(identity: Identity, regions: Container[str]) -> CodeWarning | None:
    if identity.region is None:
        return None
    if identity.kind is IdentityKind.HMT_RESIDENCE_PERMIT:
        strange = identity.region != SPECIAL_REGIONS[identity.region[:2]]
    else:
        strange = identity.region not in regions
    if not strange:
        return None
    return CodeWarning(
        "identity.region_unknown",
        f"地区码 {identity.region} 不在现行区划中，可能是旧区划，请核对",
        f"region {identity.region} is no division of today; it may be an old one, please compare",
    )
