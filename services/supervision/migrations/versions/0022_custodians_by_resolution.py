"""The deliberation that named a custodian, or the day of a resolution from before the installation."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("ALTER TABLE seal_change ADD COLUMN deliberation_id uuid")
    op.execute("ALTER TABLE seal_change ADD COLUMN resolved_on date")
    op.execute(
        "CREATE INDEX seal_change_deliberation ON seal_change (tenant, deliberation_id) WHERE deliberation_id IS NOT NULL"
    )
