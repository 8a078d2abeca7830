"""Drafts of matters with their review, who wrote and who published a version, and cases that several departments handle."""

from alembic import op

revision = "0008"
down_revision = "0004"

ROLE = "linli_desk"


def upgrade() -> None:
    op.execute("ALTER TABLE matter_version ADD COLUMN note text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE matter_version ADD COLUMN written_name text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE matter_version ADD COLUMN published_name text NOT NULL DEFAULT ''")
    # Departments named by single steps; the matter's own stands in `department`.
    op.execute("ALTER TABLE desk_case ADD COLUMN departments text[] NOT NULL DEFAULT '{}'")
    op.execute(
        """
        CREATE TABLE matter_draft (
          tenant text NOT NULL,
          id uuid NOT NULL,
          matter_id uuid,
          code text NOT NULL,
          name text NOT NULL,
          department text NOT NULL,
          state text NOT NULL,
          definition jsonb NOT NULL,
          authors uuid[] NOT NULL,
          author_names text[] NOT NULL,
          note text NOT NULL,
          answer text NOT NULL,
          closed_name text NOT NULL,
          created_at timestamptz NOT NULL,
          updated_at timestamptz NOT NULL,
          version integer NOT NULL,
          PRIMARY KEY (tenant, id),
          FOREIGN KEY(tenant, matter_id) REFERENCES matter (tenant, id)
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX matter_draft_open_key ON matter_draft (tenant, code) WHERE state IN ('draft', 'review')"
    )
    op.execute("CREATE INDEX matter_draft_state_idx ON matter_draft (tenant, state, id)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON matter_draft TO {ROLE}")
