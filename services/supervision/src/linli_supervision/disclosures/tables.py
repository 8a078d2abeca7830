"""Tables of disclosures, their files, who owes them since when, and what the county decided on.

Nothing here holds a person's number or whole name: the text of all of it went through `personal.Gate`.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from linli_supervision.metadata import metadata


def text(name: str, *, nullable: bool = False, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=nullable, **options)


def uuid(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UUID(as_uuid=True), nullable=nullable)


def moment(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


disclosure = Table(
    "disclosure",
    metadata,
    text("tenant"),
    uuid("id"),
    text("division"),
    text("category", comment="code of the profile's catalogue"),
    text("item", comment="code of the profile's catalogue"),
    text("title"),
    text("body"),
    Column("period_start", Date),
    Column("period_end", Date),
    moment("published_at"),
    Column("version", Integer, nullable=False, server_default="1"),
    text("state", server_default="published"),
    Column("tables", JSONB, nullable=False, server_default="[]"),
    Column("edition", Integer, nullable=False, server_default="1"),
    uuid("occasion_id", nullable=True),
    uuid("replaces", nullable=True),
    uuid("replaced_by", nullable=True),
    text("reason", server_default="", comment="why it was returned, withdrawn or corrected"),
    text("sha256", nullable=True, comment="of what was published; the ledger says the same"),
    uuid("author", nullable=True),
    text("author_name", server_default=""),
    Column(
        "writers",
        ARRAY(UUID(as_uuid=True)),
        nullable=False,
        server_default="{}",
        comment="everybody who wrote any of it: none of them checks it",
    ),
    uuid("checker", nullable=True),
    text("checker_name", server_default=""),
    text("publisher_name", server_default=""),
    moment("checked_at"),
    moment("ended_at"),
    moment("created_at"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("disclosure_division", "tenant", "division", "id"),
    Index(
        "disclosure_published",
        "tenant",
        "division",
        "published_at",
        "id",
        postgresql_where=sql("published_at IS NOT NULL"),
    ),
    # One item of one period is in force once: a correction takes the place of the edition before.
    Index(
        "disclosure_period",
        "tenant",
        "division",
        "item",
        "period_start",
        unique=True,
        postgresql_where=sql("state = 'published' AND period_start IS NOT NULL AND occasion_id IS NULL"),
    ),
)

disclosure_file = Table(
    "disclosure_file",
    metadata,
    text("tenant"),
    uuid("id"),
    uuid("disclosure_id"),
    text("name"),
    text("media_type"),
    Column("size", Integer, nullable=False),
    text("sha256"),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    Index("disclosure_file_of", "tenant", "disclosure_id", "id"),
)

disclosure_village = Table(
    "disclosure_village",
    metadata,
    text("tenant"),
    text("division"),
    Column("since", Date, nullable=False),
    PrimaryKeyConstraint("tenant", "division"),
)

disclosure_occasion = Table(
    "disclosure_occasion",
    metadata,
    text("tenant"),
    uuid("id"),
    text("division"),
    text("item"),
    text("title"),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    Index("disclosure_occasion_of", "tenant", "division", "day"),
)

disclosure_setting = Table(
    "disclosure_setting",
    metadata,
    text("tenant"),
    Column("missing_public", Boolean, nullable=False),
    text("flags_public", server_default="nothing", comment="nothing, counts or findings"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant"),
)

disclosure_reminder = Table(
    "disclosure_reminder",
    metadata,
    text("tenant"),
    text("key", comment="duty and state: what was told once is never told again"),
    PrimaryKeyConstraint("tenant", "key"),
)
