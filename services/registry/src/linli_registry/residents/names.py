"""Search keys of a name: pinyin in full, initials and grams.

The same functions make the stored keys and the keys of a query; changing one of them means rebuilding the columns.
"""

import unicodedata
from functools import lru_cache

from linli_kernel.privacy.masks import COMPOUND_SURNAMES

MIDDLE_DOT = "·"
_DOTS = str.maketrans(dict.fromkeys("•・‧∙●.．", MIDDLE_DOT))

# Characters that are read otherwise as a surname.
SURNAME_READINGS = {
    "单": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "区": "ou", "查": "zha", "任": "ren", "朴": "piao",
    "盖": "ge", "乐": "yue", "翟": "zhai", "种": "chong", "秘": "bi", "员": "yun", "冼": "xian", "缪": "miao",
    "覃": "qin", "谌": "chen", "召": "shao", "逄": "pang", "折": "she", "黑": "he", "洗": "xian", "华": "hua",
    "尹": "yin", "卜": "bu", "贾": "jia", "石": "shi", "柏": "bai", "车": "che", "宿": "su", "长": "zhang",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu", "单于": "chan yu",
}  # fmt: skip
# The reading that given names use where the dictionary's first one differs.
GIVEN_READINGS = {
    "卜": "bu",
    "长": "chang",
    "乐": "le",
    "行": "xing",
    "重": "chong",
    "朝": "chao",
    "曾": "zeng",
    "茜": "qian",
}


def normalise_name(text: str) -> str:
    """Return the name without blanks between Chinese characters and with one kind of middle dot."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded.isascii():
        return " ".join(folded.split())
    return "".join(folded.split()).translate(_DOTS)


@lru_cache(maxsize=16384)
def _reading(char: str) -> str:
    from pypinyin import lazy_pinyin

    if char in GIVEN_READINGS:
        return GIVEN_READINGS[char]
    found: list[str] = lazy_pinyin(char, errors="ignore")
    return found[0].replace("ü", "v") if found else ""


@lru_cache(maxsize=4096)
def _surname_syllables(surname: str) -> tuple[str, ...]:
    known = SURNAME_READINGS.get(surname)
    return tuple(known.split()) if known else tuple(_reading(char) for char in surname)


def surname_length(name: str) -> int:
    return 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1


def pinyin_of(name: str) -> tuple[str, str]:
    """Return (full, initials) in small letters: 张桂兰 → ("zhangguilan", "zgl"); ü is written v."""
    if name.isascii():
        words = ["".join(c for c in word if c.isalnum()) for word in name.lower().split()]
        return "".join(words), "".join(word[0] for word in words if word)
    cut = surname_length(name)
    syllables = (*_surname_syllables(name[:cut]), *(_reading(c) for c in name[cut:] if c != MIDDLE_DOT))
    return "".join(syllables), "".join(s[0] for s in syllables if s)


def grams_of(tenant: str, name: str) -> list[str]:
    """Return every character and every pair of neighbours, each behind the tenant's key."""
    chars = name.replace(MIDDLE_DOT, "").lower()
    pairs = [chars[i : i + 2] for i in range(len(chars) - 1)]
    return [tenant + gram for gram in dict.fromkeys([*chars, *pairs])]


def query_grams(tenant: str, part: str) -> list[str]:
    """Return the grams that every name containing `part` has: its pairs, or the one character."""
    chars = part.replace(MIDDLE_DOT, "").lower()
    if len(chars) < 2:
        return [tenant + chars]
    return [tenant + chars[i : i + 2] for i in range(len(chars) - 1)]
