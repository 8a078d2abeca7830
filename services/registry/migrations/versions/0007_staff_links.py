"""Which resident a staff account is.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE staff_link (
    tenant TEXT COLLATE "C" NOT NULL,
    account UUID NOT NULL,
    resident UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    linked_by UUID NOT NULL,
    PRIMARY KEY (tenant, account),
    CONSTRAINT staff_link_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
)
""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON staff_link TO linli_registry",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
