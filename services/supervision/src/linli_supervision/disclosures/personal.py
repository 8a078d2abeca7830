"""Personal data kept out of what is published: numbers found in any text, names in the columns of people.

Refused with every place named, or masked when the writer says so. Nothing that is found here is stored, logged or quoted.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from linli_kernel.errors import FieldError
from linli_kernel.privacy import Masking
from linli_kernel.profile import Profile

from linli_supervision.disclosures.errors import PersonalDataFound

STAR = "*"
_FULL_WIDTH = str.maketrans("Ｘｘ＋", "Xx+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_GAP = "[ \u00a0\u3000\\-－—·.]?"
_DAY = rf"(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of number, how it looks, and what stands in its place."""

    code: str
    zh: str
    en: str
    pattern: re.Pattern[str]
    masked: Callable[[Masking, str], str]

    @property
    def found(self) -> str:
        """The code of the fault."""
        return f"supervision.{self.code}_found"


KINDS = (
    Kind(
        "identity_number",
        "公民身份号码",
        "an identity number",
        re.compile(rf"(?<!\d)[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}{_DAY}{_GAP}\d{{3}}[\dXx](?!\d)"),
        Masking.mask_identity_number,
    ),
    Kind(
        "bank_account",
        "银行账号",
        "a bank account",
        re.compile(rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)"),
        Masking.mask_bank_account,
    ),
    Kind(
        "phone",
        "手机号",
        "a phone number",
        # Before it may stand 86 or 0086, as telephones and their exports write it.
        re.compile(rf"(?:(?<!\d)|(?<=(?<!\d)86)|(?<=(?<!\d)0086))1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"),
        Masking.mask_phone,
    ),
)


def _plain(text: str) -> str:
    """Without what is not seen, and every digit as 0–9, in whatever script it is written."""
    plain = _INVISIBLE.sub("", text.translate(_FULL_WIDTH))
    return plain if plain.isascii() else re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), plain)


def kinds_in(text: str) -> list[Kind]:
    """Return which kinds of numbers a text holds; what is an identity number is no bank account too."""
    plain, found = _plain(text), []
    for kind in KINDS:
        plain, hits = kind.pattern.subn(STAR, plain)
        if hits:
            found.append(kind)
    return found


@dataclass(slots=True)
class Gate:
    """Every text on its way into a disclosure goes through `text`; `close` then refuses it if something was found."""

    masking: Masking
    mask: bool
    found: list[FieldError] = field(default_factory=list)

    def text(self, pointer: str, value: str) -> str:
        """Return the text as it may be kept, its numbers masked if that was asked for."""
        plain = _plain(value)
        for kind in kinds_in(value):
            self._note(pointer, kind)
            value = plain = kind.pattern.sub(self._masked(kind), plain)
        return value

    def person(self, value: str) -> str:
        """Return a name as a list shows it; a name that is masked already stays as it is."""
        return value if not value or value.endswith(STAR) else self.masking.mask_name(value)

    def close(self) -> None:
        """Raise PersonalDataFound with every place, unless the writer chose to have them masked."""
        if self.found and not self.mask:
            raise PersonalDataFound(errors=self.found)

    def _masked(self, kind: Kind) -> Callable[[re.Match[str]], str]:
        return lambda hit: kind.masked(self.masking, _digits(hit[0]))

    def _note(self, pointer: str, kind: Kind) -> None:
        self.found.append(FieldError(pointer, kind.found, f"含有{kind.zh}", f"There is {kind.en} in it"))


def fit(profile: Profile, *, mask: bool = False, **texts: str) -> dict[str, str]:
    """Return texts as they may be kept, each named as in the body it came in; raises PersonalDataFound."""
    gate = Gate(profile.registry.masking, mask)
    kept = {name: gate.text(f"/{name}", value) for name, value in texts.items()}
    gate.close()
    return kept
