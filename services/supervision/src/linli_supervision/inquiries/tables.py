"""Inquiries with what was done in each, the committee's meetings, and which of the five things it has."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from linli_supervision.disclosures.tables import moment, text, uuid
from linli_supervision.metadata import metadata

inquiry = Table(
    "inquiry",
    metadata,
    text("tenant"),
    uuid("id"),
    text("division"),
    Column("question", Integer, nullable=False, comment="which of the profile's inquiries, from 1"),
    text("origin", comment="planned, random or complaint"),
    text("committee_group", comment="code of the profile's group, or empty"),
    text("subject", comment="went through the gate against people's numbers"),
    text("state"),
    Column("due", Date, comment="by when it is to be put right"),
    text("seed", comment="root of the checkpoint that decided what was drawn; empty when nothing was"),
    text(
        "complaint",
        server_default="",
        comment="what opened it: objection, whistle or rating; empty for none that is here",
    ),
    uuid("complaint_id", nullable=True),
    Column(
        "complaint_facts",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="its words of that day, and its disclosure",
    ),
    Column("draw", JSONB, nullable=False, comment="pool's days, size and what was drawn of it: indexes of the ledger"),
    moment("created_at", nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("inquiry_area", "tenant", "division", "id"),
    Index("inquiry_complaint_idx", "tenant", "complaint_id", postgresql_where=sql("complaint_id IS NOT NULL")),
    Index("inquiry_due_idx", "tenant", "due", postgresql_where=sql("state = 'rectifying'")),
)

inquiry_step = Table(
    "inquiry_step",
    metadata,
    text("tenant"),
    uuid("inquiry_id"),
    Column("number", Integer, nullable=False),
    text("step"),
    text("state"),
    text("note"),
    uuid("by", nullable=True),
    text("by_name"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("tenant", "inquiry_id", "number"),
)

committee_meeting = Table(
    "committee_meeting",
    metadata,
    text("tenant"),
    uuid("id"),
    text("division"),
    Column("day", Date, nullable=False),
    Column("present", Integer, nullable=False),
    text("topics"),
    text("decisions"),
    text("by_name"),
    moment("recorded_at"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("committee_meeting_of", "tenant", "division", "day"),
)

committee_check = Table(
    "committee_check",
    metadata,
    text("tenant"),
    text("division"),
    text("item", comment="code of the profile's check list"),
    Column("met", Boolean, nullable=False),
    text("note"),
    text("by_name"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("tenant", "division", "item"),
)
