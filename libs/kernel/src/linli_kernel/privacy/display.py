"""Digits in groups, as people read and compare them."""

from __future__ import annotations

from collections.abc import Sequence

IDENTITY_GROUPS = (6, 4, 4, 4)


def group_identity_number(number: str) -> str:
    """Return ``421202 1950 0307 001X``; numbers of another length stay in one piece."""
    return group_digits(number, IDENTITY_GROUPS) if len(number) == sum(IDENTITY_GROUPS) else number


def group_digits(text: str, groups: Sequence[int] = (4,)) -> str:
    """Return the text in groups of the given lengths, the last length repeating (bank cards: fours)."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        length = groups[min(len(pieces), len(groups) - 1)]
        pieces.append(text[position : position + length])
        position += length
    return " ".join(pieces)
