"""Several writes as one statement: a command pays one round trip for what nobody reads before its end.

The writes are done in their order. None of them sees the rows of another, which is why whoever reads sends them first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

Write = tuple[str, Sequence[Any]]
"""A statement with its values by position."""

# A command joins few writes and always the same: some dozen shapes.
_MOST_SHAPES = 1_000
_POSITION = re.compile(r"\$(\d+)")


def together(writes: Sequence[Write], last: Write | None = None) -> Write:
    """Return one statement for all. `last` is `INSERT … {after} …`-like text whose `{after}` holds once the others are done."""
    if last is None and len(writes) == 1:
        return writes[0]
    parts = (*writes, last) if last is not None else writes
    shape = tuple((sql, len(values)) for sql, values in parts)
    return _joined(shape, last is not None), [value for _, values in parts for value in values]


@lru_cache(maxsize=_MOST_SHAPES)
def _joined(shape: tuple[tuple[str, int], ...], has_last: bool) -> str:
    texts, offset = list[str](), 0
    for sql, count in shape:
        texts.append(_POSITION.sub(lambda found, by=offset: f"${int(found[1]) + by}", sql))  # type: ignore[misc]
        offset += count
    last = texts.pop() if has_last else "SELECT WHERE {after}"
    # Each is asked for its rows in turn: PostgreSQL would otherwise choose the order, and with it that of the locks.
    after = " AND ".join(f"(SELECT count(*) FROM write_{n}) >= 0" for n in range(len(texts))) or "true"  # noqa: S608 - numbers only
    named = ", ".join(f"write_{n} AS ({_with_rows(text)})" for n, text in enumerate(texts))
    return last.format(after=after) if not named else f"WITH {named}" + _continued(last.format(after=after))


def _with_rows(sql: str) -> str:
    return sql if " RETURNING " in sql else f"{sql} RETURNING 1"


def _continued(sql: str) -> str:
    """A statement after the named ones; its own named parts go on with them."""
    text = sql.strip()
    return f", {text.removeprefix('WITH ')}" if text.startswith("WITH ") else f" {text}"
