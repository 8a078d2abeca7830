"""Public tokens: what a receipt's or a certificate's code says to a phone.

A token is `<tenant>.<128 random bits in base 62>`: it names its county, cannot be guessed and means nothing by itself.
"""

import re
import secrets
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# 22 characters of base 62 hold 130 bits.
SECRET_LENGTH = 22
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_FORM = re.compile(rf"([0-9A-Za-z-]{{1,32}})\.([0-9A-Za-z]{{{SECRET_LENGTH}}})")


class PublicToken(NamedTuple):
    tenant: str
    secret: str

    def __str__(self) -> str:
        return f"{self.tenant}.{self.secret}"


def new_secret() -> str:
    return base62(secrets.randbits(128))


def base62(number: int) -> str:
    pairs = []
    for _ in range(SECRET_LENGTH // 2):
        number, rest = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[rest])
    return "".join(reversed(pairs))


def from_base62(text: str) -> int:
    number = 0
    for character in text:
        number = number * 62 + ALPHABET.index(character)
    return number


def parse(text: str) -> PublicToken | None:
    """Return the token, or None for anything that this system never gave out."""
    found = _FORM.fullmatch(text)
    return PublicToken(found[1], found[2]) if found else None
