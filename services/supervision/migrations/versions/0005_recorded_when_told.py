"""How far the ledger was when a source told its newest number: acts go on arriving between two tellings.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ledger_source ADD COLUMN recorded_then bigint NOT NULL DEFAULT 0")
