"""Papers that travel with a transfer, and who is named in one.

Revision ID: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE evidence_file ADD COLUMN transfer UUID")
    op.execute(
        "ALTER TABLE evidence_file ADD CONSTRAINT evidence_file_transfer_fkey"
        " FOREIGN KEY (tenant, transfer) REFERENCES transfer (tenant, id)"
    )
    op.execute("CREATE INDEX evidence_file_of_transfer ON evidence_file (tenant, transfer) WHERE transfer IS NOT NULL")
    op.execute("DROP INDEX evidence_file_waiting")
    op.execute(
        "CREATE INDEX evidence_file_waiting ON evidence_file (tenant, created_at)"
        " WHERE event IS NULL AND transfer IS NULL"
    )
    op.execute("CREATE INDEX transfer_of_people ON transfer USING gin (people)")
