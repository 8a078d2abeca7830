"""What a post is and which scopes each role may have.

The scope of a post lies inside its counties; only an audit post may reach over several of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from linli_kernel.errors import FieldError
from linli_kernel.identity import ANY_TENANT, Role

# Given out by nobody: residents get theirs by a code, partners and services by their client.
NOT_ASSIGNABLE: Final = frozenset((Role.RESIDENT, Role.INTEGRATION, Role.SERVICE))
# Digits of the narrowest and the widest division of each role: province 2, prefecture 4, county 6, township 9, village
# 12.
LEVELS: Final[dict[Role, tuple[int, ...]]] = {
    Role.CLERK: (12, 9),
    Role.GRID_WORKER: (12,),
    Role.VILLAGE_OFFICIAL: (12,),
    Role.BOOKKEEPER: (12,),
    Role.SUPERVISOR: (12,),
    Role.CUSTODIAN: (12,),
    Role.TOWNSHIP_OFFICER: (9,),
    Role.DEPARTMENT_OFFICER: (6,),
    Role.COUNTY_ADMIN: (6,),
    Role.AUDITOR: (6, 4),
    Role.SOCIAL_ORG: (12, 9, 6),
}


@dataclass(frozen=True, slots=True)
class Post:
    """One post as tokens need it."""

    id: UUID
    role: Role
    tenants: tuple[str, ...]
    divisions: tuple[str, ...]
    grids: tuple[UUID, ...]
    department: str | None
    title: str
    resident_id: UUID | None = None

    def reaches(self, tenant: str) -> bool:
        return tenant in self.tenants


def faults(
    *, role: Role, tenants: Sequence[str], divisions: Sequence[str], counties: Mapping[str, str]
) -> list[FieldError]:
    """Return what is wrong with a post's scope; `counties` maps each known tenant to its six-digit code."""
    found: list[FieldError] = []
    if role in NOT_ASSIGNABLE:
        found.append(
            FieldError("/role", "auth.role_not_assignable", "该角色不能由管理员授予", "this role is not assignable")
        )
        return found
    if role is Role.SYSTEM_ADMIN:
        if list(tenants) != [ANY_TENANT] or divisions:
            found.append(
                FieldError(
                    "/tenants",
                    "auth.system_scope",
                    "系统管理员的范围只能是全系统且无辖区",
                    'must be ["*"] without divisions',
                )
            )
        return found
    unknown = [tenant for tenant in tenants if tenant not in counties]
    if unknown or not tenants:
        found.append(FieldError("/tenants", "auth.tenant_unknown", "没有这个县市区", "there is no such county"))
        return found
    if len(tenants) > 1 and role is not Role.AUDITOR:
        found.append(
            FieldError("/tenants", "auth.one_county", "该角色只能属于一个县市区", "this role belongs to one county")
        )
    if not divisions:
        found.append(FieldError("/divisions", "auth.division_required", "请填写管辖范围", "name at least one division"))
    for index, code in enumerate(divisions):
        found.extend(_division_faults(index, code, role, [counties[tenant] for tenant in tenants]))
    return found


def _division_faults(index: int, code: str, role: Role, counties: Sequence[str]) -> list[FieldError]:
    pointer = f"/divisions/{index}"
    if len(code) not in LEVELS[role]:
        return [FieldError(pointer, "auth.division_level", "区划级别与角色不符", "the level does not fit the role")]
    if not any(code.startswith(county) or county.startswith(code) for county in counties):
        return [
            FieldError(pointer, "auth.division_outside", "区划不在所选县市区内", "lies outside the chosen counties")
        ]
    return []
