"""One rating per case, never filled in for anybody; the one-time codes for it, and devices that rated in bulk.

A rating `by code` came from the applicant's own phone and counts. One by the receipt may have been given by whoever printed
it: it is kept apart, does not count, and gives way to the one by code.
"""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from linli_services_desk.schema import metadata, moment, sealed, text, uuid

evaluation = Table(
    "evaluation",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("division"),
    Column("level", SmallInteger, nullable=False),
    sealed("comment", nullable=True),
    moment("given_at"),
    text("source"),
    Column("device_index", LargeBinary, nullable=True),
    text("excluded", nullable=True),
    PrimaryKeyConstraint("tenant", "case_id"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("evaluation_of_division_idx", "tenant", "division", "given_at", "case_id"),
    Index("evaluation_newest_idx", "tenant", "given_at", "case_id"),
    Index(
        "evaluation_device_idx",
        "tenant",
        "device_index",
        "given_at",
        postgresql_where=sql("device_index IS NOT NULL"),
    ),
)

evaluation_code = Table(
    "evaluation_code",
    metadata,
    text("tenant"),
    text("digest"),
    uuid("case_id"),
    moment("made_at"),
    PrimaryKeyConstraint("tenant", "digest"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
)

evaluation_flag = Table(
    "evaluation_flag",
    metadata,
    text("tenant"),
    Column("device_index", LargeBinary, nullable=False),
    Column("day", Date, nullable=False),
    text("division"),
    Column("cases", ARRAY(UUID(as_uuid=True)), nullable=False),
    moment("flagged_at"),
    PrimaryKeyConstraint("tenant", "device_index", "day"),
)
