"""Whistles, the share of each department, who reported, photographs, the time line, and the counters of the league table.

What people wrote or photographed is encrypted. `whistle.clock` repeats the department clock that ends first, so lists and the
watch for missed limits read one row.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
)
from sqlalchemy import text as sql

from linli_services_desk.schema import json, key, metadata, moment, sealed, tenant, text, uuid
from linli_services_desk.whistles.workflow import OPEN

whistle = Table(
    "whistle",
    metadata,
    tenant(),
    key(),
    text("number"),
    text("division"),
    text("category"),
    text("urgency"),
    text("source"),
    text("state"),
    sealed("content"),
    Column("latitude", Float, nullable=True),
    Column("longitude", Float, nullable=True),
    Column("reports", Integer, nullable=False),
    uuid("whistler", nullable=True),
    text("whistler_name", nullable=True),
    Column("escalation", SmallInteger, nullable=False),
    Column("rounds", Integer, nullable=False),
    json("clock", nullable=True),
    moment("due_at", nullable=True),
    uuid("joined_into", nullable=True),
    moment("created_at"),
    moment("closed_at", nullable=True),
    moment("updated_at"),
    Column("version", Integer, nullable=False),
    Index("whistle_division_idx", "tenant", "division", "id"),
    Index("whistle_state_idx", "tenant", "state", "id"),
    Index("whistle_township_idx", "tenant", sql('"left"(division, 9)'), "id"),
    # What is open stays few while what is stored grows.
    Index(
        "whistle_open_idx",
        "tenant",
        "division",
        "id",
        postgresql_where=sql(f"state IN ({', '.join(repr(state.value) for state in sorted(OPEN))})"),
    ),
    Index("whistle_escalated_idx", "tenant", "id", postgresql_where=sql("escalation > 0")),
    Index("whistle_due_idx", "tenant", "due_at", postgresql_where=sql("due_at IS NOT NULL")),
)

whistle_duty = Table(
    "whistle_duty",
    metadata,
    tenant(),
    key(),
    uuid("whistle_id"),
    text("division"),
    text("department"),
    text("part"),
    text("state"),
    json("limits"),
    moment("assigned_at"),
    moment("report_due"),
    moment("reported_at", nullable=True),
    moment("solution_from"),
    moment("solution_due"),
    moment("solved_at", nullable=True),
    Column("report_missed", Boolean, nullable=False),
    Column("solution_missed", Boolean, nullable=False),
    sealed("answer", nullable=True),
    Column("escalated", SmallInteger, nullable=False),
    moment("escalate_at", nullable=True),
    ForeignKeyConstraint(["tenant", "whistle_id"], ["whistle.tenant", "whistle.id"]),
    Index("whistle_duty_department_key", "tenant", "whistle_id", "department", unique=True),
    Index("whistle_duty_of_department_idx", "tenant", "department", "whistle_id"),
    Index(
        "whistle_duty_open_idx",
        "tenant",
        "department",
        "whistle_id",
        postgresql_where=sql("state IN ('pending', 'working')"),
    ),
    Index("whistle_duty_escalate_idx", "tenant", "escalate_at", postgresql_where=sql("escalate_at IS NOT NULL")),
)

whistle_report = Table(
    "whistle_report",
    metadata,
    tenant(),
    key(),
    uuid("whistle_id"),
    text("division"),
    text("secret"),
    sealed("person"),
    Column("phone_index", LargeBinary, nullable=True),
    Column("joined", Boolean, nullable=False),
    moment("at"),
    Column("level", SmallInteger, nullable=True),
    sealed("comment", nullable=True),
    moment("rated_at", nullable=True),
    ForeignKeyConstraint(["tenant", "whistle_id"], ["whistle.tenant", "whistle.id"]),
    Index("whistle_report_secret_key", "tenant", "secret", unique=True),
    Index("whistle_report_whistle_idx", "tenant", "whistle_id"),
    Index("whistle_report_phone_idx", "tenant", "phone_index", "at", postgresql_where=sql("phone_index IS NOT NULL")),
    Index("whistle_report_division_idx", "tenant", "division", "at"),
)

whistle_photo = Table(
    "whistle_photo",
    metadata,
    tenant(),
    key(),
    uuid("whistle_id"),
    text("department", nullable=True),
    text("media_type"),
    Column("size", BigInteger, nullable=False),
    text("sha256"),
    sealed("content"),
    moment("created_at"),
    ForeignKeyConstraint(["tenant", "whistle_id"], ["whistle.tenant", "whistle.id"]),
    Index("whistle_photo_whistle_idx", "tenant", "whistle_id"),
)

whistle_event = Table(
    "whistle_event",
    metadata,
    tenant(),
    key(),
    uuid("whistle_id"),
    moment("at"),
    text("command"),
    text("to_state"),
    text("department", nullable=True),
    sealed("note", nullable=True),
    uuid("actor", nullable=True),
    text("actor_name"),
    text("actor_role"),
    ForeignKeyConstraint(["tenant", "whistle_id"], ["whistle.tenant", "whistle.id"]),
    Index("whistle_event_whistle_idx", "tenant", "whistle_id", "id"),
)

COUNTERS = (
    "assigned",
    "declined",
    "reported",
    "reported_on_time",
    "report_missed",
    "report_minutes",
    "solved",
    "solved_on_time",
    "solution_missed",
    "solution_minutes",
    "sent_back",
    "escalated",
    "ratings",
    "satisfied",
    "levels",
)


def _tally(name: str, *places: str) -> Table:
    return Table(
        name,
        metadata,
        text("tenant"),
        Column("month", Date, nullable=False),
        *(text(place) for place in (*places, "department")),
        *(Column(counter, BigInteger, nullable=False, server_default="0") for counter in COUNTERS),
        PrimaryKeyConstraint("tenant", "month", *places, "department"),
    )


# One row per month in which the department was called, village's township and department: the league table never reads
# the whistles themselves. The county's rows are the sums of its townships', moved by the same transaction.
whistle_tally = _tally("whistle_tally", "township")
whistle_county_tally = _tally("whistle_county_tally")
