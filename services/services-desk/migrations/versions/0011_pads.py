"""Pads paired with windows, and signatures drawn on them."""

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = """
CREATE TABLE pad (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  window_id uuid NOT NULL,
  digest text NOT NULL,
  paired_by uuid NOT NULL,
  paired_at timestamptz NOT NULL,
  ended_at timestamptz,
  task_id uuid,
  task_kind text,
  task_case uuid,
  task_by uuid,
  task_by_name text,
  task_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, window_id) REFERENCES service_window (tenant, id)
);
CREATE UNIQUE INDEX pad_digest_key ON pad (tenant, digest);
CREATE UNIQUE INDEX pad_window_key ON pad (tenant, window_id) WHERE ended_at IS NULL;
CREATE INDEX pad_task_idx ON pad (tenant, task_case) WHERE task_case IS NOT NULL;
CREATE TABLE pad_code (
  tenant text NOT NULL,
  digest text NOT NULL,
  division text NOT NULL,
  window_id uuid NOT NULL,
  made_by uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (tenant, digest)
);
CREATE INDEX pad_code_digest_idx ON pad_code (digest);
CREATE TABLE signature (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  case_id uuid NOT NULL,
  content bytea NOT NULL,
  sha256 text NOT NULL,
  witness uuid NOT NULL,
  witness_name text NOT NULL,
  pad_id uuid,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE INDEX signature_case_idx ON signature (tenant, case_id, id);
GRANT SELECT, INSERT, UPDATE ON pad TO linli_desk;
GRANT SELECT, INSERT, UPDATE, DELETE ON pad_code TO linli_desk;
GRANT SELECT, INSERT, UPDATE ON signature TO linli_desk
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)
