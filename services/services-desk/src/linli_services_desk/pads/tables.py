"""Pads and the codes that pair them. At most one pad serves a window; a pad has at most one question at a time."""

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql

from linli_services_desk.schema import key, metadata, moment, tenant, text, uuid

pad = Table(
    "pad",
    metadata,
    tenant(),
    key(),
    text("division"),
    uuid("window_id"),
    text("digest"),
    uuid("paired_by"),
    moment("paired_at"),
    moment("ended_at", nullable=True),
    uuid("task_id", nullable=True),
    text("task_kind", nullable=True),
    uuid("task_case", nullable=True),
    uuid("task_by", nullable=True),
    text("task_by_name", nullable=True),
    moment("task_at", nullable=True),
    ForeignKeyConstraint(["tenant", "window_id"], ["service_window.tenant", "service_window.id"]),
    Index("pad_digest_key", "tenant", "digest", unique=True),
    Index("pad_window_key", "tenant", "window_id", unique=True, postgresql_where=sql("ended_at IS NULL")),
    Index("pad_task_idx", "tenant", "task_case", postgresql_where=sql("task_case IS NOT NULL")),
)

pad_code = Table(
    "pad_code",
    metadata,
    text("tenant"),
    text("digest"),
    text("division"),
    uuid("window_id"),
    uuid("made_by"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    PrimaryKeyConstraint("tenant", "digest"),
    Index("pad_code_digest_idx", "digest"),
)
