"""Bodies and answers about where areas lie."""

from linli_kernel.http import ApiModel

from linli_registry.centres.domain import Source
from linli_registry.grids.schemas import Latitude, Longitude


class DivisionCentre(ApiModel):
    """`source`: `stated` by the county, the mean of its `dwellings`, of what lies `below`, or `computed`: nothing is known of it,
    it only stands beside its neighbours."""

    division: str
    name: str
    longitude: float
    latitude: float
    source: Source


class CentresBelow(ApiModel):
    """An area's own centre, null while nothing is known of it, and one for each division right below it."""

    division: str
    own: DivisionCentre | None
    below: list[DivisionCentre]


class CentrePut(ApiModel):
    """Degrees of WGS 84. Both null: nothing is stated any more, and the centre is derived."""

    longitude: Longitude | None
    latitude: Latitude | None
