"""Who may do what in supervision: one line per permission.

Scope is not decided here: repositories show a viewer its own area, and a custodian only the seals it holds a piece of.
Which roles request and approve is narrowed once more by the place's profile; who opens and signs, by the seal itself.
"""

from enum import StrEnum

from linli_kernel.identity import Role
from linli_kernel.permissions import PUBLIC, Policy, allow


class Permission(StrEnum):
    LEDGER_READ = "ledger.read"
    LEDGER_PROVE = "ledger.prove"
    LEDGER_PUBLIC = "public.ledger"
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
    DISCLOSURE_PUBLIC = "public.disclosures"
    JOB_READ = "job.read"
    UPKEEP = "upkeep"


HALL = (Role.CLERK, Role.VILLAGE_OFFICIAL)
APPROVERS = (Role.VILLAGE_OFFICIAL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER)
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
    Permission.DISCLOSURE_PUBLIC: PUBLIC,
    # One's own work; the county's administrator sees the county's.
    Permission.JOB_READ: allow(*STAFF),
    Permission.UPKEEP: allow(Role.SYSTEM_ADMIN),
}
