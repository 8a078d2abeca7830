"""What waits for a second administrator, and what became of it. Rows stay."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from linli_gateway.metadata import Id, Instant, metadata

admin_proposal = Table(
    "admin_proposal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("county", Text, nullable=False, comment="county that administers the account"),
    Column("posts", JSONB, nullable=False, server_default="[]", comment="posts to be given, as they were proposed"),
    Column("password_hash", Text, comment="of the new password; taken away once decided"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("by", Id, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_by", Id),
    Column("decided_by_name", Text),
    Column("decided_at", Instant),
    Column("reason", Text, comment="why it was refused"),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("kind IN ('posts', 'password', 'otp')", name="admin_proposal_kind"),
    CheckConstraint("state IN ('waiting', 'confirmed', 'refused', 'withdrawn')", name="admin_proposal_state"),
)
_waiting = text("state = 'waiting'")
Index(
    "admin_proposal_waiting", admin_proposal.c.account_id, admin_proposal.c.kind, unique=True, postgresql_where=_waiting
)
Index("admin_proposal_by_county", admin_proposal.c.county, admin_proposal.c.id.desc())
