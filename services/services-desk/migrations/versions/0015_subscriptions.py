"""Who follows what a village publishes, and messages to them."""

from alembic import op

revision = "0015"
down_revision = "0014"

STATEMENTS = """
CREATE TABLE subscription (
  tenant text NOT NULL,
  id uuid NOT NULL,
  account uuid NOT NULL,
  resident_id uuid NOT NULL,
  division text NOT NULL,
  categories text[] NOT NULL,
  question_index bytea,
  disclosure_id uuid,
  phone bytea,
  secret text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
COMMENT ON COLUMN subscription.categories IS 'none: all of them';
CREATE INDEX subscription_account_idx ON subscription (tenant, account);
CREATE UNIQUE INDEX subscription_secret_key ON subscription (tenant, secret);
CREATE INDEX subscription_village_idx ON subscription (tenant, division, id) WHERE question_index IS NULL;
CREATE INDEX subscription_question_idx ON subscription (tenant, question_index) WHERE question_index IS NOT NULL;
ALTER TABLE sms_message ADD COLUMN subscription_id uuid;
ALTER TABLE sms_message DROP CONSTRAINT sms_message_check;
ALTER TABLE sms_message ADD CONSTRAINT sms_message_check CHECK (num_nonnulls(case_id, report_id, subscription_id) = 1);
GRANT SELECT, INSERT, UPDATE, DELETE ON subscription TO linli_desk
"""


def upgrade() -> None:
    for statement in STATEMENTS.strip().split(";\n"):
        op.execute(statement)
