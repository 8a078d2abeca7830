"""Calls to meetings, and messages to those on the roll."""

from alembic import op

revision = "0017"
down_revision = "0016"

STATEMENTS = """
CREATE TABLE meeting_call (
  tenant text NOT NULL,
  id uuid NOT NULL,
  deliberation_id uuid NOT NULL,
  division text NOT NULL,
  position integer NOT NULL,
  number integer NOT NULL,
  state text NOT NULL,
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  told_at timestamptz,
  PRIMARY KEY (tenant, id)
);
COMMENT ON COLUMN meeting_call.position IS 'of the step in its procedure';
COMMENT ON COLUMN meeting_call.number IS 'counts the calls of the step, from 1';
CREATE UNIQUE INDEX meeting_call_key ON meeting_call (tenant, deliberation_id, position, number);
ALTER TABLE sms_message ADD COLUMN meeting_call uuid;
ALTER TABLE sms_message ADD COLUMN resident_id uuid;
ALTER TABLE sms_message DROP CONSTRAINT sms_message_check;
ALTER TABLE sms_message ADD CONSTRAINT sms_message_check
  CHECK (num_nonnulls(case_id, report_id, subscription_id, meeting_call) = 1);
CREATE INDEX sms_message_call_idx ON sms_message (tenant, meeting_call, state) WHERE meeting_call IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON meeting_call TO linli_desk
"""


def upgrade() -> None:
    for statement in STATEMENTS.strip().split(";\n"):
        op.execute(statement)
