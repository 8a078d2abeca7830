"""The places of this installation and their profiles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from linli_kernel.errors import NotFound
from linli_kernel.http import ApiModel, ServiceRouter
from linli_kernel.identity import Viewer
from linli_kernel.pagination import InPart
from linli_kernel.permissions import public, require
from linli_kernel.profile import Profile
from pydantic import Field

from linli_gateway import demo
from linli_gateway.accounts.domain import DEMO_PASSWORD
from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/auth/v1", tags=["places"])

InParts = Annotated[Parts, Depends(get_parts)]


class ProfileNotFound(NotFound):
    code = "auth.profile_not_found"
    zh = "没有这个地方方案"
    en = "There is no such profile"


class PlaceOut(ApiModel):
    tenant: str
    name: str
    name_en: str
    prefecture: str
    profile: str
    place: str = Field(description="how screens call the place")


class DemoAccountOut(ApiModel):
    username: str
    name: str
    role: str
    title: str
    division: str
    division_name: str


class Places(ApiModel):
    """`accounts` and `password` are there in the demo only."""

    demo: bool
    places: list[PlaceOut]
    accounts: list[DemoAccountOut] | None = None
    password: str | None = None


class ProfileBrief(ApiModel):
    id: str
    version: int
    name: str
    name_en: str
    digest: str = Field(description="SHA-256 of the rules as they took effect")
    tenants: list[str]


class Profiles(ApiModel):
    items: list[ProfileBrief]
    next_cursor: None = None


class ProfileOut(ProfileBrief):
    content: dict[str, Any] = Field(description="the whole profile: procedures, lists, limits, thresholds")


@router.get(
    "/places",
    response_model_exclude_none=True,
    dependencies=[Depends(public(POLICY, Permission.PLACES_READ))],
)
async def get_places(parts: InParts) -> Places:
    """Which counties this installation serves, and whether it is the demo."""
    places = [
        PlaceOut(
            tenant=tenant.key,
            name=tenant.name.zh,
            name_en=tenant.name.en,
            prefecture=tenant.prefecture,
            profile=profile.id,
            place=profile.ui.place.zh,
        )
        for profile in parts.profiles.all()
        for tenant in profile.tenants
    ]
    if not parts.settings.demo:
        return Places(demo=False, places=places)
    accounts = [
        DemoAccountOut(
            username=account.username,
            name=account.name,
            role=account.role.value,
            title=account.title,
            division=account.divisions[0] if account.divisions else "",
            division_name=account.division_name,
        )
        for account in demo.accounts()
    ]
    return Places(demo=True, places=places, accounts=accounts, password=DEMO_PASSWORD)


@router.get("/profiles")
async def get_profiles(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.PROFILE_READ))], parts: InParts, part: InPart
) -> Profiles:
    """The profiles of all places."""
    return Profiles(**part.of([_brief(profile) for profile in parts.profiles.all()]))


@router.get("/profiles/{profile_id}")
async def get_profile(
    profile_id: str, viewer: Annotated[Viewer, Depends(require(POLICY, Permission.PROFILE_READ))], parts: InParts
) -> ProfileOut:
    """One profile with all its rules."""
    profile = parts.profiles.get(profile_id)
    if profile is None:
        raise ProfileNotFound
    return ProfileOut(**_brief(profile).model_dump(), content=profile.model_dump(mode="json"))


def _brief(profile: Profile) -> ProfileBrief:
    return ProfileBrief(
        id=profile.id,
        version=profile.version,
        name=profile.name.zh,
        name_en=profile.name.en,
        digest=profile.digest,
        tenants=[tenant.key for tenant in profile.tenants],
    )
