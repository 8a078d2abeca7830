"""Things asked twice, and promised materials by their day."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    """
CREATE TABLE asked_twice (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  notice integer NOT NULL,
  name text NOT NULL,
  act text NOT NULL,
  division text NOT NULL,
  department text NOT NULL,
  matter_id uuid NOT NULL,
  matter_name text NOT NULL,
  asked_by uuid NOT NULL,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id, kind, subject, notice),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
)
""",
    "CREATE INDEX asked_twice_time_idx ON asked_twice (tenant, asked_at)",
    # What was counted stays counted.
    "GRANT SELECT, INSERT ON asked_twice TO linli_desk",
    (
        "CREATE INDEX case_material_promise_idx ON case_material (tenant, promise_date, case_id, material_id) "
        "WHERE state = 'deferred'"
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
