"""Identifiers: UUID version 7, so that new rows are neighbours in an index and sort by their creation."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import uuid7


def new_id() -> UUID:
    """Return a new identifier as the standard library's type (drivers and encoders know no other)."""
    return UUID(int=uuid7().int)
