"""Life events of people who are in no household.

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("life_event", "evidence_file"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN household DROP NOT NULL, ADD COLUMN resident UUID")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_resident_fkey"
            " FOREIGN KEY (tenant, resident) REFERENCES resident (tenant, id)"
        )
    op.execute(
        "CREATE INDEX life_event_of_resident ON life_event (tenant, resident, recorded_at) WHERE resident IS NOT NULL"
    )
