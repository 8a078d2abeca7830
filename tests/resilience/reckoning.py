"""What must be true once everything has come to rest, read from the databases themselves."""

from collections import Counter
from collections.abc import Iterable

from linli_launcher.databases import COMPONENTS
from linli_supervision import demo_flags

from tests.resilience.machine import Machine, eventually
from tests.resilience.traffic import Command

# Where the record of a command is, found by its marker.
RECORDS = {
    "resident.create": ("registry", "SELECT reason FROM resident_history WHERE event IS NULL"),
    "household.found": ("registry", "SELECT number FROM household"),
    "life_event": ("registry", "SELECT reason FROM life_event"),
    "ticket.take": ("desk", "SELECT matter_id FROM ticket WHERE matter_id IS NOT NULL"),
    "case.open": ("desk", "SELECT ticket_id FROM desk_case WHERE ticket_id IS NOT NULL"),
    "material.upload": ("desk", "SELECT case_id FROM attachment"),
    "case.accept": ("desk", "SELECT case_id FROM case_history WHERE command = 'accept'"),
    "step.complete": ("desk", "SELECT case_id FROM case_step WHERE key = 'accept_check'"),
    "case.decide": ("desk", "SELECT case_id FROM case_history WHERE command = 'decide'"),
    "whistle.start": ("desk", "SELECT latitude FROM whistle WHERE latitude IS NOT NULL"),
    **{
        f"whistle.{act}": ("desk", f"SELECT whistle_id FROM whistle_event WHERE command = '{act}'")
        for act in ("whistle", "report-in", "solve", "close")
    },
}
WITHOUT_ACT = {"ticket.take"}
# Whole values are never kept for a retry: each attempt is a look of its own, and is recorded as one.
LOOKS = {"read", "reveal"}
TARGETS = {
    "registry": ("supervision", "desk"),
    "desk": ("supervision",),
    "supervision": ("supervision", "desk"),
    "gateway": ("supervision",),
}
# Each of these acts is one event, and so many notices: the seeded and the played whistles have one department each.
_TOLD = {"called": 1, "whistled": 1, "reported-in": 1, "solved": 1, "closed": 2, "escalated": 2}
_PAPERS = {
    "receipt": ("receipt",),
    "acceptance": ("acceptance_notice",),
    "supplement": ("supplement_notice",),
    "decision": ("not_accepted_notice", "decision"),
    "certificate": ("residence_certificate", "certificate"),
}


def records(machine: Machine, kind: str) -> Counter[str]:
    """How many records each marker has."""
    database, sql = RECORDS[kind]
    return Counter(row[0] for row in machine.rows(database, sql))


def check_commands(machine: Machine, commands: Iterable[Command]) -> None:
    """Every command that was acknowledged has one record; nothing has two."""
    by_kind = {kind: records(machine, kind) for kind in RECORDS}
    wrong = [
        f"{command.kind} {command.marker}: {by_kind[command.kind][command.marker]} records, status {command.status}"
        for command in commands
        if command.kind in by_kind
        and by_kind[command.kind][command.marker] not in ({1} if command.acknowledged else {0, 1})
    ]
    assert not wrong, wrong


def check_acts(machine: Machine, commands: Iterable[Command]) -> None:
    """Every acknowledged command and read is an act, and no command is one twice."""
    acts: Counter[tuple[str, str, str]] = Counter()
    for component in ("registry", "desk"):
        sql = (
            "SELECT data->>'request_id', data->>'action', data->>'object_id' FROM outbox "
            "WHERE type = 'cn.linli.act.v1' AND data->>'request_id' <> ''"
        )
        acts.update((row[0], row[1], row[2]) for row in machine.rows(component, sql))
    of_request = Counter(request for request, _, _ in acts)
    commands = list(commands)
    missing = [c.kind for c in commands if c.acknowledged and c.kind not in WITHOUT_ACT and not of_request[c.key]]
    assert not missing, f"acknowledged without an act: {missing}"
    written = {c.key for c in commands if c.kind not in LOOKS}
    doubled = [act for act, number in acts.items() if number > 1 and act[0] in written]
    assert not doubled, f"recorded twice: {doubled}"


def outboxes(machine: Machine) -> dict[tuple[str, str], int]:
    """Last number by source and tenant; fails when the numbers have a gap."""
    found = {}
    sql = (
        "SELECT s.tenant, s.last, count(o.seq), coalesce(min(o.seq), 1), coalesce(max(o.seq), 0) "
        "FROM outbox_seq s LEFT JOIN outbox o USING (tenant) GROUP BY 1, 2"
    )
    for component in COMPONENTS:
        for tenant, last, count, first, highest in machine.rows(component.key, sql):
            assert (count, first, highest) == (last, "1", last), f"outbox of {component.key}, {tenant}"
            found[component.key, tenant] = int(last)
    return found


def behind(machine: Machine) -> list[str]:
    """Which deliveries are not complete yet."""
    heads = outboxes(machine)
    applied = {
        (component.key, source, tenant): int(last)
        for component in COMPONENTS
        for tenant, source, last in machine.rows(component.key, "SELECT tenant, source, last_seq FROM inbox")
    }
    return [
        f"{source} → {target}, {tenant}: {applied.get((target, source, tenant), 0)} of {last}"
        for (source, tenant), last in heads.items()
        for target in TARGETS[source]
        if applied.get((target, source, tenant), 0) != last
    ]


def check_delivery(machine: Machine) -> None:
    """Everything reached everybody, nothing lies aside."""
    eventually(lambda: not behind(machine), lambda: "; ".join(behind(machine)))
    for component in COMPONENTS:
        assert machine.rows(component.key, "SELECT source, seq, error FROM dead_letter") == []


def check_ledger(machine: Machine) -> None:
    """The entries are the acts and events of all parts, once each, and signed."""
    heads = outboxes(machine)
    sql = "SELECT source, tenant, count(*), min(source_seq), max(source_seq) FROM ledger_entry GROUP BY 1, 2"
    entries = {(row[0], row[1]): row[2:] for row in machine.rows("supervision", sql)}
    for (source, tenant), last in heads.items():
        assert entries.get((source, tenant)) == [str(last), "1", str(last)], f"entries of {source}, {tenant}"
    # What the demo's flags look at was never sent by a part.
    assert {one for one in entries if one[0] != demo_flags.SOURCE} == set(heads)
    eventually(lambda: _unsigned(machine) == [], lambda: f"not signed: {_unsigned(machine)}")
    verified = machine.command("verify-ledger")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def _unsigned(machine: Machine) -> list[list[str]]:
    return machine.rows(
        "supervision",
        "SELECT tenant FROM ledger_entry GROUP BY tenant HAVING max(index) + 1 <> "
        "(SELECT max(size) FROM ledger_checkpoint c WHERE c.tenant = ledger_entry.tenant)",
    )


def check_numbers(machine: Machine) -> None:
    """Tickets and papers count from 1 without a gap, as far as their counter; each case number is one case's."""
    gaps = (
        "SELECT division, day, count(*), max(number) FROM ticket GROUP BY tenant, division, day "
        "HAVING count(*) <> max(number) OR min(number) <> 1 OR count(DISTINCT number) <> count(*)"
    )
    assert machine.rows("desk", gaps) == []
    papers = Counter(row[0] for row in machine.rows("desk", "SELECT kind FROM document"))
    drawn: Counter[str] = Counter()
    for kind, last in machine.rows("desk", "SELECT kind, last FROM number_counter"):
        drawn[kind] += int(last)
    for kind, documents in _PAPERS.items():
        assert drawn[kind] == sum(papers[document] for document in documents), kind
    assert drawn["ticket"] == int(machine.rows("desk", "SELECT count(*) FROM ticket")[0][0])
    numbered = machine.rows(
        "desk", "SELECT count(*), count(DISTINCT (tenant, division, number)) FROM desk_case WHERE number IS NOT NULL"
    )
    assert numbered == [[str(drawn["case"])] * 2], drawn


def check_files(machine: Machine, commands: Iterable[Command]) -> None:
    """A file is whole or not there; a paper has its digest exactly when it has its content."""
    torn = (
        "SELECT id FROM document WHERE (content IS NULL) <> (sha256 IS NULL) "
        "OR (sealed_content IS NULL) <> (sealed_sha256 IS NULL)"
    )
    assert machine.rows("desk", torn) == []
    orphans = (
        "SELECT m.case_id FROM case_material m LEFT JOIN attachment a ON a.tenant = m.tenant AND a.id = m.attachment_id "
        "WHERE m.state = 'uploaded' AND a.id IS NULL"
    )
    assert machine.rows("desk", orphans) == []
    stored = {
        row[0]: (row[1], int(row[2])) for row in machine.rows("desk", "SELECT case_id, sha256, size FROM attachment")
    }
    for command in commands:
        if command.kind == "material.upload" and command.acknowledged:
            content = command.options["files"]["file"][1]
            assert stored[command.marker][1] == len(content)
    halves = machine.rows(
        "desk",
        "SELECT c.id FROM desk_case c WHERE c.accepted_at IS NOT NULL AND "
        "(SELECT count(*) FROM document d WHERE d.tenant = c.tenant AND d.case_id = c.id "
        "AND d.kind IN ('receipt', 'acceptance_notice')) <> 2",
    )
    assert halves == [], "accepted cases without both of their papers"


def check_reminders(machine: Machine) -> None:
    """Every reminder is one notice, every escalation one event besides; and no deadline that is long past lacks its own."""
    forgotten = (
        "SELECT id FROM desk_case c WHERE state IN ('accepted', 'handling') AND due < current_date - 10 "
        "AND NOT EXISTS (SELECT FROM reminder r WHERE r.tenant = c.tenant AND r.case_id = c.id AND r.day = c.due)"
    )
    eventually(lambda: machine.rows("desk", forgotten) == [], lambda: "overdue and nobody was told")
    fired = machine.rows(
        "desk",
        "SELECT 'case:' || case_id || ':' || step || ':' || kind || ':' || day FROM reminder WHERE step <> 'promise'",
    )
    told = machine.rows("desk", "SELECT key FROM notice WHERE key LIKE 'case:%'")
    assert fired, "nothing was due"
    assert Counter(row[0] for row in fired) == Counter(row[0] for row in told)
    escalated = machine.rows(
        "desk",
        "SELECT data->>'case_id', data->>'role', data->>'overdue_days', data->>'due' FROM outbox "
        "WHERE type = 'cn.linli.desk.case.escalated.v1'",
    )
    assert len({tuple(row) for row in escalated}) == len(escalated), "an escalation was announced twice"
    late = machine.rows("desk", "SELECT count(*) FROM reminder WHERE kind LIKE 'overdue-%'")
    assert late == [[str(len(escalated))]]


def check_telling(machine: Machine) -> None:
    """Each act on a whistle is one event and its notices; each decision one event and one message."""
    for act, notices in _TOLD.items():
        sql = "SELECT subject FROM outbox WHERE type = 'cn.linli.desk.whistle.{}.v1'"
        events = Counter(row[0] for row in machine.rows("desk", sql.format(act)))
        sql = "SELECT facts->>'whistle_id' FROM notice WHERE template = 'whistle.{}'"
        told = Counter(row[0] for row in machine.rows("desk", sql.format(act.replace("-", "_"))))
        assert told == Counter({whistle: count * notices for whistle, count in events.items()}), act
    decided = machine.rows("desk", "SELECT subject FROM outbox WHERE type = 'cn.linli.desk.case.decided.v1'")
    messages = machine.rows("desk", "SELECT case_id FROM sms_message WHERE template = 'case.decided'")
    assert Counter(row[0] for row in decided) == Counter(row[0] for row in messages)
    sent = "SELECT count(*), count(DISTINCT (tenant, key)) FROM demo_sms"
    [[count, distinct]] = machine.rows("desk", sent)
    assert count == distinct
    unanswered = "SELECT state, count(*) FROM sms_message WHERE state = 'sent' AND NOT EXISTS (SELECT FROM demo_sms d WHERE d.key = sms_message.key) GROUP BY 1"
    assert machine.rows("desk", unanswered) == [], "a message counts as sent that was not"
