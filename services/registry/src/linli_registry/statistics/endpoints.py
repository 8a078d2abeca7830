"""Figures of the population: counts only, for the viewer's area, and what of them is public."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import public, require
from linli_kernel.succession import as_prefix

from linli_registry.context import Ctx, Db
from linli_registry.policy import POLICY, Permission
from linli_registry.statistics import service
from linli_registry.statistics.counting import MONTHS
from linli_registry.statistics.schemas import Months, Population, PublicPopulation

router = ServiceRouter(prefix="/api/registry/v1/statistics", tags=["statistics"])
open_router = ServiceRouter(prefix="/api/public/v1/statistics", tags=["statistics"])
Division = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix")]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.STATISTICS_READ))]


@router.get("/population", response_model=Population)
async def population(db: Db, context: Ctx, viewer: Reader, division: Division = None) -> Response:
    """People and households by presence, age and sex, and by the divisions below; right to the second."""
    return fast_json(await service.population(db, context, viewer, division))


@router.get("/changes", response_model=Months)
async def changes(
    db: Db,
    context: Ctx,
    viewer: Reader,
    division: Division = None,
    months: Annotated[int, Query(ge=1, le=MONTHS)] = 24,
) -> Response:
    """People at the end of each month with births, deaths, arrivals and departures."""
    return fast_json({"items": await service.changes(db, context, viewer, division, months)})


@open_router.get(
    "/population",
    response_model=PublicPopulation,
    dependencies=[Depends(public(POLICY, Permission.STATISTICS_PUBLIC))],
)
async def public_population(
    db: Db,
    context: Ctx,
    division: Annotated[
        str, Query(pattern=r"^[1-9][0-9]{3,11}$", description="village, township, county or prefecture")
    ],
) -> Response:
    """Figures of a village up to a prefecture for everybody. Small counts are left out, cells are rounded."""
    shown: dict[str, Any] | None = await service.public_population(db, context, as_prefix(division))
    if shown is None:
        raise NotFound
    return fast_json(shown, headers={"Cache-Control": "public, max-age=60"})
