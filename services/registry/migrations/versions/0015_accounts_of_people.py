"""Which staff accounts somebody has is found by the person, too."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("CREATE INDEX staff_link_resident ON staff_link (resident, tenant)")
