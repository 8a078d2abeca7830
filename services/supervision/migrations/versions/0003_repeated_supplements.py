"""Further supplement notices of one case, as supervision sees them."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
CREATE TABLE repeated_supplement (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  notice integer NOT NULL,
  case_number text NOT NULL,
  division text NOT NULL,
  department text NOT NULL,
  matter_id uuid NOT NULL,
  reason_code text NOT NULL,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id, notice)
)
""",
    "CREATE INDEX repeated_supplement_time ON repeated_supplement (tenant, asked_at, case_id, notice)",
    "GRANT SELECT, INSERT ON repeated_supplement TO linli_supervision",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
