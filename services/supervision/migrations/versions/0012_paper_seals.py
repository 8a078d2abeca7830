"""Seals of rubber in numbered envelopes, and statutory seals of a provider."""

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = """
ALTER TABLE seal
  ADD COLUMN method text DEFAULT 'signatures' NOT NULL,
  ADD COLUMN reclose_minutes integer DEFAULT '60' NOT NULL,
  ADD COLUMN envelope integer DEFAULT '0' NOT NULL,
  ADD COLUMN envelope_state text DEFAULT 'none' NOT NULL,
  ADD COLUMN authority text DEFAULT 'platform' NOT NULL,
  ADD COLUMN statutory_code text;

ALTER TABLE seal_change
  ADD COLUMN method text DEFAULT 'signatures' NOT NULL,
  ADD COLUMN authority text DEFAULT 'platform' NOT NULL,
  ADD COLUMN statutory_code text;

ALTER TABLE seal_use
  ALTER COLUMN case_id DROP NOT NULL,
  ADD COLUMN unsealed_at timestamptz,
  ADD COLUMN unsealed_envelope integer,
  ADD COLUMN reclose_by timestamptz,
  ADD COLUMN reclosed_at timestamptz;

CREATE TABLE seal_envelope (
  tenant text NOT NULL,
  seal_id uuid NOT NULL,
  sequence integer NOT NULL CHECK (sequence >= 1),
  number text NOT NULL,
  cause text NOT NULL,
  closed_by uuid,
  closed_at timestamptz NOT NULL,
  by_name text NOT NULL,
  photograph_id uuid NOT NULL,
  opened_by uuid,
  opened_at timestamptz,
  PRIMARY KEY (tenant, seal_id, sequence),
  UNIQUE (tenant, seal_id, number),
  FOREIGN KEY (tenant, seal_id) REFERENCES seal (tenant, id)
);

CREATE TABLE seal_stamped (
  tenant text NOT NULL,
  use_id uuid NOT NULL,
  line integer NOT NULL,
  title text NOT NULL,
  case_id uuid,
  copies integer NOT NULL,
  impressions integer NOT NULL,
  copies_made integer,
  impressions_made integer,
  PRIMARY KEY (tenant, use_id, line),
  FOREIGN KEY (tenant, use_id) REFERENCES seal_use (tenant, id)
);
CREATE INDEX seal_stamped_case ON seal_stamped (tenant, case_id) WHERE case_id IS NOT NULL;

CREATE TABLE seal_photograph (
  tenant text NOT NULL,
  id uuid NOT NULL,
  seal_id uuid NOT NULL,
  use_id uuid,
  round integer NOT NULL,
  moment text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL,
  sha256 text NOT NULL,
  content bytea NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, seal_id) REFERENCES seal (tenant, id)
);
CREATE INDEX seal_photograph_use ON seal_photograph (tenant, use_id, id);

CREATE TABLE seal_incident (
  tenant text NOT NULL,
  id uuid NOT NULL,
  seal_id uuid NOT NULL,
  use_id uuid NOT NULL,
  division text NOT NULL,
  kind text NOT NULL,
  sequence integer NOT NULL,
  expected text NOT NULL,
  found text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, use_id, kind),
  FOREIGN KEY (tenant, use_id) REFERENCES seal_use (tenant, id)
);
CREATE INDEX seal_incident_of ON seal_incident (tenant, seal_id, id);

CREATE TABLE seal_affixing (
  tenant text NOT NULL,
  use_id uuid NOT NULL,
  document bytea NOT NULL,
  digest bytea,
  region_start integer,
  region_end integer,
  attributes bytea,
  certificate bytea,
  issuer bytea,
  attempts integer DEFAULT '0' NOT NULL,
  next_at timestamptz NOT NULL,
  problem text NOT NULL,
  serial text,
  affixed_at timestamptz,
  PRIMARY KEY (tenant, use_id),
  FOREIGN KEY (tenant, use_id) REFERENCES seal_use (tenant, id)
);
CREATE INDEX seal_affixing_due ON seal_affixing (next_at) WHERE affixed_at IS NULL;
"""

BEGINS_A_RULE = (
    "case.decide", "desk.case.decided", "desk.case.escalated", "desk.document.sealed", "desk.evaluation.bulk-flagged",
    "desk.evaluation.given", "desk.whistle.escalated", "registry.resident.died", "registry.resident.moved",
    "resident.reveal", "seal-use.approve", "seal-use.open", "seal-use.sign", "supervision.disclosure-duty.reminded",
    "supervision.disclosure.checked", "supervision.disclosure.published", "supervision.disclosure.submitted",
    "supervision.seal-incident.raised", "supervision.seal-use.opened", "supervision.seal-use.sealed",
    "supervision.seal-use.signed", "supervision.seal-use.unsealed",
)  # fmt: skip


def upgrade() -> None:
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    # What began an incident or an opening begins a rule now, too.
    op.execute("DROP INDEX ledger_entry_trigger")
    wanted = ", ".join(f"'{action}'" for action in BEGINS_A_RULE)
    op.execute(f"CREATE INDEX ledger_entry_trigger ON ledger_entry (tenant, time) WHERE action IN ({wanted})")
    # An envelope is opened once, and what was approved is counted once; nothing else of them changes, and nothing goes.
    op.execute("GRANT SELECT, INSERT, UPDATE (opened_by, opened_at) ON seal_envelope TO linli_supervision")
    op.execute("GRANT SELECT, INSERT, UPDATE (copies_made, impressions_made) ON seal_stamped TO linli_supervision")
    for table in ("seal_photograph", "seal_incident"):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO linli_supervision")
    op.execute("GRANT SELECT, INSERT, UPDATE ON seal_affixing TO linli_supervision")
