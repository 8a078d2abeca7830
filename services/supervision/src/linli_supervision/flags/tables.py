"""Flags, what was done about each, what a county changed of the rules, and how far each rule has looked.

A flag's key is unique within its rule: the same fact, delivered or looked at again, is never a second flag.
"""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from linli_supervision.disclosures.tables import moment, text, uuid
from linli_supervision.flags.detectors import TRIGGERS
from linli_supervision.ledger.tables import ledger_entry
from linli_supervision.metadata import metadata

flag = Table(
    "flag",
    metadata,
    text("tenant"),
    uuid("id"),
    text("rule"),
    text("key", comment="names the fact within the rule"),
    text("severity"),
    text("division"),
    text("state"),
    Column(
        "subjects", ARRAY(UUID(as_uuid=True)), nullable=False, comment="accounts whom it is about: they never handle it"
    ),
    Column("entries", JSONB, nullable=False, comment="indexes of the ledger's entries behind it"),
    Column("facts", JSONB, nullable=False, comment="codes, days and counts; never people's data"),
    Column("thresholds", JSONB, nullable=False, comment="as they were when it was raised"),
    uuid("case_id", nullable=True),
    moment("happened_at", nullable=False),
    moment("raised_at", nullable=False),
    uuid("owner", nullable=True),
    moment("ended_at"),
    text("finding", nullable=True, comment="explained, confirmed or dismissed, once it is closed"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "rule", "key"),
    Index("flag_area", "tenant", "division", "id"),
    Index("flag_open", "tenant", "id", postgresql_where=sql("state <> 'closed'")),
    Index("flag_finding", "tenant", "division", "ended_at", "id", postgresql_where=sql("state = 'closed'")),
)

flag_step = Table(
    "flag_step",
    metadata,
    text("tenant"),
    uuid("flag_id"),
    Column("number", Integer, nullable=False),
    text("step"),
    text("state", comment="after the step"),
    text("note", comment="went through the gate against people's numbers"),
    uuid("by"),
    text("by_name"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("tenant", "flag_id", "number"),
)

flag_rule = Table(
    "flag_rule",
    metadata,
    text("tenant"),
    text("rule"),
    Column("on", Boolean, nullable=False),
    Column("thresholds", JSONB, nullable=False),
    uuid("changed_by"),
    moment("changed_at", nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "rule"),
)

flag_watch = Table(
    "flag_watch",
    metadata,
    text("tenant"),
    text("rule"),
    moment("looked_at", nullable=False),
    PrimaryKeyConstraint("tenant", "rule"),
)

BEGINS_A_RULE = "action IN (" + ", ".join(f"'{action}'" for action in sorted(TRIGGERS)) + ")"
"""In the words of the index, so that a query by it finds the few entries that begin a rule among all the others."""

Index("ledger_entry_trigger", ledger_entry.c.tenant, ledger_entry.c.time, postgresql_where=sql(BEGINS_A_RULE))
