"""Notices with the queue of short messages, reminders, hand-over, one-time codes for evaluations and their rectification.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLE = "linli_desk"

TABLES = """
CREATE TABLE notice (
  tenant text NOT NULL,
  id uuid NOT NULL,
  key text NOT NULL,
  topic text NOT NULL,
  template text NOT NULL,
  facts jsonb NOT NULL,
  urgent boolean NOT NULL,
  account uuid,
  role text,
  division text NOT NULL,
  department text,
  case_id uuid,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX notice_key ON notice (tenant, key);
CREATE INDEX notice_account_idx ON notice (tenant, account, id) WHERE account IS NOT NULL;
CREATE INDEX notice_role_idx ON notice (tenant, role, division, id) WHERE role IS NOT NULL;
CREATE TABLE notice_read (
  tenant text NOT NULL,
  account uuid NOT NULL,
  notice_id uuid NOT NULL,
  read_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, account, notice_id),
  FOREIGN KEY(tenant, notice_id) REFERENCES notice (tenant, id)
);
CREATE TABLE notice_preference (
  tenant text NOT NULL,
  kind text NOT NULL,
  subject uuid NOT NULL,
  muted text[] NOT NULL,
  sms boolean NOT NULL,
  language text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, kind, subject)
);
CREATE TABLE sms_message (
  tenant text NOT NULL,
  id uuid NOT NULL,
  key text NOT NULL,
  template text NOT NULL,
  facts jsonb NOT NULL,
  case_id uuid NOT NULL,
  division text NOT NULL,
  department text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL,
  not_before timestamptz NOT NULL,
  failure text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE UNIQUE INDEX sms_message_key ON sms_message (tenant, key);
CREATE INDEX sms_message_due_idx ON sms_message (not_before) WHERE state IN ('queued', 'sending');
CREATE TABLE demo_sms (
  tenant text NOT NULL,
  key text NOT NULL,
  phone_masked text NOT NULL,
  text text NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX demo_sms_newest_idx ON demo_sms (tenant, sent_at);
CREATE TABLE reminder (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  step text NOT NULL,
  kind text NOT NULL,
  day date NOT NULL,
  fired_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id, step, kind, day)
);
CREATE TABLE evaluation_code (
  tenant text NOT NULL,
  digest text NOT NULL,
  case_id uuid NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, digest),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE TABLE evaluation_flag (
  tenant text NOT NULL,
  device_index bytea NOT NULL,
  day date NOT NULL,
  division text NOT NULL,
  cases uuid[] NOT NULL,
  flagged_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, device_index, day)
);
CREATE TABLE rectification (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  division text NOT NULL,
  department text NOT NULL,
  level smallint NOT NULL,
  state text NOT NULL,
  due date NOT NULL,
  provisional boolean NOT NULL,
  opened_at timestamptz NOT NULL,
  called_back_at timestamptz,
  call_outcome text,
  measures bytea,
  completed_at timestamptz,
  appeal bytea,
  appealed_by uuid,
  appealed_at timestamptz,
  appeal_outcome text,
  appeal_answer bytea,
  appeal_decided_at timestamptz,
  version integer NOT NULL,
  PRIMARY KEY (tenant, case_id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE INDEX rectification_due_idx ON rectification (tenant, due, case_id) WHERE state IN ('open', 'called', 'appealed');
ALTER TABLE evaluation ADD COLUMN source text NOT NULL DEFAULT 'receipt';
ALTER TABLE evaluation ADD COLUMN device_index bytea;
ALTER TABLE evaluation ADD COLUMN excluded text;
CREATE INDEX evaluation_device_idx ON evaluation (tenant, device_index, given_at) WHERE device_index IS NOT NULL;
ALTER TABLE desk_case ADD COLUMN holder uuid;
ALTER TABLE desk_case ADD COLUMN holder_name text;
CREATE INDEX desk_case_clock_idx ON desk_case (tenant, due, id) WHERE state IN ('accepted', 'handling');
CREATE INDEX desk_case_decided_idx ON desk_case (tenant, decided_at) WHERE decided_at IS NOT NULL;
"""

# What was said and when is added to and never changed.
APPENDED = ("notice", "notice_read", "demo_sms", "reminder", "evaluation_code", "evaluation_flag")
CHANGED = ("notice_preference", "sms_message", "rectification")


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for table in APPENDED:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {ROLE}")
    for table in CHANGED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {ROLE}")
