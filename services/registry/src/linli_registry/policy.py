"""Who may do what in the registry, one line per permission.

Everybody listed here acts inside the own area only: out of it a record does not exist (404). Decisions of this page:
an auditor reads masked records (name and birth date too) and never reveals; a supervisor supervises acts, not people,
and gets figures only; bookkeeper and custodian need no registry; a system administrator sees no people at all.
Children under 14 are shown in full and revealed only to `FULL_VIEW_OF_CHILDREN`.
"""

from enum import StrEnum

from linli_kernel.identity import Role
from linli_kernel.permissions import PUBLIC, Policy, Silent, allow


class Permission(StrEnum):
    RESIDENT_SEARCH = "resident.search"
    RESIDENT_READ = "resident.read"
    RESIDENT_HISTORY = "resident.history"
    RESIDENT_CONFIRM = "resident.confirm"
    RESIDENT_REVEAL = "resident.reveal"
    RESIDENT_PREFILL = "resident.prefill"
    RESIDENT_WRITE = "resident.write"
    RESIDENT_NEAR = "resident.near"
    RESIDENT_ROLL = "resident.roll"
    RESIDENT_NAMES = "resident.names"
    RESIDENT_BY_PHONE = "resident.by_phone"
    HOUSEHOLD_READ = "household.read"
    HOUSEHOLD_WRITE = "household.write"
    DUPLICATE_READ = "duplicate.read"
    DUPLICATE_DECIDE = "duplicate.decide"
    JOB_READ = "job.read"
    TRANSFER_READ = "transfer.read"
    TRANSFER_WRITE = "transfer.write"
    DIVISION_READ = "division.read"
    DIVISION_PUBLIC = "division.public"
    GRID_READ = "grid.read"
    GRID_WRITE = "grid.write"
    DWELLING_READ = "dwelling.read"
    DWELLING_WRITE = "dwelling.write"
    COMMUNITY_WRITE = "community.write"
    CENTRE_READ = "centre.read"
    CENTRE_WRITE = "centre.write"
    DICTIONARY_READ = "dictionary.read"
    STATISTICS_READ = "statistics.read"
    STATISTICS_PUBLIC = "statistics.public"
    IMPORT_READ = "import.read"
    IMPORT_WRITE = "import.write"
    EXPORT_READ = "export.read"
    EXPORT_WRITE = "export.write"
    STAFF_LINK = "staff.link"
    UPKEEP = "upkeep"


_WINDOW = (Role.CLERK, Role.GRID_WORKER, Role.VILLAGE_OFFICIAL)
_OFFICES = (Role.TOWNSHIP_OFFICER, Role.DEPARTMENT_OFFICER)
_OVERSIGHT = (Role.SUPERVISOR, Role.AUDITOR, Role.BOOKKEEPER, Role.COUNTY_ADMIN)
_REVIEWERS = (Role.CLERK, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN)
_READERS = (*_WINDOW, *_OFFICES, Role.COUNTY_ADMIN, Role.AUDITOR)

POLICY: Policy = {
    Permission.RESIDENT_SEARCH: allow(*_READERS),
    Permission.RESIDENT_READ: allow(*_READERS),
    Permission.RESIDENT_HISTORY: allow(*_READERS),
    # The village's supervisor watches votes and kinship among neighbours: names to ids that are known, nothing else.
    Permission.RESIDENT_NAMES: allow(*_READERS, Role.SUPERVISOR),
    # A grid worker confirms on a visit what only the window may change.
    Permission.RESIDENT_CONFIRM: allow(*_WINDOW),
    # The place's profile narrows this further.
    Permission.RESIDENT_REVEAL: allow(*_WINDOW, *_OFFICES),
    Permission.RESIDENT_PREFILL: allow(*_WINDOW, *_OFFICES),
    Permission.RESIDENT_WRITE: allow(Role.CLERK, Role.VILLAGE_OFFICIAL),
    Permission.RESIDENT_BY_PHONE: allow(Role.SERVICE),
    Permission.RESIDENT_NEAR: allow(Role.SERVICE),
    Permission.RESIDENT_ROLL: allow(Role.SERVICE),
    Permission.HOUSEHOLD_READ: allow(*_READERS),
    Permission.HOUSEHOLD_WRITE: allow(Role.CLERK, Role.VILLAGE_OFFICIAL),
    # Two records are shown whole in their masks and become one: whoever may register people may do it, wider areas for
    # pairs across villages.
    Permission.DUPLICATE_READ: allow(*_REVIEWERS),
    Permission.DUPLICATE_DECIDE: allow(*_REVIEWERS),
    Permission.JOB_READ: allow(*_WINDOW, *_OFFICES, Role.COUNTY_ADMIN),
    Permission.TRANSFER_READ: allow(Role.CLERK, Role.VILLAGE_OFFICIAL, *_OFFICES, Role.COUNTY_ADMIN),
    Permission.TRANSFER_WRITE: allow(Role.CLERK, Role.VILLAGE_OFFICIAL),
    Permission.DIVISION_READ: allow(*Role),
    Permission.DIVISION_PUBLIC: PUBLIC,
    Permission.GRID_READ: allow(*_WINDOW, *_OFFICES, *_OVERSIGHT, Role.CUSTODIAN),
    Permission.GRID_WRITE: allow(Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.DWELLING_READ: allow(*_WINDOW, *_OFFICES, Role.COUNTY_ADMIN),
    Permission.DWELLING_WRITE: allow(Role.CLERK, Role.VILLAGE_OFFICIAL),
    # Which villages are pilots is decided above the village.
    Permission.COMMUNITY_WRITE: allow(Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    # Where places lie is for whoever reads their figures; the county states it.
    Permission.CENTRE_READ: allow(*_WINDOW, *_OFFICES, *_OVERSIGHT),
    Permission.CENTRE_WRITE: allow(Role.COUNTY_ADMIN),
    Permission.DICTIONARY_READ: allow(*Role),
    Permission.STATISTICS_READ: allow(*_WINDOW, *_OFFICES, *_OVERSIGHT),
    Permission.STATISTICS_PUBLIC: PUBLIC,
    # Who may register one person may register a list of them; its cells are shown to the one who uploaded it.
    Permission.IMPORT_READ: allow(Role.CLERK, Role.VILLAGE_OFFICIAL, *_OFFICES, Role.COUNTY_ADMIN, Role.AUDITOR),
    Permission.IMPORT_WRITE: allow(Role.CLERK, Role.VILLAGE_OFFICIAL),
    Permission.EXPORT_READ: allow(*_READERS),
    Permission.EXPORT_WRITE: allow(*_WINDOW, *_OFFICES, Role.COUNTY_ADMIN),
    # Who of the staff is which resident, for the alerts on looks at the own relatives.
    Permission.STAFF_LINK: allow(Role.COUNTY_ADMIN),
    Permission.UPKEEP: allow(Role.SYSTEM_ADMIN),
}

FULL_VIEW_OF_CHILDREN = frozenset({Role.CLERK, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER})
MASKED_NAMES = frozenset({Role.AUDITOR})

SILENT: Silent = {
    "codes and names of places, and of what is in them; no person": (
        "GET registry/v1/divisions",
        "GET registry/v1/divisions/{code}",
        "GET registry/v1/divisions/{code}/current",
        "GET public/v1/divisions",
        "GET registry/v1/grids",
        "GET registry/v1/areas",
        "GET registry/v1/areas/{area_id}",
        "GET registry/v1/areas/{area_id}/history",
        "GET registry/v1/communities",
        "GET registry/v1/communities/{division}/history",
        "GET registry/v1/centres",
        "GET registry/v1/dictionaries/{name}",
    ),
    "the officials of a grid, who are public in their village; no resident": (
        "GET registry/v1/grids/{grid_id}",
        "GET registry/v1/grids/{grid_id}/history",
        "GET registry/v1/grids/{grid_id}/on/{day}",
    ),
    "houses without who lives in them; opening one is recorded": (
        "GET registry/v1/dwellings",
        "GET registry/v1/dwellings/{dwelling_id}/history",
    ),
    "counts, small ones suppressed": (
        "GET registry/v1/statistics/population",
        "GET registry/v1/statistics/changes",
        "GET public/v1/statistics/population",
    ),
    "how far a list is, without its rows": (
        "GET registry/v1/imports/template",
        "GET registry/v1/imports",
        "GET registry/v1/imports/{import_id}",
        "GET registry/v1/imports/{import_id}/findings",
        "GET registry/v1/exports",
    ),
    "orders work on a list; the work records what it checked and stored": (
        "PUT registry/v1/imports/{import_id}/mapping",
        "POST registry/v1/imports/{import_id}/check",
        "POST registry/v1/imports/{import_id}/commit",
        "POST registry/v1/imports/{import_id}/resume",
    ),
    "a question between services; the look that it serves is recorded where it was asked": (
        "POST internal/v1/residents/by-phone",
        "POST internal/v1/residents/eligible",
        "POST internal/v1/residents/kin",
        "POST internal/v1/residents/near",
        "POST internal/v1/residents/same",
        "POST internal/v1/residents/accounts",
    ),
}
"""Routes that write no entry, by reason; every other one has its act in the contract tests."""
