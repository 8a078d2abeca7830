"""What can be applied for: a matter, its published versions, and the draft of the next one.

A version never changes once it is published; a case names the version that it was opened under. A matter has one open draft.
"""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from linli_services_desk.schema import json, key, metadata, moment, tenant, text, uuid

matter = Table(
    "matter",
    metadata,
    tenant(),
    key(),
    text("code"),
    text("name"),
    text("pinyin"),
    text("initials"),
    text("category"),
    text("type"),
    text("department"),
    Column("rank", Integer, nullable=False),
    text("state"),
    Column("sample", Boolean, nullable=False),
    Column("published_version", Integer, nullable=True),
    Column("version", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    Index("matter_code_key", "tenant", "code", unique=True),
    Index("matter_order_idx", "tenant", "state", "rank", "id"),
)

matter_version = Table(
    "matter_version",
    metadata,
    text("tenant"),
    uuid("matter_id"),
    Column("number", Integer, nullable=False),
    json("definition"),
    moment("published_at"),
    uuid("published_by", nullable=True),
    text("note"),
    text("written_name"),
    text("published_name"),
    PrimaryKeyConstraint("tenant", "matter_id", "number"),
    ForeignKeyConstraint(["tenant", "matter_id"], ["matter.tenant", "matter.id"]),
)

matter_draft = Table(
    "matter_draft",
    metadata,
    tenant(),
    key(),
    uuid("matter_id", nullable=True),
    text("code"),
    text("name"),
    text("department"),
    text("state"),
    json("definition"),
    Column("authors", ARRAY(UUID(as_uuid=True)), nullable=False),
    Column("author_names", ARRAY(Text), nullable=False),
    text("note"),
    text("answer"),
    text("closed_name"),
    moment("created_at"),
    moment("updated_at"),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["tenant", "matter_id"], ["matter.tenant", "matter.id"]),
    Index("matter_draft_open_key", "tenant", "code", unique=True, postgresql_where=sql("state IN ('draft', 'review')")),
    Index("matter_draft_state_idx", "tenant", "state", "id"),
)
