"""Who asks: the viewer of a request, read from a verified token.

A request runs under exactly one post and touches one tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

ANY_TENANT = "*"


class Role(StrEnum):
    CLERK = "clerk"
    GRID_WORKER = "grid_worker"
    VILLAGE_OFFICIAL = "village_official"
    BOOKKEEPER = "bookkeeper"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    TOWNSHIP_OFFICER = "township_officer"
    DEPARTMENT_OFFICER = "department_officer"
    COUNTY_ADMIN = "county_admin"
    AUDITOR = "auditor"
    SOCIAL_ORG = "social_org"
    RESIDENT = "resident"
    INTEGRATION = "integration"
    SYSTEM_ADMIN = "system_admin"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller under one post; `divisions` are code prefixes (2–12 digits), empty means no area at all."""

    subject: UUID
    session: str
    tenant: str
    role: Role
    divisions: tuple[str, ...]
    grids: tuple[UUID, ...] = ()
    department: str | None = None
    post: str | None = None
    name: str = ""
    scope: tuple[str, ...] = ()
    resident: UUID | None = None
    counties: tuple[str, ...] = ()
    """Every county that the post reaches, where there are several; `tenant` is the one it works in."""
    visiting: bool = False
    """Reads in another county than the one it works in; nothing is written so."""

    def covers(self, division: str) -> bool:
        """Whether a full division code lies in the viewer's area."""
        return any(division.startswith(prefix) for prefix in self.divisions)

    @classmethod
    def from_claims(cls, claims: dict[str, Any]) -> Viewer:
        """Build the viewer of verified claims; raises KeyError or ValueError when one is missing or malformed."""
        resident = claims.get("resident")
        return cls(
            subject=UUID(claims["sub"]),
            session=str(claims["sid"]),
            tenant=str(claims["tenant"]),
            role=Role(claims["role"]),
            divisions=tuple(str(code) for code in claims["divisions"]),
            grids=tuple(UUID(grid) for grid in claims.get("grids") or ()),
            department=claims.get("department"),
            post=claims.get("post"),
            name=claims.get("name", ""),
            scope=tuple(claims.get("scope") or ()),
            resident=UUID(resident) if resident else None,
            counties=tuple(str(county) for county in claims.get("counties") or ()),
        )


def account_of_resident(tenant: str, resident: UUID | str) -> UUID:
    """The account that a resident has, made at the first sign-in."""
    return uuid5(NAMESPACE_URL, f"urn:linli:resident:{tenant}:{resident}")
