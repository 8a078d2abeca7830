"""Bodies and answers of areas and communities."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

AreaName = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
AreaKind = Literal["natural_villages", "estate", "old_courtyard", "zone", "other"]
Pilot = Literal["candidate", "pilot", "passed"]
Grids = Annotated[list[UUID], Field(min_length=1, max_length=200)]


class NewArea(ApiModel):
    name: AreaName
    kind: AreaKind
    grids: Grids


class AreaPatch(ApiModel):
    """`ended_on` ends the area; its grids and people stay what they are."""

    name: AreaName | None = None
    grids: Grids | None = None
    ended_on: GivenDay | None = None


class AreaView(ApiModel):
    id: UUID
    name: str
    kind: str
    division: str
    division_name: str | None
    grids: list[UUID]
    ended_on: date | None
    version: int


class AreaGrid(ApiModel):
    """A grid of an area, with what it holds today."""

    id: UUID
    name: str
    code: str
    division: str
    division_name: str | None
    closed_on: date | None
    households: int
    residents: int


class AreaDetail(AreaView):
    """`households` and `residents` of all its grids together."""

    households: int
    residents: int
    members: list[AreaGrid]


class AreaPage(ApiModel):
    items: list[AreaView]
    next_cursor: str | None


class CommunityPut(ApiModel):
    """`type` in the county's own words: 平原发达, 山区, 两型, 城郊."""

    type: Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)] | None = None
    pilot: Pilot | None = None
    pilot_since: GivenDay | None = None


class CommunityView(CommunityPut):
    division: str
    division_name: str | None
    version: int


class CommunityPage(ApiModel):
    items: list[CommunityView]
    next_cursor: str | None
