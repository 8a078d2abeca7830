"""Each time a meeting was called, changed or called off: what was told, and since when. Whom it was told stands with the messages;
topic and place stand in their facts."""

from sqlalchemy import Column, Index, Integer, Table

from linli_services_desk.schema import key, metadata, moment, tenant, text, uuid

meeting_call = Table(
    "meeting_call",
    metadata,
    tenant(),
    key(),
    uuid("deliberation_id"),
    text("division"),
    Column("position", Integer, nullable=False, comment="of the step in its procedure"),
    Column("number", Integer, nullable=False, comment="counts the calls of the step, from 1"),
    text("state"),
    moment("at"),
    moment("created_at"),
    moment("told_at", nullable=True),
    Index("meeting_call_key", "tenant", "deliberation_id", "position", "number", unique=True),
)
