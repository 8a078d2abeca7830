"""The cockpit: what the desk told, counted by village, month and week, and where its cases and whistles stand."""

from alembic import op

revision = "0011"
down_revision = "0010"

MEASURES = (
    "accepted", "not_accepted", "decided", "on_time", "rated", "satisfied", "levels", "whistles", "whistles_closed",
    "response_met", "response_missed", "solution_met", "solution_missed",
)  # fmt: skip
COUNTERS = ",\n  ".join(f"{name} bigint DEFAULT '0' NOT NULL" for name in MEASURES)
TABLES = f"""
CREATE TABLE cockpit_figure (
  tenant text NOT NULL,
  span text NOT NULL,
  begins date NOT NULL,
  division text NOT NULL,
  {COUNTERS},
  PRIMARY KEY (tenant, span, begins, division)
);

CREATE TABLE cockpit_case (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  division text NOT NULL,
  state text NOT NULL,
  due date,
  accepted_on date,
  decided_on date,
  level integer,
  PRIMARY KEY (tenant, case_id)
);
CREATE INDEX cockpit_case_in_work ON cockpit_case (tenant, division, state, due)
  WHERE state IN ('accepted', 'decided', 'draft', 'handling', 'received', 'supplement', 'suspended');

CREATE TABLE cockpit_whistle (
  tenant text NOT NULL,
  whistle_id uuid NOT NULL,
  division text NOT NULL,
  state text NOT NULL,
  clocks text[] DEFAULT '{{}}' NOT NULL,
  PRIMARY KEY (tenant, whistle_id)
);
CREATE INDEX cockpit_whistle_open ON cockpit_whistle (tenant, division)
  WHERE state NOT IN ('closed', 'dismissed', 'joined');
"""


def upgrade() -> None:
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    for table in ("cockpit_figure", "cockpit_case", "cockpit_whistle"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO linli_supervision")
