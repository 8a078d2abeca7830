"""Everybody who wrote any of a disclosure: whoever did does not check it, also after others went on writing."""

from alembic import op

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    op.execute("ALTER TABLE disclosure ADD COLUMN writers uuid[] DEFAULT '{}' NOT NULL")
    op.execute("UPDATE disclosure SET writers = ARRAY[author] WHERE author IS NOT NULL")
