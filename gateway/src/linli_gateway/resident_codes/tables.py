"""One-time codes for residents, and the demo's message box."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from linli_gateway.metadata import Id, Instant, metadata

resident_code = Table(
    "resident_code",
    metadata,
    Column("id", Id, primary_key=True),
    Column("phone_key", LargeBinary, nullable=False, comment="keyed hash of the number"),
    Column("code_key", LargeBinary, nullable=False, comment="keyed hash of the code with the id"),
    Column("residents", JSONB, nullable=False, comment="[{tenant, id}] as the registry answered"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("used_at", Instant),
)
Index("resident_code_by_phone", resident_code.c.phone_key, resident_code.c.created_at.desc())

sent_message = Table(
    "sent_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("phone_masked", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    comment="filled only by the demo's adapter",
)
