"""Indexes for what is asked of many cases: work in hand, decided cases, papers to be sealed, ratings, messages and notices.

What is in work, open or unsent stays few while what is stored grows; so these have indexes of their own.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    (
        "CREATE INDEX desk_case_work_idx ON desk_case (tenant, division, id) WHERE state IN "
        "('accepted', 'decided', 'draft', 'handling', 'received', 'supplement', 'suspended')"
    ),
    (
        "CREATE INDEX desk_case_aside_idx ON desk_case (tenant, state, id) "
        "WHERE state IN ('delivered', 'not_accepted', 'withdrawn')"
    ),
    "CREATE INDEX desk_case_matter_idx ON desk_case (tenant, matter_id, id)",
    # One village's year is no longer read out of the whole county's.
    ("CREATE INDEX desk_case_decided_of_idx ON desk_case (tenant, division, decided_at) WHERE decided_at IS NOT NULL"),
    "DROP INDEX desk_case_decided_idx",
    "CREATE INDEX document_seal_idx ON document (tenant, division, id) WHERE state = 'awaiting_seal'",
    "DROP INDEX evaluation_division_idx",
    "CREATE INDEX evaluation_of_division_idx ON evaluation (tenant, division, given_at, case_id)",
    "CREATE INDEX evaluation_newest_idx ON evaluation (tenant, given_at, case_id)",
    (
        "CREATE INDEX whistle_duty_open_idx ON whistle_duty (tenant, department, whistle_id) "
        "WHERE state IN ('pending', 'working')"
    ),
    "CREATE INDEX whistle_escalated_idx ON whistle (tenant, id) WHERE escalation > 0",
    "CREATE INDEX sms_message_division_idx ON sms_message (tenant, division, id)",
    "CREATE INDEX sms_message_unsent_idx ON sms_message (tenant, state, id) WHERE state <> 'sent'",
    "CREATE INDEX notice_newest_idx ON notice (tenant, created_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
