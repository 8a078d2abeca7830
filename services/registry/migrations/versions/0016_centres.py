"""Where divisions lie: what a county states, and the mean of a village's dwellings beside its count."""

from alembic import op

revision = "0016"
down_revision = "0015"

STATEMENTS = (
    """
CREATE TABLE division_centre (
    tenant TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL CONSTRAINT division_centre_division_fkey REFERENCES division (code),
    longitude DOUBLE PRECISION,
    latitude DOUBLE PRECISION,
    version INTEGER NOT NULL DEFAULT 1,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by UUID NOT NULL,
    PRIMARY KEY (tenant, division)
)
""",
    "GRANT SELECT, INSERT, UPDATE ON division_centre TO linli_registry",
    "ALTER TABLE population_village ADD COLUMN longitude DOUBLE PRECISION, ADD COLUMN latitude DOUBLE PRECISION",
    # Every village is counted again, and as it is read until then.
    "UPDATE population_village SET day = '0001-01-01'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
