"""A case that came back to the window keeps its deadline, so it is found by it like those in handling."""

from alembic import op

revision = "0016"
down_revision = "0015"

STATEMENTS = (
    "DROP INDEX desk_case_clock_idx",
    "CREATE INDEX desk_case_clock_idx ON desk_case (tenant, due, id) WHERE state IN ('accepted', 'handling', 'received')",
    "DROP INDEX desk_case_due_idx",
    "CREATE INDEX desk_case_due_idx ON desk_case (tenant, division, due) WHERE state IN ('accepted', 'handling', 'received')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
