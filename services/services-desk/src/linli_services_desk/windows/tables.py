"""A hall, its windows and the tickets that wait before them.

A ticket names no person; its number is unique in its hall on its day.
"""

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, Table, Text
from sqlalchemy import text as sql

from linli_services_desk.schema import key, metadata, moment, tenant, text, uuid

hall = Table(
    "hall",
    metadata,
    tenant(),
    Column("division", Text, primary_key=True),
    text("name"),
    text("body"),
    text("county_name"),
    text("township_name"),
    text("village_name"),
    text("address"),
    text("hours"),
    text("phone"),
    text("complaint_phone"),
)

service_window = Table(
    "service_window",
    metadata,
    tenant(),
    key(),
    text("division"),
    Column("number", Integer, nullable=False),
    text("name"),
    text("state"),
    uuid("ticket_id", nullable=True),
    Column("version", Integer, nullable=False),
    Index("service_window_number_key", "tenant", "division", "number", unique=True),
)

ticket = Table(
    "ticket",
    metadata,
    tenant(),
    key(),
    text("division"),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    text("label"),
    text("priority"),
    Column("rank", Integer, nullable=False),
    text("channel"),
    text("state"),
    uuid("matter_id", nullable=True),
    text("category", nullable=True),
    uuid("window_id", nullable=True),
    uuid("called_by", nullable=True),
    Column("calls", Integer, nullable=False),
    moment("taken_at"),
    moment("first_called_at", nullable=True),
    moment("called_at", nullable=True),
    moment("finished_at", nullable=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["tenant", "window_id"], ["service_window.tenant", "service_window.id"]),
    Index("ticket_number_key", "tenant", "division", "day", "number", unique=True),
    Index(
        "ticket_finished_idx",
        "tenant",
        "division",
        "finished_at",
        postgresql_where=sql("state = 'done' AND finished_at IS NOT NULL"),
    ),
    Index(
        "ticket_waiting_idx", "tenant", "division", "day", "rank", "number", postgresql_where=sql("state = 'waiting'")
    ),
)
