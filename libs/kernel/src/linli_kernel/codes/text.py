"""Normal forms of what people type: full-width digits, spaces and separators, small letters."""

from __future__ import annotations

import unicodedata

_DROPPED = frozenset(" \t\r\n\u3000\u00a0-‐‑–—－.·")


def normalise_code(text: str) -> str:
    """Return the code in half-width capitals without blanks and hyphens.

    Full-width digits and letters become ASCII, a small ``x`` becomes ``X``.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if char not in _DROPPED).upper()
