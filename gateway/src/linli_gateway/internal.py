"""What the services ask the gateway. Only a service's own token opens these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.http import ApiModel, ServiceRouter
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.permissions import require
from pydantic import Field

from linli_gateway.accounts import repository as accounts
from linli_gateway.accounts.schemas import AccountName, AccountNames, Colleague, Colleagues
from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.proposals import repository as proposals
from linli_gateway.sessions import repository as sessions

router = ServiceRouter(prefix="/internal/v1", include_in_schema=False)
names_router = ServiceRouter(prefix="/api/auth/v1", tags=["places"])

InParts = Annotated[Parts, Depends(get_parts)]
PAGE = 1000
MAX_IDS = 200


class EndedSession(ApiModel):
    sid: UUID
    until: float = Field(description="seconds since 1970; no token of the session lives longer")


class EndedSessions(ApiModel):
    sessions: list[EndedSession]
    after: str


@router.get("/revocations")
async def get_revocations(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.REVOCATION_READ))],
    parts: InParts,
    after: Annotated[str, Query(pattern=r"^\d{1,18}$")] = "0",
) -> EndedSessions:
    """Sessions that ended since the last question, while their tokens could still live."""
    rows = await sessions.revocations_after(parts.database, int(after), parts.clock.now(), PAGE)
    return EndedSessions(
        sessions=[EndedSession(sid=row["sid"], until=row["until"].timestamp()) for row in rows],
        after=str(rows[-1]["seq"]) if rows else after,
    )


Ids = Annotated[str, Query(max_length=8000, pattern="^[0-9A-Fa-f,-]*$", description="account ids, separated by commas")]


def _ids(ids: str) -> list[UUID]:
    try:
        return [UUID(one) for one in ids.split(",") if one]
    except ValueError as error:
        raise Invalid(errors=[FieldError("/ids", "auth.ids", "编号格式不正确", "not a list of ids")]) from error


async def _names(parts: Parts, viewer: Viewer, ids: str) -> AccountNames:
    wanted = _ids(ids)
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        rows = await accounts.names(tx, viewer, wanted[:MAX_IDS])
    return AccountNames(items=[AccountName(**row) for row in rows])


@router.get("/accounts")
async def get_accounts(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_NAME_ASK))], parts: InParts, ids: Ids
) -> AccountNames:
    """Display names of accounts, for services that show who did something."""
    return await _names(parts, viewer, ids)


class PasswordSetting(ApiModel):
    """The last time that `actor` made or reset what opens somebody else's account."""

    account: UUID
    actor: UUID
    at: datetime


class PasswordSettings(ApiModel):
    items: list[PasswordSetting]


@router.get("/password-settings")
async def get_password_settings(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_SETTING_ASK))], parts: InParts, ids: Ids
) -> PasswordSettings:
    """Who set the passwords or second factors of these accounts besides their owners; known here before any event arrives."""
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        rows = await proposals.settings(tx, _ids(ids))
    return PasswordSettings(items=[PasswordSetting(**row) for row in rows])


Divisions = Annotated[
    str,
    Query(max_length=500, pattern="^[0-9]{2,12}(,[0-9]{2,12})*$", description="division codes, separated by commas"),
]


_ROLE = "|".join(role.value for role in Role)
Roles = Annotated[str, Query(max_length=300, pattern=f"^(({_ROLE})(,({_ROLE}))*)?$", description="separated by commas")]


@router.get("/colleagues")
async def get_colleagues(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_NAME_ASK))],
    parts: InParts,
    tenant: Annotated[str, Query(pattern="^[0-9]{6}$")],
    divisions: Divisions,
    roles: Roles = "",
) -> Colleagues:
    """Who holds a post of one of the roles in exactly these divisions; without roles, a post at a desk."""
    wanted = [Role(role) for role in roles.split(",") if role] or accounts.AT_THE_DESK
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        rows = await accounts.colleagues(tx, tenant, divisions.split(","), wanted)
    return Colleagues(items=[Colleague(**row) for row in rows])


@names_router.get("/account-names")
async def get_account_names(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_NAME_READ))], parts: InParts, ids: Ids
) -> AccountNames:
    """Display names of colleagues in the own county, for screens that show who did something."""
    return await _names(parts, viewer, ids)
