"""Answers to unusual looks: the alert itself is computed from the ledger, only what somebody found out is kept."""

from sqlalchemy import Column, Date, DateTime, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from linli_supervision.metadata import metadata

lookup_answer = Table(
    "lookup_answer",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("actor", UUID(as_uuid=True), nullable=False),
    Column("day", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("answered_by", UUID(as_uuid=True), nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "day", "rule", "actor"),
)
