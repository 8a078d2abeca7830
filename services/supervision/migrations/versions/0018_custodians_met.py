"""Whether who confirmed a change of the register met its custodians; who confirmed a lost key always had to."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("ALTER TABLE seal_change ADD COLUMN in_person boolean DEFAULT false NOT NULL")
    op.execute("UPDATE seal_change SET in_person = true WHERE kind = 'lost' AND state = 'confirmed'")
