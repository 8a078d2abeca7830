"""One row for each thing that was asked twice, written with the act that asked. Who was asked stands only in the case."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table

from linli_services_desk.schema import metadata, moment, text, uuid

asked_twice = Table(
    "asked_twice",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("kind"),
    text("subject"),
    Column("notice", Integer, nullable=False),
    text("name"),
    text("act"),
    text("division"),
    text("department"),
    uuid("matter_id"),
    text("matter_name"),
    uuid("asked_by"),
    moment("asked_at"),
    PrimaryKeyConstraint("tenant", "case_id", "kind", "subject", "notice"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("asked_twice_time_idx", "tenant", "asked_at"),
)
