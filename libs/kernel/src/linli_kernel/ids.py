"""Identifiers: UUID version 7, so that new rows are neighbours in an index and sort by their creation."""

from __future__ import annotations

from uuid import UUID

from asyncpg.pgproto import pgproto
from uuid_utils import uuid7


def new_id() -> UUID:
    """Return a new identifier as the driver returns them: a UUID of the standard library that is made and written quickly."""
    made: UUID = pgproto.UUID(uuid7().bytes)
    return made
