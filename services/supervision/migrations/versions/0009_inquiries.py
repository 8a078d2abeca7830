"""The supervision committee: inquiries with what was done in each, meetings, and what the committee has."""

from alembic import op

revision = "0009"
down_revision = "0007"

TABLES = """
CREATE TABLE inquiry (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  question integer NOT NULL,
  origin text NOT NULL,
  committee_group text NOT NULL,
  subject text NOT NULL,
  state text NOT NULL,
  due date,
  seed text NOT NULL,
  draw jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX inquiry_area ON inquiry (tenant, division, id);

CREATE TABLE inquiry_step (
  tenant text NOT NULL,
  inquiry_id uuid NOT NULL,
  number integer NOT NULL,
  step text NOT NULL,
  state text NOT NULL,
  note text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, inquiry_id, number)
);

CREATE TABLE committee_meeting (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  day date NOT NULL,
  present integer NOT NULL,
  topics text NOT NULL,
  decisions text NOT NULL,
  by_name text NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX committee_meeting_of ON committee_meeting (tenant, division, day);

CREATE TABLE committee_check (
  tenant text NOT NULL,
  division text NOT NULL,
  item text NOT NULL,
  met boolean NOT NULL,
  note text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, division, item)
);
"""


def upgrade() -> None:
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    for table in ("inquiry", "committee_check"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO linli_supervision")
    # What was found and what was decided stays as it was written.
    for table in ("inquiry_step", "committee_meeting"):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO linli_supervision")
