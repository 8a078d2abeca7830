"""Counts of the population by class of age, with the birthdays of the coming days.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP TABLE population_count",
    """
CREATE TABLE population_count (
    tenant TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    presence TEXT NOT NULL,
    sex TEXT NOT NULL,
    people INTEGER[] NOT NULL,
    PRIMARY KEY (tenant, division, day, presence, sex)
)
""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON population_count TO linli_registry",
    # Every village is counted again, and as it is read until then.
    "UPDATE population_village SET day = '0001-01-01'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
