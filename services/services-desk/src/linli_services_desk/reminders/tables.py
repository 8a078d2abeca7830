"""What was reminded of: one row per case, step, kind and deadline, written with the notice that it stands for."""

from sqlalchemy import Column, Date, PrimaryKeyConstraint, Table

from linli_services_desk.schema import metadata, moment, text, uuid

reminder = Table(
    "reminder",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("step"),
    text("kind"),
    Column("day", Date, nullable=False),
    moment("fired_at"),
    PrimaryKeyConstraint("tenant", "case_id", "step", "kind", "day"),
)
