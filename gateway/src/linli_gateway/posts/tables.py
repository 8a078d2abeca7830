"""Posts: under which role and scope an account may work."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from linli_gateway.metadata import Id, Instant, metadata

post = Table(
    "post",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("tenants", ARRAY(Text), nullable=False, comment="counties the post reaches; the first one is its default"),
    Column("divisions", ARRAY(Text), nullable=False, server_default="{}"),
    Column("grids", ARRAY(Id), nullable=False, server_default="{}"),
    Column("department", Text),
    Column("title", Text, nullable=False),
    Column("resident_id", Id, comment="only for residents who sign in with a code"),
    Column("ended_at", Instant),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("cardinality(tenants) >= 1", name="post_has_tenant"),
)
Index("post_by_account", post.c.account_id)
