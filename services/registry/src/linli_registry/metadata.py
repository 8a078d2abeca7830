"""The service's table metadata and the column types that all its tables share.

Codes and search keys compare byte by byte (`COLLATE "C"`), so that a prefix is a range of one ordinary index under any
database locale and inside a prepared statement, where LIKE with a parameter could not use it.
"""

from typing import Any, Protocol

from sqlalchemy import Column, MetaData, Text
from sqlalchemy.dialects.postgresql import UUID

metadata = MetaData()

Bytewise = Text(collation="C")
Id = UUID(as_uuid=True)


class Row(Protocol):
    """A row of either driver path: values by column name."""

    def __getitem__(self, key: str, /) -> Any: ...


def tenant() -> Column[str]:
    return Column("tenant", Bytewise, primary_key=True)


def own_id() -> Column[object]:
    return Column("id", Id, primary_key=True)


HIGHEST = "\U0010ffff"


def prefix_range(prefix: str) -> tuple[str, str]:
    """Return the bounds [low, high) of everything that starts with `prefix` in bytewise order."""
    return prefix, prefix + HIGHEST
