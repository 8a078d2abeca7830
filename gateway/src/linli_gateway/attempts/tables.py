"""Used-up attempts by key. Keys are digests, so that no mistyped password stands here as a name."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from linli_gateway.metadata import Instant, metadata

attempt = Table(
    "attempt",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("blocked_until", Instant, nullable=False),
)
