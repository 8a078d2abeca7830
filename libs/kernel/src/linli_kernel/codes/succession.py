"""Divisions that ended and what they became, as a rule on areas.

Who is responsible for a division is responsible for what became part of it: records of its time keep the old code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .division import prefix

# More successors than divisions were ever renumbered; it also ends a circle in a faulty list.
MOST_SUCCESSORS = 10


class Succession:
    """Prefixes that ended, each with the prefix that it is part of today."""

    def __init__(self, ended: Iterable[tuple[str, str]] = ()) -> None:
        """Take (code, successor) of divisions that ended, as full codes."""
        following = dict(ended)
        self._today = {prefix(code): prefix(self._last(following, code)) for code in following}

    @staticmethod
    def _last(following: dict[str, str], code: str) -> str:
        for _ in range(MOST_SUCCESSORS):
            if code not in following:
                break
            code = following[code]
        return code

    def widened(self, prefixes: Sequence[str]) -> tuple[str, ...]:
        """Return an area with the codes of before of whatever lies in it."""
        inside = tuple(prefixes)
        added = (old for old, now in self._today.items() if inside and now.startswith(inside))
        return (*inside, *sorted(old for old in added if not old.startswith(inside)))

    def moved(self, inside: Sequence[str], length: int) -> list[str]:
        """Return the codes within some prefixes that became part of another division of that length than their own digits say."""
        ended = (old for old, now in self._today.items() if len(old) > length and old[:length] != now[:length])
        return sorted(old for old in ended if old.startswith(tuple(inside)))

    def today(self, code: str) -> str:
        """Return the code that a division, given as code or prefix, has or is part of today."""
        for length in range(len(code), 0, -1):
            now = self._today.get(code[:length])
            if now is not None:
                # Within a renumbered area whatever has no successor of its own keeps its last digits.
                return now + code[length:] if len(now) == length else now.ljust(len(code), "0")
        return code
