"""The league table's counters of a whole county, as sums of its townships'; indexes for a township's whistles and for the open ones."""

from alembic import op

revision = "0014"
down_revision = "0013"

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
INDEXES = (
    'CREATE INDEX whistle_township_idx ON whistle (tenant, "left"(division, 9), id)',
    (
        "CREATE INDEX whistle_open_idx ON whistle (tenant, division, id) "
        "WHERE state IN ('called', 'handling', 'reported', 'solved', 'whistled')"
    ),
)


def upgrade() -> None:
    columns = ", ".join(f"{name} BIGINT DEFAULT '0' NOT NULL" for name in COUNTERS)
    op.execute(
        "CREATE TABLE whistle_county_tally (tenant TEXT NOT NULL, month DATE NOT NULL, department TEXT NOT NULL, "
        f"{columns}, PRIMARY KEY (tenant, month, department))"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON whistle_county_tally TO linli_desk")
    # Nobody counts between the sums and the first act that moves them.
    op.execute("LOCK TABLE whistle_tally IN SHARE ROW EXCLUSIVE MODE")
    names, sums = ", ".join(COUNTERS), ", ".join(f"sum({name})" for name in COUNTERS)
    op.execute(
        f"INSERT INTO whistle_county_tally (tenant, month, department, {names}) "  # noqa: S608 - names of columns
        f"SELECT tenant, month, department, {sums} FROM whistle_tally GROUP BY tenant, month, department"
    )
    for statement in INDEXES:
        op.execute(statement)
