"""The events of a commit wait in a file of its process, no longer in a table.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP TABLE import_event")
