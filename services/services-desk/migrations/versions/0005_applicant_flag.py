"""What the registry told about the applicant of a running case: deceased, or merged into another record."""

from alembic import op

revision = "0005"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE desk_case ADD COLUMN applicant_flag text")
