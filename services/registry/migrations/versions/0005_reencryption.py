"""The job that brings history under a new key may replace the sealed values of its lines, and nothing else of them."""

from alembic import op

revision = "0005"
down_revision = "0004"

ROLE = "linli_registry"


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (sealed) ON resident_history TO {ROLE}")
