"""What became of the seal that a paper waits for, and who asked for it: a case whose seal was refused can be ended.

Papers whose applicant was told of a refusal before count as refused; who had asked for their seal is not known.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

STATEMENTS = (
    "ALTER TABLE document ADD COLUMN seal_state text",
    "ALTER TABLE document ADD COLUMN seal_asked_by uuid[]",
    (
        "UPDATE document SET seal_state = 'refused' FROM sms_message WHERE document.state = 'awaiting_seal' "
        "AND sms_message.tenant = document.tenant AND sms_message.key = 'seal.refused:' || document.case_id"
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
