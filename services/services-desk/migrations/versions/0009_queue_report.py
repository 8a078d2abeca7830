"""What the day's report of a hall is made of, and messages to those who reported a whistle."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN category text")
    # A recall moves `called_at`; the wait ended with the first call.
    op.execute("ALTER TABLE ticket ADD COLUMN first_called_at timestamptz")
    op.execute("UPDATE ticket SET first_called_at = called_at")
    op.execute(
        "CREATE INDEX ticket_finished_idx ON ticket (tenant, division, finished_at) "
        "WHERE state = 'done' AND finished_at IS NOT NULL"
    )
    # A message goes to the applicant of a case, or to whoever reported what a whistle is about.
    op.execute("ALTER TABLE sms_message ALTER COLUMN case_id DROP NOT NULL")
    op.execute("ALTER TABLE sms_message ADD COLUMN report_id uuid")
    op.execute(
        "ALTER TABLE sms_message ADD FOREIGN KEY (tenant, report_id) REFERENCES whistle_report (tenant, id), "
        "ADD CHECK (num_nonnulls(case_id, report_id) = 1)"
    )
