"""Carrying out what was decided: plan and journal with the step, the next day due with the deliberation, files of a milestone."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE deliberation ADD COLUMN due_on date")
    op.execute("CREATE INDEX deliberation_due ON deliberation (tenant, due_on) WHERE due_on IS NOT NULL")
    op.execute("ALTER TABLE deliberation_step ADD COLUMN execution jsonb")
    op.execute("ALTER TABLE deliberation_file ADD COLUMN milestone integer")
