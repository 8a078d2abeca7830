"""The one table of who may call which route, written by hand and held against the running services.

A row: service, method, path, body, roles that may. `{…}` names an object of 花坪村 that the world made. `PUBLIC` needs no token.
`finer` marks routes on which a rule beyond the role decides (whose step, which custodian): 403 and 404 are then answers of that rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli_kernel.identity import Role

R = Role
PUBLIC: tuple[Role, ...] = ()
HALL = (R.CLERK, R.VILLAGE_OFFICIAL)
OFFICERS = (R.TOWNSHIP_OFFICER, R.DEPARTMENT_OFFICER)
REGISTRY_READERS = (*HALL, R.GRID_WORKER, *OFFICERS, R.COUNTY_ADMIN, R.AUDITOR)
CASE_READERS = (*HALL, *OFFICERS, R.COUNTY_ADMIN)
DESK_STAFF = (
    *HALL, *OFFICERS, R.GRID_WORKER, R.BOOKKEEPER, R.SUPERVISOR, R.CUSTODIAN, R.COUNTY_ADMIN, R.AUDITOR, R.SOCIAL_ORG,
)  # fmt: skip
SUPERVISION_STAFF = tuple(role for role in DESK_STAFF if role is not R.SOCIAL_ORG)
SEAL_READERS = (*HALL, R.SUPERVISOR, R.CUSTODIAN, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN, R.AUDITOR)
APPROVERS = (R.VILLAGE_OFFICIAL, R.SUPERVISOR, R.TOWNSHIP_OFFICER)
LEDGER_READERS = (R.SUPERVISOR, R.AUDITOR, R.COUNTY_ADMIN)
EVERYONE = tuple(Role)
REASON = {"reason": "材料有误，申请人要求更正"}


@dataclass(frozen=True)
class Row:
    service: str
    method: str
    path: str
    roles: tuple[Role, ...]
    body: Any = None
    finer: bool = False

    @property
    def names_an_object(self) -> bool:
        return "{" in self.path

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def registry(method: str, path: str, roles: tuple[Role, ...], body: Any = None, *, finer: bool = False) -> Row:
    return Row("registry", method, f"/api/registry/v1/{path}", roles, body, finer)


def desk(method: str, path: str, roles: tuple[Role, ...], body: Any = None, *, finer: bool = False) -> Row:
    return Row("desk", method, f"/api/desk/v1/{path}", roles, body, finer)


def supervision(method: str, path: str, roles: tuple[Role, ...], body: Any = None, *, finer: bool = False) -> Row:
    return Row("supervision", method, f"/api/supervision/v1/{path}", roles, body, finer)


def public(service: str, method: str, path: str, body: Any = None) -> Row:
    return Row(service, method, f"/api/public/v1/{path}", PUBLIC, body)


TABLE: list[Row] = [
    registry("POST", "residents/search", REGISTRY_READERS, {"q": "张"}),
    registry("GET", "residents/{resident_id}", REGISTRY_READERS),
    registry("GET", "residents/{resident_id}/history", REGISTRY_READERS),
    registry(
        "POST", "residents/{resident_id}/reveal", (*HALL, R.GRID_WORKER, *OFFICERS),
        {"fields": ["phone"], "purpose": "case_handling", "purpose_text": "办理高龄津贴"}, finer=True,
    ),
    registry("POST", "residents/{resident_id}/prefill", (*HALL, R.GRID_WORKER, *OFFICERS), {"fields": ["name"]}, finer=True),
    registry("PATCH", "residents/{resident_id}", HALL, {"education": "70", "reason": "本人申报"}),
    registry("POST", "residents", HALL, {"name": "李四", "division": "421202104221", "presence": "registered_here"}),
    registry("GET", "households/{household_id}", REGISTRY_READERS),
    registry("GET", "households/{household_id}/events", REGISTRY_READERS),
    registry(
        "POST", "households", HALL,
        {"division": "421202104221", "head_id": "{resident_id}", "date": "2026-11-01", "reason": "分户"},
    ),
    registry(
        "POST", "households/{household_id}/events", HALL,
        {"kind": "move_out", "date": "2026-11-01", "reason": "外迁", "resident_id": "{resident_id}"},
    ),
    registry("GET", "divisions", EVERYONE),
    public("registry", "GET", "divisions"),
    registry("GET", "grids?division=421202104221", (*HALL, *OFFICERS, R.GRID_WORKER, R.SUPERVISOR, R.AUDITOR, R.BOOKKEEPER, R.COUNTY_ADMIN, R.CUSTODIAN), finer=True),
    registry("GET", "dictionaries/relation", EVERYONE),
    registry("GET", "statistics/population?division=421202104221", (*HALL, *OFFICERS, R.GRID_WORKER, R.SUPERVISOR, R.AUDITOR, R.BOOKKEEPER, R.COUNTY_ADMIN), finer=True),
    desk("GET", "matters", (*DESK_STAFF, R.RESIDENT, R.INTEGRATION)),
    desk("GET", "matters/{matter_id}", (*DESK_STAFF, R.RESIDENT, R.INTEGRATION)),
    desk("POST", "matters/imports", (R.COUNTY_ADMIN,)),
    desk("POST", "cases/search", CASE_READERS, {"q": "张"}),
    desk("POST", "cases", (*HALL, R.TOWNSHIP_OFFICER), {"matter_id": "{matter_id}", "applicant": {"name": "王五"}, "division": "421202104221"}),
    desk("GET", "cases", CASE_READERS),
    desk("GET", "cases/{case_id}", CASE_READERS, finer=True),
    desk("PATCH", "cases/{case_id}", (*HALL, R.TOWNSHIP_OFFICER), {"form": {}}),
    desk("POST", "cases/{case_id}/link", (*HALL, R.TOWNSHIP_OFFICER), {}),
    desk("POST", "cases/{case_id}/reveal", (*HALL, *OFFICERS), {"purpose": "核对银行账号"}, finer=True),
    desk("PUT", "cases/{case_id}/materials/{material_id}", (*HALL, R.TOWNSHIP_OFFICER), {"state": "original_checked"}),
    desk("POST", "cases/{case_id}/materials", (*HALL, R.TOWNSHIP_OFFICER)),
    desk("POST", "cases/{case_id}/receive", (*HALL, R.TOWNSHIP_OFFICER), {}),
    desk("POST", "cases/{case_id}/accept", (R.CLERK, R.TOWNSHIP_OFFICER), {}),
    desk("POST", "cases/{case_id}/not-accept", (R.CLERK, R.TOWNSHIP_OFFICER), REASON),
    desk("POST", "cases/{case_id}/supplement", (*HALL, *OFFICERS), {}, finer=True),
    desk("POST", "cases/{case_id}/resume", (*HALL, *OFFICERS), {}, finer=True),
    desk("POST", "cases/{case_id}/suspend", (R.VILLAGE_OFFICIAL, *OFFICERS), REASON, finer=True),
    desk("POST", "cases/{case_id}/steps/{step}/complete", (*HALL, *OFFICERS), {}, finer=True),
    desk("POST", "cases/{case_id}/return", (*HALL, *OFFICERS), REASON, finer=True),
    desk("POST", "cases/{case_id}/decide", (*HALL, *OFFICERS), {"outcome": "approved"}, finer=True),
    desk("POST", "cases/{case_id}/deliver", (*HALL, R.TOWNSHIP_OFFICER), {}),
    desk("POST", "cases/{case_id}/close", (*HALL, R.TOWNSHIP_OFFICER), {}),
    desk("POST", "cases/{case_id}/withdraw", (*HALL, R.TOWNSHIP_OFFICER), REASON),
    desk("POST", "cases/{case_id}/reopen", (*OFFICERS, R.COUNTY_ADMIN), REASON, finer=True),
    desk("GET", "cases/{case_id}/documents", CASE_READERS, finer=True),
    desk("GET", "documents/{document_id}", CASE_READERS, finer=True),
    desk("POST", "tickets", (*HALL, R.GRID_WORKER), {}, finer=True),
    desk("GET", "windows", (*HALL, R.GRID_WORKER, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN)),
    desk("GET", "queue", (*HALL, R.GRID_WORKER, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN), finer=True),
    desk("POST", "windows/{window_id}/call-next", HALL),
    desk("POST", "windows/{window_id}/recall", HALL),
    desk("POST", "windows/{window_id}/skip", HALL),
    desk("POST", "windows/{window_id}/transfer", HALL, {"window_id": "{window_id}"}),
    desk("GET", "workbench", CASE_READERS),
    desk("GET", "residents/{resident_id}/desk-summary", (*HALL, R.TOWNSHIP_OFFICER), finer=True),
    desk("GET", "jobs", (R.COUNTY_ADMIN,)),
    desk("GET", "jobs/{job_id}", (R.COUNTY_ADMIN,)),
    desk("GET", "jobs/{job_id}/events", (R.COUNTY_ADMIN,)),
    desk("DELETE", "jobs/{job_id}", (R.COUNTY_ADMIN,)),
    public("desk", "GET", "matters?place=421202"),
    public("desk", "GET", "matters/{matter_id}"),
    public("desk", "GET", "receipts/{token}"),
    public("desk", "POST", "evaluations/{token}", {"level": 5}),
    public("desk", "GET", "verifications/{token}"),
    public("desk", "POST", "verifications/{token}", {"sha256": "0" * 64}),
    public("desk", "POST", "tickets", {"division": "421202104221"}),
    public("desk", "GET", "tickets/{token}"),
    public("desk", "GET", "board?division=421202104221"),
    supervision("GET", "ledger/{tenant}/entries", LEDGER_READERS),
    supervision("GET", "ledger/{tenant}/entries/{index}", LEDGER_READERS, finer=True),
    supervision("GET", "seals", SEAL_READERS),
    supervision("GET", "seals/{seal_id}", SEAL_READERS, finer=True),
    supervision("POST", "seals/{seal_id}/custodians/me/key", (R.CUSTODIAN,), {"public_key_jwk": "{jwk}", "proof": "AAAA"}, finer=True),
    supervision("POST", "seals/{seal_id}/uses", HALL, {"case_id": "{case_id}", "document_id": "{document_id}", "purpose": "居住情况证明"}),
    supervision("GET", "seals/{seal_id}/uses", SEAL_READERS, finer=True),
    supervision("GET", "uses", SEAL_READERS),
    *(
        row
        for prefix in ("seals/{seal_id}/uses/{use_id}", "uses/{use_id}")
        for row in (
            supervision("GET", prefix, SEAL_READERS, finer=True),
            supervision("GET", f"{prefix}/document", tuple({*HALL, *APPROVERS, R.CUSTODIAN}), finer=True),
            supervision("POST", f"{prefix}/approve", APPROVERS, finer=True),
            supervision("POST", f"{prefix}/refuse", (*APPROVERS, R.CUSTODIAN), REASON, finer=True),
            supervision("POST", f"{prefix}/cancel", HALL, finer=True),
            supervision("POST", f"{prefix}/open", (R.CUSTODIAN,), finer=True),
            supervision("GET", f"{prefix}/to-be-signed", (R.CUSTODIAN,), finer=True),
            supervision("POST", f"{prefix}/sign", (R.CUSTODIAN,), {"signature": "AAAA"}, finer=True),
        )
    ),
    *(supervision("GET", f"ledger/{{tenant}}/{leaf}", SUPERVISION_STAFF, finer=True) for leaf in ("checkpoint", "key", "tile/0/000", "proofs/inclusion?entry=0", "proofs/consistency?from=1&to=1")),
    *(public("supervision", "GET", f"ledger/{{tenant}}/{leaf}") for leaf in ("checkpoint", "key", "tile/0/000", "proofs/inclusion?entry=0", "proofs/consistency?from=1&to=1")),
    public("supervision", "GET", "disclosures?division=421202104221"),
]  # fmt: skip
