"""Rows of both database drivers as plain dictionaries. The gateway's own routes are quiet, so a copy costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

Row = Mapping[str, Any]


def one(row: object) -> Row | None:
    """Return the row, or None."""
    return None if row is None else dict(cast("Any", row).items())


def many(rows: Iterable[object]) -> list[Row]:
    """Return the rows."""
    return [dict(cast("Any", row).items()) for row in rows]
