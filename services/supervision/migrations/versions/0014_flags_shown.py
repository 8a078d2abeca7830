"""What residents see of flags, a flag's finding beside it, and the committee's own entries of the log."""

from alembic import op

revision = "0014"
down_revision = "0015"

BY_THE_COMMITTEE = (
    "committee.check", "committee.meet", "deliberation.accept", "deliberation.send-back", "disclosure.check",
    "disclosure.return", "inquiry.accept", "inquiry.begin", "inquiry.clear", "inquiry.object", "inquiry.plan",
    "inquiry.reject", "seal-use.approve", "seal-use.open", "seal-use.reclose", "seal-use.refuse", "seal-use.unseal",
)  # fmt: skip
BEGINS_A_RULE = (
    "case.decide", "committee.meet", "desk.case.decided", "desk.case.escalated", "desk.document.sealed",
    "desk.evaluation.bulk-flagged", "desk.evaluation.given", "desk.whistle.escalated", "registry.resident.died",
    "registry.resident.moved", "resident.reveal", "seal-use.approve", "seal-use.open", "seal-use.sign",
    "supervision.disclosure-duty.reminded", "supervision.disclosure.checked", "supervision.disclosure.published",
    "supervision.disclosure.submitted", "supervision.oversight.reminded", "supervision.seal-incident.raised",
    "supervision.seal-use.opened", "supervision.seal-use.sealed", "supervision.seal-use.signed",
    "supervision.seal-use.unsealed",
)  # fmt: skip


def _index(name: str, columns: str, actions: tuple[str, ...]) -> None:
    wanted = ", ".join(f"'{action}'" for action in actions)
    op.execute(f"CREATE INDEX {name} ON ledger_entry ({columns}) WHERE action IN ({wanted})")


def upgrade() -> None:
    op.execute("ALTER TABLE disclosure_setting ADD COLUMN flags_public text DEFAULT 'nothing' NOT NULL")
    op.execute("ALTER TABLE flag ADD COLUMN finding text")
    # What was found out last before it was closed.
    op.execute(
        "UPDATE flag SET finding = (SELECT s.state FROM flag_step s WHERE s.tenant = flag.tenant AND s.flag_id = flag.id"
        " AND s.step IN ('explain', 'confirm', 'dismiss') ORDER BY s.number DESC LIMIT 1) WHERE state = 'closed'"
    )
    op.execute("CREATE INDEX flag_finding ON flag (tenant, division, ended_at, id) WHERE state = 'closed'")
    _index("ledger_entry_committee", "tenant, division, time, index", BY_THE_COMMITTEE)
    # Silence after a reminder of the committee's own duties begins a rule now, too.
    op.execute("DROP INDEX ledger_entry_trigger")
    _index("ledger_entry_trigger", "tenant, time", BEGINS_A_RULE)
