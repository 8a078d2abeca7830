"""The complaint that an inquiry was opened by: a question about a disclosure, a whistle, a rating."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE inquiry ADD COLUMN complaint text DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE inquiry ADD COLUMN complaint_id uuid")
    op.execute("ALTER TABLE inquiry ADD COLUMN complaint_facts jsonb DEFAULT '{}' NOT NULL")
    op.execute("CREATE INDEX inquiry_complaint_idx ON inquiry (tenant, complaint_id) WHERE complaint_id IS NOT NULL")
