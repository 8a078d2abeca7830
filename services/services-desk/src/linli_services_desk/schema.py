"""The desk's table registry and the column shapes that its tables share.

Every table starts its keys with `tenant`, so that a row, its references and its unique rules stay within one county.
"""

from typing import Any, Protocol

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = MetaData()


class Row(Protocol):
    """A row of either driver: values by column name."""

    def __getitem__(self, name: str, /) -> Any: ...


def tenant() -> Column[str]:
    return Column("tenant", Text, primary_key=True)


def key(name: str = "id") -> Column[Any]:
    return Column(name, UUID(as_uuid=True), primary_key=True)


def uuid(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UUID(as_uuid=True), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def sealed(name: str, *, nullable: bool = False) -> Column[Any]:
    """Encrypted bytes: readable only through the key ring."""
    return Column(name, LargeBinary, nullable=nullable)


def json(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSONB, nullable=nullable)
