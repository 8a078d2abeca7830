"""What followed a merge of residents.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE resident_relink (
    tenant TEXT NOT NULL,
    merge_id UUID NOT NULL,
    kept UUID NOT NULL,
    absorbed UUID NOT NULL,
    cases UUID[] NOT NULL,
    papers UUID[] NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, merge_id)
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("GRANT SELECT, INSERT, UPDATE ON resident_relink TO linli_desk")
