"""One row per further notice: the case by its number, the kind of reason, and nobody's name."""

from sqlalchemy import Column, DateTime, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from linli_supervision.metadata import metadata

repeated_supplement = Table(
    "repeated_supplement",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("case_id", UUID(as_uuid=True), nullable=False),
    Column("notice", Integer, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("matter_id", UUID(as_uuid=True), nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "case_id", "notice"),
    Index("repeated_supplement_time", "tenant", "asked_at", "case_id", "notice"),
)
