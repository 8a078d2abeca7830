"""What the desk told, counted: figures of a village by month and by week, and where each case and whistle stands.

They are written in the transaction of the inbox that applies an event once, so a repeated delivery moves nothing.
"""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from linli_supervision.cockpit.counting import IN_WORK, MEASURES, WHISTLE_ENDED
from linli_supervision.disclosures.tables import moment, text, uuid
from linli_supervision.metadata import metadata

cockpit_figure = Table(
    "cockpit_figure",
    metadata,
    text("tenant"),
    text("span", comment="month or week"),
    Column("begins", Date, nullable=False, comment="the month's first day, the week's Monday"),
    text("division", comment="as it was called then"),
    *(Column(name, BigInteger, nullable=False, server_default="0") for name in MEASURES),
    PrimaryKeyConstraint("tenant", "span", "begins", "division"),
)

IN_WORK_STATES = "state IN (" + ", ".join(f"'{state}'" for state in sorted(IN_WORK)) + ")"
NOT_ENDED = "state NOT IN (" + ", ".join(f"'{state}'" for state in sorted(WHISTLE_ENDED)) + ")"

cockpit_case = Table(
    "cockpit_case",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("division"),
    text("state"),
    Column("due", Date),
    Column("accepted_on", Date, comment="the first time"),
    Column("decided_on", Date, comment="the first time"),
    Column("level", Integer, comment="of the rating that counts"),
    PrimaryKeyConstraint("tenant", "case_id"),
    Index("cockpit_case_in_work", "tenant", "division", "state", "due", postgresql_where=sql(IN_WORK_STATES)),
)

cockpit_whistle = Table(
    "cockpit_whistle",
    metadata,
    text("tenant"),
    uuid("whistle_id"),
    text("division"),
    text("state"),
    Column("clocks", ARRAY(TEXT), nullable=False, server_default="{}", comment="department:clock, each counted once"),
    PrimaryKeyConstraint("tenant", "whistle_id"),
    Index("cockpit_whistle_open", "tenant", "division", postgresql_where=sql(NOT_ENDED)),
)

cockpit_retold = Table(
    "cockpit_retold",
    metadata,
    text("tenant"),
    text("noun", comment="cases or whistles"),
    uuid("after", nullable=True),
    Column("read", BigInteger, nullable=False, server_default="0"),
    moment("finished_at"),
    PrimaryKeyConstraint("tenant", "noun"),
)
"""How far the desk's records of before have been read."""
