"""OAuth 2 clients of partners. The services' own clients come from the settings and have no row."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from linli_gateway.metadata import Id, Instant, metadata

oauth_client = Table(
    "oauth_client",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("divisions", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False, server_default="active"),
    Column("sid", Id, nullable=False, comment="session of its present tokens; replaced when they are revoked"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    CheckConstraint("state IN ('active', 'disabled')", name="oauth_client_state"),
)
