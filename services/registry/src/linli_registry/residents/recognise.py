"""What somebody typed, swiped or pasted into the one search field.

The order is from the most to the least certain: a number with a valid check digit is never taken for anything else.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from linli_kernel.codes import identity
from linli_kernel.codes.errors import CodeError
from linli_kernel.codes.text import normalise_code

from linli_registry.residents.names import normalise_name


@dataclass(frozen=True)
class Look:
    """A recognised query; exactly the fields of its `kind` are set.

    `kind` is identity_number, phone, identity_tail, name, pinyin, initials, pinyin_or_initials or address. `otherwise` is
    asked when this finds nobody: 刘晓路 is a man and 王家路 a street. `unsure` digits may be the beginning of something longer.
    """

    kind: str
    number: str = ""
    phone: str = ""
    tail: str = ""
    name: str = ""
    pinyin: str = ""
    address: str = ""
    otherwise: "Look | None" = None
    unsure: bool = False


class NotRecognised(ValueError):
    """The text is nothing that can be searched for; `zh` and `en` say what is missing."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.code, self.zh, self.en = code, zh, en


_NUMBER_INSIDE = re.compile(r"(?<![0-9A-Za-z])([0-9]{17}[0-9Xx])(?![0-9A-Za-z])")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{3}[0-9]{12}")
# Passports and travel permits; of digits alone only as many as the permit of a Taiwan compatriot or a passport has.
_OTHER_DOCUMENT = re.compile(r"(?=.*[A-Z])(?=(?:.*[0-9]){5})[A-Z0-9]{6,12}|[0-9]{8,9}")
_PHONE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_TAIL = r"[0-9]{3}[0-9Xx]"
_NAME = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_NAME_TAIL = re.compile(
    rf"(?:({_NAME}[·•\u3007\u3400-\U0003ffff]*)[\s,，]*({_TAIL})|({_TAIL})[\s,，]*({_NAME}[·•\u3007\u3400-\U0003ffff]*))"
)
_PLACE = re.compile(
    r"[0-9一二三四五六七八九十]+(?:组|号|栋|幢|单元|室|楼|社)|(?:村|社区|街道|镇|乡|组|路|街|巷|小区|号|湾|塆)$"
)
_DIGIT = re.compile(r"[0-9]")
_LETTERS = re.compile(r"[a-zü' ]+")
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|an|en|in|un|ia|ua|uo|[aoeiuv])"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE})*(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?")
LONGEST_NAME = 4
"""Characters without a middle dot; a longer Chinese text is an address."""


def recognise(text: str) -> Look:
    """Return what `text` asks for, or raise `NotRecognised`."""
    folded = unicodedata.normalize("NFKC", text).strip()
    swiped = _NUMBER_INSIDE.search(folded)
    if swiped:
        return by_number(swiped.group(1))
    compact = normalise_code(folded)
    if _IDENTITY.fullmatch(compact):
        return by_number(compact)
    phone = _PHONE.fullmatch(compact)
    if phone:
        return Look("phone", phone=phone.group(1))
    if re.fullmatch(_TAIL, compact):
        return Look("identity_tail", tail=compact)
    named = _NAME_TAIL.fullmatch(folded)
    if named:
        name, tail = named.group(1) or named.group(4), named.group(2) or named.group(3)
        return Look("identity_tail", name=normalise_name(name), tail=tail.upper())
    lowered = folded.lower()
    if _LETTERS.fullmatch(lowered):
        return by_pinyin(lowered)
    if _OTHER_DOCUMENT.fullmatch(compact):
        return replace(by_number(compact), unsure=compact.isdigit())
    if compact.isascii():
        raise incomplete()
    return _by_words(folded)


def incomplete() -> NotRecognised:
    """What to say of digits that are the beginning of a number."""
    return NotRecognised(
        "registry.query_incomplete",
        "请输入完整的证件号码、手机号，或证件号码后四位",
        "Type the whole number or phone, or the last four digits of the number",
    )


def by_number(text: str) -> Look:
    try:
        return Look("identity_number", number=identity.parse(text).canonical)
    except CodeError as error:
        raise NotRecognised(error.code, error.zh, error.en) from None


def by_phone(text: str) -> Look:
    found = _PHONE.fullmatch(normalise_code(text))
    if found is None:
        raise NotRecognised("registry.phone_invalid", "手机号应为 11 位数字", "A mobile number has 11 digits")
    return Look("phone", phone=found.group(1))


def by_tail(tail: str, name: str = "") -> Look:
    compact = normalise_code(tail)
    if not re.fullmatch(_TAIL, compact):
        raise NotRecognised("registry.tail_invalid", "请输入证件号码后四位", "Type the last four digits of the number")
    return Look("identity_tail", tail=compact, name=normalise_name(name))


def by_pinyin(text: str) -> Look:
    """Tell full pinyin from initials; no syllable starts with i, u or v, and most initials cannot be spelled out."""
    letters = text.lower().replace("ü", "v").replace("'", "").replace(" ", "")
    if not letters or not letters.isascii() or not letters.isalpha():
        raise NotRecognised("registry.pinyin_invalid", "请输入拼音字母", "Type letters of the pinyin")
    spelled = _PINYIN.fullmatch(letters) is not None
    if not spelled:
        return Look("initials", pinyin=letters)
    if len(letters) == 1 or set(letters) & set("iuv"):
        return Look("pinyin", pinyin=letters)
    return Look("pinyin_or_initials", pinyin=letters)


def by_name(text: str) -> Look:
    name = normalise_name(text)
    if not name:
        raise NotRecognised("registry.name_empty", "请输入姓名", "Type a name")
    return Look("name", name=name)


def by_address(text: str) -> Look:
    """Addresses are stored from the village downwards, so what names the township and above is cut off."""
    address = "".join(unicodedata.normalize("NFKC", text).split())
    cut = re.sub(r"^.*?(?:街道|镇|乡)(?=.{2,})", "", address)
    if len(cut) < 2:
        raise NotRecognised(
            "registry.address_short", "地址至少输入两个字", "Type at least two characters of the address"
        )
    return Look("address", address=cut)


def _by_words(folded: str) -> Look:
    """Tell a name from an address; what no house has may be a name all the same, and the other way round."""
    words = "".join(folded.split())
    longer = len(words) > LONGEST_NAME and "·" not in normalise_name(words)
    if longer or (_PLACE.search(words) and len(words) > 2):
        return replace(by_address(words), otherwise=None if _DIGIT.search(words) else by_name(words))
    return replace(by_name(words), otherwise=by_address(words) if len(words) > 1 else None)
