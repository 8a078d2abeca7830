"""Questions and objections: what was asked, what was answered, and by when. Who asked is not kept."""

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql

from linli_supervision.disclosures.tables import moment, text, uuid
from linli_supervision.metadata import metadata

disclosure_question = Table(
    "disclosure_question",
    metadata,
    text("tenant"),
    uuid("id"),
    uuid("disclosure_id"),
    text("division"),
    text("secret", comment="by which whoever asked follows it"),
    text("kind"),
    text("text"),
    text("state"),
    moment("asked_at", nullable=False),
    Column("due", Date, nullable=False),
    text("answer", server_default=""),
    text("answered_by", server_default=""),
    moment("answered_at"),
    text("appeal", server_default=""),
    moment("appealed_at"),
    text("decision", server_default=""),
    text("decided_by", server_default=""),
    moment("decided_at"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("disclosure_question_secret", "tenant", "secret", unique=True),
    Index("disclosure_question_of", "tenant", "disclosure_id", "id"),
    Index(
        "disclosure_question_open", "tenant", "division", "due", postgresql_where=sql("state IN ('asked', 'appealed')")
    ),
    Index("disclosure_question_area", "tenant", "division", "id"),
)
