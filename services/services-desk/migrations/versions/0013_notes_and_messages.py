"""Notes that belong to no case, and when a message reached its phone."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE document ALTER COLUMN case_id DROP NOT NULL")
    op.execute("ALTER TABLE sms_message ADD COLUMN delivered_at timestamptz")
