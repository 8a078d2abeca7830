"""Whistle and report-in (吹哨报到): whistles, departments' shares, reports, photographs, time line, league counters."""

from alembic import op

revision = "0003"
down_revision = "0005"

ROLE = "linli_desk"
TABLES = ("whistle", "whistle_duty", "whistle_report", "whistle_photo", "whistle_event", "whistle_tally")

SQL = """
CREATE TABLE whistle (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  number TEXT NOT NULL,
  division TEXT NOT NULL,
  category TEXT NOT NULL,
  urgency TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  content BYTEA NOT NULL,
  latitude FLOAT,
  longitude FLOAT,
  reports INTEGER NOT NULL,
  whistler UUID,
  whistler_name TEXT,
  escalation SMALLINT NOT NULL,
  rounds INTEGER NOT NULL,
  clock JSONB,
  due_at timestamptz,
  joined_into UUID,
  created_at timestamptz NOT NULL,
  closed_at timestamptz,
  updated_at timestamptz NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX whistle_division_idx ON whistle (tenant, division, id);
CREATE INDEX whistle_due_idx ON whistle (tenant, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX whistle_state_idx ON whistle (tenant, state, id);
CREATE TABLE whistle_duty (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  whistle_id UUID NOT NULL,
  division TEXT NOT NULL,
  department TEXT NOT NULL,
  part TEXT NOT NULL,
  state TEXT NOT NULL,
  limits JSONB NOT NULL,
  assigned_at timestamptz NOT NULL,
  report_due timestamptz NOT NULL,
  reported_at timestamptz,
  solution_from timestamptz NOT NULL,
  solution_due timestamptz NOT NULL,
  solved_at timestamptz,
  report_missed BOOLEAN NOT NULL,
  solution_missed BOOLEAN NOT NULL,
  answer BYTEA,
  escalated SMALLINT NOT NULL,
  escalate_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, whistle_id) REFERENCES whistle (tenant, id)
);
CREATE UNIQUE INDEX whistle_duty_department_key ON whistle_duty (tenant, whistle_id, department);
CREATE INDEX whistle_duty_escalate_idx ON whistle_duty (tenant, escalate_at) WHERE escalate_at IS NOT NULL;
CREATE INDEX whistle_duty_of_department_idx ON whistle_duty (tenant, department, whistle_id);
CREATE TABLE whistle_report (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  whistle_id UUID NOT NULL,
  division TEXT NOT NULL,
  secret TEXT NOT NULL,
  person BYTEA NOT NULL,
  phone_index BYTEA,
  joined BOOLEAN NOT NULL,
  at timestamptz NOT NULL,
  level SMALLINT,
  comment BYTEA,
  rated_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, whistle_id) REFERENCES whistle (tenant, id)
);
CREATE INDEX whistle_report_division_idx ON whistle_report (tenant, division, at);
CREATE INDEX whistle_report_phone_idx ON whistle_report (tenant, phone_index, at) WHERE phone_index IS NOT NULL;
CREATE UNIQUE INDEX whistle_report_secret_key ON whistle_report (tenant, secret);
CREATE INDEX whistle_report_whistle_idx ON whistle_report (tenant, whistle_id);
CREATE TABLE whistle_photo (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  whistle_id UUID NOT NULL,
  department TEXT,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  content BYTEA NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, whistle_id) REFERENCES whistle (tenant, id)
);
CREATE INDEX whistle_photo_whistle_idx ON whistle_photo (tenant, whistle_id);
CREATE TABLE whistle_event (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  whistle_id UUID NOT NULL,
  at timestamptz NOT NULL,
  command TEXT NOT NULL,
  to_state TEXT NOT NULL,
  department TEXT,
  note BYTEA,
  actor UUID,
  actor_name TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, whistle_id) REFERENCES whistle (tenant, id)
);
CREATE INDEX whistle_event_whistle_idx ON whistle_event (tenant, whistle_id, id);
CREATE TABLE whistle_tally (
  tenant TEXT NOT NULL,
  month DATE NOT NULL,
  township TEXT NOT NULL,
  department TEXT NOT NULL,
  assigned BIGINT DEFAULT '0' NOT NULL,
  declined BIGINT DEFAULT '0' NOT NULL,
  reported BIGINT DEFAULT '0' NOT NULL,
  reported_on_time BIGINT DEFAULT '0' NOT NULL,
  report_missed BIGINT DEFAULT '0' NOT NULL,
  report_minutes BIGINT DEFAULT '0' NOT NULL,
  solved BIGINT DEFAULT '0' NOT NULL,
  solved_on_time BIGINT DEFAULT '0' NOT NULL,
  solution_missed BIGINT DEFAULT '0' NOT NULL,
  solution_minutes BIGINT DEFAULT '0' NOT NULL,
  sent_back BIGINT DEFAULT '0' NOT NULL,
  escalated BIGINT DEFAULT '0' NOT NULL,
  ratings BIGINT DEFAULT '0' NOT NULL,
  satisfied BIGINT DEFAULT '0' NOT NULL,
  levels BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (tenant, month, township, department)
);
"""


def upgrade() -> None:
    for statement in SQL.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for table in TABLES:
        # Changed as well where nothing else is: a new key reaches every encrypted column.
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {ROLE}")
