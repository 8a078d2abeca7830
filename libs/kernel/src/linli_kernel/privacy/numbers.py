"""Numbers of people in any text, however they are written: in other scripts, with gaps, in groups, over two lines.

What is found is never stored, logged or quoted. A look is generous with what separates digits and strict with the digits:
a number that passes its check character is one wherever it stands, other digits only in the groups that people write.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from linli_kernel.codes import identity
from linli_kernel.privacy.masks import Masking

_FULL_WIDTH = str.maketrans("Ｘｘ＋", "Xx+")
_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
# As many as a number has at least: shorter ones are days, houses and amounts in words.
_WRITTEN_OUT = re.compile("[0-9〇零○一二三四五六七八九]{11,}")
_LINE = r" \t\u00a0\u3000\-‐‑‒–－—_·.．/()（）*"
_GAP = f"[{_LINE}]{{0,3}}"
_ANY_GAP = rf"[{_LINE}\r\n,，、;；:：]{{0,3}}"
_DASH = rf"[{_LINE}]?[\-‐‑‒–－—_·][{_LINE}]?"
_MARK = rf"[{_LINE}]?[\-‐‑‒–－—_·.．/][{_LINE}]?"
"""Between groups that figures side by side could make as well, a mark must stand, not spaces alone; and where there are two
groups only, none that an amount has."""
_DAY = rf"(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text).upper()


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _is_identity(hit: str) -> bool:
    number = _digits(hit)
    if len(number) == 15:
        return _is_day(f"19{number[6:12]}")
    return _is_day(number[6:14]) and (identity.is_valid(number) or _TIDY.fullmatch(hit) is not None)


def _always(hit: str) -> bool:
    return True


_TIDY = re.compile(rf"[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}{_DAY}{_GAP}\d{{3}}{_GAP}[\dXx]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of number: how it looks, whether what looks so is one, and what stands in its place."""

    code: str
    zh: str
    en: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    masked: Callable[[Masking, str], str]

    @property
    def found(self) -> str:
        """The code of the fault."""
        return f"supervision.{self.code}_found"

    def spans(self, plain: str) -> Iterator[tuple[int, int, str]]:
        """Yield where each number of this kind begins and ends, and its digits."""
        hit = self.pattern.search(plain)
        while hit is not None:
            holds = self.holds(hit[0])
            if holds:
                yield hit.start(), hit.end(), _digits(hit[0])
            # What looks like one may hide another that begins inside it.
            hit = self.pattern.search(plain, hit.end() if holds else hit.start() + 1)


_PHONE = "|".join(
    (
        rf"1[3-9]\d[{_LINE}]{{1,3}}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d{{9}}",
        *(
            rf"1[3-9]\d{{{one - 2}}}{_MARK}\d{{{two}}}{_MARK}\d{{{three}}}"
            for one, two, three in ((3, 3, 5), (4, 3, 4), (4, 4, 3))
        ),
        *(rf"1[3-9]\d{{{one - 2}}}{_DASH}\d{{{11 - one}}}" for one in (4, 5, 6)),
        # No point: an amount with four decimals looks so, too.
        rf"1[3-9]\d{{5}}(?:[ \t\u00a0\u3000]{{1,3}}|{_DASH})\d{{4}}",
        rf"1{_MARK}[3-9](?:{_MARK}\d){{9}}",
        # Commas part an enumeration as well, so only in the groups of a phone.
        r"1[3-9]\d[,，、]\d{4}[,，、]\d{4}",
    )
)
KINDS = (
    Kind(
        "identity_number",
        "公民身份号码",
        "an identity number",
        re.compile(rf"(?<!\d)[1-9](?:{_ANY_GAP}\d){{16}}{_ANY_GAP}[\dXx](?!\d)|(?<!\d)[1-9]\d{{14}}(?!\d)"),
        _is_identity,
        Masking.mask_identity_number,
    ),
    Kind(
        "bank_account",
        "银行账号",
        "a bank account",
        re.compile(rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)"),
        _always,
        Masking.mask_bank_account,
    ),
    Kind(
        "phone",
        "手机号",
        "a phone number",
        # Before it may stand 86 or 0086, as telephones and their exports write it.
        re.compile(rf"(?:(?<!\d)|(?<=(?<!\d)86)|(?<=(?<!\d)0086))(?:{_PHONE})(?!\d)"),
        _always,
        Masking.mask_phone,
    ),
)


def plain_of(text: str) -> str:
    """Without what is not seen, and every digit as 0–9, in whatever script it is written."""
    plain = _INVISIBLE.sub("", text.translate(_FULL_WIDTH))
    return plain if plain.isascii() else re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), plain)


def _written_out(plain: str, named: int) -> str:
    """Digits written as words become digits, where there are as many as a number has; the first `named` of them belong to a
    name before it (李四一三八…)."""
    if plain.isascii():
        return plain
    return _WRITTEN_OUT.sub(lambda run: run[0][:named] + run[0][named:].translate(_CHINESE), plain)


def replaced(kind: Kind, text: str, by: Callable[[str], str]) -> tuple[str, int]:
    """Return the text with `by(digits)` for every number of a kind, and how many there were.

    Read as it stands and with its words as digits: a name before a number (张三138…) must not hide it.
    """
    plain = plain_of(text)
    found: dict[int, tuple[int, str]] = {}
    # Each reading is as long as the text, so a place in one is the same place in all.
    for reading in dict.fromkeys((plain, *(_written_out(plain, named) for named in range(3)))):
        for begin, end, digits in kind.spans(reading):
            if all(end <= other or begin >= until for other, (until, _) in found.items()):
                found[begin] = (end, digits)
    for begin in sorted(found, reverse=True):
        end, digits = found[begin]
        plain = plain[:begin] + by(digits) + plain[end:]
    return plain, len(found)


def kinds_in(text: str) -> list[Kind]:
    """Return which kinds of numbers a text holds; what is an identity number is no bank account too."""
    found = []
    for kind in KINDS:
        text, hits = replaced(kind, text, lambda _: "#")
        if hits:
            found.append(kind)
    return found


def masked_numbers(text: str, masking: Masking) -> str:
    """Return a text with every number of a person masked; one without any stays as it was written. Names are not recognised."""
    for kind in kinds_in(text):
        text, _ = replaced(kind, text, partial(kind.masked, masking))
    return text
