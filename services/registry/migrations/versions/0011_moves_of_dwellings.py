"""Indexes by which a dwelling's occupations and a household's transfers are found.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

MOVE = "jsonb_extract_path_text(changes, 'dwelling', '{}')"
MOVED = "CREATE INDEX {} ON record_history (tenant, {}) WHERE {} IS NOT NULL"


def upgrade() -> None:
    for name, end in (("record_history_left", MOVE.format(0)), ("record_history_entered", MOVE.format(1))):
        op.execute(MOVED.format(name, end, end))
    op.execute("CREATE INDEX transfer_of_household ON transfer (tenant, household)")
