"""Who signed in or failed to, and what administrators did. Rows are only added."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from linli_gateway.metadata import Id, Instant, metadata

sign_in = Table(
    "sign_in",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("method", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("account_id", Id, comment="empty when no account has the name that was typed"),
    Column("username", Text, comment="only of existing accounts: what is typed there may be a password"),
    Column("tenant", Text, nullable=False, server_default="*"),
    Column("session_id", Id),
    Column("source", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
)
Index("sign_in_by_tenant", sign_in.c.tenant, sign_in.c.id.desc())
Index("sign_in_by_account", sign_in.c.account_id, sign_in.c.id.desc())

operation = Table(
    "operation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
)
Index("operation_by_tenant", operation.c.tenant, operation.c.id.desc())

setting = Table(
    "setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
