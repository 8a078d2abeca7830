"""What is being put right, by its last day: reminders look for it."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("CREATE INDEX inquiry_due_idx ON inquiry (tenant, due) WHERE state = 'rectifying'")
