"""Table of published disclosures."""

from sqlalchemy import Column, Date, DateTime, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from linli_supervision.metadata import metadata

disclosure = Table(
    "disclosure",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("division", Text, nullable=False),
    Column("category", Text, nullable=False, comment="code of the profile's catalogue"),
    Column("item", Text, nullable=False, comment="code of the profile's catalogue"),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("disclosure_division", "tenant", "division", "id"),
)
