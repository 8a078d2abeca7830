"""Files of life events, and the end of dwellings.

Revision ID: 0010
"""

from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE dwelling ADD COLUMN closed_on DATE",
    """
CREATE TABLE evidence_file (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    household UUID NOT NULL,
    event UUID,
    filename BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    content BYTEA NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT evidence_file_household_fkey FOREIGN KEY(tenant, household) REFERENCES household (tenant, id),
    CONSTRAINT evidence_file_event_fkey FOREIGN KEY(tenant, event) REFERENCES life_event (tenant, id)
)
""",
    "CREATE INDEX evidence_file_of_event ON evidence_file (tenant, event) WHERE event IS NOT NULL",
    "CREATE INDEX evidence_file_waiting ON evidence_file (tenant, created_at) WHERE event IS NULL",
    # A file that no event took is removed after a day.
    "GRANT SELECT, INSERT, UPDATE, DELETE ON evidence_file TO linli_registry",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
