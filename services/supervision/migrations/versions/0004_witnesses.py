"""Witnesses with their cosignatures, what the sources say of themselves, and the ledger's alarms.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE ledger_witness (
  tenant text NOT NULL,
  name text NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  kind text NOT NULL,
  since timestamptz NOT NULL,
  retired_at timestamptz,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, name),
  CHECK (kind IN ('county', 'township', 'committee', 'other'))
)
""",
    """
CREATE TABLE ledger_cosignature (
  tenant text NOT NULL,
  size bigint NOT NULL,
  witness text NOT NULL,
  signature bytea NOT NULL,
  time timestamptz NOT NULL,
  PRIMARY KEY (tenant, size, witness),
  FOREIGN KEY (tenant, size) REFERENCES ledger_checkpoint (tenant, size),
  FOREIGN KEY (tenant, witness) REFERENCES ledger_witness (tenant, name)
)
""",
    "CREATE INDEX ledger_cosignature_witness ON ledger_cosignature (tenant, witness, size DESC)",
    """
CREATE TABLE ledger_source (
  tenant text NOT NULL,
  source text NOT NULL,
  told bigint NOT NULL,
  told_before bigint NOT NULL,
  recorded_then bigint DEFAULT '0' NOT NULL,
  told_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, source)
)
""",
    """
CREATE TABLE ledger_alarm (
  tenant text NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  place text NOT NULL,
  facts jsonb NOT NULL,
  raised_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, kind, place)
)
""",
    """
CREATE TABLE ledger_alarm_answer (
  tenant text NOT NULL,
  alarm_id uuid NOT NULL,
  note text NOT NULL,
  answered_by uuid NOT NULL,
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, alarm_id),
  FOREIGN KEY (tenant, alarm_id) REFERENCES ledger_alarm (tenant, id)
)
""",
    "GRANT SELECT, INSERT, UPDATE ON ledger_witness, ledger_source TO linli_supervision",
    # An alarm stays as it was raised, and so does what somebody found out about it.
    "GRANT SELECT, INSERT ON ledger_cosignature, ledger_alarm, ledger_alarm_answer TO linli_supervision",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
