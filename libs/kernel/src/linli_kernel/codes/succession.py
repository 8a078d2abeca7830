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
