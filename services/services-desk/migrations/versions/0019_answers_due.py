"""By when a supplement notice is to be answered: what does not come is reminded of."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE supplement_notice ADD COLUMN answer_by date")
    op.execute("COMMENT ON COLUMN supplement_notice.answer_by IS 'null for one of before that was kept'")
    op.execute(
        "CREATE INDEX supplement_notice_open_idx ON supplement_notice (tenant, answer_by, case_id) WHERE answered_at IS NULL"
    )
