"""The cockpit's figures of before its installation: how far the desk's records have been read."""

from alembic import op

revision = "0015"
down_revision = "0013"


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE cockpit_retold (
  tenant text NOT NULL,
  noun text NOT NULL,
  after uuid,
  read bigint DEFAULT '0' NOT NULL,
  finished_at timestamp with time zone,
  PRIMARY KEY (tenant, noun)
)
"""
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON cockpit_retold TO linli_supervision")
