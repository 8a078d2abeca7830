"""The register of seals: founding one, custodians who change, keys reported lost."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    "ALTER TABLE custodian_key ADD COLUMN revoked text",
    """
CREATE TABLE seal_change (
  tenant text NOT NULL,
  id uuid NOT NULL,
  seal_id uuid NOT NULL,
  division text NOT NULL,
  seal_name text NOT NULL,
  kind text NOT NULL,
  position integer NOT NULL,
  people jsonb NOT NULL,
  reason text,
  resolution text,
  state text NOT NULL,
  by uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  refusal text,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX seal_change_of_area ON seal_change (tenant, division, id)",
    "CREATE INDEX seal_change_of_seal ON seal_change (tenant, seal_id, id)",
    "CREATE UNIQUE INDEX seal_change_waiting ON seal_change (tenant, seal_id, kind, position) WHERE state = 'waiting'",
    (
        "CREATE UNIQUE INDEX seal_change_founding ON seal_change (tenant, division, seal_name)"
        " WHERE state = 'waiting' AND kind = 'founded'"
    ),
    "CREATE INDEX custodian_key_revoked ON custodian_key (tenant, replaced_at) WHERE revoked IS NOT NULL",
    "GRANT SELECT, INSERT, UPDATE ON seal_change TO linli_supervision",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
