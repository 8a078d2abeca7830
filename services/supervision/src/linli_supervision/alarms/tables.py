"""What sources tell of themselves, the alarms of a log, and the answers to them.

An alarm is raised once for one place, stays as it was raised, and is answered once.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from linli_supervision.metadata import metadata

ledger_source = Table(
    "ledger_source",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("told", BigInteger, nullable=False, comment="the newest number that the source says it has given"),
    Column("told_before", BigInteger, nullable=False, comment="what it said the time before"),
    Column("recorded_then", BigInteger, nullable=False, server_default="0", comment="what the ledger had at that time"),
    Column("told_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "source"),
)

ledger_alarm = Table(
    "ledger_alarm",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "kind", "place"),
)

ledger_alarm_answer = Table(
    "ledger_alarm_answer",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("alarm_id", UUID(as_uuid=True), nullable=False),
    Column("note", Text, nullable=False),
    Column("answered_by", UUID(as_uuid=True), nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "alarm_id"),
    ForeignKeyConstraint(["tenant", "alarm_id"], [ledger_alarm.c.tenant, ledger_alarm.c.id]),
)
