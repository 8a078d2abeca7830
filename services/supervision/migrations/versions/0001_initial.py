"""Tables of the ledger, the seals and the disclosures.

Revision ID: 0001
"""

from alembic import op
from linli_kernel import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "linli_supervision"

TABLES = """
CREATE TABLE disclosure (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  category text NOT NULL,
  item text NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  period_start date,
  period_end date,
  published_at timestamptz NOT NULL,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE INDEX disclosure_division ON disclosure (tenant, division, id);

CREATE TABLE ledger_checkpoint (
  tenant text NOT NULL,
  size bigint NOT NULL,
  previous_size bigint NOT NULL,
  root bytea NOT NULL,
  note bytea NOT NULL,
  time timestamptz NOT NULL,
  PRIMARY KEY (tenant, size),
  UNIQUE (tenant, previous_size),
  CHECK (size > previous_size)
);

CREATE TABLE ledger_entry (
  tenant text NOT NULL,
  index bigint NOT NULL,
  leaf bytea NOT NULL,
  leaf_hash bytea NOT NULL,
  source text NOT NULL,
  source_seq bigint NOT NULL,
  time timestamptz NOT NULL,
  action text NOT NULL,
  role text NOT NULL,
  division text NOT NULL,
  outcome text NOT NULL,
  PRIMARY KEY (tenant, index),
  UNIQUE (tenant, source, source_seq),
  CHECK (index >= 0),
  CHECK (octet_length(leaf_hash) = 32)
);

CREATE INDEX ledger_entry_division ON ledger_entry (tenant, division, index);

CREATE TABLE ledger_key (
  tenant text NOT NULL,
  name text NOT NULL,
  public_key bytea NOT NULL,
  private_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant)
);

CREATE TABLE ledger_reference (
  tenant text NOT NULL,
  ref text NOT NULL,
  kind text NOT NULL,
  index bigint NOT NULL,
  PRIMARY KEY (tenant, ref, kind, index)
);

CREATE TABLE ledger_subject (
  tenant text NOT NULL,
  index bigint NOT NULL,
  salt bytea NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (tenant, index)
);

CREATE TABLE ledger_tile (
  tenant text NOT NULL,
  level integer NOT NULL,
  number bigint NOT NULL,
  hashes bytea NOT NULL,
  root bytea NOT NULL,
  PRIMARY KEY (tenant, level, number),
  CHECK (octet_length(hashes) = 8192 AND octet_length(root) = 32)
);

CREATE TABLE seal (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  name text NOT NULL,
  pieces integer NOT NULL,
  opening_minutes integer NOT NULL,
  profile text NOT NULL,
  created_at timestamptz NOT NULL,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, division, name),
  CHECK (pieces >= 2)
);

CREATE TABLE seal_authority (
  tenant text NOT NULL,
  certificate bytea NOT NULL,
  private_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant)
);

CREATE TABLE seal_custodian (
  tenant text NOT NULL,
  seal_id uuid NOT NULL,
  position integer NOT NULL,
  account uuid NOT NULL,
  title text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (tenant, seal_id, position),
  UNIQUE (tenant, seal_id, account),
  FOREIGN KEY(tenant, seal_id) REFERENCES seal (tenant, id)
);

CREATE INDEX seal_custodian_account ON seal_custodian (tenant, account);

CREATE TABLE seal_use (
  tenant text NOT NULL,
  id uuid NOT NULL,
  seal_id uuid NOT NULL,
  division text NOT NULL,
  case_id uuid NOT NULL,
  document_id uuid NOT NULL,
  purpose text NOT NULL,
  state text NOT NULL,
  round integer DEFAULT '0' NOT NULL,
  requester uuid NOT NULL,
  requester_name text NOT NULL,
  approver uuid,
  approver_name text,
  requested_at timestamptz NOT NULL,
  approved_at timestamptz,
  closes_at timestamptz,
  ended_at timestamptz,
  reason text,
  document bytea NOT NULL,
  document_sha256 text NOT NULL,
  sealed_document bytea,
  sealed_sha256 text,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, seal_id) REFERENCES seal (tenant, id)
);

CREATE INDEX seal_use_closing ON seal_use (tenant, closes_at) WHERE closes_at IS NOT NULL;

CREATE UNIQUE INDEX seal_use_of_document ON seal_use (tenant, document_id) WHERE state NOT IN ('refused', 'cancelled');

CREATE INDEX seal_use_of_seal ON seal_use (tenant, seal_id, id);

CREATE TABLE custodian_key (
  tenant text NOT NULL,
  id uuid NOT NULL,
  seal_id uuid NOT NULL,
  position integer NOT NULL,
  account uuid NOT NULL,
  public_jwk jsonb NOT NULL,
  thumbprint text NOT NULL,
  certificate bytea NOT NULL,
  serial text NOT NULL,
  not_after timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  replaced_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, seal_id, position) REFERENCES seal_custodian (tenant, seal_id, position)
);

CREATE UNIQUE INDEX custodian_key_current ON custodian_key (tenant, seal_id, position) WHERE replaced_at IS NULL;

CREATE TABLE seal_opening (
  tenant text NOT NULL,
  use_id uuid NOT NULL,
  round integer NOT NULL,
  position integer NOT NULL,
  account uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, use_id, round, position),
  FOREIGN KEY(tenant, use_id) REFERENCES seal_use (tenant, id)
);

CREATE TABLE seal_signature (
  tenant text NOT NULL,
  use_id uuid NOT NULL,
  round integer NOT NULL,
  position integer NOT NULL,
  account uuid NOT NULL,
  key_id uuid NOT NULL,
  title text NOT NULL,
  prepared bytea NOT NULL,
  digest bytea NOT NULL,
  region_start integer NOT NULL,
  region_end integer NOT NULL,
  attributes bytea NOT NULL,
  signature bytea,
  prepared_at timestamptz NOT NULL,
  signed_at timestamptz,
  PRIMARY KEY (tenant, use_id, round, position),
  FOREIGN KEY(tenant, use_id) REFERENCES seal_use (tenant, id),
  FOREIGN KEY(tenant, key_id) REFERENCES custodian_key (tenant, id)
)
"""

# What is written here once is final: not even this service can change or remove it.
INSERT_AND_READ = ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_key", "seal_authority", "seal_opening")
# A reference to a person can be erased: only these rows of the ledger can be removed, and none can be changed.
ERASABLE = ("ledger_subject", "ledger_reference")
READ_AND_WRITE = ("seal", "seal_custodian", "custodian_key", "seal_use", "disclosure")
# Signatures of an opening that lapsed are discarded.
DISCARDABLE = ("seal_signature",)


def upgrade() -> None:
    schema.create(op, ROLE)
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    grants = {
        "SELECT, INSERT": INSERT_AND_READ,
        "SELECT, INSERT, DELETE": ERASABLE,
        "SELECT, INSERT, UPDATE": READ_AND_WRITE,
        "SELECT, INSERT, UPDATE, DELETE": DISCARDABLE,
    }
    for privileges, tables in grants.items():
        for table in tables:
            op.execute(f"GRANT {privileges} ON {table} TO {ROLE}")
