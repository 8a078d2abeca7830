"""Who took a step of an inquiry, so that nobody looks again at the own work; and when a meeting was recorded."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("ALTER TABLE inquiry_step ADD COLUMN by uuid")
    op.execute("ALTER TABLE committee_meeting ADD COLUMN recorded_at timestamp with time zone")
