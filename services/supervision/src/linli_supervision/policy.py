"""Who may do what in supervision: one line per permission.

Scope is not decided here: repositories show a viewer its own area, and a custodian only the seals it holds a piece of.
Which roles request and approve is narrowed once more by the place's profile; who opens and signs, by the seal itself.
"""

from enum import StrEnum

from linli_kernel.identity import Role
from linli_kernel.permissions import PUBLIC, Policy, Silent, allow


class Permission(StrEnum):
    LEDGER_READ = "ledger.read"
    LEDGER_PROVE = "ledger.prove"
    LEDGER_PUBLIC = "public.ledger"
    LEDGER_TIMELINE = "ledger.timeline"
    LEDGER_EXTRACT = "ledger.extract"
    LEDGER_WATCH = "ledger.watch"
    LEDGER_ANSWER = "ledger.answer"
    LEDGER_TELL = "ledger.tell"
    LEDGER_WITNESS = "public.ledger-witness"
    WITNESS_KEEP = "witness.keep"
    LOOKUP_READ = "lookup.read"
    LOOKUP_WATCH = "lookup.watch"
    LOOKUP_ANSWER = "lookup.answer"
    REPEATED_SUPPLEMENT_READ = "repeated-supplement.read"
    SEAL_READ = "seal.read"
    SEAL_KEY = "seal.key"
    SEAL_REQUEST = "seal.request"
    SEAL_APPROVE = "seal.approve"
    SEAL_REFUSE = "seal.refuse"
    SEAL_CANCEL = "seal.cancel"
    SEAL_OPEN = "seal.open"
    SEAL_SIGN = "seal.sign"
    SEAL_DOCUMENT = "seal.document"
    SEAL_FETCH = "seal.fetch"
    SEAL_PROPOSE = "seal.propose"
    SEAL_LOST = "seal.lost"
    SEAL_CONFIRM = "seal.confirm"
    SEAL_ENCLOSE = "seal.enclose"
    SEAL_PUBLIC = "public.seals"
    DISCLOSURE_READ = "disclosure.read"
    DISCLOSURE_WRITE = "disclosure.write"
    DISCLOSURE_CHECK = "disclosure.check"
    DISCLOSURE_PUBLISH = "disclosure.publish"
    DISCLOSURE_WITHDRAW = "disclosure.withdraw"
    DISCLOSURE_OCCASION = "disclosure.occasion"
    DISCLOSURE_SETTING = "disclosure.setting"
    DISCLOSURE_PUBLIC = "public.disclosures"
    QUESTION_READ = "question.read"
    QUESTION_ANSWER = "question.answer"
    QUESTION_DECIDE = "question.decide"
    QUESTION_PUBLIC = "public.questions"
    FLAG_READ = "flag.read"
    FLAG_HANDLE = "flag.handle"
    FLAG_RULE = "flag.rule"
    FLAG_BACKTEST = "flag.back-test"
    FLAG_PUBLIC = "public.flags"
    DELIBERATION_READ = "deliberation.read"
    DELIBERATION_WRITE = "deliberation.write"
    DELIBERATION_LEAD = "deliberation.lead"
    DELIBERATION_ACCEPT = "deliberation.accept"
    DELIBERATION_WITHDRAW = "deliberation.withdraw"
    DELIBERATION_ROLL = "deliberation.roll"
    DELIBERATION_BALLOT = "deliberation.ballot"
    DELIBERATION_CALLED = "deliberation.called"
    INQUIRY_READ = "inquiry.read"
    INQUIRY_WRITE = "inquiry.write"
    INQUIRY_RECTIFY = "inquiry.rectify"
    COCKPIT_READ = "cockpit.read"
    JOB_READ = "job.read"
    UPKEEP = "upkeep"


HALL = (Role.CLERK, Role.VILLAGE_OFFICIAL)
WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN)
APPROVERS = (Role.VILLAGE_OFFICIAL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER)
CLOSERS = (Role.SUPERVISOR, Role.TOWNSHIP_OFFICER)
STAFF = (
    *HALL,
    Role.GRID_WORKER,
    Role.BOOKKEEPER,
    Role.SUPERVISOR,
    Role.CUSTODIAN,
    Role.TOWNSHIP_OFFICER,
    Role.DEPARTMENT_OFFICER,
    Role.COUNTY_ADMIN,
    Role.AUDITOR,
)

POLICY: Policy = {
    # A county's log is its own; the system's own log is the administrator's and the auditors' (ADR 0012).
    Permission.LEDGER_READ: allow(Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN, Role.SYSTEM_ADMIN),
    Permission.LEDGER_PROVE: allow(*STAFF, Role.SYSTEM_ADMIN),
    Permission.LEDGER_PUBLIC: PUBLIC,
    Permission.LEDGER_TIMELINE: allow(Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN),
    Permission.LEDGER_EXTRACT: allow(Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN, Role.SYSTEM_ADMIN),
    Permission.LEDGER_WATCH: allow(Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN, Role.SYSTEM_ADMIN),
    # An auditor reads; whoever is responsible for the place finds out and answers.
    Permission.LEDGER_ANSWER: allow(Role.SUPERVISOR, Role.COUNTY_ADMIN),
    Permission.LEDGER_TELL: allow(Role.SERVICE),
    # A witness has no account: its signature under what it sends is all that counts.
    Permission.LEDGER_WITNESS: PUBLIC,
    Permission.WITNESS_KEEP: allow(Role.COUNTY_ADMIN),
    # The resident asks for the own person only; staff for people whom the registry shows them.
    Permission.LOOKUP_READ: allow(Role.RESIDENT, *HALL),
    Permission.LOOKUP_WATCH: allow(Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN),
    # An auditor reads; whoever is responsible for the place asks the person and answers.
    Permission.LOOKUP_ANSWER: allow(Role.SUPERVISOR, Role.COUNTY_ADMIN),
    Permission.REPEATED_SUPPLEMENT_READ: allow(Role.SUPERVISOR, Role.AUDITOR, Role.COUNTY_ADMIN),
    Permission.SEAL_READ: allow(
        *HALL, Role.SUPERVISOR, Role.CUSTODIAN, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN, Role.AUDITOR
    ),
    Permission.SEAL_KEY: allow(Role.CUSTODIAN),
    Permission.SEAL_REQUEST: allow(*HALL),
    Permission.SEAL_APPROVE: allow(*APPROVERS),
    Permission.SEAL_REFUSE: allow(*APPROVERS, Role.CUSTODIAN),
    Permission.SEAL_CANCEL: allow(*HALL),
    Permission.SEAL_OPEN: allow(Role.CUSTODIAN),
    Permission.SEAL_SIGN: allow(Role.CUSTODIAN),
    Permission.SEAL_DOCUMENT: allow(*HALL, *APPROVERS, Role.CUSTODIAN),
    Permission.SEAL_FETCH: allow(Role.SERVICE),
    # Who holds a piece is proposed above the village and confirmed within it, never by the same person.
    Permission.SEAL_PROPOSE: allow(Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.SEAL_LOST: allow(Role.CUSTODIAN, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.SEAL_CONFIRM: allow(Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    # Whoever closes a seal into its first envelope, or anew after an incident, holds no piece of it.
    Permission.SEAL_ENCLOSE: allow(*CLOSERS),
    Permission.SEAL_PUBLIC: PUBLIC,
    Permission.DISCLOSURE_READ: allow(*STAFF),
    Permission.DISCLOSURE_WRITE: allow(*HALL, Role.BOOKKEEPER),
    Permission.DISCLOSURE_CHECK: allow(Role.SUPERVISOR),
    Permission.DISCLOSURE_PUBLISH: allow(Role.VILLAGE_OFFICIAL),
    Permission.DISCLOSURE_WITHDRAW: allow(Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.DISCLOSURE_OCCASION: allow(*HALL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER),
    Permission.DISCLOSURE_SETTING: allow(Role.COUNTY_ADMIN),
    Permission.DISCLOSURE_PUBLIC: PUBLIC,
    Permission.QUESTION_READ: allow(*STAFF),
    # The village answers for itself; above it the township or the county decides.
    Permission.QUESTION_ANSWER: allow(Role.VILLAGE_OFFICIAL),
    Permission.QUESTION_DECIDE: allow(Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.QUESTION_PUBLIC: PUBLIC,
    # The village's supervisor in the own area, discipline and audit of the county in theirs; whom a flag is about sees it never.
    Permission.FLAG_READ: allow(*WATCHERS),
    Permission.FLAG_HANDLE: allow(*WATCHERS),
    Permission.FLAG_RULE: allow(Role.COUNTY_ADMIN),
    Permission.FLAG_BACKTEST: allow(Role.COUNTY_ADMIN, Role.AUDITOR),
    # Rules, months and findings, once the county shows them; no flag, no account.
    Permission.FLAG_PUBLIC: PUBLIC,
    Permission.DELIBERATION_READ: allow(*STAFF),
    Permission.DELIBERATION_WRITE: allow(*HALL),
    # Whoever keeps the list does not decide alone that the votes are counted or the days are over.
    Permission.DELIBERATION_LEAD: allow(Role.VILLAGE_OFFICIAL),
    # Whoever carries it out does not accept it.
    Permission.DELIBERATION_ACCEPT: allow(Role.SUPERVISOR),
    Permission.DELIBERATION_WITHDRAW: allow(Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.DELIBERATION_ROLL: allow(*HALL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN, Role.AUDITOR),
    Permission.DELIBERATION_BALLOT: allow(Role.RESIDENT),
    Permission.DELIBERATION_CALLED: allow(Role.SERVICE),
    # The committee asks and checks again, the village puts right.
    Permission.INQUIRY_READ: allow(*WATCHERS, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER),
    Permission.INQUIRY_WRITE: allow(Role.SUPERVISOR),
    Permission.INQUIRY_RECTIFY: allow(Role.VILLAGE_OFFICIAL),
    # Whoever leads or watches an area; flags are in it for those alone who may read flags.
    Permission.COCKPIT_READ: allow(*WATCHERS, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER),
    # One's own work; the county's administrator sees the county's.
    Permission.JOB_READ: allow(*STAFF),
    Permission.UPKEEP: allow(Role.SYSTEM_ADMIN),
}

SILENT: Silent = {
    "hashes and signatures; nobody can be found in them, and everybody may check": (
        "GET supervision/v1/ledger/{tenant}/checkpoint",
        "GET supervision/v1/ledger/{tenant}/key",
        "GET supervision/v1/ledger/{tenant}/tile/{path}",
        "GET supervision/v1/ledger/{tenant}/proofs/inclusion",
        "GET supervision/v1/ledger/{tenant}/proofs/consistency",
        "GET public/v1/ledger/{tenant}/checkpoint",
        "GET public/v1/ledger/{tenant}/key",
        "GET public/v1/ledger/{tenant}/tile/{path}",
        "GET public/v1/ledger/{tenant}/proofs/inclusion",
        "GET public/v1/ledger/{tenant}/proofs/consistency",
        "GET public/v1/ledger/{tenant}/witnesses",
        "GET public/v1/ledger/{tenant}/checkpoints",
        "GET public/v1/ledger/{tenant}/cosigned-checkpoint",
    ),
    "numbers of entries, sources and offices, no person": (
        "GET supervision/v1/ledger/{tenant}/sources",
        "GET supervision/v1/ledger/{tenant}/alarms",
    ),
    # An entry for it would make the log grow, and the log would be signed again for ever.
    "a source's newest number, every few seconds": ("POST internal/v1/heads",),
    "published for everybody": (
        "GET public/v1/disclosures",
        "GET public/v1/disclosures/feed",
        "GET public/v1/disclosures/years",
        "GET public/v1/disclosures/catalogue",
        "GET public/v1/disclosures/duties",
        "GET public/v1/flags",
        "GET public/v1/flags/findings",
        "GET public/v1/disclosures/{disclosure_id}",
        "GET public/v1/disclosures/{disclosure_id}/files/{file_id}",
        "GET public/v1/disclosures/{disclosure_id}/notice",
        "GET public/v1/disclosures/{disclosure_id}/proof",
    ),
    "a question of nobody's name, by the token of whoever asked it": ("GET public/v1/disclosures/questions/{token}",),
    "written to be published, and freed of people's data before it is kept": (
        "GET supervision/v1/disclosures",
        "GET supervision/v1/disclosures/catalogue",
        "GET supervision/v1/disclosures/{disclosure_id}",
        "GET supervision/v1/disclosures/{disclosure_id}/files/{file_id}",
        "GET supervision/v1/disclosures/{disclosure_id}/notice",
        "GET supervision/v1/disclosure-duties",
        "GET supervision/v1/disclosure-duties/overview",
        "GET supervision/v1/disclosure-settings",
        "GET supervision/v1/disclosure-questions",
        "GET supervision/v1/disclosure-questions/{question_id}",
    ),
    "figures of places, no person": (
        "GET supervision/v1/cockpit",
        "GET supervision/v1/cockpit/report",
        "GET supervision/v1/cockpit/workbook",
    ),
    "rules and thresholds, and how many flags there are; no person": (
        "GET supervision/v1/flags/counts",
        "GET supervision/v1/flag-rules",
    ),
    "flags by rule, village and day, and the offices that may look into one; who reads its evidence is recorded": (
        "GET supervision/v1/flags",
        "GET supervision/v1/flags/{flag_id}/candidates",
    ),
    "what a village decides and the officials who held it; rolls are read elsewhere, with their entry": (
        "GET supervision/v1/deliberations",
        "GET supervision/v1/deliberations/procedures",
        "GET supervision/v1/deliberations/{deliberation_id}",
        "GET supervision/v1/deliberations/{deliberation_id}/files/{file_id}",
        "GET supervision/v1/deliberations/{deliberation_id}/resolution",
    ),
    "the committee's own work, written without people's data": (
        "GET supervision/v1/inquiries",
        "GET supervision/v1/inquiries/{inquiry_id}",
        "GET supervision/v1/inquiries/complaints",
        "GET supervision/v1/committee",
        "GET supervision/v1/committee/meetings",
        "GET supervision/v1/committee/activity",
    ),
    "seals and the officials who hold them; of a case only its id": (
        "GET supervision/v1/seals",
        "GET supervision/v1/seals/{seal_id}",
        "GET supervision/v1/seals/{seal_id}/uses",
        "GET supervision/v1/seals/{seal_id}/envelopes",
        "GET supervision/v1/seals/{seal_id}/incidents",
        "GET supervision/v1/uses",
        "GET supervision/v1/seals/{seal_id}/uses/{use_id}",
        "GET supervision/v1/uses/{use_id}",
        "GET supervision/v1/seal-changes",
        "GET supervision/v1/seal-candidates",
        "GET supervision/v1/seal-resolutions",
    ),
    "certificates and serial numbers, for everybody who checks a signature": (
        "GET public/v1/seals/{county}/authority.cer",
        "GET public/v1/seals/{county}/revoked.crl",
    ),
    "a digest to be signed; the signature itself is recorded": (
        "GET supervision/v1/seals/{seal_id}/uses/{use_id}/to-be-signed",
        "GET supervision/v1/uses/{use_id}/to-be-signed",
    ),
    "asked by the desk for ids to tell of a meeting; each message is recorded where it is sent": (
        "GET internal/v1/deliberations/{deliberation_id}/called",
    ),
    "fetched by the desk that asked for the seal; the sealing is recorded": (
        "GET internal/v1/seal-uses/{use_id}",
        "GET internal/v1/seal-uses/{use_id}/document",
    ),
}
"""Routes that write no entry, by reason; every other one has its act in the contract tests."""
