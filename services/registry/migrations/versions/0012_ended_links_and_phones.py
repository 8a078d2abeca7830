"""Indexes by which the ended links and phones of a person are found, too: those there were have only what still holds.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX kinship_of_a ON kinship (tenant, a)")
    op.execute("CREATE INDEX further_phone_of_resident ON further_phone (tenant, resident)")
