"""What residents see of flags, a flag's finding beside it, and the committee's own entries of the log."""

from alembic import op

revision = "0014"
down_revision = "0015"

BY_THE_COMMITTEE = (
    "committee.check", "committee.meet", "deliberation.accept", "deliberation.send-back", "disclosure.check",
    "disclosure.return", "inquiry.accept", "inquiry.begin", "inquiry.clear", "inquiry.object", "inquiry.plan",
    "inquiry.reject", "seal-use.approve", "seal-use.open", "seal-use.reclose", "seal-use.refuse", "seal-use.unseal",
)  # fmt: skip


def upgrade() -> None:
    op.execute("ALTER TABLE disclosure_setting ADD COLUMN flags_public text DEFAULT 'nothing' NOT NULL")
    op.execute("ALTER TABLE flag ADD COLUMN finding text")
    # What was found out last before it was closed.
    op.execute(
        "UPDATE flag SET finding = (SELECT s.state FROM flag_step s WHERE s.tenant = flag.tenant AND s.flag_id = flag.id"
        " AND s.step IN ('explain', 'confirm', 'dismiss') ORDER BY s.number DESC LIMIT 1) WHERE state = 'closed'"
    )
    op.execute("CREATE INDEX flag_finding ON flag (tenant, division, ended_at, id) WHERE state = 'closed'")
    wanted = ", ".join(f"'{action}'" for action in BY_THE_COMMITTEE)
    op.execute(
        f"CREATE INDEX ledger_entry_committee ON ledger_entry (tenant, division, index) WHERE action IN ({wanted})"
    )
