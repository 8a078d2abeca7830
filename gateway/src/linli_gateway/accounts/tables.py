"""Accounts and the devices they have signed in from."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from linli_gateway.metadata import Id, Instant, metadata

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("county", Text, nullable=False, comment="county that administers the account; * for the whole system"),
    Column("state", Text, nullable=False, server_default="active"),
    Column("password_hash", Text),
    Column("password_changed_at", Instant, nullable=False),
    Column("must_change_password", Boolean, nullable=False, server_default="false"),
    Column("otp_secret", LargeBinary, comment="encrypted; set while the second factor is in use"),
    Column("otp_pending", LargeBinary, comment="encrypted; shown once, not yet confirmed"),
    Column("otp_last_step", BigInteger, nullable=False, server_default="0"),
    Column("recovery_codes", ARRAY(Text), nullable=False, server_default="{}", comment="SHA-256, each good once"),
    Column("activation_code", Text, comment="SHA-256; asked besides the password at the next sign-in"),
    Column("locale", Text, nullable=False, server_default="zh-CN"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("state IN ('active', 'disabled')", name="account_state"),
)
Index("account_by_county", account.c.county, account.c.username)

known_device = Table(
    "known_device",
    metadata,
    Column("account_id", Id, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", Text, primary_key=True, comment="SHA-256 of the device cookie"),
    Column("last_used_at", Instant, nullable=False),
)
