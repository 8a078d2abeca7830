"""Answers to unusual looks, and the ledger by time.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE lookup_answer (
  tenant text NOT NULL,
  rule text NOT NULL,
  actor uuid NOT NULL,
  day date NOT NULL,
  note text NOT NULL,
  answered_by uuid NOT NULL,
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, day, rule, actor)
)
""",
    "GRANT SELECT, INSERT ON lookup_answer TO linli_supervision",
    # Entries are written nearly in the order of time: a few pages for any day, and hardly anything for a writer.
    "CREATE INDEX ledger_entry_time ON ledger_entry USING brin (time)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
