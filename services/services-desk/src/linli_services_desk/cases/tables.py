"""A case with its record: what happened, who completed which step, what was asked.

The case keeps its own encrypted copy of the applicant, so that it can be read and proved when the registry is away.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects.postgresql import ARRAY

from linli_services_desk.schema import json, key, metadata, moment, sealed, tenant, text, uuid

desk_case = Table(
    "desk_case",
    metadata,
    tenant(),
    key(),
    text("division"),
    text("number", nullable=True),
    uuid("matter_id"),
    Column("matter_version", Integer, nullable=False),
    text("matter_name"),
    text("department"),
    text("profile"),
    text("state"),
    text("resume_to", nullable=True),
    Column("completed", ARRAY(Text), nullable=False),
    Column("round", Integer, nullable=False),
    json("steps"),
    json("pauses"),
    Column("notices", Integer, nullable=False),
    Column("step_roles", ARRAY(Text), nullable=False),
    uuid("resident_id", nullable=True),
    Column("registry_version", Integer, nullable=True),
    text("link"),
    text("applicant_flag", nullable=True),
    sealed("applicant"),
    Column("applicant_name_index", LargeBinary, nullable=False),
    sealed("form"),
    sealed("agent", nullable=True),
    text("channel"),
    json("time_limit"),
    Column("due", Date, nullable=True),
    Column("provisional", Boolean, nullable=False),
    text("receipt_token"),
    text("outcome", nullable=True),
    text("reason", nullable=True),
    uuid("ticket_id", nullable=True),
    uuid("opened_by"),
    uuid("accepted_by", nullable=True),
    moment("opened_at"),
    moment("received_at", nullable=True),
    moment("accepted_at", nullable=True),
    moment("decided_at", nullable=True),
    moment("delivered_at", nullable=True),
    moment("closed_at", nullable=True),
    moment("updated_at"),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["tenant", "matter_id", "matter_version"],
        ["matter_version.tenant", "matter_version.matter_id", "matter_version.number"],
    ),
    Index(
        "desk_case_number_key", "tenant", "division", "number", unique=True, postgresql_where=sql("number IS NOT NULL")
    ),
    Index("desk_case_token_key", "tenant", "receipt_token", unique=True),
    Index("desk_case_division_idx", "tenant", "division", "id"),
    Index("desk_case_due_idx", "tenant", "division", "due", postgresql_where=sql("state IN ('accepted', 'handling')")),
    Index("desk_case_resident_idx", "tenant", "resident_id", "id", postgresql_where=sql("resident_id IS NOT NULL")),
    Index("desk_case_name_idx", "tenant", "applicant_name_index"),
)

case_step = Table(
    "case_step",
    metadata,
    text("tenant"),
    uuid("case_id"),
    Column("version", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    text("key"),
    text("outcome"),
    text("comment"),
    uuid("completed_by"),
    text("completed_post", nullable=True),
    text("completed_name"),
    moment("completed_at"),
    PrimaryKeyConstraint("tenant", "case_id", "version"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
)

case_history = Table(
    "case_history",
    metadata,
    text("tenant"),
    uuid("case_id"),
    Column("version", Integer, nullable=False),
    text("command"),
    text("from_state", nullable=True),
    text("to_state"),
    text("step", nullable=True),
    text("note"),
    uuid("actor"),
    text("actor_name"),
    text("actor_role"),
    moment("at"),
    PrimaryKeyConstraint("tenant", "case_id", "version"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
)

supplement_notice = Table(
    "supplement_notice",
    metadata,
    tenant(),
    key(),
    uuid("case_id"),
    Column("number", Integer, nullable=False),
    json("items"),
    text("reason"),
    uuid("asked_by"),
    moment("asked_at"),
    moment("answered_at", nullable=True),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("supplement_notice_number_key", "tenant", "case_id", "number", unique=True),
)
