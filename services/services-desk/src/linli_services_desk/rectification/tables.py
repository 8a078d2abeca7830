"""The rectification of a bad rating: one per case, with its deadline, its call-back and an appeal."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
)
from sqlalchemy import text as sql

from linli_services_desk.schema import metadata, moment, sealed, text, uuid

rectification = Table(
    "rectification",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("division"),
    text("department"),
    Column("level", SmallInteger, nullable=False),
    text("state"),
    Column("due", Date, nullable=False),
    Column("provisional", Boolean, nullable=False),
    moment("opened_at"),
    moment("called_back_at", nullable=True),
    text("call_outcome", nullable=True),
    sealed("measures", nullable=True),
    moment("completed_at", nullable=True),
    sealed("appeal", nullable=True),
    uuid("appealed_by", nullable=True),
    moment("appealed_at", nullable=True),
    text("appeal_outcome", nullable=True),
    sealed("appeal_answer", nullable=True),
    moment("appeal_decided_at", nullable=True),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "case_id"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index(
        "rectification_due_idx",
        "tenant",
        "due",
        "case_id",
        postgresql_where=sql("state IN ('open', 'called', 'appealed')"),
    ),
)
