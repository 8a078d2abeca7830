"""Bodies and answers of grids, their people, dwellings and the village map."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_registry.residents.schemas import DivisionCode, Name, Number, Source, Words

GridName = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
GridCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,20}$")]
Post = Literal["grid_worker", "building_head", "street_head", "police_assistant", "legal_adviser"]
DwellingKind = Literal["owner_occupied", "rented", "empty"]
Address = Annotated[str, StringConstraints(min_length=2, max_length=120)]
# China with its islands, WGS 84: a swapped pair is refused, a wrong house is not.
Longitude = Annotated[float, Field(ge=73, le=136)]
Latitude = Annotated[float, Field(ge=3, le=54)]


class GridPerson(ApiModel):
    """Somebody who looks after a grid until `until`, which is not included: the same day as `since` says never."""

    id: UUID
    post: str
    name: str
    phone_masked: str | None
    since: date
    until: date | None


class GridView(ApiModel):
    id: UUID
    division: str
    code: str
    name: str
    closed_on: date | None
    version: int


class GridPage(ApiModel):
    items: list[GridView]
    next_cursor: str | None


class GridDetail(GridView):
    """A grid with its people, former ones included, and its figures of today."""

    division_name: str | None
    people: list[GridPerson]
    dwellings: int
    households: int
    residents: int


class NewGrid(ApiModel):
    division: DivisionCode
    code: GridCode
    name: GridName


class GridPatch(ApiModel):
    """`closed_on` ends a grid that holds no household any more; `null` takes the end back."""

    name: GridName | None = None
    code: GridCode | None = None
    closed_on: GivenDay | None = None
    reason: Words = ""


class NewGridPerson(ApiModel):
    post: Post
    name: Name
    phone: Number | None = None
    since: GivenDay


class EndGridPerson(ApiModel):
    until: GivenDay


class DwellingView(ApiModel):
    id: UUID
    division: str
    grid_id: UUID | None
    grid_name: str | None
    address: str
    kind: str
    longitude: float | None
    latitude: float | None
    closed_on: date | None
    households: int
    version: int


class DwellingPage(ApiModel):
    items: list[DwellingView]
    next_cursor: str | None


class Occupation(ApiModel):
    """A household at a dwelling, from a day until a day (not included); it lives there when `until` is null."""

    household_id: UUID
    household_number: str
    members: int
    since: date
    until: date | None


class DwellingDetail(DwellingView):
    division_name: str | None
    occupations: list[Occupation]


class NewDwelling(ApiModel):
    division: DivisionCode
    grid_id: UUID | None = None
    address: Address
    kind: DwellingKind = "owner_occupied"
    longitude: Longitude | None = None
    latitude: Latitude | None = None


class DwellingPatch(ApiModel):
    """A changed grid takes the households and people of the dwelling along. `closed_on` ends one where nobody lives (torn
    down, joined with another); `null` takes the end back."""

    grid_id: UUID | None = None
    address: Address | None = None
    kind: DwellingKind | None = None
    longitude: Longitude | None = None
    latitude: Latitude | None = None
    closed_on: GivenDay | None = None
    reason: Words = ""
    source: Source = "window"
    effective_on: GivenDay | None = None


class Assign(ApiModel):
    """Dwellings that come into a grid of their village, with who lives there."""

    dwellings: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    effective_on: GivenDay | None = None
    reason: Words = ""


class Assigned(ApiModel):
    moved: int


class RecordOn(ApiModel):
    """A grid or dwelling as of a past day; a grid is told by its name of today."""

    id: UUID
    division: str
    as_of: date
    values: dict[str, str | None]


class Rehouse(ApiModel):
    """A household moves within its village, to a dwelling or a new address."""

    date: GivenDay
    dwelling_id: UUID | None = None
    address: Address | None = None
    grid_id: UUID | None = None
    reason: Words = ""
    source: Source = "window"


class ListedDwelling(ApiModel):
    id: UUID
    address: str
    kind: str
    grid_id: UUID | None
    households: int
    residents: int


class MapDwelling(ListedDwelling):
    longitude: float
    latitude: float


class VillageMap(ApiModel):
    """All a map needs, drawn from coordinates alone. `unplaced` are the `without_place` dwellings that have none yet."""

    division: str
    division_name: str | None
    grids: list[GridView]
    dwellings: list[MapDwelling]
    unplaced: list[ListedDwelling]
    without_place: int
