"""What can be applied for: a matter and its published versions.

A version never changes once it is published; a case names the version that it was opened under.
"""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table

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
    PrimaryKeyConstraint("tenant", "matter_id", "number"),
    ForeignKeyConstraint(["tenant", "matter_id"], ["matter.tenant", "matter.id"]),
)
