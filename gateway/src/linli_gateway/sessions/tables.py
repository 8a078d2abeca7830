"""Sessions, their refresh tokens, and the list of ended sessions that every service follows.

A session is the family of its refresh tokens: it ends as a whole.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Table, Text

from linli_gateway.metadata import Id, Instant, metadata

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id")),
    Column("county", Text, nullable=False, comment="county the chosen post works in"),
    Column("client", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", Text),
)
Index("session_open", session.c.account_id, postgresql_where=session.c.ended_at.is_(None))
Index("session_seen", session.c.last_seen_at.desc(), session.c.id.desc(), postgresql_where=session.c.ended_at.is_(None))

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the token"),
    Column("session_id", Id, ForeignKey("session.id", ondelete="CASCADE"), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)
Index("refresh_token_by_session", refresh_token.c.session_id)

revocation = Table(
    "revocation",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("sid", Id, nullable=False),
    Column("until", Instant, nullable=False, comment="no token of the session lives longer"),
)
