"""The route of the cockpit: an area's figures for a year, a month or a week, with those of what lies below it."""

import asyncio
from typing import Annotated

from fastapi import Depends, Query, Request
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from starlette.responses import Response

from linli_supervision.cockpit import schemas, service, views
from linli_supervision.cockpit.area import area_of
from linli_supervision.cockpit.time import Span, of_month, of_week, of_year
from linli_supervision.disclosures.place import Db, linli_of, profile_of, today
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1/cockpit", tags=["cockpit"])
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.COCKPIT_READ))]
Division = Annotated[
    str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix; your own area without one")
]


def _span(
    request: Request,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="this year unless another one is named")] = None,
    month: Annotated[int | None, Query(ge=1, le=12, description="only this month of the year")] = None,
    week: Annotated[GivenDay | None, Query(description="only the week, Monday to Sunday, of this day")] = None,
) -> Span:
    if week is not None:
        if year is not None or month is not None:
            fault = FieldError(
                "/week", "cockpit.two_times", "周与年、月只能选一种", "A week, or a year with or without a month"
            )
            raise Invalid(errors=[fault])
        return of_week(week)
    named = year or today(request).year
    return of_year(named) if month is None else of_month(named, month)


@router.get("", response_model=schemas.Cockpit)
async def read_cockpit(
    request: Request, viewer: Reader, db: Db, span: Annotated[Span, Depends(_span)], division: Division = None
) -> Response:
    """Figures of your area or of a part of it, for this year unless another time is named."""
    linli = linli_of(request)
    area = area_of(linli, viewer, division)
    asked = service.Asked(db, viewer, area, profile_of(request, viewer.tenant), span, today(request))
    figures, (places, people) = await asyncio.gather(
        service.figures(asked), service.neighbours(linli.extra["registry"], area, request.headers["authorization"])
    )
    return fast_json(views.cockpit(asked, figures, places, people, linli.clock.now()))
