"""Keyset pages: a cursor holds the sort values of the last row, so a page costs the same everywhere in a list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, Query

from .errors import FieldError, Invalid

MAXIMUM_LIMIT = 200
DEFAULT_LIMIT = 50
Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=MAXIMUM_LIMIT, description="rows in a page")]
CursorParam = Annotated[str | None, Query(max_length=1024, description="`next_cursor` of the page before")]


class Cursor:
    """Encodes sort values as opaque text; a text that is none of ours is a field error."""

    @staticmethod
    def encode(values: Sequence[Any]) -> str:
        return (
            base64.urlsafe_b64encode(msgspec.json.encode([str(v) if v is not None else None for v in values]))
            .decode()
            .rstrip("=")
        )

    @staticmethod
    def decode(cursor: str, length: int) -> list[str]:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            values = msgspec.json.decode(raw, type=list[str])
            if len(values) != length or any("\x00" in value for value in values):
                raise ValueError(cursor)
        except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
            raise invalid_cursor() from error
        return values

    @staticmethod
    def parse(cursor: str | None, *kinds: Callable[[str], Any]) -> list[Any] | None:
        """Decode and convert each value (`UUID`, `datetime.fromisoformat`, `int`, `str`); None without a cursor."""
        if cursor is None:
            return None
        values = Cursor.decode(cursor, len(kinds))
        try:
            return [kind(value) for kind, value in zip(kinds, values, strict=True)]
        except (ValueError, OverflowError) as error:
            raise invalid_cursor() from error


def invalid_cursor() -> Invalid:
    return Invalid(
        errors=[FieldError("/cursor", "cursor.invalid", "翻页标记无效，请从第一页重新查询", "The cursor is not valid")]
    )


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], Sequence[Any]]) -> tuple[Sequence[Row], str | None]:
    """Cut `limit + 1` fetched rows to a page and its next cursor."""
    if len(rows) <= limit:
        return rows, None
    kept = rows[:limit]
    return kept, Cursor.encode(key(kept[-1]))


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for that is short by its nature and read whole; its cursor is a place in it."""

    start: int
    limit: int

    def of(self, items: Sequence[Any]) -> dict[str, Any]:
        following = self.start + self.limit
        cursor = Cursor.encode([following]) if following < len(items) else None
        return {"items": items[self.start : following], "next_cursor": cursor}


def _place(text: str) -> int:
    place = int(text)
    if place < 0:
        raise ValueError(text)
    return place


async def _part(limit: Limit = DEFAULT_LIMIT, cursor: CursorParam = None) -> Part:
    after = Cursor.parse(cursor, _place)
    return Part(after[0] if after else 0, limit)


InPart = Annotated[Part, Depends(_part)]
