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
    Column("county", Text, nullable=False, server_default="*"),
    Column("session_id", Id),
    Column("source", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
)
Index("sign_in_by_county", sign_in.c.county, sign_in.c.id.desc())
Index("sign_in_by_account", sign_in.c.account_id, sign_in.c.id.desc())

operation = Table(
    "operation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
)
Index("operation_by_county", operation.c.county, operation.c.id.desc())
Index("operation_by_object", operation.c.object_id)
