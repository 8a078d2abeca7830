"""Masks: what of a name, number or address is shown to somebody who need not know it all.

No law gives the pattern of digits, so the rules are data of the place with common defaults. A mask never shows a whole
value: short values lose the same share. Source: FACTS §6.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from linli_kernel.privacy.display import group_identity_number

STAR = "*"
DOT = "●"
# At least this many characters of a number stay hidden, whatever the rule says.
LEAST_HIDDEN = 4

COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳上官司马诸葛东方皇甫尉迟公孙令狐慕容夏侯端木司徒司空长孙宇文轩辕澹台申屠太史公冶宗政濮阳"
        "淳于单于百里呼延东郭南门西门南宫第五独孤鲜于闾丘赫连拓跋万俟闻人公羊钟离仲孙左丘梁丘东门",
    )
)

_NUMBERED = r"(?:[0-9０-９]+|[一二三四五六七八九十百]+|[甲乙丙丁东西南北中上下])"
# From the finest part that may be shown to the coarsest; the first that is found ends the visible part.
_ADDRESS_LEVELS = {
    "group": re.compile(rf"^.*?{_NUMBERED}(?:村民小组|居民小组|小组|组)"),
    "village": re.compile(r"^.+?(?:社区|村)"),
    "township": re.compile(r"^.+?(?:街道|镇|乡)"),
    "county": re.compile(r"^.+?[县区市旗]"),
}


class IdentityStyle(StrEnum):
    """``ends``: first 6 and last 4. ``screen``: region, birth year and the last two, in groups."""

    ENDS = "ends"
    SCREEN = "screen"


class KeepEnds(BaseModel):
    """How many characters stay visible at the start and at the end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    head: int = Field(ge=0, le=12)
    tail: int = Field(ge=0, le=8)

    def apply(self, text: str, fill: str = STAR) -> str:
        head, tail = self.head, self.tail
        if len(text) - head - tail < LEAST_HIDDEN:
            head, tail = min(head, len(text) // 4), min(tail, len(text) // 4)
        hidden = len(text) - head - tail
        return text[:head] + fill * hidden + text[len(text) - tail :]


class Masking(BaseModel):
    """The rules of one place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identity_style: IdentityStyle = IdentityStyle.ENDS
    identity_number: KeepEnds = KeepEnds(head=6, tail=4)
    phone: KeepEnds = KeepEnds(head=3, tail=4)
    bank_account: KeepEnds = KeepEnds(head=4, tail=4)
    address_level: str = Field(default="group", pattern="^(group|village|township|county)$")

    def mask_name(self, name: str) -> str:
        """张三 → 张*, 欧阳娜娜 → 欧阳*; the length of the given name is not shown."""
        name = name.strip()
        if len(name) < 2:
            return STAR
        surname = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
        return name[:surname] + STAR

    def mask_identity_number(self, number: str) -> str:
        if self.identity_style is IdentityStyle.SCREEN:
            return mask_identity_number_on_screen(number)
        return self.identity_number.apply(number)

    def mask_phone(self, phone: str) -> str:
        return self.phone.apply(phone)

    def mask_bank_account(self, account: str) -> str:
        return self.bank_account.apply(account)

    def mask_address(self, address: str) -> str:
        """Keep an address down to the villagers' group: 贺胜桥镇花坪村3组12号 → 贺胜桥镇花坪村3组**."""
        levels = list(_ADDRESS_LEVELS)
        for level in levels[levels.index(self.address_level) :]:
            found = _ADDRESS_LEVELS[level].match(address)
            if found is not None:
                rest = address[found.end() :]
                return found.group() + (STAR * 2 if rest.strip() else "")
        return STAR * 2


DEFAULT_MASKING = Masking()


def mask_name(name: str) -> str:
    return DEFAULT_MASKING.mask_name(name)


def mask_identity_number(number: str) -> str:
    """First 6 and last 4: ``421202********001X``."""
    return DEFAULT_MASKING.mask_identity_number(number)


def mask_identity_number_on_screen(number: str) -> str:
    """Return ``421202 1943 ●●●● ●●2X``: region and birth year help the eye, the rest stays hidden."""
    if len(number) != 18:
        return KeepEnds(head=2, tail=2).apply(number, DOT)
    return group_identity_number(f"{number[:10]}{DOT * 6}{number[16:]}")


def mask_phone(phone: str) -> str:
    """``138****5678``."""
    return DEFAULT_MASKING.mask_phone(phone)


def mask_bank_account(account: str) -> str:
    """First 4 and last 4."""
    return DEFAULT_MASKING.mask_bank_account(account)


def mask_address(address: str) -> str:
    return DEFAULT_MASKING.mask_address(address)
