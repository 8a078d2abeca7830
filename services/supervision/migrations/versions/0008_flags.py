"""Red flags: what rules noticed, what was done about it, and what a county changed of the rules.

The index finds the entries that begin a rule among all the others; it costs nothing for those that begin none.
"""

from alembic import op

revision = "0008"
down_revision = "0006"

TABLES = """
CREATE TABLE flag (
  tenant text NOT NULL,
  id uuid NOT NULL,
  rule text NOT NULL,
  key text NOT NULL,
  severity text NOT NULL,
  division text NOT NULL,
  state text NOT NULL,
  subjects uuid[] NOT NULL,
  entries jsonb NOT NULL,
  facts jsonb NOT NULL,
  thresholds jsonb NOT NULL,
  case_id uuid,
  happened_at timestamptz NOT NULL,
  raised_at timestamptz NOT NULL,
  owner uuid,
  ended_at timestamptz,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, rule, key)
);
CREATE INDEX flag_area ON flag (tenant, division, id);
CREATE INDEX flag_open ON flag (tenant, id) WHERE state <> 'closed';

CREATE TABLE flag_step (
  tenant text NOT NULL,
  flag_id uuid NOT NULL,
  number integer NOT NULL,
  step text NOT NULL,
  state text NOT NULL,
  note text NOT NULL,
  by uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, flag_id, number)
);

CREATE TABLE flag_rule (
  tenant text NOT NULL,
  rule text NOT NULL,
  "on" boolean NOT NULL,
  thresholds jsonb NOT NULL,
  changed_by uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (tenant, rule)
);

CREATE TABLE flag_watch (
  tenant text NOT NULL,
  rule text NOT NULL,
  looked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, rule)
);
"""
BEGINS_A_RULE = (
    "case.decide", "desk.case.decided", "desk.case.escalated", "desk.document.sealed", "desk.evaluation.bulk-flagged",
    "desk.evaluation.given", "desk.whistle.escalated", "registry.resident.died", "registry.resident.moved",
    "resident.reveal", "seal-use.approve", "seal-use.open", "seal-use.sign", "supervision.disclosure-duty.reminded",
    "supervision.disclosure.checked", "supervision.disclosure.published", "supervision.disclosure.submitted",
    "supervision.seal-use.opened", "supervision.seal-use.sealed", "supervision.seal-use.signed",
)  # fmt: skip
TRIGGER = (
    "CREATE INDEX ledger_entry_trigger ON ledger_entry (tenant, time) WHERE action IN ("
    + ", ".join(f"'{action}'" for action in BEGINS_A_RULE)
    + ")"
)


def upgrade() -> None:
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    op.execute(TRIGGER)
    for table in ("flag", "flag_rule", "flag_watch"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO linli_supervision")
    # What somebody found out stays as it was written.
    op.execute("GRANT SELECT, INSERT ON flag_step TO linli_supervision")
