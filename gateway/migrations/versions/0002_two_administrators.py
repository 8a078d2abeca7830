"""What waits for a second administrator, and the code of an administrator's first sign-in."""

from alembic import op

revision = "0002"
down_revision = "0001"

ROLE = "linli_gateway"


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN activation_code text")
    op.execute("CREATE INDEX operation_by_object ON operation (object_id)")
    op.execute(
        """
        CREATE TABLE admin_proposal (
          id uuid NOT NULL,
          kind text NOT NULL,
          account_id uuid NOT NULL,
          county text NOT NULL,
          posts jsonb DEFAULT '[]' NOT NULL,
          password_hash text,
          state text DEFAULT 'waiting' NOT NULL,
          by uuid NOT NULL,
          by_name text NOT NULL,
          at timestamptz NOT NULL,
          decided_by uuid,
          decided_by_name text,
          decided_at timestamptz,
          reason text,
          version integer DEFAULT 1 NOT NULL,
          PRIMARY KEY (id),
          CONSTRAINT admin_proposal_kind CHECK (kind IN ('posts', 'password', 'otp')),
          CONSTRAINT admin_proposal_state CHECK (state IN ('waiting', 'confirmed', 'refused', 'withdrawn')),
          FOREIGN KEY (account_id) REFERENCES account (id)
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX admin_proposal_waiting ON admin_proposal (account_id, kind) WHERE state = 'waiting'"
    )
    op.execute("CREATE INDEX admin_proposal_by_county ON admin_proposal (county, id DESC)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON admin_proposal TO {ROLE}")
