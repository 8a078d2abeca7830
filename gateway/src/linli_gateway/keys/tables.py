"""Signing keys, the private half encrypted under the key ring."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from linli_gateway.metadata import Instant, metadata

signing_key = Table(
    "signing_key",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("private_sealed", LargeBinary, nullable=False),
    Column("public_jwk", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("signs_from", Instant, nullable=False, comment="published before, so that every service knows it in time"),
    Column("retired_at", Instant),
    Column("published_until", Instant),
)
