"""Kin on the roll as they were when it was frozen, and how often a meeting was called, moved or called off."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("ALTER TABLE deliberation_step ADD COLUMN kin jsonb")
    op.execute("ALTER TABLE deliberation_step ADD COLUMN calls integer DEFAULT 0 NOT NULL")
