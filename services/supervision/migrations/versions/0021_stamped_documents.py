"""Documents of cases that a seal of rubber is asked for; and the one that became void meanwhile."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("ALTER TABLE seal_stamped ADD COLUMN document_id uuid")
    op.execute("ALTER TABLE seal_stamped ADD COLUMN void_at timestamptz")
    op.execute("CREATE INDEX seal_stamped_document ON seal_stamped (tenant, document_id) WHERE document_id IS NOT NULL")
    op.execute("GRANT UPDATE (void_at) ON seal_stamped TO linli_supervision")
